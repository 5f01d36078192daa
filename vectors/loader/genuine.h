/*
 * Genuine documents are not included. The loader finds them by SHA-256 in a folder that the caller gives.
 */
#ifndef NATT_VECTORS_GENUINE_H
#define NATT_VECTORS_GENUINE_H

#include "vectors/loader/context.h"

struct natt_vectors_genuine_file;

/* The files of one folder and their digests. `count` is 0 if no folder was given. */
struct natt_vectors_genuine {
    struct natt_vectors_genuine_file *files;
    size_t count;
};

/* Reads every regular file of the folder that is not larger than a document. folder NULL = none. */
bool natt_vectors_genuine_index(struct natt_loader *c, struct natt_vectors_genuine *out, const char *folder);

/* The file with this digest, or absent bytes. */
natt_bytes natt_vectors_genuine_find(const struct natt_vectors_genuine *in, const char *sha256);

#endif
