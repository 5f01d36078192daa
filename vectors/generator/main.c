/*
 * natt-make-vectors FOLDER: writes FOLDER/data/<group>.json and FOLDER/manifest.json. Its output is deterministic: keys
 * in a fixed order, vectors in the order of their table.
 */
#include "vectors/generator/vector.h"
#include "vectors/loader/loader.h"
#include "vectors/loader/words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEED "nitro-attest vectors, version 1"

/* What every document has unless its row says otherwise. public_key is a raw X25519 key [RFC7748 6.1]. */
static const uint8_t public_key[32] = {0x85, 0x20, 0xf0, 0x09, 0x89, 0x30, 0xa7, 0x54, 0x74, 0x8b, 0x7d,
                                       0xdc, 0xb4, 0x3e, 0xf7, 0x5a, 0x0d, 0xbf, 0x3a, 0x0d, 0x26, 0x38,
                                       0x1a, 0xf4, 0xeb, 0xa4, 0xa9, 0x8e, 0xaa, 0x9b, 0x4e, 0x6a};
static const uint8_t user_data[] = {'t', 'e', 's', 't', ' ', 'd', 'a', 't', 'a'};
static const uint8_t nonce[32] = {0x6f, 0x1c, 0x0e, 0x7b, 0x52, 0xa9, 0xd3, 0x48, 0x0b, 0xe6, 0xc1,
                                  0x72, 0x9f, 0x5d, 0x8a, 0x34, 0x14, 0xe2, 0xb7, 0x90, 0x6c, 0xd8,
                                  0x5f, 0x23, 0xa1, 0x0b, 0x9e, 0x47, 0xf8, 0x3d, 0x6c, 0x52};

/* ---- one vector ---- */

/* First the rule of the code, then the rules of the row. */
static json_t *rules_of(const struct natt_row *v)
{
    json_t *out = json_array();
    char words[200];
    if (v->code != NATT_OK)
        json_array_append_new(out, json_string(natt_code_rule(v->code)));
    snprintf(words, sizeof words, "%s", v->rules != NULL ? v->rules : "");
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " "))
        json_array_append_new(out, json_string(word));
    return out;
}

static json_t *ordered_options(const struct natt_case *c)
{
    static const char *const keys[] = {NATT_VECTORS_OPTION_KEYS};
    json_t *out = json_object();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        json_t *value = json_object_get(c->options, keys[i]);
        if (value != NULL)
            json_object_set(out, keys[i], value);
    }
    if (json_object_size(out) != json_object_size(c->options))
        json_object_clear(out);
    return out;
}

static json_t *number_or_null(bool present, size_t value)
{
    return present ? json_integer((json_int_t)value) : json_null();
}

/* `values`: accepted vectors of the group have them. */
static json_t *expectation(struct natt_case *c, bool values)
{
    const struct natt_row *v = c->vector;
    size_t offset = c->offset;
    if (v->accept)
        return values ? json_pack("{s:s, s:o}", "result", "accept", "values", natt_case_values(c))
                      : json_pack("{s:s}", "result", "accept");
    return json_pack("{s:s, s:s, s:o, s:o}", "result", "refuse", "code", natt_code_name(v->code), "offset",
                     number_or_null(offset != NATT_NO_OFFSET, offset), "item",
                     number_or_null(v->item != NATT_NO_ITEM, v->item));
}

static json_t *patch_of(const struct natt_patch_edit *edit)
{
    json_t *out = edit != NULL ? json_array() : NULL;
    for (; edit != NULL && edit->insert != NULL; edit++)
        json_array_append_new(out, json_pack("{s:I, s:I, s:s}", "offset", (json_int_t)edit->offset, "remove",
                                             (json_int_t)edit->remove, "insert", edit->insert));
    return out;
}

static json_t *document(const struct natt_case *c)
{
    const struct natt_genuine *genuine = &c->vector->genuine;
    if (genuine->file != NULL)
        return json_pack("{s:s, s:s, s:o*}", "sha256", genuine->sha256, "file", genuine->file, "patch",
                         patch_of(genuine->patch));
    return natt_vectors_base64_json((natt_bytes){c->bytes, c->len});
}

/* In the order of the schema. */
static json_t *tags_of(const struct natt_row *v)
{
    static const char *const tags[] = {NATT_VECTORS_TAGS};
    json_t *out = json_array();
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
        if (natt_row_has_tag(v, tags[i]))
            json_array_append_new(out, json_string(tags[i]));
    return out;
}

static json_t *vector_json(struct natt_case *c, bool values)
{
    const struct natt_row *v = c->vector;
    return json_pack("{s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:s*, s:o, s:O, s:I, s:o, s:o}", "id", v->id, "description",
                     v->description, "rules", rules_of(v), "class", v->class_name, "severity", v->severity, "reach",
                     natt_row_reach(v), "tags", tags_of(v), "policy", natt_row_policy(v), "document", document(c),
                     "roots", c->roots, "now_ms", (json_int_t)c->now_ms, "options", ordered_options(c), "expect",
                     expectation(c, values));
}

static bool add_vector(const struct natt_row *v, struct natt_maker *maker, bool values, json_t *roots, json_t *list)
{
    static struct natt_case c;
    bool made = natt_case_make(&c, maker, v, roots);
    if (natt_row_reach(v) == NULL)
        natt_case_fail(&c, "traits.c does not list one of the steps");
    else if (made && json_array_append_new(list, vector_json(&c, values)) != 0)
        natt_case_fail(&c, "out of memory");
    if (c.fault[0] != '\0')
        fprintf(stderr, "%s: %s\n", v->id, c.fault);
    natt_case_free(&c);
    return c.fault[0] == '\0';
}

/* ---- one sequence ---- */

static const struct natt_row *row_of(const struct natt_vector_group *group, const char *id)
{
    for (size_t i = 0; i < group->count; i++)
        if (strcmp(group->rows[i].id, id) == 0)
            return &group->rows[i];
    fprintf(stderr, "%s: no such row in its group\n", id);
    exit(1);
}

static size_t rank(const char *severity)
{
    static const char *const order[] = {NATT_VECTORS_SEVERITIES};
    size_t n = 0;
    while (strcmp(order[n], severity) != 0)
        n++;
    return n;
}

static const struct natt_row *worst_step(const struct natt_vector_group *group, const struct natt_sequence *sequence)
{
    const struct natt_row *worst = row_of(group, sequence->steps[0]);
    for (size_t i = 1; sequence->steps[i] != NULL; i++) {
        const struct natt_row *step = row_of(group, sequence->steps[i]);
        worst = rank(step->severity) < rank(worst->severity) ? step : worst;
    }
    return worst;
}

static json_t *sequences_of(const struct natt_vector_group *group)
{
    json_t *out = group->sequence_count > 0 ? json_array() : NULL;
    for (size_t i = 0; i < group->sequence_count; i++) {
        const struct natt_sequence *sequence = &group->sequences[i];
        const struct natt_row *worst = worst_step(group, sequence);
        json_t *steps = json_array();
        for (size_t s = 0; sequence->steps[s] != NULL; s++)
            json_array_append_new(steps, json_string(sequence->steps[s]));
        json_array_append_new(out, json_pack("{s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:o}", "id", sequence->id,
                                             "description", sequence->description, "rules", rules_of(worst), "class",
                                             "certificate-cache", "severity", worst->severity, "reach",
                                             natt_row_reach(worst), "tags", tags_of(worst), "steps", steps));
    }
    return out;
}

/* ---- files ---- */

static bool write_file(const char *path, const char *text, size_t len)
{
    FILE *f = fopen(path, "wb");
    bool ok = f != NULL && fwrite(text, 1, len, f) == len;
    ok = (f == NULL || fclose(f) == 0) && ok;
    if (!ok)
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return ok;
}

static bool write_json(const char *folder, const char *name, const json_t *what, char sha256[65])
{
    char path[4096];
    char *text = natt_vectors_json_line(what, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    size_t len = text != NULL ? strlen(text) : 0;
    bool ok = text != NULL && snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path &&
              natt_vectors_sha256_text(sha256, (natt_bytes){(const uint8_t *)text, len}) && write_file(path, text, len);
    free(text);
    return ok;
}

static bool write_group(const struct natt_vector_group *group, struct natt_maker *maker, const char *folder,
                        json_t *files)
{
    char name[100], sha256[65];
    json_t *roots = json_object(), *list = json_array();
    bool ok = true;
    for (size_t i = 0; i < group->count; i++)
        ok = add_vector(&group->rows[i], maker, group->values, roots, list) && ok;
    json_t *out = json_pack("{s:s, s:i, s:i, s:s, s:o, s:o, s:o*}", "group", group->name, "format", NATT_VECTORS_FORMAT,
                            "version", NATT_VECTORS_VERSION, "description", group->description, "roots", roots,
                            "vectors", list, "sequences", sequences_of(group));
    snprintf(name, sizeof name, "data/%s.json", group->name);
    ok = ok && out != NULL && write_json(folder, name, out, sha256);
    if (ok)
        json_array_append_new(
            files, json_pack("{s:s, s:s, s:I}", "file", name, "sha256", sha256, "count", (json_int_t)group->count));
    json_decref(out);
    return ok;
}

static bool write_manifest(const char *folder, json_t *files, size_t count)
{
    char sha256[65];
    json_t *manifest = json_pack("{s:s, s:i, s:i, s:s, s:I, s:O}", "name", "nitro-attest vectors", "format",
                                 NATT_VECTORS_FORMAT, "version", NATT_VECTORS_VERSION, "schema",
                                 "schema/vectors.schema.json", "count", (json_int_t)count, "files", files);
    bool ok = manifest != NULL && write_json(folder, "manifest.json", manifest, sha256);
    json_decref(manifest);
    return ok;
}

int main(int argc, char **argv)
{
    struct natt_maker maker = {.options = NATT_ISSUER_OPTIONS_INIT, .request = NATT_ISSUE_REQUEST_INIT};
    bool ok = argc == 2;
    char nonce_text[2 * sizeof nonce + 1];
    size_t count = 0;
    json_t *files = json_array();
    maker.options.seed = (natt_bytes){(const uint8_t *)SEED, strlen(SEED)};
    maker.options.now_ms = NATT_VECTOR_NOW_MS;
    maker.options.suffix = "aws";
    maker.request.public_key = (natt_bytes){public_key, sizeof public_key};
    maker.request.user_data = (natt_bytes){user_data, sizeof user_data};
    maker.request.nonce = (natt_bytes){nonce, sizeof nonce};
    natt_vectors_hex_text(nonce_text, maker.request.nonce);
    maker.nonce = nonce_text;
    maker.options.role_arn = "arn:aws:iam::123456789012:role/test";
    if (!ok)
        fprintf(stderr, "usage: natt-make-vectors FOLDER\n");
    for (size_t i = 0; argc == 2 && natt_vector_groups[i] != NULL; i++) {
        ok = write_group(natt_vector_groups[i], &maker, argv[1], files) && ok;
        count += natt_vector_groups[i]->count;
    }
    ok = ok && write_manifest(argv[1], files, count);
    json_decref(files);
    natt_issuers_free(&maker);
    return ok ? 0 : 1;
}
