/*
 * Reads files up to a maximum size. A path that cannot be opened or read is NATT_CLI_IO (exit code 3).
 */
#ifndef NATT_CLI_FILE_H
#define NATT_CLI_FILE_H

#include <stdio.h>

#include "cli/frame/bytes.h"

/* 1 MiB: sixty times the largest document, a hundred times the largest useful policy. */
#define NATT_CLI_MAX_FILE ((size_t)1 << 20)

/* The whole file; a file larger than NATT_CLI_MAX_FILE is NATT_CLI_USAGE. `path` is never standard input. */
bool natt_cli_file_read(natt_cli_buf *out, const char *path, natt_cli_error *err);

/* The same for a file that is already open; `path` is for messages. */
bool natt_cli_stream_read(natt_cli_buf *out, FILE *in, const char *path, natt_cli_error *err);

/* At most the first NATT_CLI_MAX_FILE + 1 bytes, which the verifier refuses as too long. "-" = standard input. */
bool natt_cli_input_read(natt_cli_buf *out, const char *path, natt_cli_error *err);

/* False and NATT_CLI_USAGE: --out would replace the input, a regular file, under this or another name. */
bool natt_cli_check_out(const char *out, const char *read, natt_cli_error *err);

/* Creates or replaces the file. */
bool natt_cli_file_write(const char *path, const void *bytes, size_t len, natt_cli_error *err);

/*
 * The same, atomically: writes a file with a random name next to the path, then renames it. Replaces a link at the path
 * without following it.
 */
bool natt_cli_file_replace(const char *path, const void *bytes, size_t len, natt_cli_error *err);

/*
 * For a result of long work: replaces a regular file atomically, and writes to anything else (a device, a pipe, a
 * link). The check, before the work, creates no file at the path.
 */
bool natt_cli_file_put(const char *path, const void *bytes, size_t len, natt_cli_error *err);
bool natt_cli_file_put_check(const char *path, natt_cli_error *err);

#endif
