/*
 * The forms of a document: binary, hexadecimal or base64. A file that consists of hexadecimal beginning with 84 or d2,
 * or of base64 beginning with hE or 0o, is decoded; white space in it is allowed. Every other file is binary.
 */
#ifndef NATT_CLI_INPUT_H
#define NATT_CLI_INPUT_H

#include "cli/frame/bytes.h"

typedef enum natt_cli_form { NATT_CLI_BINARY, NATT_CLI_HEX, NATT_CLI_BASE64 } natt_cli_form;

/* Replaces `raw` by the document's bytes, and returns their form. Cannot fail. */
natt_cli_form natt_cli_input_decode(natt_cli_buf *raw);

/* Reads FILE or "-" and decodes it. Only opening and reading can fail (NATT_CLI_IO). */
bool natt_cli_document_read(natt_cli_buf *out, const char *path, natt_cli_error *err);

#endif
