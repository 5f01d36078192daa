/* nitro-attest verify --batch: many documents, in several threads, reported in the order of the files. */
#ifndef NATT_CLI_BATCH_H
#define NATT_CLI_BATCH_H

#include "cli/verify/verify_request.h"

/* Usage errors of --batch, --threads and the operands, which concern no file. */
bool natt_cli_batch_check(const natt_cli_verify_args *args, const natt_cli_list *operands, natt_cli_error *err);

/*
 * Verifies all files, prints the report, and returns the exit code; it prints its errors. After SIGINT or SIGTERM it
 * completes the documents in work and the report, then ends the process by the signal.
 */
int natt_cli_batch_verify(const natt_cli_request *request, const natt_cli_verify_args *args,
                          const natt_cli_list *operands, natt_cli_error *err);

#endif
