/*
 * One vector out of its JSON.
 */
#ifndef NATT_VECTORS_LOADER_VECTOR_H
#define NATT_VECTORS_LOADER_VECTOR_H

#include "vectors/loader/genuine.h"

/* The roots of DER certificates in base64. False, recorded: no list, too many, one that is not base64. */
bool natt_vectors_read_roots(struct natt_vectors_context *c, natt_options *out, const json_t *texts, const char *what);

/* What all vectors of a file share. */
struct natt_vectors_group {
    const char *name;
    const json_t *roots;
    const struct natt_vectors_genuine *genuine;
};

/* Texts of *out stay in `vector`, which must live as long; c->vector is its id afterwards. */
bool natt_vectors_read_vector(struct natt_vectors_context *c, natt_vector *out, const struct natt_vectors_group *group,
                              const json_t *vector);

#endif
