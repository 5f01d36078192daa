/*
 * The loader: values, edits of genuine documents, sequences. Limits at n-1, n and n+1.
 */
#include "mini.h"
#include "run.h"

#include "verify/test/genuine.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(loader_parts, .fini = natt_mini_remove, .timeout = 60);

#define PCR  "\"" MINI_PCR "\""
#define HALF "000102030405060708090a0b0c0d0e0f" /* 16 bytes */
#define END  "{\"result\": \"accept\"}}]}\n"
#define VALUES                                                                                                         \
    "{\"module_id\": \"i-0\", \"timestamp\": 7, \"digest\": \"SHA384\", \"pcrs\": {\"0\": " PCR ", \"31\": " PCR       \
    "}, \"public_key\": null, \"user_data\": \"\", \"nonce\": \"0aff\"}"
#define EXPECTS(values)          "{\"result\": \"accept\", \"values\": " values "}}]}\n"
#define SHA                      "15ad\", \"file\": \"f\""
#define PATCH(edits)             SHA ", \"patch\": " edits
#define EDIT(at, remove, insert) "{\"offset\": " #at ", \"remove\": " #remove ", \"insert\": \"" insert "\"}"
#define SEQUENCE(severity, reach, steps)                                                                               \
    "{\"id\": \"both\", \"description\": \"Both.\", \"rules\": [\"R-COSE-01\"], \"class\": \"s\", \"severity\": "      \
    "\"" severity "\", \"reach\": \"" reach "\", \"tags\": [], \"steps\": " steps "}"
#define WITH(sequences) "{\"result\": \"accept\"}}], \"sequences\": " sequences "}\n"
#define BOTH            SEQUENCE("high", "aws", "[\"two\", \"one\"]")

/* With the file "abc", whose digest the vector two has, in the folder of genuine documents. */
static natt_vectors *open_mini(const char *from, const char *to, bool genuine, natt_vectors_error *err)
{
    char path[100];
    natt_vectors_options options = NATT_VECTORS_OPTIONS_INIT;
    natt_mini_write(from, to);
    natt_mini_put("data/abc", "abc", 3);
    snprintf(path, sizeof path, "%s/data", natt_mini_folder());
    options.folder = natt_mini_folder();
    options.genuine = genuine ? path : NULL;
    return natt_vectors_open(&options, err);
}

static natt_vectors *must_open(const char *from, const char *to, bool genuine)
{
    natt_vectors_error err;
    natt_vectors *all = open_mini(from, to, genuine, &err);
    cr_assert_not_null(all, "%s", err.message);
    return all;
}

static void must_refuse(const char *from, const char *to, bool genuine, const char *words)
{
    natt_vectors_error err;
    natt_vectors *all = open_mini(from, to, genuine, &err);
    cr_assert_null(all, "%s was loaded", words);
    cr_assert(err.fault == NATT_VECTORS_BROKEN && strstr(err.message, words) != NULL, "%s: %s", words, err.message);
}

static bool equal(natt_bytes got, const char *bytes, size_t len)
{
    return got.ptr != NULL && got.len == len && memcmp(got.ptr, bytes, len) == 0;
}

/* A verifier that accepts PCRs of other sizes returns them: its verdict counts, so this is no invalid answer. */
Test(loader_parts, pcrs_of_values_have_up_to_64_bytes)
{
    natt_vectors *all = must_open(END, EXPECTS("{\"pcrs\": {\"0\": \"00\", \"1\": \"" MINI_PCR HALF "\"}}"), false);
    const natt_vector_values *v = natt_vectors_find(all, "two")->values;
    cr_assert(v->pcr_mask == 3 && v->pcrs[0].len == 1 && v->pcrs[1].len == 64 && v->pcrs[1].ptr[63] == 0x0f);
    natt_vectors_free(all);
}

Test(loader_parts, values_are_loaded)
{
    natt_vectors *all = must_open(END, EXPECTS(VALUES), false);
    const natt_vector_values *v = natt_vectors_find(all, "two")->values;
    cr_assert_not_null(v);
    cr_assert_null(natt_vectors_find(all, "one")->values);
    cr_assert(equal(v->module_id, "i-0", 3) && equal(v->digest, "SHA384", 6) && v->timestamp_ms == 7);
    cr_assert(v->pcr_mask == 0x80000001u && v->pcrs[31].len == 48 && v->pcrs[31].ptr[47] == 0x2f);
    cr_assert(v->pcrs[1].ptr == NULL && v->public_key.ptr == NULL);
    cr_assert(equal(v->user_data, "", 0) && equal(v->nonce, "\x0a\xff", 2));
    cr_assert_eq(v->known, 1u << NATT_FIELD_MODULE_ID | 1u << NATT_FIELD_TIMESTAMP | 1u << NATT_FIELD_DIGEST |
                               1u << NATT_FIELD_PCRS | 1u << NATT_FIELD_PUBLIC_KEY | 1u << NATT_FIELD_USER_DATA |
                               1u << NATT_FIELD_NONCE);
    natt_vectors_free(all);
    all = must_open(END, EXPECTS("{\"nonce\": null}"), false);
    cr_assert_eq(natt_vectors_find(all, "two")->values->known, 1u << NATT_FIELD_NONCE);
    natt_vectors_free(all);
}

static const struct {
    const char *from, *to, *words;
} broken[] = {
    {END, EXPECTS("[]"), "vector two: values is not an object"},
    {END, EXPECTS("{\"Nonce\": null}"), "values: unknown key \"Nonce\""},
    {END, EXPECTS("{\"nonce\": 1}"), "values.nonce is not a string"},
    {END, EXPECTS("{\"nonce\": \"0A\"}"), "values.nonce is not lowercase hexadecimal"},
    {END, EXPECTS("{\"module_id\": null}"), "values.module_id is not a string"},
    {END, EXPECTS("{\"digest\": 384}"), "values.digest is not a string"},
    {END, EXPECTS("{\"timestamp\": -1}"), "timestamp is not a non-negative integer"},
    {END, EXPECTS("{\"pcrs\": []}"), "values.pcrs is not an object"},
    {END, EXPECTS("{\"pcrs\": {\"32\": " PCR "}}"), "\"32\" is not a PCR index"},
    {END, EXPECTS("{\"pcrs\": {\"00\": " PCR "}}"), "\"00\" is not a PCR index"},
    {END, EXPECTS("{\"pcrs\": {\"0\": null}}"), "values.pcrs.0 is not a string"},
    {END, EXPECTS("{\"pcrs\": {\"0\": \"" MINI_PCR HALF "00\"}}"), "65 bytes, more than the maximum of 64"},
    {END, "{\"result\": \"accept\", \"code\": 1}}]}\n", "accept must not have code"},
    {SHA, PATCH("{}"), "patch is not a list"},
    {SHA, PATCH("[]"), "patch has 0 entries"},
    {SHA, PATCH("[1]"), "document.patch[0] is not an object"},
    {SHA, PATCH("[{\"offset\": 0, \"remove\": 1}]"), "document.patch[0] is missing"},
    {SHA, PATCH("[{\"offset\": 0, \"insert\": \"00\"}]"), "remove is missing"},
    {SHA, PATCH("[{\"remove\": 0, \"insert\": \"00\"}]"), "offset is missing"},
    {SHA, PATCH("[{\"offset\": 0, \"remove\": 1, \"insert\": \"\", \"x\": 1}]"), "patch[0]: unknown key \"x\""},
    {SHA, PATCH("[" EDIT(0, 0, "") "]"), "document.patch[0] changes nothing"},
    {SHA, PATCH("[" EDIT(0, 0, "0") "]"), "not lowercase hexadecimal"},
    {SHA, PATCH("[" EDIT(-1, 0, "00") "]"), "offset is not a non-negative integer"},
    {SHA, PATCH("[" EDIT(1048577, 0, "00") "]"), "offset is more than 1048576"},
    {SHA, PATCH("[" EDIT(0, 1048577, "00") "]"), "remove is more than 1048576"},
    {SHA, PATCH("[" EDIT(0, 2, "00") ", " EDIT(1, 1, "00") "]"), "patch[1] begins before the end of the edit"},
    {SHA, PATCH("[" EDIT(1, 0, "00") ", " EDIT(0, 1, "") "]"), "patch[1] begins before the end of the edit"},
    {END, WITH("{}"), "data/mini.json: sequences is not a list"},
    {END, WITH("[]"), "sequences has 0 entries"},
    {END, WITH("[1]"), "id is missing"},
    {END, WITH("[" SEQUENCE("high", "aws", "[\"two\"]") "]"), "vector both: steps has 1 entries"},
    {END, WITH("[" SEQUENCE("high", "aws", "[\"two\", 1]") "]"), "steps[] is not a string"},
    {END, WITH("[" SEQUENCE("high", "aws", "[\"two\", \"no\"]") "]"), "\"no\" is not a vector of this file"},
    {END, WITH("[" SEQUENCE("high", "aws", "[\"two\", \"both\"]") "]"), "\"both\" is not a vector of this file"},
    {END, WITH("[" SEQUENCE("low", "aws", "[\"two\", \"one\"]") "]"), "those of the worst step, one"},
    {END, WITH("[" SEQUENCE("high", "anybody", "[\"two\", \"one\"]") "]"), "those of the worst step, one"},
    {END, WITH("[" BOTH ", " BOTH "]"), "vector both: the id is used twice"},
};

Test(loader_parts, broken_values_patches_and_sequences_are_refused)
{
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        must_refuse(broken[i].from, broken[i].to, false, broken[i].words);
}

Test(loader_parts, the_id_of_a_vector_is_not_the_id_of_a_sequence)
{
    must_refuse(END,
                WITH("[{\"id\": \"one\", \"description\": \"D.\", \"rules\": [\"R-COSE-01\"], \"class\": \"s\", "
                     "\"severity\": \"high\", \"reach\": \"aws\", \"tags\": [], \"steps\": [\"one\", \"two\"]}]"),
                false, "the id is used twice");
}

static void assert_patched(const char *edits, const char *bytes, size_t len)
{
    char to[400];
    snprintf(to, sizeof to, PATCH("%s"), edits);
    natt_vectors *all = must_open(SHA, to, true);
    const natt_vector *v = natt_vectors_find(all, "two");
    cr_assert(equal(v->document, bytes, len), "%s", edits);
    cr_assert(v->genuine_sha256 != NULL && v->edit_count >= 1);
    natt_vectors_free(all);
}

Test(loader_parts, a_genuine_document_is_edited)
{
    assert_patched("[" EDIT(0, 0, "d2") "]",
                   "\xd2"
                   "abc",
                   4);
    assert_patched("[" EDIT(3, 0, "00") "]", "abc\x00", 4);
    assert_patched("[" EDIT(1, 1, "") "]", "ac", 2);
    assert_patched("[" EDIT(2, 1, "58") "]", "abX", 3);
    assert_patched("[" EDIT(0, 3, "58") "]", "X", 1);
    assert_patched("[" EDIT(0, 1, "5859") ", " EDIT(1, 0, "5a") ", " EDIT(2, 1, "") "]", "XYZb", 4);
    natt_vectors *all = must_open(SHA, PATCH("[" EDIT(1, 1, "ff") "]"), false);
    const natt_vector *v = natt_vectors_find(all, "two");
    cr_assert(v->document.ptr == NULL && v->edit_count == 1 && v->edits[0].offset == 1 && v->edits[0].remove == 1);
    cr_assert(equal(v->edits[0].insert, "\xff", 1));
    natt_vectors_free(all);
}

Test(loader_parts, an_edit_ends_inside_the_document)
{
    assert_patched("[" EDIT(2, 1, "") "]", "ab", 2);
    must_refuse(SHA, PATCH("[" EDIT(2, 2, "") "]"), true, "document.patch[0] ends at byte 4, but f has 3 bytes");
    must_refuse(SHA, PATCH("[" EDIT(4, 0, "00") "]"), true, "document.patch[0] ends at byte 4, but f has 3 bytes");
}

/* `count` times `one`, between `before` and `after`. */
static char *repeat(const char *before, const char *one, const char *between, size_t count, const char *after)
{
    size_t room = strlen(before) + strlen(after) + count * (strlen(one) + strlen(between)) + 1;
    char *out = malloc(room), *to = out;
    cr_assert_not_null(out);
    to = stpcpy(to, before);
    for (size_t i = 0; i < count; i++)
        to = stpcpy(stpcpy(to, i > 0 ? between : ""), one);
    stpcpy(to, after);
    return out;
}

Test(loader_parts, at_most_32_edits)
{
    for (size_t count = NATT_VECTORS_MAX_EDITS - 1; count <= NATT_VECTORS_MAX_EDITS + 1; count++) {
        char *to = repeat(SHA ", \"patch\": [", EDIT(3, 0, "58"), ", ", count, "]");
        if (count > NATT_VECTORS_MAX_EDITS) {
            must_refuse(SHA, to, true, "patch has 33 entries, not 1 to 32");
        } else {
            natt_vectors *all = must_open(SHA, to, true);
            cr_assert_eq(natt_vectors_find(all, "two")->document.len, 3 + count);
            natt_vectors_free(all);
        }
        free(to);
    }
}

Test(loader_parts, the_edited_document_has_a_maximum_size)
{
    for (size_t len = NATT_VECTORS_MAX_DOCUMENT - 1; len <= NATT_VECTORS_MAX_DOCUMENT + 1; len++) {
        char *to = repeat(SHA ", \"patch\": [{\"offset\": 3, \"remove\": 0, \"insert\": \"", "00", "", len - 3, "\"}]");
        if (len > NATT_VECTORS_MAX_DOCUMENT) {
            must_refuse(SHA, to, true, "makes 1048577 bytes, more than the maximum of 1048576");
        } else {
            natt_vectors *all = must_open(SHA, to, true);
            cr_assert_eq(natt_vectors_find(all, "two")->document.len, len);
            natt_vectors_free(all);
        }
        free(to);
    }
}

Test(loader_parts, sequences_are_loaded_apart_from_vectors)
{
    natt_vectors *all = must_open(END, WITH("[" BOTH "]"), false);
    cr_assert(natt_vectors_count(all) == 2 && natt_vectors_sequence_count(all) == 1);
    const natt_vector *s = natt_vectors_sequence_at(all, 0);
    cr_assert(s != NULL && s == natt_vectors_find(all, "both") && natt_vectors_sequence_at(all, 1) == NULL);
    cr_assert(s->step_count == 2 && s->steps[0] == natt_vectors_at(all, 1) && s->steps[1] == natt_vectors_at(all, 0));
    cr_assert(strcmp(s->group, "mini") == 0 && strcmp(s->class_name, "s") == 0 && strcmp(s->severity, "high") == 0);
    cr_assert(!s->accept && s->code == NATT_E_COSE_ARRAY && s->offset == NATT_NO_OFFSET && s->item == NATT_NO_ITEM);
    cr_assert(s->document.ptr == NULL && s->options == NULL && s->options_json == NULL && s->policy == NULL);
    cr_assert_eq(natt_vectors_at(all, 0)->step_count, 0);
    natt_vectors_free(all);
    all = must_open(END, WITH("[" SEQUENCE("none", "anybody", "[\"two\", \"two\"]") "]"), false);
    cr_assert(natt_vectors_sequence_at(all, 0)->accept);
    natt_vectors_free(all);
    all = must_open(NULL, NULL, false);
    cr_assert(natt_vectors_sequence_count(all) == 0 && natt_vectors_sequence_at(all, 0) == NULL);
    natt_vectors_free(all);
}

Test(loader_parts, at_most_64_steps)
{
    for (size_t count = NATT_VECTORS_MAX_STEPS - 1; count <= NATT_VECTORS_MAX_STEPS + 1; count++) {
        char *steps = repeat("[", "\"one\"", ", ", count, "]");
        char *to = repeat("{\"result\": \"accept\"}}], \"sequences\": [{\"id\": \"both\", \"description\": \"Both.\", "
                          "\"rules\": [\"R-COSE-01\"], \"class\": \"s\", \"severity\": \"high\", \"reach\": \"aws\", "
                          "\"tags\": [], \"steps\": ",
                          steps, "", 1, "}]}\n");
        if (count > NATT_VECTORS_MAX_STEPS) {
            must_refuse(END, to, false, "steps has 65 entries, not 2 to 64");
        } else {
            natt_vectors *all = must_open(END, to, false);
            cr_assert_eq(natt_vectors_sequence_at(all, 0)->step_count, count);
            natt_vectors_free(all);
        }
        free(to);
        free(steps);
    }
}

/* Each with its own id. */
static char *many_sequences(size_t count)
{
    char *out = malloc(200 * count + 100), *to = out;
    cr_assert_not_null(out);
    to = stpcpy(to, "{\"result\": \"accept\"}}], \"sequences\": [");
    for (size_t i = 0; i < count; i++)
        to += sprintf(to,
                      "%s{\"id\": \"s%zu\", \"description\": \"D.\", \"rules\": [\"R-COSE-01\"], \"class\": \"s\", "
                      "\"severity\": \"none\", \"reach\": \"anybody\", \"tags\": [], \"steps\": [\"two\", \"two\"]}",
                      i > 0 ? ", " : "", i);
    stpcpy(to, "]}\n");
    return out;
}

Test(loader_parts, at_most_4096_sequences)
{
    for (size_t count = NATT_VECTORS_MAX_SEQUENCES - 1; count <= NATT_VECTORS_MAX_SEQUENCES + 1; count++) {
        char *to = many_sequences(count);
        if (count > NATT_VECTORS_MAX_SEQUENCES) {
            must_refuse(END, to, false, "sequences has 4097 entries, not 1 to 4096");
        } else {
            natt_vectors *all = must_open(END, to, false);
            cr_assert_eq(natt_vectors_sequence_count(all), count);
            natt_vectors_free(all);
        }
        free(to);
    }
}

/* The committed ones: values where first or last could win, sequences with a refusal in the middle, patches. */
Test(loader_parts, the_committed_vectors_have_all_three)
{
    natt_vectors *all = natt_test_open_vectors();
    size_t values = 0, edited = 0;
    for (size_t i = 0; i < natt_vectors_count(all); i++) {
        const natt_vector *v = natt_vectors_at(all, i);
        values += v->values != NULL ? 1 : 0;
        edited += v->edit_count > 0 ? 1 : 0;
    }
    cr_assert(values >= 200 && edited >= 30, "%zu with values, %zu edited", values, edited);
    cr_assert_geq(natt_vectors_sequence_count(all), 20);
    natt_vectors_free(all);
}
