/*
 * Reads one vector from its JSON.
 */
#ifndef NATT_VECTORS_LOADER_VECTOR_H
#define NATT_VECTORS_LOADER_VECTOR_H

#include "vectors/loader/genuine.h"

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
