/* nitro-attest verify --batch: some files are read and verified together, by one thread. */
#ifndef NATT_CLI_BATCH_WINDOW_H
#define NATT_CLI_BATCH_WINDOW_H

#include <nitro_attest/batch.h>

#include "cli/verify/batch_files.h"
#include "cli/verify/verify_request.h"

#define NATT_CLI_BATCH_WINDOW 64 /* documents that the library verifies together */

typedef enum natt_cli_batch_verdict {
    NATT_CLI_BATCH_UNREADABLE, /* no verdict */
    NATT_CLI_BATCH_REFUSED,
    NATT_CLI_BATCH_VERIFIED
} natt_cli_batch_verdict;

typedef struct natt_cli_batch_result {
    natt_cli_batch_verdict verdict;
    natt_error error;   /* of a refused document */
    uint32_t checks;    /* of a verified document */
    char *json;         /* its line, with --json; otherwise, for people, if it is not verified: */
    char *message;      /* instead of the error's, or why the file cannot be read; NULL = the error's */
    char *place;        /* as of natt_cli_error_location */
    const char *canary; /* NULL = none */
} natt_cli_batch_result;

void natt_cli_batch_result_free(natt_cli_batch_result *result);

/* What one thread needs, with its own cache. Everything else that it uses is only read. */
typedef struct natt_cli_batch_worker {
    const natt_cli_request *request;
    const natt_cli_verify_args *args;
    natt_options shared; /* the request's, without the options of items */
    natt_batch_item *items;
    natt_cli_buf *documents;
    uint8_t *file;
    void *workspace, *cache_memory;
    natt_cache *cache;
} natt_cli_batch_worker;

void natt_cli_batch_worker_start(natt_cli_batch_worker *worker, const natt_cli_request *request,
                                 const natt_cli_verify_args *args);
void natt_cli_batch_worker_free(natt_cli_batch_worker *worker);

/* Fills results[0 .. count - 1], each as for the file alone; free them. count is at most NATT_CLI_BATCH_WINDOW. */
void natt_cli_batch_window(natt_cli_batch_worker *worker, const natt_cli_batch_file *files, size_t count,
                           natt_cli_batch_result *results);

#endif
