/* nitro-attest verify: the words for a document in a form that it does not read. */
#ifndef NATT_CLI_UNSUPPORTED_FORM_H
#define NATT_CLI_UNSUPPORTED_FORM_H

#include <nitro_attest/base.h>

#include <stdbool.h>

/*
 * True: the refused file has a document in another form, which was printed in place of the reason for its bytes, with
 * the command that converts it. The verdict and the code stay those of the bytes.
 */
bool natt_cli_unsupported_form(const natt_error *err, natt_bytes file, const char *path, bool json);

#endif
