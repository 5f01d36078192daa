/* nitro-attest verify: the message for a document in a form that it does not read. */
#ifndef NATT_CLI_UNSUPPORTED_FORM_H
#define NATT_CLI_UNSUPPORTED_FORM_H

#include "cli/frame/error.h"
#include "cli/frame/report.h"

/*
 * True: the refused file has a document in an unsupported form. Instead of the reason, it put this form and the command
 * that converts it. The verdict and the code remain those of the bytes.
 */
bool natt_cli_put_unsupported_form(natt_cli_report *r, const natt_error *err, natt_bytes file, const char *path);

/* The same, as a complete report. */
bool natt_cli_unsupported_form(const natt_error *err, natt_bytes file, const char *path, bool json);

/* True: the same, only the words. */
bool natt_cli_unsupported_words(natt_cli_error *words, natt_bytes file, const char *path);

#endif
