/* Binary results, to a file or standard output; a terminal gets base64. */
#ifndef NATT_CLI_OUTPUT_H
#define NATT_CLI_OUTPUT_H

#include "cli/frame/bytes.h"

/* True: write base64, because it is requested or standard output is a terminal. NULL, "-" = standard output. */
bool natt_cli_output_is_text(const char *path, bool base64);

/* Fresh base64 with a line end; free it. */
natt_cli_buf natt_cli_base64_line(natt_bytes bytes);

bool natt_cli_output(const char *path, bool base64, natt_bytes bytes, natt_cli_error *err);

#endif
