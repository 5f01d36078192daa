/*
 * Forms of documents that verify does not read [input.h]: hexadecimal with 0x, base64url, base64 without padding,
 * quoted, in JSON, and complete replies of an NSM; also nested. Only for display and conversion.
 */
#ifndef NATT_CLI_DOCUMENT_FORMS_H
#define NATT_CLI_DOCUMENT_FORMS_H

#include "cli/document/input.h"

#define NATT_CLI_FORM_LEN 256

typedef enum natt_cli_found {
    NATT_CLI_FOUND_NONE,
    NATT_CLI_FOUND_ONE,
    NATT_CLI_FOUND_SEVERAL, /* different documents in one JSON text */
    NATT_CLI_FOUND_DAMAGED  /* text that begins like a document, and is truncated or has an invalid character */
} natt_cli_found;

/*
 * Pure. ONE: *out contains the document, which may be damaged, and `form` describes its form in the file: "base64url,
 * 4711 characters". SEVERAL: `form` names the members; DAMAGED: the place. Names in it come from the file: escape them
 * before display.
 */
natt_cli_found natt_cli_document_find(natt_cli_buf *out, char form[NATT_CLI_FORM_LEN], natt_bytes file);

/* The error for it: what the file is, and the command that converts it. Exit code 1, as for any refused document. */
bool natt_cli_form_fail(natt_cli_error *err, natt_cli_found found, const char *form, const char *path);

/* A file, and the document found in it. */
typedef struct natt_cli_input {
    natt_cli_buf document;        /* the document, or the unchanged file if it contains no document */
    natt_cli_form form_read;      /* as verify reads the file */
    natt_cli_found found;         /* in a form that verify does not read */
    char form[NATT_CLI_FORM_LEN]; /* the form of the document in the file; escape before display */
} natt_cli_input;

/* Reads FILE or "-". Only opening and reading can fail (NATT_CLI_IO). Free input->document. */
bool natt_cli_any_document_read(natt_cli_input *out, const char *path, natt_cli_error *err);

#endif
