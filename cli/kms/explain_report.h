/* The output of nitro-attest kms explain: a table for people, or the JSON of docs/JSON.md. */
#ifndef NATT_CLI_EXPLAIN_REPORT_H
#define NATT_CLI_EXPLAIN_REPORT_H

#include "cli/kms/explain_request.h"

/* v: the verified document; NULL: no document. */
void natt_cli_explain_report(const natt_kms_decision *decision, const natt_kms_question *question,
                             const natt_verified *v, bool json);

/* For a refused document KMS evaluates no conditions, and returns a separate error. */
void natt_cli_explain_report_refused(const natt_error *err, natt_bytes document, bool json);

#endif
