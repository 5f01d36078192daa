/*
 * Reading files with a bound. A path that cannot be opened or read is NATT_CLI_IO (exit code 3).
 */
#ifndef NATT_CLI_FILE_H
#define NATT_CLI_FILE_H

#include "cli/frame/bytes.h"

/* 1 MiB: sixty times the largest document, a hundred times the largest sensible policy. */
#define NATT_CLI_MAX_FILE ((size_t)1 << 20)

/* The whole file; one larger than NATT_CLI_MAX_FILE is NATT_CLI_USAGE. `path` is never standard input. */
bool natt_cli_file_read(natt_cli_buf *out, const char *path, natt_cli_error *err);

/* The first NATT_CLI_MAX_FILE + 1 bytes at most, "-" = standard input: a longer one is for the verifier to refuse. */
bool natt_cli_input_read(natt_cli_buf *out, const char *path, natt_cli_error *err);

/* False and NATT_CLI_USAGE: --out would replace the regular file that is read, under this name or another. */
bool natt_cli_check_out(const char *out, const char *read, natt_cli_error *err);

/* Makes or replaces the file. */
bool natt_cli_file_write(const char *path, const void *bytes, size_t len, natt_cli_error *err);

/*
 * The same, atomically: it is written next to the path under a random name, and then renamed. A link at
 * the path is replaced, and not followed.
 */
bool natt_cli_file_replace(const char *path, const void *bytes, size_t len, natt_cli_error *err);

#endif
