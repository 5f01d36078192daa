/* See exceptions.h. */
#include "vectors/runner/exceptions.h"

#include "vectors/loader/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool can_fail_so(const natt_vector *vector, enum natt_outcome how)
{
    return !(vector->accept && how == NATT_OUTCOME_ACCEPTS) && !(!vector->accept && how == NATT_OUTCOME_REFUSES);
}

static bool covers(const struct natt_exception *e, const natt_vector *vector)
{
    const char *wanted = e->id != NULL ? e->id : e->class_name;
    return strcmp(wanted, e->id != NULL ? vector->id : vector->class_name) == 0 && can_fail_so(vector, e->expect);
}

static const struct natt_exception *find(const struct natt_exceptions *in, const natt_vector *vector, bool by_id)
{
    for (size_t i = 0; in != NULL && i < in->count; i++)
        if ((in->list[i].id != NULL) == by_id && covers(&in->list[i], vector))
            return &in->list[i];
    return NULL;
}

const struct natt_exception *natt_exceptions_find(const struct natt_exceptions *in, const natt_vector *vector)
{
    const struct natt_exception *own = find(in, vector, true);
    return own != NULL ? own : find(in, vector, false);
}

/* ---- reading ---- */

static bool fail(struct natt_vectors_context *c, size_t i, const char *what)
{
    return natt_vectors_fail(c, NATT_VECTORS_USAGE, "exceptions[%zu]: %s", i, what);
}

static bool only_keys(struct natt_vectors_context *c, size_t i, json_t *entry)
{
    const char *key;
    json_t *value;
    if (!json_is_object(entry))
        return fail(c, i, "is not an object");
    json_object_foreach(entry, key, value)
    {
        if (strcmp(key, "id") != 0 && strcmp(key, "class") != 0 && strcmp(key, "expect") != 0 &&
            strcmp(key, "reason") != 0)
            return natt_vectors_fail(c, NATT_VECTORS_USAGE, "exceptions[%zu]: unknown key \"%.60s\"", i, key);
        if (!json_is_string(value))
            return natt_vectors_fail(c, NATT_VECTORS_USAGE, "exceptions[%zu]: %s is not a string", i, key);
    }
    return true;
}

static bool read_expect(enum natt_outcome *out, const char *word)
{
    static const enum natt_outcome may[] = {NATT_OUTCOME_ACCEPTS, NATT_OUTCOME_REFUSES, NATT_OUTCOME_CRASHES,
                                            NATT_OUTCOME_TIMES_OUT};
    for (size_t i = 0; word != NULL && i < sizeof may / sizeof may[0]; i++) {
        if (strcmp(word, natt_outcome_name(may[i])) == 0) {
            *out = may[i];
            return true;
        }
    }
    return false;
}

static bool blank(const char *text)
{
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static bool read_entry(struct natt_vectors_context *c, struct natt_exception *out, size_t i, json_t *entry)
{
    if (!only_keys(c, i, entry))
        return false;
    out->id = json_string_value(json_object_get(entry, "id"));
    out->class_name = json_string_value(json_object_get(entry, "class"));
    out->reason = json_string_value(json_object_get(entry, "reason"));
    if ((out->id == NULL) == (out->class_name == NULL))
        return fail(c, i, "needs an id or a class, but not both");
    if (blank(out->reason))
        return fail(c, i, "the reason is missing: explain why this failure is accepted");
    return read_expect(&out->expect, json_string_value(json_object_get(entry, "expect"))) ||
           fail(c, i, "expect must be accepts, refuses, crashes or times-out");
}

/* Each entry must apply to a vector, and no id or class may have two entries. */
static bool check_entry(struct natt_vectors_context *c, const struct natt_exceptions *all, size_t i,
                        const natt_vectors *vectors)
{
    const struct natt_exception *e = &all->list[i];
    const char *name = e->id != NULL ? e->id : e->class_name, *what = e->id != NULL ? "vector" : "class";
    bool known = false, covered = false;
    for (size_t n = 0; n < natt_vectors_count(vectors); n++) {
        const natt_vector *v = natt_vectors_at(vectors, n);
        known = known || strcmp(name, e->id != NULL ? v->id : v->class_name) == 0;
        covered = covered || covers(e, v);
    }
    if (!known)
        return natt_vectors_fail(c, NATT_VECTORS_USAGE, "exceptions[%zu]: unknown %s \"%.100s\"", i, what, name);
    if (!covered)
        return natt_vectors_fail(c, NATT_VECTORS_USAGE,
                                 "exceptions[%zu]: \"%s\" is not a possible failure of %s \"%.100s\"", i,
                                 natt_outcome_name(e->expect), what, name);
    for (size_t n = 0; n < i; n++)
        if ((all->list[n].id != NULL) == (e->id != NULL) &&
            strcmp(all->list[n].id != NULL ? all->list[n].id : all->list[n].class_name, name) == 0)
            return natt_vectors_fail(c, NATT_VECTORS_USAGE, "exceptions[%zu]: %s \"%.100s\" is listed twice", i, what,
                                     name);
    return true;
}

static bool read_list(struct natt_vectors_context *c, struct natt_exceptions *out, const json_t *list,
                      const natt_vectors *vectors)
{
    out->list = calloc(json_array_size(list) + 1, sizeof *out->list);
    if (out->list == NULL)
        return natt_vectors_fail(c, NATT_VECTORS_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!read_entry(c, &out->list[i], i, json_array_get(list, i)))
            return false;
        out->count = i + 1;
        if (!check_entry(c, out, i, vectors))
            return false;
    }
    return true;
}

static bool read_root(struct natt_vectors_context *c, struct natt_exceptions *out, const json_t *root,
                      const natt_vectors *vectors)
{
    const json_t *list = json_object_get(root, "exceptions");
    if (json_object_size(root) != 2 || json_integer_value(json_object_get(root, "version")) != 1 ||
        !json_is_array(list))
        return natt_vectors_fail(c, NATT_VECTORS_USAGE, "must be {\"version\": 1, \"exceptions\": [...]}");
    if (json_array_size(list) > NATT_EXCEPTIONS_MAX)
        return natt_vectors_fail(c, NATT_VECTORS_USAGE, "has more than %d exceptions", NATT_EXCEPTIONS_MAX);
    return read_list(c, out, list, vectors);
}

static bool load_json(struct natt_vectors_context *c, struct natt_exceptions *out, const char *path)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    json_error_t where;
    if (!natt_vectors_read_file(c, &bytes, &len, path, NATT_EXCEPTIONS_MAX_FILE))
        return false;
    out->json = json_loadb((const char *)bytes, len, JSON_REJECT_DUPLICATES, &where);
    free(bytes);
    return out->json != NULL ||
           natt_vectors_fail(c, NATT_VECTORS_USAGE, "line %d, column %d: %s", where.line, where.column, where.text);
}

bool natt_exceptions_read(struct natt_exceptions *out, const char *path, const natt_vectors *vectors,
                          natt_vectors_error *err)
{
    struct natt_vectors_context c = {NULL, err, path, NULL};
    memset(err, 0, sizeof *err);
    return load_json(&c, out, path) && read_root(&c, out, out->json, vectors);
}

void natt_exceptions_free(struct natt_exceptions *exceptions)
{
    free(exceptions->list);
    json_decref(exceptions->json);
    *exceptions = (struct natt_exceptions){NULL, 0, NULL};
}
