/*
 * The state that all parts of the loader share: the memory of the loaded vectors, and the first error with its place.
 */
#ifndef NATT_VECTORS_CONTEXT_H
#define NATT_VECTORS_CONTEXT_H

#include "nitro_attest/vectors.h"

#include <jansson.h>

struct natt_vectors_block;

struct natt_vectors_context {
    struct natt_vectors_block *blocks; /* all allocations; freed together */
    natt_vectors_error *err;           /* never NULL */
    const char *file, *vector;         /* current file and vector, for messages; NULL = none */
};

/* Records the error unless one is recorded already. Always returns false. */
bool natt_vectors_fail(struct natt_vectors_context *c, natt_vectors_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Allocates count * size zeroed bytes that live as long as the context. NULL (never for 0 bytes): out of memory,
 * recorded. */
void *natt_vectors_alloc(struct natt_vectors_context *c, size_t count, size_t size);

void natt_vectors_free_blocks(struct natt_vectors_context *c);

/* The string at `key`. NULL: it is missing, empty or not a string; recorded. `what` is the name of the object in the
 * error ("" = none). */
const char *natt_vectors_text(struct natt_vectors_context *c, const json_t *object, const char *what, const char *key);

/* The integer at `key`, 0 to 2^63 - 1. If it is missing: *otherwise, or an error if `otherwise` is NULL. */
bool natt_vectors_number(struct natt_vectors_context *c, uint64_t *out, const json_t *object, const char *key,
                         const uint64_t *otherwise);

/* The array at `key` with min to max entries. NULL: there is none; recorded. */
const json_t *natt_vectors_list(struct natt_vectors_context *c, const json_t *object, const char *key, size_t min,
                                size_t max);

#endif
