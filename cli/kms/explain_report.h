/* nitro-attest kms explain: what it prints on standard output, a table for people, or the JSON of docs/JSON.md. */
#ifndef NATT_CLI_EXPLAIN_REPORT_H
#define NATT_CLI_EXPLAIN_REPORT_H

#include "cli/kms/explain_request.h"

/* v: the verified document; NULL: there is none. */
void natt_cli_explain_report(const natt_kms_decision *decision, const natt_kms_question *question,
                             const natt_verified *v, bool json);

/* KMS sees no condition of a document that is refused, and answers with an error of its own. */
void natt_cli_explain_report_refused(const natt_error *err, natt_bytes document, bool json);

#endif
