/* What nitro-attest verify prints on standard output: a table for people, or the JSON of docs/JSON.md. */
#ifndef NATT_CLI_VERIFY_REPORT_H
#define NATT_CLI_VERIFY_REPORT_H

#include <nitro_attest/verify.h>

#include "cli/frame/report.h"

void natt_cli_report_verified(const natt_verified *v, const natt_options *options, bool json);
void natt_cli_report_refused(const natt_error *err, natt_bytes document, const natt_options *options, bool canary,
                             bool json);

/*
 * Which PCRs of a refused document differ from the policy: expected against actual. Nothing for every other refusal, so
 * that nothing of a document is shown whose signatures were not all verified.
 */
void natt_cli_put_differences(natt_cli_report *r, natt_bytes document, const natt_options *options,
                              const natt_error *refusal);

/*
 * --canary: whether a document that is refused for unknown fields meets every other requirement, and then the names of
 * these fields: true. Nothing for every other refusal. It changes no verdict.
 */
bool natt_cli_put_canary(natt_cli_report *r, natt_bytes document, const natt_options *options,
                         const natt_error *refusal);

#endif
