/* See outcome.h. */
#include "vectors/runner/outcome.h"

#include <string.h>

/* ---- names ---- */

const char *natt_outcome_name(enum natt_outcome outcome)
{
    static const char *const names[NATT_OUTCOME_COUNT] = {"agrees",    "accepts", "refuses",     "crashes",
                                                          "times-out", "garbled", "unsupported", "skipped"};
    return names[outcome];
}

const char *natt_standing_name(enum natt_standing standing)
{
    static const char *const names[] = {"fine", "policy", "expected", "disagrees", "unexpected-pass"};
    return names[standing];
}

/* ---- standing ---- */

bool natt_exception_names(const struct natt_exception *e, const natt_vector *vector)
{
    return strcmp(e->name, e->is_class ? vector->class_name : vector->id) == 0;
}

static bool can_fail_so(const natt_vector *vector, enum natt_outcome how)
{
    return how != (vector->accept ? NATT_OUTCOME_ACCEPTS : NATT_OUTCOME_REFUSES);
}

bool natt_exception_covers(const struct natt_exception *e, const natt_vector *vector)
{
    return natt_exception_names(e, vector) && can_fail_so(vector, e->expect);
}

static const struct natt_exception *find(const struct natt_exceptions *in, const natt_vector *vector, bool is_class)
{
    for (size_t i = 0; in != NULL && i < in->count; i++)
        if (in->list[i].is_class == is_class && natt_exception_covers(&in->list[i], vector))
            return &in->list[i];
    return NULL;
}

/*
 * The exception for this vector, or NULL: by its id, else by its class. An exception for a class applies to the vectors
 * that can fail this way: "accepts" to those that must be refused, "refuses" to those that must be accepted.
 */
static const struct natt_exception *exception_for(const struct natt_exceptions *in, const natt_vector *vector)
{
    const struct natt_exception *own = find(in, vector, false);
    return own != NULL ? own : find(in, vector, true);
}

static bool failed(enum natt_outcome outcome)
{
    return outcome >= NATT_OUTCOME_ACCEPTS && outcome <= NATT_OUTCOME_GARBLED;
}

/* Verifiers may differ in what they accept. None may crash or hang. */
static bool may_differ(const natt_vector *vector, enum natt_outcome outcome)
{
    return vector->policy != NULL && (outcome == NATT_OUTCOME_ACCEPTS || outcome == NATT_OUTCOME_REFUSES);
}

enum natt_standing natt_standing_of(const natt_vector *vector, enum natt_outcome outcome,
                                    const struct natt_exceptions *exceptions, const struct natt_exception **by)
{
    *by = exception_for(exceptions, vector);
    if (*by != NULL && (*by)->expect == outcome)
        return NATT_STANDING_EXPECTED;
    if (*by != NULL && outcome == NATT_OUTCOME_AGREES)
        return NATT_STANDING_UNEXPECTED_PASS;
    *by = NULL;
    if (!failed(outcome))
        return NATT_STANDING_FINE;
    return may_differ(vector, outcome) ? NATT_STANDING_POLICY : NATT_STANDING_DISAGREES;
}
