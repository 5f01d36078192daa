/*
 * The only function that reads files. It is a separate module so that fuzz/vectors_json.c can replace it with files in
 * memory.
 */
#ifndef NATT_VECTORS_FILE_H
#define NATT_VECTORS_FILE_H

#include "vectors/loader/context.h"

/* Reads the whole file. Free *out, which the context does not own. A file with more than `max` bytes is BROKEN. */
bool natt_vectors_read_file(struct natt_loader *c, uint8_t **out, size_t *len, const char *path, size_t max);

#endif
