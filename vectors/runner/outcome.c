/* See outcome.h. */
#include "vectors/runner/outcome.h"

#include <string.h>

/* ---- names ---- */

const char *natt_outcome_name(enum natt_outcome outcome)
{
    static const char *const names[NATT_OUTCOME_COUNT] = {
        "agrees", "accepts", "refuses", "wrong-values", "crashes", "times-out", "garbled", "unsupported", "skipped"};
    return names[outcome];
}

const char *natt_standing_name(enum natt_standing standing)
{
    static const char *const names[] = {"fine", "policy", "expected", "disagrees", "unexpected-pass", "undecided"};
    return names[standing];
}

/* ---- standing ---- */

bool natt_exception_names(const struct natt_exception *e, const natt_vector *vector)
{
    return strcmp(e->name, e->is_class ? vector->class_name : vector->id) == 0;
}

const natt_vector *natt_outcome_subject(const natt_vectors *vectors, size_t index)
{
    size_t count = natt_vectors_count(vectors);
    return index < count ? natt_vectors_at(vectors, index) : natt_vectors_sequence_at(vectors, index - count);
}

static bool document_can_fail_so(const natt_vector *vector, enum natt_outcome how)
{
    return how != (vector->accept ? NATT_OUTCOME_ACCEPTS : NATT_OUTCOME_REFUSES) &&
           (how != NATT_OUTCOME_WRONG_VALUES || vector->values != NULL);
}

static bool can_fail_so(const natt_vector *vector, enum natt_outcome how)
{
    bool can = vector->step_count == 0 && document_can_fail_so(vector, how);
    for (size_t i = 0; i < vector->step_count; i++)
        can = can || document_can_fail_so(vector->steps[i], how);
    return can;
}

bool natt_exception_covers(const struct natt_exception *e, const natt_vector *vector)
{
    return natt_exception_names(e, vector) && can_fail_so(vector, e->expect);
}

/* Entries with the id of the vector, or with its class. */
struct matching {
    const struct natt_exception *first; /* NULL = no entry covers the vector */
    const struct natt_exception *exact; /* expects this outcome; NULL = none does */
};

static struct matching match(const struct natt_exceptions *in, const natt_vector *vector, enum natt_outcome outcome,
                             bool is_class)
{
    struct matching found = {NULL, NULL};
    for (size_t i = 0; in != NULL && i < in->count; i++) {
        const struct natt_exception *e = &in->list[i];
        if (e->is_class != is_class || !natt_exception_covers(e, vector))
            continue;
        if (found.first == NULL)
            found.first = e;
        if (e->expect == outcome)
            found.exact = e;
    }
    return found;
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

/* Without an exception that applies. */
static enum natt_standing plain_standing(const natt_vector *vector, enum natt_outcome outcome, bool require_decided)
{
    if (outcome == NATT_OUTCOME_UNSUPPORTED && require_decided)
        return NATT_STANDING_UNDECIDED;
    if (!failed(outcome))
        return NATT_STANDING_FINE;
    return may_differ(vector, outcome) ? NATT_STANDING_POLICY : NATT_STANDING_DISAGREES;
}

/*
 * An entry with the id of the vector comes before those with its class. A listed failure that turns into "unsupported"
 * is not a pass: the verifier, or its adapter, decides less than before.
 */
enum natt_standing natt_standing_of(const natt_vector *vector, enum natt_outcome outcome,
                                    const struct natt_exceptions *exceptions, const struct natt_exception **by)
{
    struct matching found = match(exceptions, vector, outcome, false);
    if (found.first == NULL)
        found = match(exceptions, vector, outcome, true);
    *by = found.exact;
    if (found.exact != NULL)
        return NATT_STANDING_EXPECTED;
    bool changed = outcome == NATT_OUTCOME_AGREES || outcome == NATT_OUTCOME_UNSUPPORTED;
    if (found.first == NULL || !changed)
        return plain_standing(vector, outcome, exceptions != NULL && exceptions->require_decided);
    *by = found.first;
    return outcome == NATT_OUTCOME_AGREES ? NATT_STANDING_UNEXPECTED_PASS : NATT_STANDING_UNDECIDED;
}
