/* Binary results: to a file or standard output; a terminal shows base64 instead. */
#ifndef NATT_CLI_OUTPUT_H
#define NATT_CLI_OUTPUT_H

#include "bytes.h"

/* path  NULL or "-" = standard output. */
bool natt_cli_write_binary(const char *path, bool base64, natt_bytes bytes, natt_cli_error *err);

/* A whole file, replaced if it is there. */
bool natt_cli_write_file(const char *path, natt_bytes bytes, natt_cli_error *err);

#endif
