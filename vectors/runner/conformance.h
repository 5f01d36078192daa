/*
 * Runs vectors and sequences through an adapter. Each gets one result, whatever the adapter does.
 */
#ifndef NATT_RUNNER_CONFORMANCE_H
#define NATT_RUNNER_CONFORMANCE_H

#include "vectors/runner/message.h"
#include "vectors/runner/outcome.h"

#define NATT_CONFORMANCE_MUTE 3 /* without an answer, this number of failures means that it is not an adapter */

struct natt_conformance_result {
    const natt_vector *vector;
    enum natt_outcome outcome;
    enum natt_standing standing;
    const struct natt_exception *exception; /* NULL = no exception applies */
    char code[64];                          /* in its answer; "" = none */
    char detail[600];                       /* its reason, or how it failed; "" = unknown */
    uint64_t duration_ms;
    enum natt_message_values values; /* of a sequence: the last of the enumeration in a step */
};

struct natt_conformance {
    /* set by the caller */
    const char *command; /* for /bin/sh -c */
    bool each;           /* one process for each vector */
    uint64_t timeout_ms; /* for one vector, including the start of its process */
    const struct natt_exceptions *exceptions;
    size_t min_decided;  /* the run fails if fewer vectors are accepted or refused; 0 = no minimum */
    size_t max_timeouts; /* the run ends after this number of time-outs in a row; 0 = never */
    void (*progress)(const struct natt_conformance *run, size_t done); /* may be NULL */
    const natt_vector *const *vectors;
    size_t count;
    /* set by natt_conformance_run */
    struct natt_conformance_result *results; /* `count` entries, allocated by the caller */
    uint64_t starts;                         /* number of processes started */
    size_t timeouts;                         /* so far, all of them */
};

/*
 * True: every vector has a result. False with a message in *err: the adapter could not be started, or never answered,
 * or does not answer any more.
 * The results are then not valid.
 */
bool natt_conformance_run(struct natt_conformance *run, natt_vectors_error *err);

/* Totals of one class or severity. */
struct natt_conformance_row {
    const char *name;
    size_t vectors;
    size_t counts[NATT_OUTCOME_COUNT];
    size_t failing; /* DISAGREES, UNEXPECTED_PASS and UNDECIDED */
};

/* Returns new rows in alphabetical order (free them), for the vectors with a policy reason or for the others. NULL: out
 * of memory. */
struct natt_conformance_row *natt_conformance_rows(const struct natt_conformance *run, bool policy, size_t *row_count);

/* The same by reach, the weakest first, for the vectors without a policy reason that must be refused. */
struct natt_conformance_row *natt_conformance_reaches(const struct natt_conformance *run, size_t *row_count);

/* The same by severity, the worst first, for the vectors without a policy reason. */
struct natt_conformance_row *natt_conformance_severities(const struct natt_conformance *run, size_t *row_count);

struct natt_conformance_sum {
    size_t vectors;
    size_t counts[NATT_OUTCOME_COUNT];
    size_t standings[NATT_STANDING_COUNT];
    size_t decided; /* answered with accept or refuse */
    size_t sequences;
    size_t values_compared, values_not_reported; /* of accepted vectors with values */
    size_t failing;                              /* as in a row */
    size_t stale;                                /* exceptions */
    bool passed; /* enough were decided, at least one; none fails, and no exception is stale */
};

/*
 * True: all vectors that this exception of a class covers have run, and none fails as it expects. It would hide a new
 * failure. (An exception of a vector cannot be stale: the vector itself then fails the run.)
 */
bool natt_conformance_stale(const struct natt_conformance *run, const struct natt_exception *e);

struct natt_conformance_sum natt_conformance_sum(const struct natt_conformance *run);

/*
 * The file of exceptions after this run, which must be of all vectors, as a new string (free it): entries that still
 * hold, with their reasons, and the id of every other vector that fails or is unsupported. NULL: out of memory.
 */
char *natt_conformance_exceptions(const struct natt_conformance *run);

/* Returns new pointers to all results (free them): the most severe first, then those that were wrongly accepted. NULL:
 * out of memory. */
const struct natt_conformance_result **natt_conformance_worst_first(const struct natt_conformance *run);

#endif
