/*
 * Decodes hexadecimal and base64 from JSON strings, and computes SHA-256.
 */
#ifndef NATT_VECTORS_BYTES_H
#define NATT_VECTORS_BYTES_H

#include "vectors/loader/context.h"

/* Decodes lowercase hexadecimal in a JSON string, at most `max` bytes. `what` is its name in the error. */
bool natt_vectors_hex(struct natt_vectors_context *c, natt_bytes *out, const json_t *value, const char *what,
                      size_t max);

/* Decodes canonical padded base64 [RFC4648 4] in a JSON string, at most `max` bytes. */
bool natt_vectors_base64(struct natt_vectors_context *c, natt_bytes *out, const json_t *value, const char *what,
                         size_t max);

/* Returns a new string (free it), or NULL if memory runs out. */
char *natt_vectors_base64_text(natt_bytes in);

#define NATT_VECTORS_SHA256_HEX 65

/* Lowercase hexadecimal and a NUL. */
bool natt_vectors_sha256(struct natt_vectors_context *c, char out[NATT_VECTORS_SHA256_HEX], natt_bytes in);

/* True for 64 lowercase hexadecimal digits. */
bool natt_vectors_is_sha256(const char *text);

#endif
