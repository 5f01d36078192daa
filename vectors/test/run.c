#include "run.h"

#include <criterion/criterion.h>
#include <nitro_attest/vectors.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void note(struct natt_tally *t, const char *line)
{
    size_t used = strlen(t->first);
    t->failed++;
    if (used + strlen(line) + 2 < sizeof t->first)
        snprintf(t->first + used, sizeof t->first - used, "\n%s", line);
}

static void run_one(struct natt_tally *t, const natt_vector *vector, const struct natt_crypto *crypto)
{
    char line[400];
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    bool ok = natt_verify_with(&v, vector->document, vector->options, NULL, crypto, &err);
    bool as_expected =
        ok == vector->accept && err.code == vector->code && err.item == vector->item && err.offset == vector->offset;
    t->run++;
    if (as_expected)
        return;
    snprintf(line, sizeof line, "%s: %s, item %d, offset %td; expected %s, item %d, offset %td", vector->id,
             natt_code_name(err.code), (int)err.item, (ptrdiff_t)err.offset, natt_code_name(vector->code),
             (int)vector->item, (ptrdiff_t)vector->offset);
    note(t, line);
}

natt_vectors *natt_test_open_vectors(void)
{
    static char genuine[4096];
    const char *shared = getenv("NITRO_ATTEST_SHARED");
    natt_vectors_options options = NATT_VECTORS_OPTIONS_INIT;
    natt_vectors_error err;
    snprintf(genuine, sizeof genuine, "%s/real", shared != NULL ? shared : "");
    options.folder = getenv("NATT_VECTORS");
    options.genuine = shared != NULL && shared[0] != '\0' ? genuine : NULL;
    natt_vectors *all = natt_vectors_open(&options, &err);
    cr_assert_not_null(all, "%s", err.message);
    return all;
}

struct natt_tally natt_run_vectors(const struct natt_crypto *crypto, size_t share, bool only_genuine)
{
    struct natt_tally t = {0};
    natt_vectors *all = natt_test_open_vectors();
    size_t seen = 0;
    for (size_t i = 0; i < natt_vectors_count(all); i++) {
        const natt_vector *vector = natt_vectors_at(all, i);
        if ((vector->genuine_sha256 != NULL) != only_genuine || seen++ % share != 0)
            continue;
        if (vector->document.ptr == NULL)
            t.skipped++;
        else
            run_one(&t, vector, crypto);
    }
    natt_vectors_free(all);
    return t;
}

void natt_assert_tally(const struct natt_tally *t, size_t least)
{
    cr_assert_eq(t->failed, 0, "%zu of %zu failed:%s", t->failed, t->run, t->first);
    cr_assert_eq(t->skipped, 0);
    cr_assert_geq(t->run, least, "only %zu vectors were run", t->run);
}
