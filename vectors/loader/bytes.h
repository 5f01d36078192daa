/*
 * Hexadecimal and base64 of JSON strings, and SHA-256. The generator writes with the same functions.
 */
#ifndef NATT_VECTORS_BYTES_H
#define NATT_VECTORS_BYTES_H

#include "vectors/loader/context.h"

/* Decodes lowercase hexadecimal in a JSON string, at most `max` bytes. `what` is its name in the error. */
bool natt_vectors_hex(struct natt_loader *c, natt_bytes *out, const json_t *value, const char *what, size_t max);

/* Decodes canonical padded base64 [RFC4648 4] in a JSON string, at most `max` bytes. */
bool natt_vectors_base64(struct natt_loader *c, natt_bytes *out, const json_t *value, const char *what, size_t max);

/* Padded base64 as a new JSON string, or NULL if memory runs out. */
json_t *natt_vectors_base64_json(natt_bytes in);

/* JSON with jansson's `flags` and a line end as a new string (free it), or NULL if memory runs out. */
char *natt_vectors_json_line(const json_t *json, size_t flags);

#define NATT_VECTORS_SHA256_HEX 65

/* Writes lowercase hexadecimal and a NUL: 2 * in.len + 1 bytes. */
void natt_vectors_hex_text(char *out, natt_bytes in);

/* False: mbedTLS was built without SHA-256, or memory runs out. */
bool natt_vectors_sha256(uint8_t out[32], natt_bytes in);
bool natt_vectors_sha256_text(char out[NATT_VECTORS_SHA256_HEX], natt_bytes in);

/* True for 64 lowercase hexadecimal digits. */
bool natt_vectors_is_sha256(const char *text);

#endif
