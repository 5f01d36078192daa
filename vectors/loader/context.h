/*
 * What every part of the loader carries: the memory of the loaded vectors, and the first error with its place.
 */
#ifndef NATT_VECTORS_CONTEXT_H
#define NATT_VECTORS_CONTEXT_H

#include "nitro_attest/vectors.h"

#include <jansson.h>

struct natt_vectors_block;

struct natt_vectors_context {
    struct natt_vectors_block *blocks; /* everything handed out, freed together */
    natt_vectors_error *err;           /* never NULL */
    const char *file, *vector;         /* being read, for messages; NULL = none */
};

/* Records the error, unless there is one. Always false. */
bool natt_vectors_fail(struct natt_vectors_context *c, natt_vectors_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* count * size zeroed bytes that live as long as the context; never NULL for 0 bytes. NULL: no memory, recorded. */
void *natt_vectors_alloc(struct natt_vectors_context *c, size_t count, size_t size);

void natt_vectors_free_blocks(struct natt_vectors_context *c);

/* The text at `key`. NULL: missing, empty or no text, recorded; `what` names the object in the error ("" = none). */
const char *natt_vectors_text(struct natt_vectors_context *c, const json_t *object, const char *what, const char *key);

/* The number at `key`, 0 to 2^63 - 1; when it is not there `otherwise`, which may be NULL: it must be there. */
bool natt_vectors_number(struct natt_vectors_context *c, uint64_t *out, const json_t *object, const char *key,
                         const uint64_t *otherwise);

/* An array at `key` with min to max entries. NULL otherwise, recorded. */
const json_t *natt_vectors_list(struct natt_vectors_context *c, const json_t *object, const char *key, size_t min,
                                size_t max);

#endif
