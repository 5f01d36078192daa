/*
 * Writes the exceptions of a run: each failure that it has, so that only a new one fails the next run.
 */
#include "vectors/loader/loader.h"
#include "vectors/runner/conformance.h"

#include <stdlib.h>

#define UNREVIEWED "not reviewed: written by nitro-attest vectors run --write-exceptions"

/* Every vector that the entry covers still fails as listed, or was skipped. */
static bool holds(const struct natt_conformance *run, const struct natt_exception *e)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct natt_conformance_result *r = &run->results[i];
        bool listed = r->exception == e, skipped = r->outcome == NATT_OUTCOME_SKIPPED;
        if (listed && r->standing != NATT_STANDING_EXPECTED)
            return false;
        if (!e->is_class && !listed && !skipped && natt_exception_covers(e, r->vector))
            return false;
    }
    return !natt_conformance_stale(run, e);
}

static bool needs_entry(const struct natt_conformance *run, const struct natt_conformance_result *r)
{
    if (r->standing == NATT_STANDING_EXPECTED)
        return !holds(run, r->exception);
    return r->standing == NATT_STANDING_DISAGREES || r->outcome == NATT_OUTCOME_UNSUPPORTED;
}

static bool add(json_t *list, const char *key, const char *name, enum natt_outcome expect,
                const struct natt_exception *source)
{
    return json_array_append_new(list,
                                 json_pack("{s:s, s:s, s:s, s:s*}", key, name, "expect", natt_outcome_name(expect),
                                           "reason", source != NULL ? source->reason : UNREVIEWED, "issue",
                                           source != NULL ? source->issue : NULL)) == 0;
}

static bool add_all(json_t *list, const struct natt_conformance *run)
{
    const struct natt_exceptions *old = run->exceptions;
    bool done = true;
    for (size_t i = 0; done && i < old->count; i++) {
        const struct natt_exception *e = &old->list[i];
        if (holds(run, e))
            done = add(list, e->is_class ? "class" : "id", e->name, e->expect, e);
    }
    for (size_t i = 0; done && i < run->count; i++) {
        const struct natt_conformance_result *r = &run->results[i];
        if (needs_entry(run, r))
            done =
                add(list, "id", r->vector->id, r->outcome, r->standing == NATT_STANDING_EXPECTED ? r->exception : NULL);
    }
    return done;
}

char *natt_conformance_exceptions(const struct natt_conformance *run)
{
    json_t *list = json_array();
    bool done = list != NULL && add_all(list, run);
    json_t *file = json_pack("{s:i, s:b, s:o}", "version", 1, "require_decided", 1, "exceptions", list);
    char *text = done ? natt_vectors_json_line(file, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;
    json_decref(file);
    return text;
}
