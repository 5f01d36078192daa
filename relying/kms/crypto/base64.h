/*
 * Blobs of the AWS JSON protocol: base64 with padding and without other characters [RFC 4648 4]. mbedTLS converts
 * possible secrets in constant time: 270 us for a document of 4.5 kB.
 */
#ifndef NATT_RELYING_KMS_CRYPTO_BASE64_H
#define NATT_RELYING_KMS_CRYPTO_BASE64_H

#include "nitro_attest/base.h"

/*
 * The bytes, malloc'ed, not NULL for an empty text; wipe *len of them before free(). NULL: out of memory or, with
 * *strict false, not the canonical encoding of these bytes.
 */
uint8_t *natt_kms_base64_decode(size_t *len, bool *strict, natt_bytes text);

/* The same for bytes that are not secret: it looks up each character in a table, which takes a tenth of the time. */
uint8_t *natt_kms_base64_decode_public(size_t *len, bool *strict, natt_bytes text);

/* True: the text is canonical base64. */
bool natt_kms_base64_strict(natt_bytes text);

/* malloc'ed; wipe it if the bytes are secret. NULL: out of memory. */
char *natt_kms_base64_encode(natt_bytes bytes);

#endif
