/* See loader.h. */
#include "vectors/loader/loader.h"

#include "vectors/loader/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool natt_vectors_read_roots(struct natt_loader *c, natt_options *out, const json_t *object, const json_t *table)
{
    const json_t *list = natt_vectors_list(c, object, "roots", 1, NATT_VECTORS_MAX_ROOTS);
    size_t count = json_array_size(list);
    natt_bytes *roots = list != NULL ? natt_vectors_alloc(c, count, sizeof *roots) : NULL;
    for (size_t i = 0; roots != NULL && i < count; i++) {
        const json_t *text = json_array_get(list, i);
        const char *name = json_is_string(text) ? json_string_value(text) : "";
        if (table != NULL)
            text = json_object_get(table, name);
        if (text == NULL)
            return natt_vectors_broken(c, "roots: \"%.60s\" is not in the table of the file", name);
        if (!natt_vectors_base64(c, &roots[i], text, "roots", NATT_MAX_CERTIFICATE))
            return false;
    }
    out->roots = roots;
    out->root_count = count;
    return roots != NULL;
}

static bool options(struct natt_loader *c, natt_vector *out, const struct natt_vectors_group *group,
                    const json_t *vector)
{
    natt_options *opt = natt_vectors_alloc(c, 1, sizeof *opt);
    const json_t *from = json_object_get(vector, "options");
    if (opt == NULL)
        return false;
    *opt = (natt_options)NATT_OPTIONS_INIT;
    out->options = opt;
    if (!natt_vectors_number(c, &opt->now_ms, vector, "now_ms", NULL) || !natt_vectors_read_options(c, opt, from) ||
        !natt_vectors_read_roots(c, opt, vector, group->roots))
        return false;
    char *text = json_dumps(from, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_ENSURE_ASCII);
    out->options_json = text != NULL ? natt_vectors_copy(c, text, strlen(text) + 1) : NULL;
    free(text);
    return out->options_json != NULL || natt_vectors_no_memory(c);
}

/* The strings of a list. NULL: recorded. */
static const char *const *strings(struct natt_loader *c, const json_t *list, const char *key)
{
    const char **to = list != NULL ? natt_vectors_alloc(c, json_array_size(list), sizeof *to) : NULL;
    for (size_t i = 0; to != NULL && i < json_array_size(list); i++) {
        to[i] = json_string_value(json_array_get(list, i));
        if (to[i] == NULL) {
            (void)natt_vectors_broken(c, "%s[%zu] is not a string", key, i);
            return NULL;
        }
    }
    return to;
}

static bool rules(struct natt_loader *c, natt_vector *out, const json_t *vector)
{
    const json_t *list = natt_vectors_list(c, vector, "rules", 1, NATT_VECTORS_MAX_RULES);
    out->rules = strings(c, list, "rules");
    out->rule_count = json_array_size(list);
    return out->rules != NULL;
}

static bool is_word(const char *const *known, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(known[i], word) == 0)
            return true;
    return false;
}

#define IS_WORD(list, word) is_word(list, sizeof(list) / sizeof(list)[0], word)

static bool severity(struct natt_loader *c, natt_vector *out, const json_t *vector)
{
    static const char *const known[] = {NATT_VECTORS_SEVERITIES};
    out->severity = natt_vectors_text(c, vector, "", "severity");
    return out->severity != NULL && (IS_WORD(known, out->severity) || natt_vectors_broken(c, "unknown severity"));
}

static bool reach(struct natt_loader *c, natt_vector *out, const json_t *vector)
{
    static const char *const known[] = {NATT_VECTORS_REACH};
    out->reach = natt_vectors_text(c, vector, "", "reach");
    return out->reach != NULL && (IS_WORD(known, out->reach) || natt_vectors_broken(c, "unknown reach"));
}

static bool tags(struct natt_loader *c, natt_vector *out, const json_t *vector)
{
    static const char *const known[] = {NATT_VECTORS_TAGS};
    const json_t *list = natt_vectors_list(c, vector, "tags", 0, NATT_VECTORS_MAX_TAGS);
    out->tags = strings(c, list, "tags");
    out->tag_count = json_array_size(list);
    for (size_t i = 0; out->tags != NULL && i < out->tag_count; i++)
        if (!IS_WORD(known, out->tags[i]))
            return natt_vectors_broken(c, "tags: unknown word \"%.60s\"", out->tags[i]);
    return out->tags != NULL;
}

/* A number below `limit`, or `limit` for null. */
static bool place(struct natt_loader *c, uint64_t *out, const json_t *expect, const char *key, uint64_t limit)
{
    const json_t *value = json_object_get(expect, key);
    json_int_t number = json_integer_value(value);
    if (!json_is_null(value) && (!json_is_integer(value) || number < 0 || (uint64_t)number >= limit))
        return natt_vectors_broken(c, "expect.%s is neither null nor a valid number", key);
    *out = json_is_null(value) ? limit : (uint64_t)number;
    return true;
}

static bool refusal(struct natt_loader *c, natt_vector *out, const json_t *expect)
{
    const char *name = natt_vectors_text(c, expect, "expect", "code");
    uint64_t offset = 0, item = 0;
    if (name == NULL || !place(c, &offset, expect, "offset", NATT_NO_OFFSET) ||
        !place(c, &item, expect, "item", NATT_NO_ITEM))
        return false;
    out->offset = (size_t)offset;
    out->item = (uint32_t)item;
    if (natt_code_from_name(&out->code, name) && out->code != NATT_OK)
        return true;
    return natt_vectors_broken(c, "expect.code: \"%.60s\" is not a code of nitro-attest %s", name, natt_version());
}

static bool acceptance(struct natt_loader *c, natt_vector *out, const json_t *expect)
{
    const json_t *from = json_object_get(expect, "values");
    natt_vector_values *values = from != NULL ? natt_vectors_alloc(c, 1, sizeof *values) : NULL;
    if (json_object_size(expect) != (from != NULL ? 2 : 1))
        return natt_vectors_broken(c, "expect: accept must not have code, offset or item");
    out->values = values;
    return from == NULL || (values != NULL && natt_vectors_read_values(c, values, from));
}

static bool expectation(struct natt_loader *c, natt_vector *out, const json_t *expect)
{
    const char *result = natt_vectors_text(c, expect, "expect", "result");
    if (result == NULL)
        return false;
    out->accept = strcmp(result, "accept") == 0;
    out->code = NATT_OK;
    out->offset = NATT_NO_OFFSET;
    out->item = NATT_NO_ITEM;
    if (out->accept)
        return acceptance(c, out, expect);
    if (strcmp(result, "refuse") == 0)
        return refusal(c, out, expect);
    return natt_vectors_broken(c, "expect.result: unknown word \"%.60s\"", result);
}

static bool policy(struct natt_loader *c, natt_vector *out, const json_t *vector)
{
    if (json_object_get(vector, "policy") != NULL)
        out->policy = natt_vectors_text(c, vector, "", "policy");
    return out->policy != NULL || json_object_get(vector, "policy") == NULL;
}

bool natt_vectors_read_head(struct natt_loader *c, natt_vector *out, const json_t *from)
{
    c->vector = NULL;
    out->id = natt_vectors_text(c, from, "", "id");
    c->vector = out->id;
    if (out->id == NULL)
        return false;
    out->description = natt_vectors_text(c, from, "", "description");
    out->class_name = natt_vectors_text(c, from, "", "class");
    return out->description != NULL && out->class_name != NULL && rules(c, out, from) && severity(c, out, from) &&
           reach(c, out, from) && tags(c, out, from);
}

bool natt_vectors_read_vector(struct natt_loader *c, natt_vector *out, const struct natt_vectors_group *group,
                              const json_t *vector)
{
    *out = (natt_vector){.group = group->name};
    return natt_vectors_read_head(c, out, vector) && policy(c, out, vector) &&
           natt_vectors_read_document(c, out, group->genuine, json_object_get(vector, "document")) &&
           options(c, out, group, vector) && expectation(c, out, json_object_get(vector, "expect")) &&
           ((strcmp(out->severity, "none") == 0) == out->accept ||
            natt_vectors_broken(c, "severity must be \"none\" for accept, and only for accept"));
}
