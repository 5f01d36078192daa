/*
 * Known failures of a verifier, each with its reason (vectors/FORMAT.md, "Exceptions").
 */
#ifndef NATT_RUNNER_EXCEPTIONS_H
#define NATT_RUNNER_EXCEPTIONS_H

#include "vectors/runner/outcome.h"

#define NATT_EXCEPTIONS_MAX      4096
#define NATT_EXCEPTIONS_MAX_FILE 1048576 /* bytes */

struct natt_exception {
    bool is_class;    /* of every vector in a class, not of one vector */
    const char *name; /* the id or the class */
    enum natt_outcome expect;
    const char *reason;
};

struct natt_exceptions {
    struct natt_exception *list;
    size_t count;
    void *json; /* owns the strings */
};

/* Reads the file at `path`. Its ids and classes must be in `vectors`. *out must be all zero before; free it in any
 * case. */
bool natt_exceptions_read(struct natt_exceptions *out, const char *path, const natt_vectors *vectors,
                          natt_vectors_error *err);

void natt_exceptions_free(struct natt_exceptions *exceptions);

/*
 * The exception for this vector, or NULL: by its id, else by its class. An exception for a class applies to the vectors
 * that can fail this way: "accepts" to those that must be refused, "refuses" to those that must be accepted.
 */
const struct natt_exception *natt_exceptions_find(const struct natt_exceptions *in, const natt_vector *vector);

#endif
