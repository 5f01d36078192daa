/*
 * A run of vectors through an adapter: one result a vector, whatever the adapter does.
 */
#ifndef NATT_RUNNER_CONFORMANCE_H
#define NATT_RUNNER_CONFORMANCE_H

#include "vectors/runner/outcome.h"

#define NATT_CONFORMANCE_MUTE 3 /* so many failures before the first answer ever, and it is no adapter */

struct natt_conformance_result {
    const natt_vector *vector;
    enum natt_outcome outcome;
    enum natt_standing standing;
    const struct natt_exception *exception; /* NULL = none says anything */
    char code[64];                          /* as it answered; "" = none */
    char detail[600];                       /* why, as far as known: its reason, or what became of it; "" = nothing */
    uint64_t duration_ms;
};

struct natt_conformance {
    /* to be set */
    const char *command; /* for /bin/sh -c */
    bool each;           /* one process a vector */
    uint64_t timeout_ms; /* for one vector, the start of its process included */
    const struct natt_exceptions *exceptions;
    void (*progress)(size_t done, size_t count); /* may be NULL */
    const natt_vector *const *vectors;
    size_t count;
    /* filled */
    struct natt_conformance_result *results; /* `count` of them, given by the caller */
    uint64_t starts;                         /* processes that were started */
};

/*
 * True: every vector has its result. False with a text in *err: the adapter cannot be started, or never answered; no
 * result counts.
 */
bool natt_conformance_run(struct natt_conformance *run, natt_vectors_error *err);

/* What all results of one class come to. */
struct natt_conformance_row {
    const char *class_name;
    size_t vectors;
    size_t counts[NATT_OUTCOME_COUNT];
    size_t failing; /* DISAGREES and UNEXPECTED_PASS */
};

/* Fresh rows in alphabetical order (free them): of vectors with a policy reason, or of the others. NULL: no memory. */
struct natt_conformance_row *natt_conformance_rows(const struct natt_conformance *run, bool policy, size_t *row_count);

struct natt_conformance_sum {
    size_t vectors;
    size_t counts[NATT_OUTCOME_COUNT];
    size_t standings[NATT_STANDING_UNEXPECTED_PASS + 1];
    size_t judged; /* answered with accept or refuse */
    bool passed;   /* something was judged, and nothing is wrong */
};

struct natt_conformance_sum natt_conformance_sum(const struct natt_conformance *run);

/* Fresh pointers (free them), all results: the most severe first, of equal ones what is wrongly accepted. NULL: no
 * memory. */
const struct natt_conformance_result **natt_conformance_worst_first(const struct natt_conformance *run);

#endif
