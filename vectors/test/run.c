#include "run.h"
#include "load.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void note(struct natt_tally *t, const char *line)
{
    size_t used = strlen(t->first);
    t->failed++;
    if (used + strlen(line) + 2 < sizeof t->first)
        snprintf(t->first + used, sizeof t->first - used, "\n%s", line);
}

static void run_one(struct natt_tally *t, const struct natt_loaded *l, const struct natt_crypto *crypto)
{
    char line[400];
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    bool ok = natt_verify_with(&v, l->doc, &l->opt, NULL, crypto, &err);
    bool as_said = ok == l->accept && err.code == l->code && err.item == l->item && err.offset == l->offset;
    t->run++;
    if (as_said)
        return;
    snprintf(line, sizeof line, "%s: %s, item %d, offset %td; expected %s, item %d, offset %td", l->id,
             natt_code_name(err.code), (int)err.item, (ptrdiff_t)err.offset, natt_code_name(l->code), (int)l->item,
             (ptrdiff_t)l->offset);
    note(t, line);
}

static void load_and_run(struct natt_tally *t, const json_t *group, const json_t *vector,
                         const struct natt_crypto *crypto)
{
    static struct natt_loaded l;
    char line[400];
    natt_load_vector(&l, group, vector);
    if (l.fault[0] != '\0') {
        snprintf(line, sizeof line, "%s: cannot be read: %s", l.id, l.fault);
        note(t, line);
    } else if (l.missing) {
        t->skipped++;
    } else {
        run_one(t, &l, crypto);
    }
}

static bool genuine(const json_t *vector)
{
    return json_is_object(json_object_get(vector, "document"));
}

struct natt_tally natt_run_vectors(const struct natt_crypto *crypto, size_t share, bool only_genuine)
{
    struct natt_tally t = {0};
    json_t *manifest = natt_load_file("manifest.json"), *file, *vector;
    size_t i, j, seen = 0;
    cr_assert_not_null(manifest, "the manifest cannot be read");
    json_array_foreach(json_object_get(manifest, "files"), i, file)
    {
        json_t *group = natt_load_file(json_string_value(json_object_get(file, "file")));
        cr_assert_not_null(group, "%s cannot be read", json_string_value(json_object_get(file, "file")));
        json_array_foreach(json_object_get(group, "vectors"), j, vector)
        {
            if (genuine(vector) == only_genuine && seen++ % share == 0)
                load_and_run(&t, group, vector, crypto);
        }
        json_decref(group);
    }
    json_decref(manifest);
    return t;
}

void natt_assert_tally(const struct natt_tally *t, size_t least)
{
    cr_assert_eq(t->failed, 0, "%zu of %zu failed:%s", t->failed, t->run, t->first);
    cr_assert_eq(t->skipped, 0);
    cr_assert_geq(t->run, least, "only %zu vectors were run", t->run);
}
