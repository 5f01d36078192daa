/*
 * What became of a vector: how it was answered, and whether that is as it should be.
 */
#ifndef NATT_RUNNER_OUTCOME_H
#define NATT_RUNNER_OUTCOME_H

#include "nitro_attest/vectors.h"

enum natt_outcome {
    NATT_OUTCOME_AGREES,
    NATT_OUTCOME_ACCEPTS, /* what it must refuse */
    NATT_OUTCOME_REFUSES, /* what it must accept */
    NATT_OUTCOME_CRASHES,
    NATT_OUTCOME_TIMES_OUT,
    NATT_OUTCOME_GARBLED, /* answered something that is no answer */
    NATT_OUTCOME_UNSUPPORTED,
    NATT_OUTCOME_SKIPPED, /* a genuine document that is not available */
    NATT_OUTCOME_COUNT
};

enum natt_standing {
    NATT_STANDING_FINE,
    NATT_STANDING_POLICY,   /* differs where verifiers may */
    NATT_STANDING_EXPECTED, /* fails as the exceptions say */
    NATT_STANDING_DISAGREES,
    NATT_STANDING_UNEXPECTED_PASS /* the exceptions say that it fails */
};

/* "agrees", "accepts", "refuses", "crashes", "times-out", "garbled", "unsupported", "skipped" */
const char *natt_outcome_name(enum natt_outcome outcome);

/* "fine", "policy", "expected", "disagrees", "unexpected-pass" */
const char *natt_standing_name(enum natt_standing standing);

struct natt_exceptions;
struct natt_exception;

/* What the outcome of that vector amounts to; *by is the exception that says so, or NULL. */
enum natt_standing natt_standing_of(const natt_vector *vector, enum natt_outcome outcome,
                                    const struct natt_exceptions *exceptions, const struct natt_exception **by);

#endif
