/*
 * Errors of the command itself (usage, unreadable files): one text saying what and where, one saying what to do.
 * A refused document is no error of this kind: natt_error carries that.
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

/* Fills *err. Always false, so that `return natt_cli_fail(...)` reads as it acts. */
bool natt_cli_fail(natt_cli_error *err, int exit_code, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts "where: " in front of an error's text. Always false. */
bool natt_cli_fail_in(natt_cli_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Takes up one of several errors. Wrong usage replaces a file that cannot be read, so that wrong usage has the same
 * exit code wherever the command runs; apart from that the first is kept. True: wrong usage, look no further.
 */
bool natt_cli_error_take(natt_cli_error *err, bool first, const natt_cli_error *other);

/* Writes the error to standard error, control characters escaped; returns its exit code. */
int natt_cli_error_print(const natt_cli_error *err, const char *command);

#endif
