/*
 * Wycheproof's ECDSA secp384r1 / SHA-384 sets, ASN.1 and P1363, parsed by the verifier's parsers, on every engine and
 * on mbedTLS. Also checks that our own cases cover every class of fault in them.
 */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "verify/crypto/crypto.h"
#include "verify/crypto/test/edge_cases.h"
#include "verify/crypto/test/engines.h"
#include "verify/crypto/test/lanes_queue.h"
#include "verify/crypto/test/peers.h"
#include "verify/crypto/test/signature_forms.h"
#include "verify/crypto/test/wycheproof_flags.h"

static size_t hex_field(uint8_t *out, size_t room, const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    cr_assert(text != NULL && strlen(text) / 2 <= room, "%s", name);
    from_hex(out, strlen(text) / 2, text);
    return strlen(text) / 2;
}

/* Requires that the flags are in the map, and that the groups listed there have cases with this result. */
static void check_flags(const json_t *test, int id, bool valid)
{
    const json_t *flags = json_object_get(test, "flags");
    for (size_t i = 0; i < json_array_size(flags); i++) {
        const char *name = json_string_value(json_array_get(flags, i));
        const struct flag_groups *flag = flag_find(name);
        cr_assert_not_null(flag, "case %d: no group of our own covers the flag %s", id, name);
        cr_assert(valid ? flag->valid : flag->invalid, "case %d: %s has no %svalid case", id, name, valid ? "" : "in");
    }
}

static struct natt_key_table table; /* of the group's key */
static struct lanes_queue queue;    /* of well-formed signatures, with mbedTLS's results */

static void check_signature(const json_t *test, struct natt_job *job, natt_signature_reader *read)
{
    static uint8_t message[4096], bytes[100000];
    natt_bytes part = {message, hex_field(message, sizeof(message), test, "msg")};
    const char *result = json_string_value(json_object_get(test, "result"));
    int id = (int)json_integer_value(json_object_get(test, "tcId"));
    natt_bytes signature = {bytes, hex_field(bytes, sizeof bytes, test, "sig")};
    bool expected = strcmp(result, "valid") == 0, readable = read(job, signature);
    natt_crypto_native.sha384(job->hash, &part, 1);
    check_flags(test, id, expected);
    if (readable)
        queue_add(&queue, job, mbedtls_holds(job));
    for (unsigned e = 0; test_engine(e) != NULL; e++) {
        job->table = NULL;
        bool holds = readable && natt_p384_verify(test_engine(e), job) == NATT_CRYPTO_VALID;
        cr_expect(holds == expected || strcmp(result, "acceptable") == 0, "%s: case %d", test_engine(e)->name, id);
        cr_expect(holds == (readable && mbedtls_holds(job)), "%s and mbedTLS: case %d", test_engine(e)->name, id);
        job->table = &table;
        bool with_table = readable && natt_p384_verify(test_engine(e), job) == NATT_CRYPTO_VALID;
        cr_expect(with_table == holds, "%s with a table: case %d", test_engine(e)->name, id);
    }
}

static size_t judge_group(const json_t *group, natt_signature_reader *read)
{
    struct natt_job job = {0};
    uint8_t key[97];
    const json_t *tests = json_object_get(group, "tests");
    cr_assert_eq(hex_field(key, sizeof(key), json_object_get(group, "publicKey"), "uncompressed"), 97u);
    job.public_key = key + 1;
    (void)natt_p384_make_table(test_engine(0), &table, key + 1);
    for (size_t i = 0; i < json_array_size(tests); i++)
        check_signature(json_array_get(tests, i), &job, read);
    return json_array_size(tests);
}

static void run_set(const char *name, natt_signature_reader *read)
{
    char path[512];
    const char *shared = getenv("NITRO_ATTEST_SHARED");
    size_t count = 0;
    snprintf(path, sizeof(path), "%s/wycheproof/%s", shared != NULL ? shared : "", name);
    json_t *set = shared != NULL && shared[0] != '\0' ? json_load_file(path, 0, NULL) : NULL;
    if (set == NULL)
        cr_skip_test("shared material not found: %s", name);
    const json_t *groups = json_object_get(set, "testGroups");
    for (size_t i = 0; i < json_array_size(groups); i++)
        count += judge_group(json_array_get(groups, i), read);
    cr_expect_eq(count, (size_t)json_integer_value(json_object_get(set, "numberOfTests")));
    queue_flush(&queue);
    json_decref(set);
}

Test(wycheproof, agrees_on_every_der_signature, .timeout = 300)
{
    run_set("ecdsa_secp384r1_sha384_test.json", form_read_der);
}

Test(wycheproof, agrees_on_every_p1363_signature, .timeout = 300)
{
    run_set("ecdsa_secp384r1_sha384_p1363_test.json", form_read_raw);
}

/* Needs no shared material: the groups of each flag exist, and have valid or invalid cases as in Wycheproof. */
Test(wycheproof, every_flag_is_covered_by_cases_of_our_own)
{
    for (size_t i = 0; i < sizeof flag_groups / sizeof flag_groups[0]; i++) {
        const struct flag_groups *flag = &flag_groups[i];
        size_t valid = 0, invalid = 0;
        for (size_t g = 0; g < sizeof flag->groups / sizeof flag->groups[0] && flag->groups[g] != NULL; g++) {
            size_t right = flag_group_count(flag->groups[g], true), wrong = flag_group_count(flag->groups[g], false);
            cr_expect(right + wrong > 0, "%s: there is no group %s", flag->flag, flag->groups[g]);
            valid += right;
            invalid += wrong;
        }
        cr_expect(!flag->valid || valid >= 5, "%s: %zu valid cases", flag->flag, valid);
        cr_expect(!flag->invalid || invalid >= 5, "%s: %zu invalid cases", flag->flag, invalid);
    }
}
