/* What nitro-attest verify prints on standard output: a table for people, or the JSON of docs/JSON.md. */
#ifndef NATT_CLI_VERIFY_REPORT_H
#define NATT_CLI_VERIFY_REPORT_H

#include <nitro_attest/verify.h>

#include "pcr_differences.h"

void natt_cli_verified_text(const natt_verified *v, const natt_options *options);
void natt_cli_refused_text(const natt_error *err, natt_bytes document, const natt_options *options,
                           const natt_cli_differences *differences);
void natt_cli_verified_json(const natt_verified *v, const natt_options *options);
void natt_cli_refused_json(const natt_error *err, const natt_options *options, const natt_cli_differences *differences);

/* One line of a two-column table. */
void natt_cli_row(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "64 bytes: 0a0b..., "text"" of an optional field; `after` follows the size. */
void natt_cli_bytes_row(const char *name, natt_bytes value, const char *after);

#endif
