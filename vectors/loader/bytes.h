/*
 * Bytes out of JSON texts: hexadecimal, base64; and their SHA-256.
 */
#ifndef NATT_VECTORS_BYTES_H
#define NATT_VECTORS_BYTES_H

#include "vectors/loader/context.h"

/* Lower-case hexadecimal in a JSON text, at most `max` bytes; `what` names it in the error. */
bool natt_vectors_hex(struct natt_vectors_context *c, natt_bytes *out, const json_t *value, const char *what,
                      size_t max);

/* Canonical padded base64 [RFC4648 4] in a JSON text, at most `max` bytes. */
bool natt_vectors_base64(struct natt_vectors_context *c, natt_bytes *out, const json_t *value, const char *what,
                         size_t max);

/* A fresh text (free it), or NULL without memory. */
char *natt_vectors_base64_text(natt_bytes in);

#define NATT_VECTORS_SHA256_HEX 65

/* Lower-case hexadecimal with its NUL. */
bool natt_vectors_sha256(struct natt_vectors_context *c, char out[NATT_VECTORS_SHA256_HEX], natt_bytes in);

/* 64 lower-case hexadecimal digits. */
bool natt_vectors_is_sha256(const char *text);

#endif
