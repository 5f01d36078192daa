/*
 * Progress of long work on a terminal: one line on standard error, from half a second on, gone when the work is done.
 * Nothing where standard error is not a terminal.
 */
#ifndef NATT_CLI_PROGRESS_H
#define NATT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct natt_cli_progress {
    const char *what; /* "reading" */
    uint64_t total;   /* bytes; 0 = not known */
    uint64_t started_ms, shown_ms;
    bool on, shown;
} natt_cli_progress;

void natt_cli_progress_start(natt_cli_progress *progress, const char *what, uint64_t total);
void natt_cli_progress_show(natt_cli_progress *progress, uint64_t done);
void natt_cli_progress_end(natt_cli_progress *progress);

#endif
