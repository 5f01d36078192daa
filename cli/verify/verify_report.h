/* The output of nitro-attest verify: a table for people, or the JSON of docs/JSON.md. */
#ifndef NATT_CLI_VERIFY_REPORT_H
#define NATT_CLI_VERIFY_REPORT_H

#include <nitro_attest/verify.h>

#include "cli/frame/report.h"

/* The verdict, as all rows of a report. */
void natt_cli_put_verified(natt_cli_report *r, const natt_verified *v, const natt_options *options);
void natt_cli_put_refused(natt_cli_report *r, const natt_error *err, natt_bytes document, const natt_options *options,
                          bool canary);

/* The names of performed checks for programs; for people two lists of words: performed, not performed. */
void natt_cli_put_checks(natt_cli_report *r, uint32_t checks, natt_kind kind);

/*
 * The PCRs of a refused document that differ from the policy, with expected and actual values. Empty for all other
 * refusals, so that no content of a document with unverified signatures is shown.
 */
void natt_cli_put_differences(natt_cli_report *r, natt_bytes document, const natt_options *options,
                              const natt_error *refusal);

/*
 * --canary: for a document that is refused for unknown fields, adds the verdict without them. True: it meets every
 * other requirement; the names of the fields are added, too. Other refusals add no rows. The verdict does not change.
 */
bool natt_cli_put_canary(natt_cli_report *r, natt_bytes document, const natt_options *options,
                         const natt_error *refusal);

/* The same in a few words, without the names; NULL for other refusals. */
const char *natt_cli_canary(natt_bytes document, const natt_options *options, const natt_error *refusal);

#endif
