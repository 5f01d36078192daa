/* nitro-attest verify --batch: a line for each document, and the summary. */
#ifndef NATT_CLI_BATCH_REPORT_H
#define NATT_CLI_BATCH_REPORT_H

#include "cli/verify/batch_window.h"

typedef struct natt_cli_batch_code {
    natt_code code;
    size_t count;
} natt_cli_batch_code;

typedef struct natt_cli_batch_totals {
    size_t files, verified, refused, unreadable;
    natt_cli_batch_code *codes; /* of refused documents */
    size_t code_count;
    uint32_t checks; /* that were performed for every verified document */
    size_t threads;
    uint64_t duration_ms;
    bool interrupted;
} natt_cli_batch_totals;

void natt_cli_batch_totals_add(natt_cli_batch_totals *totals, const natt_cli_batch_result *result);

/* True: the result has a line, since it is JSON, or since it is not verified. */
bool natt_cli_batch_has_line(const natt_cli_batch_result *result);
void natt_cli_batch_line_print(const natt_cli_batch_result *result, const char *path);

/* NATT_CLI_OK only if every file is verified. */
int natt_cli_batch_exit_code(const natt_cli_batch_totals *totals);

/* Sorts the codes: the most frequent first. */
void natt_cli_batch_summary_print(natt_cli_batch_totals *totals, const natt_cli_request *request, bool json);

#endif
