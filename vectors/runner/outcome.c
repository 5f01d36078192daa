/* See outcome.h. */
#include "vectors/runner/outcome.h"

#include "vectors/runner/exceptions.h"

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
    *by = natt_exceptions_find(exceptions, vector);
    if (*by != NULL && (*by)->expect == outcome)
        return NATT_STANDING_EXPECTED;
    if (*by != NULL && outcome == NATT_OUTCOME_AGREES)
        return NATT_STANDING_UNEXPECTED_PASS;
    *by = NULL;
    if (!failed(outcome))
        return NATT_STANDING_FINE;
    return may_differ(vector, outcome) ? NATT_STANDING_POLICY : NATT_STANDING_DISAGREES;
}
