/* What nitro-attest verify prints on standard output: a table for people, or the JSON of docs/JSON.md. */
#ifndef NATT_CLI_VERIFY_REPORT_H
#define NATT_CLI_VERIFY_REPORT_H

#include <nitro_attest/verify.h>

#include "cli/verify/pcr_differences.h"

void natt_cli_verified_text(const natt_verified *v, const natt_options *options);
void natt_cli_refused_text(const natt_error *err, natt_bytes document, const natt_options *options,
                           const natt_cli_differences *differences);
void natt_cli_verified_json(const natt_verified *v, const natt_options *options);
void natt_cli_refused_json(const natt_error *err, const natt_options *options, const natt_cli_differences *differences);

#endif
