/*
 * Errors of the command itself (usage, unreadable files): one text with fault and location, one with the remedy. For a
 * refused document, natt_error has the reason instead.
 */
#ifndef NATT_CLI_ERROR_H
#define NATT_CLI_ERROR_H

#include <stdbool.h>

/* Exit codes, docs/man/nitro-attest.1.in. */
#define NATT_CLI_OK      0
#define NATT_CLI_REFUSED 1
#define NATT_CLI_USAGE   2
#define NATT_CLI_IO      3

typedef struct natt_cli_error {
    int exit_code; /* NATT_CLI_USAGE or NATT_CLI_IO */
    char what[1024];
    char hint[384]; /* what to do; may be empty */
} natt_cli_error;

/* Fills *err. Always false, for `return natt_cli_fail(...)`. */
bool natt_cli_fail(natt_cli_error *err, int exit_code, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts "where: " in front of an error's text. Always false. */
bool natt_cli_fail_in(natt_cli_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Selects one of several errors. A usage error replaces that of an unreadable file, so that a usage error has the same
 * exit code everywhere; otherwise the first error is kept. True: it is a usage error, so later checks can be skipped.
 */
bool natt_cli_error_take(natt_cli_error *err, bool first, const natt_cli_error *other);

/* Writes the error to standard error, control characters escaped; returns its exit code. */
int natt_cli_error_print(const natt_cli_error *err, const char *command);

#endif
