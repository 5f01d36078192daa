/*
 * The value of --public-key. Enclaves put a SubjectPublicKeyInfo in DER into the field, and tools write keys as PEM: a
 * file that has PEM of a public key gives its DER. Any other input is the value as written [bytes.h].
 */
#ifndef NATT_CLI_PUBLIC_KEY_H
#define NATT_CLI_PUBLIC_KEY_H

#include "cli/frame/bytes.h"

/* As natt_cli_value. PEM of a different type, such as a certificate or a private key, is NATT_CLI_USAGE; the error
 * names it. */
bool natt_cli_public_key(natt_cli_buf *out, const char *text, natt_cli_error *err);

/* Pure: replaces PEM in *bytes by the DER of its public key. Returns true and changes nothing if the bytes are not
 * PEM. */
bool natt_cli_public_key_decode(natt_cli_buf *bytes, natt_cli_error *err);

#endif
