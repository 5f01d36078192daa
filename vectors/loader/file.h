/*
 * The one way to a file's bytes. It is a module of its own so that fuzz/vectors_json.c can put files in memory in its
 * place.
 */
#ifndef NATT_VECTORS_FILE_H
#define NATT_VECTORS_FILE_H

#include "vectors/loader/context.h"

/* The whole file; free *out, which the context does not own. One with more than `max` bytes is broken. */
bool natt_vectors_read_file(struct natt_vectors_context *c, uint8_t **out, size_t *len, const char *path, size_t max);

#endif
