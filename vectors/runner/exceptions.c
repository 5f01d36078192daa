/* See outcome.h: the file with the exceptions. */
#include "vectors/runner/outcome.h"

#include "vectors/loader/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXCEPTIONS_MAX      4096
#define EXCEPTIONS_MAX_FILE 1048576 /* bytes */
#define WHAT_LEN            40      /* "exceptions[" and a number of 64 bits */

static bool read_expect(struct natt_loader *c, enum natt_outcome *out, const char *word, const char *what)
{
    for (int i = NATT_OUTCOME_ACCEPTS; word != NULL && i <= NATT_OUTCOME_UNSUPPORTED; i++) {
        *out = (enum natt_outcome)i;
        if (strcmp(word, natt_outcome_name(*out)) == 0)
            return true;
    }
    return natt_vectors_broken(c,
                               "%s: expect must be accepts, refuses, wrong-values, crashes, times-out, garbled or "
                               "unsupported",
                               what);
}

static bool read_entry(struct natt_loader *c, struct natt_exception *out, const json_t *entry, const char *what)
{
    static const char *const keys[] = {"id", "class", "expect", "reason", "issue", NULL};
    if (!natt_vectors_only_keys(c, entry, keys, what))
        return false;
    out->is_class = json_object_get(entry, "id") == NULL;
    if (out->is_class == (json_object_get(entry, "class") == NULL))
        return natt_vectors_broken(c, "%s: needs an id or a class, but not both", what);
    out->name = natt_vectors_text(c, entry, what, out->is_class ? "class" : "id");
    out->reason = natt_vectors_text(c, entry, what, "reason");
    if (json_object_get(entry, "issue") != NULL)
        out->issue = natt_vectors_text(c, entry, what, "issue");
    if (out->name == NULL || out->reason == NULL || c->err->fault != NATT_VECTORS_FINE)
        return false;
    if (out->reason[strspn(out->reason, " \t\r\n")] == '\0')
        return natt_vectors_broken(c, "%s: the reason is blank: explain why this failure is accepted", what);
    return read_expect(c, &out->expect, natt_vectors_text(c, entry, what, "expect"), what);
}

/* A vector has one outcome; the vectors of a class may fail in several ways. */
static bool is_twice(const struct natt_exception *a, const struct natt_exception *b)
{
    return a->is_class == b->is_class && strcmp(a->name, b->name) == 0 && (!a->is_class || a->expect == b->expect);
}

/* The entry must apply to a vector. Counts those that it covers. */
static bool check_entry(struct natt_loader *c, const struct natt_exceptions *before, struct natt_exception *e,
                        const natt_vectors *vectors, const char *what)
{
    const char *kind = e->is_class ? "class" : "vector";
    bool known = false;
    const natt_vector *v;
    for (size_t n = 0; (v = natt_outcome_subject(vectors, n)) != NULL; n++) {
        known = known || natt_exception_names(e, v);
        e->covers += natt_exception_covers(e, v) ? 1 : 0;
    }
    if (!known)
        return natt_vectors_broken(c, "%s: unknown %s \"%.100s\"", what, kind, e->name);
    if (e->covers == 0)
        return natt_vectors_broken(c, "%s: \"%s\" is not a possible failure of %s \"%.100s\"", what,
                                   natt_outcome_name(e->expect), kind, e->name);
    for (size_t n = 0; n < before->count; n++)
        if (is_twice(&before->list[n], e))
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

static bool read_head(struct natt_loader *c, struct natt_exceptions *out, const json_t *root)
{
    static const char *const keys[] = {"version", "exceptions", "require_decided", NULL};
    const json_t *decided = json_object_get(root, "require_decided");
    if (json_integer_value(json_object_get(root, "version")) != 1 || json_object_get(root, "exceptions") == NULL)
        return natt_vectors_broken(c, "must be {\"version\": 1, \"exceptions\": [...]}");
    out->require_decided = json_is_true(decided);
    return natt_vectors_only_keys(c, root, keys, "the file") &&
           (decided == NULL || json_is_boolean(decided) ||
            natt_vectors_broken(c, "require_decided is not true or false"));
}

bool natt_exceptions_read(struct natt_exceptions *out, const char *path, const natt_vectors *vectors,
                          natt_vectors_error *err)
{
    struct natt_loader c = {.err = err, .file = path};
    memset(err, 0, sizeof *err);
    json_t *root = out->json = natt_vectors_read_json(&c, path, EXCEPTIONS_MAX_FILE, NULL);
    if (root == NULL || !read_head(&c, out, root))
        return false;
    const json_t *list = natt_vectors_list(&c, root, "exceptions", 0, EXCEPTIONS_MAX);
    return list != NULL && read_list(&c, out, list, vectors);
}

void natt_exceptions_free(struct natt_exceptions *exceptions)
{
    free(exceptions->list);
    json_decref(exceptions->json);
    *exceptions = (struct natt_exceptions){NULL, 0, false, NULL};
}
