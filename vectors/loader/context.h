/*
 * The state that all parts of the loader share: the memory of the loaded vectors, and the first error with its place.
 */
#ifndef NATT_VECTORS_CONTEXT_H
#define NATT_VECTORS_CONTEXT_H

#include "nitro_attest/vectors.h"

#include <jansson.h>

struct natt_vectors_block;

struct natt_loader {
    struct natt_vectors_block *blocks; /* all allocations; freed together */
    natt_vectors_error *err;           /* never NULL */
    const char *file, *vector;         /* current file and vector, for messages; NULL = none */
    bool unknown;                      /* the error is a key or word that this library does not know */
};

/* Records the error unless one is recorded already. Always returns false. */
bool natt_vectors_fail(struct natt_loader *c, natt_vectors_fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define natt_vectors_broken(c, ...) natt_vectors_fail(c, NATT_VECTORS_BROKEN, __VA_ARGS__)
#define natt_vectors_no_memory(c)   natt_vectors_fail(c, NATT_VECTORS_NO_MEMORY, "out of memory")

/* Allocates count * size zeroed bytes that live as long as the context. NULL (never for 0 bytes): out of memory,
 * recorded. */
void *natt_vectors_alloc(struct natt_loader *c, size_t count, size_t size);

/* The same with these bytes. */
void *natt_vectors_copy(struct natt_loader *c, const void *bytes, size_t len);

void natt_vectors_free_blocks(struct natt_loader *c);

/* True if `object` is an object and has only the keys in `known`, which ends with NULL. */
bool natt_vectors_only_keys(struct natt_loader *c, const json_t *object, const char *const *known, const char *what);

/* The string of a JSON value. NULL: it is missing or not a string; recorded. `what` is its name in the error. */
const char *natt_vectors_string(struct natt_loader *c, const json_t *value, const char *what);

/* The string at `key`. NULL: it is missing, empty or not a string; recorded. `what` is the name of the object in the
 * error ("" = none). */
const char *natt_vectors_text(struct natt_loader *c, const json_t *object, const char *what, const char *key);

/* The integer at `key`, 0 to 2^63 - 1. If it is missing: *otherwise, or an error if `otherwise` is NULL. */
bool natt_vectors_number(struct natt_loader *c, uint64_t *out, const json_t *object, const char *key,
                         const uint64_t *otherwise);

/* The array at `key` with min to max entries. NULL: there is none; recorded. */
const json_t *natt_vectors_list(struct natt_loader *c, const json_t *object, const char *key, size_t min, size_t max);

/* The JSON object in a file of at most `max` bytes. sha256 NULL: its digest is not known. NULL: recorded. */
json_t *natt_vectors_read_json(struct natt_loader *c, const char *path, size_t max, const char *sha256);

#endif
