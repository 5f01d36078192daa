/*
 * Reads one vector from its JSON. Genuine documents are not included: the loader finds them by SHA-256 in a folder that
 * the caller gives.
 */
#ifndef NATT_VECTORS_LOADER_VECTOR_H
#define NATT_VECTORS_LOADER_VECTOR_H

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

/*
 * Reads the `options` of a vector or request: *out except for roots and now_ms. It refuses every unknown option: if it
 * ignored one, a verifier would look better than it is. The loader owns what *out points to. On failure, c->unknown is
 * true if this library does not know an option, flag or word, and false if one is malformed.
 */
bool natt_vectors_read_options(struct natt_loader *c, natt_options *out, const json_t *options);

/* Reads roots, which are DER certificates in base64. False, recorded: not a list, too many, or not base64. */
bool natt_vectors_read_roots(struct natt_loader *c, natt_options *out, const json_t *texts, const char *what);

/* Shared by all vectors of a file. */
struct natt_vectors_group {
    const char *name;
    const json_t *roots;
    const struct natt_vectors_genuine *genuine;
};

/* The strings of *out belong to `vector`, which must live as long. Sets c->vector to the id. */
bool natt_vectors_read_vector(struct natt_loader *c, natt_vector *out, const struct natt_vectors_group *group,
                              const json_t *vector);

#endif
