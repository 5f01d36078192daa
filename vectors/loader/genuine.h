/*
 * Genuine documents belong to others: they are looked up by SHA-256 in a folder that the caller names.
 */
#ifndef NATT_VECTORS_GENUINE_H
#define NATT_VECTORS_GENUINE_H

#include "vectors/loader/context.h"

struct natt_vectors_genuine_file;

/* The files of one folder by their digests; `count` 0 where no folder was named. */
struct natt_vectors_genuine {
    struct natt_vectors_genuine_file *files;
    size_t count;
};

/* Reads every regular file of the folder that is not larger than a document can be; NULL = no folder. */
bool natt_vectors_genuine_index(struct natt_vectors_context *c, struct natt_vectors_genuine *out, const char *folder);

/* The file with that digest, or absent. */
natt_bytes natt_vectors_genuine_find(const struct natt_vectors_genuine *in, const char *sha256);

#endif
