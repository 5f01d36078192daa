/* Rows of a table of two columns, on standard output. */
#ifndef NATT_CLI_TABLE_H
#define NATT_CLI_TABLE_H

#include <nitro_attest/base.h>

void natt_cli_row(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "64 bytes: 0a0b..., "text"" of an optional field; `after` follows the size. */
void natt_cli_bytes_row(const char *name, natt_bytes value, const char *after);

#endif
