/* nitro-attest verify: the message for a document in a form that it does not read. */
#ifndef NATT_CLI_UNSUPPORTED_FORM_H
#define NATT_CLI_UNSUPPORTED_FORM_H

#include <nitro_attest/base.h>

#include <stdbool.h>

/*
 * True: the refused file has a document in an unsupported form. Instead of the reason, it printed this form and the
 * command that converts it. The verdict and the code remain those of the bytes.
 */
bool natt_cli_unsupported_form(const natt_error *err, natt_bytes file, const char *path, bool json);

#endif
