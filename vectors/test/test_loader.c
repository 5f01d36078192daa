/*
 * The loader: what it returns, and that it refuses every invalid file. The sanitizers find leaks.
 */
#include "mini.h"
#include "run.h"

#include "verify/test/genuine.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(loader, .fini = natt_mini_remove, .timeout = 60);

static natt_vectors *open_mini(const char *genuine, natt_vectors_error *err)
{
    natt_vectors_options options = NATT_VECTORS_OPTIONS_INIT;
    options.folder = natt_mini_folder();
    options.genuine = genuine;
    return natt_vectors_open(&options, err);
}

/* Nothing is loaded, and the error has this fault and this text. */
static void assert_refused(natt_vectors_fault fault, const char *row, const char *words)
{
    natt_vectors_error err;
    natt_vectors *all = open_mini(NULL, &err);
    cr_assert_null(all, "%s: loaded", row);
    cr_assert_eq(err.fault, fault, "%s: fault %d, %s", row, (int)err.fault, err.message);
    cr_assert_not_null(strstr(err.message, words), "%s: %s", row, err.message);
}

static bool equal(natt_bytes a, const void *b, size_t len)
{
    return a.ptr != NULL && a.len == len && memcmp(a.ptr, b, len) == 0;
}

static void assert_policy(const natt_policy *policy)
{
    cr_assert_eq(policy->struct_size, sizeof *policy);
    cr_assert_eq(policy->set_count, 1);
    cr_assert_str_eq(policy->sets[0].name, "s");
    cr_assert_eq(policy->sets[0].pcr_count, 1);
    cr_assert_eq(policy->sets[0].pcrs[0].index, 7);
    cr_assert_eq(policy->sets[0].pcrs[0].value.len, 48);
    cr_assert_eq(policy->sets[0].pcrs[0].value.ptr[47], 0x2f);
}

Test(loader, options_become_what_natt_verify_takes)
{
    natt_vectors_error err;
    natt_mini_write(NULL, NULL);
    natt_vectors *all = open_mini(NULL, &err);
    cr_assert_not_null(all, "%s", err.message);
    const natt_options *o = natt_vectors_find(all, "one")->options;
    cr_assert(o->struct_size == sizeof *o && o->kind == NATT_KIND_ENCLAVE && o->time_mode == NATT_TIME_NOW);
    cr_assert(o->now_ms == UINT64_C(1760000000000) && o->max_age_ms == 5 && o->max_future_ms == 6);
    cr_assert(o->nonce_mode == NATT_NONCE_EXACT && equal(o->nonce, "\x00\x11", 2));
    cr_assert(o->user_data.mode == NATT_EXPECT_EXACT && equal(o->user_data.value, "\x22", 1));
    cr_assert(o->public_key.mode == NATT_EXPECT_ABSENT && o->public_key.value.ptr == NULL);
    cr_assert(equal(o->module_id, "i-0", 3) && o->region.ptr == NULL);
    cr_assert(o->limits == NATT_LIMITS_AWS_512 && o->flags == NATT_ALLOW_DEBUG);
    cr_assert(o->root_count == 1 && equal(o->roots[0], "000", 3));
    cr_assert(o->deny_count == 1 && o->deny[0].type == NATT_DENY_SERIAL);
    cr_assert(equal(o->deny[0].issuer, "\x30", 1) && equal(o->deny[0].value, "\x01", 1));
    assert_policy(o->policy);
    o = natt_vectors_find(all, "two")->options;
    cr_assert(o->kind == NATT_KIND_NITROTPM && o->time_mode == NATT_TIME_ARCHIVE && o->max_age_ms == NATT_UNSET_MS);
    cr_assert(o->nonce_mode == NATT_NONCE_NOT_USED && o->policy == NULL && o->flags == NATT_INSECURE_NO_PCR_POLICY);
    natt_vectors_free(all);
}

Test(loader, vectors_have_every_member)
{
    natt_vectors_error err;
    natt_mini_write(NULL, NULL);
    natt_vectors *all = open_mini(NULL, &err);
    cr_assert_not_null(all, "%s", err.message);
    cr_assert(natt_vectors_count(all) == 2 && natt_vectors_version(all) == 1 && natt_vectors_at(all, 2) == NULL);
    cr_assert_str_eq(natt_vectors_folder(all), natt_mini_folder());
    cr_assert_null(natt_vectors_find(all, "three"));
    const natt_vector *v = natt_vectors_at(all, 0);
    cr_assert_eq(v, natt_vectors_find(all, "one"));
    cr_assert(strcmp(v->group, "mini") == 0 && strcmp(v->class_name, "c") == 0 && strcmp(v->severity, "high") == 0);
    cr_assert(strcmp(v->reach, "aws") == 0 && v->tag_count == 2 && strcmp(v->tags[1], "der-strict") == 0);
    cr_assert(strcmp(v->policy, "Because.") == 0 && strcmp(v->description, "One.") == 0);
    cr_assert(v->rule_count == 1 && strcmp(v->rules[0], "R-COSE-01") == 0);
    cr_assert(equal(v->document, "\x00\x01\x02", 3) && v->genuine_sha256 == NULL);
    cr_assert(!v->accept && v->code == NATT_E_COSE_ARRAY && v->offset == 1 && v->item == NATT_NO_ITEM);
    cr_assert_eq(strncmp(v->options_json, "{\"kind\":\"enclave\",\"time_mode\":\"now\",\"max_age_ms\":5,", 50), 0);
    v = natt_vectors_at(all, 1);
    cr_assert(v->accept && v->code == NATT_OK && v->offset == NATT_NO_OFFSET && v->policy == NULL);
    cr_assert(strcmp(v->reach, "anybody") == 0 && v->tags != NULL && v->tag_count == 0);
    cr_assert(v->document.ptr == NULL && v->genuine_sha256 != NULL && strcmp(v->genuine_file, "f") == 0);
    natt_vectors_free(all);
}

Test(loader, genuine_documents_are_found_by_their_digest)
{
    char folder[100];
    natt_vectors_error err;
    natt_mini_write(NULL, NULL);
    natt_mini_put("data/abc", "abc", 3);
    snprintf(folder, sizeof folder, "%s/data", natt_mini_folder());
    natt_vectors *all = open_mini(folder, &err);
    cr_assert_not_null(all, "%s", err.message);
    cr_assert(equal(natt_vectors_at(all, 1)->document, "abc", 3));
    natt_vectors_free(all);
    cr_assert_null(open_mini("/nonexistent", &err));
    cr_assert_eq(err.fault, NATT_VECTORS_UNREADABLE);
    cr_assert_not_null(strstr(err.message, "/nonexistent"), "%s", err.message);
}

#define TIMES_4(x)  x x x x
#define TIMES_16(x) TIMES_4(TIMES_4(x))
#define TIMES_64(x) TIMES_4(TIMES_16(x))
#define DENY_ENTRY  "{\"type\": \"serial\", \"issuer\": \"30\", \"value\": \"01\"}"

/* The text of the group to replace, its replacement, and a part of the expected error. */
static const struct {
    const char *from, *to, *words;
} broken[] = {
    {"\"group\": \"mini\", ", "", "data/mini.json: group is missing"},
    {"\"format\": 3, ", "", "data/mini.json: format is missing"},
    {"\"format\": 3", "\"format\": 2", "format is 2, but this library reads format 3"},
    {"\"format\": 3", "\"format\": 4", "format is 4, but this library reads format 3"},
    {"\"version\": 1", "\"version\": 2", "the version does not match manifest.json"},
    {"\"version\": 1", "\"version\": \"1\"", "version is not a non-negative integer"},
    {"\"roots\": {\"r\": \"MDAw\"}", "\"roots\": []", "roots is not an object"},
    {"}]}\n", "}]", "data/mini.json: line "},
    {"}]}\n", "}]} x\n", "data/mini.json: line "},
    {"{\"group\"", "{\"group\": \"mini\", \"group\"", "duplicate"},
    {"\"id\": \"one\"", "\"id\": 1", "data/mini.json: id is not a string"},
    {"\"id\": \"one\"", "\"id\": \"two\"", "vector two: the id is used twice"},
    {"\"description\": \"One.\"", "\"description\": \"\"", "vector one: description is empty"},
    {"[\"R-COSE-01\"]", "[]", "vector one: rules has 0 entries"},
    {"[\"R-COSE-01\"]", "[1]", "rules[0] is not a string"},
    {"[\"R-COSE-01\"]", "[" TIMES_16("1, 1, ") "1]", "rules has 33 entries"},
    {"\"class\": \"c\", ", "", "class is missing"},
    {"\"high\"", "\"dire\"", "unknown severity"},
    {"\"high\"", "\"none\"", "severity must be \"none\" for accept"},
    {"\"reach\": \"aws\", ", "", "reach is missing"},
    {"\"aws\"", "\"nobody\"", "unknown reach"},
    {"\"tags\": [\"pedantic\", \"der-strict\"], ", "", "tags is missing"},
    {"[\"pedantic\", \"der-strict\"]", "\"pedantic\"", "tags is not a list"},
    {"\"pedantic\"", "1", "tags[0] is not a string"},
    {"\"pedantic\"", "\"hard\"", "tags: unknown word \"hard\""},
    {"[\"pedantic\", \"der-strict\"]", "[" TIMES_16("\"pedantic\", \"pedantic\", ") "\"pedantic\"]",
     "tags has 33 entries"},
    {"\"Because.\"", "\"\"", "policy is empty"},
    {"\"AAEC\"", "\"AAE!\"", "vector one: document is not base64"},
    {"\"AAEC\"", "\"AAE\"", "document is not base64"},
    {"\"AAEC\"", "\"AAF=\"", "document is not base64"},
    {"\"AAEC\"", "\"AA\\nEC\"", "document is not base64"},
    {"\"AAEC\"", "7", "document is not a string"},
    {"\"sha256\": \"ba", "\"sha256\": \"BA", "vector two: document.sha256 is not 64"},
    {"\"file\": \"f\"", "\"file\": 1", "document.file is not a string"},
    {"[\"r\"]", "[\"s\"]", "roots: \"s\" is not in the table"},
    {"[\"r\"]", "[]", "roots has 0 entries"},
    {"[\"r\"]", "[" TIMES_16("\"r\", ") "\"r\"]", "roots has 17 entries"},
    {"\"MDAw\"", "\"MDA\"", "roots is not base64"},
    {"1760000000000", "\"1760000000000\"", "now_ms is not a non-negative integer"},
    {"1760000000000", "-1", "now_ms is not a non-negative integer"},
    {"\"now_ms\": 1760000000000, ", "", "now_ms is missing"},
    {"\"nonce\"", "\"nonse\"", "options: unknown key \"nonse\""},
    {"\"enclave\"", "\"enclaves\"", "options.kind: unknown word \"enclaves\""},
    {"\"kind\": \"enclave\", ", "", "options.kind is missing"},
    {"\"time_mode\": \"now\"", "\"time_mode\": \"then\"", "options.time_mode: unknown word"},
    {"\"time_mode\": \"now\"", "\"time_mode\": \"archive\"", "is only allowed with time_mode \"now\""},
    {"\"max_age_ms\": 5, ", "", "options.max_age_ms is missing"},
    {"\"max_age_ms\": 5", "\"max_age_ms\": \"unlimitd\"", "max_age_ms is not a non-negative integer"},
    {"\"max_future_ms\": 6", "\"max_future_ms\": 6.5", "max_future_ms is not a non-negative integer"},
    {"\"0011\"", "\"001\"", "options.nonce is not lowercase hexadecimal"},
    {"\"0011\"", "\"001G\"", "options.nonce is not lowercase hexadecimal"},
    {"\"0011\"", "\"00AA\"", "options.nonce is not lowercase hexadecimal"},
    {"\"0011\"", "11", "options.nonce is not a string"},
    {"\"mode\": \"exact\"", "\"mode\": \"exactly\"", "options.user_data: unknown word \"exactly\""},
    {"\"mode\": \"exact\"", "\"mode\": \"absent\"", "options.user_data: a value is required with mode \"exact\""},
    {"{\"mode\": \"absent\"}", "{\"mode\": \"exact\"}", "options.public_key: a value is required with mode \"exact\""},
    {"{\"mode\": \"absent\"}", "null", "options.public_key is not an object"},
    {"{\"mode\": \"absent\"}", "{\"mode\": \"absent\", \"x\": 1}", "options.public_key: unknown key \"x\""},
    {"\"i-0\"", "0", "options.module_id is not a string"},
    {"\"aws-512\"", "\"aws-513\"", "options.limits: unknown word"},
    {"\"allow-debug\"", "\"allow-all\"", "options.flags: unknown word \"allow-all\""},
    {"[\"allow-debug\"]", "\"allow-debug\"", "flags is not a list"},
    {"[\"allow-debug\"]", "[\"no-pcr-policy\"]", "pcr_policy or the flag no-pcr-policy is required"},
    {"[\"no-pcr-policy\"]", "[]", "pcr_policy or the flag no-pcr-policy is required"},
    {"\"pcr_policy\": {\"version\": 1", "\"pcr_policy\": {\"version\": 2", "pcr_policy.version is not 1"},
    {"{\"7\": ", "{\"32\": ", "\"32\" is not a PCR index"},
    {"{\"7\": ", "{\"07\": ", "\"07\" is not a PCR index"},
    {"{\"7\": ", "{\"x\": ", "\"x\" is not a PCR index"},
    {"2d2e2f\"", "2d2e\"", "47 bytes, not 48"},
    {MINI_PCR, MINI_PCR "00", "49 bytes, more than the maximum of 48"},
    {"[\"" MINI_PCR "\"]", "[]", "sets[0].7 is not a list of values"},
    {"{\"7\": [\"" MINI_PCR "\"]}", "{}", "sets[0] contains no PCRs"},
    {"\"name\": \"s\", ", "", "sets[0].name is missing"},
    {"\"serial\"", "\"serials\"", "options.deny[0]: unknown word"},
    {"\"issuer\": \"30\"", "\"isuer\": \"30\"", "options.deny[0]: unknown key \"isuer\""},
    {"\"issuer\": \"30\"", "\"issuer\": \"3\"", "options.deny[0] is not lowercase hexadecimal"},
    {"\"value\": \"01\"", "\"value\": 1", "options.deny[0] is not a string"},
    {"[" DENY_ENTRY "]", "[]", "deny has 0 entries"},
    {"[" DENY_ENTRY "]", "[" TIMES_64(DENY_ENTRY ", ") DENY_ENTRY "]", "deny has 65 entries"},
    {"\"refuse\"", "\"refused\"", "expect.result: unknown word \"refused\""},
    {"\"NATT_E_COSE_ARRAY\"", "\"NATT_E_NOTHING\"", "\"NATT_E_NOTHING\" is not a code"},
    {"\"NATT_E_COSE_ARRAY\"", "\"NATT_OK\"", "\"NATT_OK\" is not a code"},
    {"\"code\": \"NATT_E_COSE_ARRAY\", ", "", "expect.code is missing"},
    {"\"offset\": 1", "\"offset\": -1", "expect.offset is neither"},
    {"\"item\": null", "\"item\": 4294967295", "expect.item is neither"},
    {", \"item\": null", "", "expect.item is neither"},
    {"{\"result\": \"accept\"}", "{\"result\": \"accept\", \"code\": null}", "accept must not have code"},
    {"{\"result\": \"accept\"}", "{}", "vector two: expect.result is missing"},
};

Test(loader, a_broken_group_is_refused_and_named)
{
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        natt_mini_write(broken[i].from, broken[i].to);
        assert_refused(NATT_VECTORS_BROKEN, broken[i].words, broken[i].words);
    }
}

Test(loader, too_many_values_of_a_set_are_refused)
{
    static char values[30000];
    size_t used = 0;
    for (size_t i = 0; i <= NATT_VECTORS_MAX_SET_PCRS; i++)
        used += (size_t)snprintf(values + used, sizeof values - used, "%s\"%s\"", i > 0 ? ", " : "[", MINI_PCR);
    snprintf(values + used, sizeof values - used, "]");
    natt_mini_write("[\"" MINI_PCR "\"]", values);
    assert_refused(NATT_VECTORS_BROKEN, "257 values", "more than 256 values");
}

static const struct {
    const char *from, *to, *words;
} broken_manifest[] = {
    {"\"version\": 1", "\"version\": 0", "manifest.json: version is not a positive 32-bit number"},
    {"\"version\": 1, ", "", "manifest.json: version is missing"},
    {"\"count\": 2, \"files\"", "\"count\": 3, \"files\"", "manifest.json: count is 3, but the files have 2"},
    {"\"count\": 2}", "\"count\": 1}", "vectors has 2 entries, but manifest.json has a count of 1"},
    {"\"files\": [", "\"flies\": [", "manifest.json: files is missing"},
    {"\"sha256\": \"", "\"sha256\": \"0", "a sha256 is not 64"},
    {"data/mini.json", "/data/mini.json", "must be inside the folder"},
    {"data/mini.json", "data/../../mini.json", "must be inside the folder"},
    {"data/mini.json", "", "files[].file is empty"},
    {"{\"name\"", "[{\"name\"", "manifest.json: line"},
    {"{\"name\"", "", "manifest.json: line"},
};

Test(loader, a_broken_manifest_is_refused_and_named)
{
    for (size_t i = 0; i < sizeof broken_manifest / sizeof broken_manifest[0]; i++) {
        natt_mini_write_manifest(broken_manifest[i].from, broken_manifest[i].to);
        assert_refused(NATT_VECTORS_BROKEN, broken_manifest[i].words, broken_manifest[i].words);
    }
    natt_mini_put("manifest.json", "[1]", 3);
    assert_refused(NATT_VECTORS_BROKEN, "an array", "manifest.json: is not a JSON object");
    natt_mini_put("manifest.json", "", 0);
    assert_refused(NATT_VECTORS_BROKEN, "an empty file", "manifest.json: line");
}

Test(loader, a_changed_file_is_refused_by_its_digest)
{
    natt_mini_write(NULL, NULL);
    natt_mini_put("data/mini.json", "{}", 2);
    assert_refused(NATT_VECTORS_BROKEN, "changed", "data/mini.json: the SHA-256 digest is 44136fa355b3678a");
}

Test(loader, missing_files_and_folders_are_named)
{
    natt_vectors_error err;
    natt_vectors_options options = NATT_VECTORS_OPTIONS_INIT;
    assert_refused(NATT_VECTORS_UNREADABLE, "no manifest", "manifest.json: cannot open");
    natt_mini_write_manifest("mini.json", "gone.json");
    assert_refused(NATT_VECTORS_UNREADABLE, "no file", "data/gone.json: cannot open");
    natt_mini_write_manifest("data/mini.json", "data");
    assert_refused(NATT_VECTORS_UNREADABLE, "a folder", "data: cannot read");
    options.folder = "/nonexistent/vectors";
    cr_assert_null(natt_vectors_open(&options, &err));
    cr_assert(err.fault == NATT_VECTORS_UNREADABLE && strstr(err.message, "/nonexistent/vectors") != NULL);
    cr_assert_null(natt_vectors_open(&options, NULL));
}

Test(loader, options_of_another_size_are_refused)
{
    natt_vectors_error err;
    natt_vectors_options options = NATT_VECTORS_OPTIONS_INIT;
    options.struct_size--;
    cr_assert_null(natt_vectors_open(&options, &err));
    cr_assert_eq(err.fault, NATT_VECTORS_USAGE);
    cr_assert_null(natt_vectors_open(NULL, &err));
    cr_assert_eq(err.fault, NATT_VECTORS_USAGE);
    natt_vectors_free(NULL);
}

/* Every committed vector, in the order of the manifest, is also found by its id. */
Test(loader, the_committed_vectors_are_all_there)
{
    natt_vectors *all = natt_test_open_vectors();
    size_t genuine = 0, accepted = 0;
    cr_assert_geq(natt_vectors_count(all), 400);
    for (size_t i = 0; i < natt_vectors_count(all); i++) {
        const natt_vector *v = natt_vectors_at(all, i);
        cr_assert_eq(natt_vectors_find(all, v->id), v);
        cr_assert_geq(v->options->root_count, 1);
        genuine += v->genuine_sha256 != NULL ? 1 : 0;
        accepted += v->accept ? 1 : 0;
        cr_assert(v->genuine_sha256 != NULL || v->document.ptr != NULL);
        cr_assert_eq(v->accept, v->code == NATT_OK);
    }
    cr_assert(genuine >= 20 && accepted >= 40 && accepted < natt_vectors_count(all) / 2);
    natt_vectors_free(all);
}
