/*
 * Base64 with padding [RFC4648 4], without copies, in a time that depends only on lengths, since the bytes may be
 * secret. mbedTLS's takes twice as long (2.28, x86-64).
 */
#ifndef NATT_NSM_RECIPIENT_BASE64_H
#define NATT_NSM_RECIPIENT_BASE64_H

#include "nitro_attest/base.h"

/* Characters of n bytes, no NUL; n is at most SIZE_MAX / 2. */
#define NATT_BASE64_LEN(n) (((n) + 2) / 3 * 4)

/* Writes NATT_BASE64_LEN(in.len) characters, and no NUL. */
void natt_base64_encode(char *out, natt_bytes in);

/*
 * Decodes the only valid encoding of at least one byte; *len, the number of bytes, depends only on the padding.
 * out NULL: only checks. Else text.len / 4 * 3 bytes, or *len of an earlier call. False: the text is not such an
 * encoding; *len is 0, and the content of out is undefined.
 */
bool natt_base64_decode(uint8_t *out, size_t *len, natt_bytes text);

#endif
