/*
 * How a document is given: binary, or hexadecimal or base64 text of one. A file that is wholly hexadecimal starting
 * 84 or d2, or base64 starting hE or 0o (white space allowed inside), is decoded; anything else is binary.
 */
#ifndef NATT_CLI_INPUT_H
#define NATT_CLI_INPUT_H

#include "cli/frame/bytes.h"

typedef enum natt_cli_form { NATT_CLI_BINARY, NATT_CLI_HEX, NATT_CLI_BASE64 } natt_cli_form;

/* Takes over `raw` and leaves in it the document's bytes; says in which form they came. Cannot fail. */
natt_cli_form natt_cli_input_decode(natt_cli_buf *raw);

/* Reads FILE or "-" and decodes it. Only opening and reading can fail (NATT_CLI_IO). */
bool natt_cli_document_read(natt_cli_buf *out, const char *path, natt_cli_error *err);

#endif
