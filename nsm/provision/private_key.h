/*
 * The private key that KMS decrypted: PEM in PKCS #8, PKCS #1 or SEC 1, RSA of 1024 to 8192 bits, P-256, P-384, P-521.
 * It is in mbedTLS's memory and in locked pages, and wiped on every path.
 */
#ifndef NATT_NSM_PROVISION_PRIVATE_KEY_H
#define NATT_NSM_PROVISION_PRIVATE_KEY_H

#include <mbedtls/pk.h>

#include "nsm/provision/error.h"

#define NATT_PRIVATE_KEY_MAX_PEM 8192 /* bytes; RSA of 8192 bits has 6392 in PKCS #8 */

/* *weak: an RSA key below 2048 bits; print a warning. The caller frees it with mbedtls_pk_free, also on false. */
bool natt_private_key_parse(mbedtls_pk_context *out, natt_bytes pem, bool *weak, natt_provision_error *err);

#endif
