/*
 * Blobs of the AWS JSON protocol: base64 with padding, and nothing else between [RFC 4648 4]. mbedTLS converts what may
 * be secret, in a time that does not depend on it: 270 us for a document of 4.5 kB.
 */
#ifndef NATT_RELYING_KMS_CRYPTO_BASE64_H
#define NATT_RELYING_KMS_CRYPTO_BASE64_H

#include "nitro_attest/base.h"

/*
 * The bytes, malloc'ed and never NULL even for none; wipe *len of them before free(). NULL: out of memory, or, with
 * *strict false, not the one encoding of these bytes.
 */
uint8_t *natt_kms_base64_decode(size_t *len, bool *strict, natt_bytes text);

/* The same for bytes that are no secret: a table has the value of each character, which takes a tenth of the time. */
uint8_t *natt_kms_base64_decode_public(size_t *len, bool *strict, natt_bytes text);

/* True: it is the one encoding of some bytes. */
bool natt_kms_base64_strict(natt_bytes text);

/* malloc'ed; wipe it where the bytes are secret. NULL: out of memory. */
char *natt_kms_base64_encode(natt_bytes bytes);

#endif
