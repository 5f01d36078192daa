/*
 * The outcome of a vector: how the adapter answered, and whether this is correct or a known failure.
 */
#ifndef NATT_RUNNER_OUTCOME_H
#define NATT_RUNNER_OUTCOME_H

#include "nitro_attest/vectors.h"

enum natt_outcome {
    NATT_OUTCOME_AGREES,
    NATT_OUTCOME_ACCEPTS,      /* it accepts a document that it must refuse */
    NATT_OUTCOME_REFUSES,      /* it refuses a document that it must accept */
    NATT_OUTCOME_WRONG_VALUES, /* it accepts the document, and returns a value that is not in it */
    NATT_OUTCOME_CRASHES,
    NATT_OUTCOME_TIMES_OUT,
    NATT_OUTCOME_GARBLED, /* its output is not an answer */
    NATT_OUTCOME_UNSUPPORTED,
    NATT_OUTCOME_SKIPPED, /* a genuine document that is not available, or a sequence with --exec-each */
    NATT_OUTCOME_COUNT
};

enum natt_standing {
    NATT_STANDING_FINE,
    NATT_STANDING_POLICY,   /* differs where verifiers may differ */
    NATT_STANDING_EXPECTED, /* fails as listed in the exceptions */
    NATT_STANDING_DISAGREES,
    NATT_STANDING_UNEXPECTED_PASS, /* listed in the exceptions but correct */
    NATT_STANDING_UNDECIDED,       /* unsupported, where the exceptions require a decision or list a failure */
    NATT_STANDING_COUNT
};

/* "agrees", "accepts", "refuses", "wrong-values", "crashes", "times-out", "garbled", "unsupported", "skipped" */
const char *natt_outcome_name(enum natt_outcome outcome);

/* "fine", "policy", "expected", "disagrees", "unexpected-pass", "undecided" */
const char *natt_standing_name(enum natt_standing standing);

/* ---- exceptions: known failures of a verifier, each with its reason (vectors/FORMAT.md) ---- */

struct natt_exception {
    bool is_class;    /* of every vector in a class, not of one vector */
    const char *name; /* the id or the class */
    enum natt_outcome expect;
    const char *reason;
    const char *issue; /* NULL = none */
    size_t covers;     /* number of vectors that can fail this way */
};

struct natt_exceptions {
    struct natt_exception *list;
    size_t count;
    bool require_decided; /* "unsupported" is a failure of vectors without an entry */
    void *json;           /* owns the strings */
};

/* Reads the file at `path`. Its ids and classes must be in `vectors`. *out must be all zero before; free it in any
 * case. */
bool natt_exceptions_read(struct natt_exceptions *out, const char *path, const natt_vectors *vectors,
                          natt_vectors_error *err);

void natt_exceptions_free(struct natt_exceptions *exceptions);

/* Vector or sequence `index`: the vectors first. NULL after the last. */
const natt_vector *natt_outcome_subject(const natt_vectors *vectors, size_t index);

/* The exception has the id or the class of this vector. */
bool natt_exception_names(const struct natt_exception *e, const natt_vector *vector);

/* And the vector can fail as the exception expects: only what must be refused can be accepted. A sequence can fail as
 * each of its steps. */
bool natt_exception_covers(const struct natt_exception *e, const natt_vector *vector);

/* The standing of this outcome. *by is the exception that applies, or NULL. */
enum natt_standing natt_standing_of(const natt_vector *vector, enum natt_outcome outcome,
                                    const struct natt_exceptions *exceptions, const struct natt_exception **by);

#endif
