/* See outcome.h. */
#include "vectors/runner/outcome.h"

#include "vectors/loader/loader.h"

#include <stdio.h>
#include <stdlib.h>
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

/* The name of the vector that the exception must match. */
static const char *name_for(const struct natt_exception *e, const natt_vector *vector)
{
    return e->is_class ? vector->class_name : vector->id;
}

static bool can_fail_so(const natt_vector *vector, enum natt_outcome how)
{
    return how != (vector->accept ? NATT_OUTCOME_ACCEPTS : NATT_OUTCOME_REFUSES);
}

static bool covers(const struct natt_exception *e, const natt_vector *vector)
{
    return strcmp(e->name, name_for(e, vector)) == 0 && can_fail_so(vector, e->expect);
}

static const struct natt_exception *find(const struct natt_exceptions *in, const natt_vector *vector, bool is_class)
{
    for (size_t i = 0; in != NULL && i < in->count; i++)
        if (in->list[i].is_class == is_class && covers(&in->list[i], vector))
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

/* ---- the list of exceptions ---- */

#define EXCEPTIONS_MAX      4096
#define EXCEPTIONS_MAX_FILE 1048576 /* bytes */
#define WHAT_LEN            40      /* "exceptions[" and a number of 64 bits */

static bool read_expect(struct natt_loader *c, enum natt_outcome *out, const char *word, const char *what)
{
    static const enum natt_outcome may[] = {NATT_OUTCOME_ACCEPTS, NATT_OUTCOME_REFUSES, NATT_OUTCOME_CRASHES,
                                            NATT_OUTCOME_TIMES_OUT};
    for (size_t i = 0; word != NULL && i < sizeof may / sizeof may[0]; i++) {
        *out = may[i];
        if (strcmp(word, natt_outcome_name(may[i])) == 0)
            return true;
    }
    return natt_vectors_broken(c, "%s: expect must be accepts, refuses, crashes or times-out", what);
}

static bool read_entry(struct natt_loader *c, struct natt_exception *out, const json_t *entry, const char *what)
{
    static const char *const keys[] = {"id", "class", "expect", "reason", NULL};
    if (!natt_vectors_only_keys(c, entry, keys, what))
        return false;
    out->is_class = json_object_get(entry, "id") == NULL;
    if (out->is_class == (json_object_get(entry, "class") == NULL))
        return natt_vectors_broken(c, "%s: needs an id or a class, but not both", what);
    out->name = natt_vectors_text(c, entry, what, out->is_class ? "class" : "id");
    out->reason = natt_vectors_text(c, entry, what, "reason");
    if (out->name == NULL || out->reason == NULL)
        return false;
    if (out->reason[strspn(out->reason, " \t\r\n")] == '\0')
        return natt_vectors_broken(c, "%s: the reason is blank: explain why this failure is accepted", what);
    return read_expect(c, &out->expect, natt_vectors_text(c, entry, what, "expect"), what);
}

/* The entry must apply to a vector, and no id or class may have two entries. */
static bool check_entry(struct natt_loader *c, const struct natt_exceptions *before, const struct natt_exception *e,
                        const natt_vectors *vectors, const char *what)
{
    const char *kind = e->is_class ? "class" : "vector";
    bool known = false, covered = false;
    for (size_t n = 0; n < natt_vectors_count(vectors); n++) {
        const natt_vector *v = natt_vectors_at(vectors, n);
        known = known || strcmp(e->name, name_for(e, v)) == 0;
        covered = covered || covers(e, v);
    }
    if (!known)
        return natt_vectors_broken(c, "%s: unknown %s \"%.100s\"", what, kind, e->name);
    if (!covered)
        return natt_vectors_broken(c, "%s: \"%s\" is not a possible failure of %s \"%.100s\"", what,
                                   natt_outcome_name(e->expect), kind, e->name);
    for (size_t n = 0; n < before->count; n++)
        if (before->list[n].is_class == e->is_class && strcmp(before->list[n].name, e->name) == 0)
            return natt_vectors_broken(c, "%s: %s \"%.100s\" is listed twice", what, kind, e->name);
    return true;
}

static bool read_list(struct natt_loader *c, struct natt_exceptions *out, const json_t *list,
                      const natt_vectors *vectors)
{
    char what[WHAT_LEN];
    out->list = calloc(json_array_size(list) + 1, sizeof *out->list);
    if (out->list == NULL)
        return natt_vectors_no_memory(c);
    for (size_t i = 0; i < json_array_size(list); i++, out->count++) {
        (void)snprintf(what, sizeof what, "exceptions[%zu]", i);
        if (!read_entry(c, &out->list[i], json_array_get(list, i), what) ||
            !check_entry(c, out, &out->list[i], vectors, what))
            return false;
    }
    return true;
}

bool natt_exceptions_read(struct natt_exceptions *out, const char *path, const natt_vectors *vectors,
                          natt_vectors_error *err)
{
    struct natt_loader c = {.err = err, .file = path};
    memset(err, 0, sizeof *err);
    json_t *root = out->json = natt_vectors_read_json(&c, path, EXCEPTIONS_MAX_FILE, NULL);
    if (root == NULL)
        return false;
    if (json_object_size(root) != 2 || json_integer_value(json_object_get(root, "version")) != 1)
        return natt_vectors_broken(&c, "must be {\"version\": 1, \"exceptions\": [...]}");
    const json_t *list = natt_vectors_list(&c, root, "exceptions", 0, EXCEPTIONS_MAX);
    return list != NULL && read_list(&c, out, list, vectors);
}

void natt_exceptions_free(struct natt_exceptions *exceptions)
{
    free(exceptions->list);
    json_decref(exceptions->json);
    *exceptions = (struct natt_exceptions){NULL, 0, NULL};
}
