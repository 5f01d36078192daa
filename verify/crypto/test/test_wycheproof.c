/* Wycheproof's ECDSA secp384r1 / SHA-384 sets, ASN.1 and P1363, on every engine and on mbedTLS. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "verify/crypto/crypto.h"
#include "verify/crypto/test/edge_cases.h"
#include "verify/crypto/test/engines.h"
#include "verify/crypto/test/peers.h"

struct signature {
    uint8_t bytes[100000];
    size_t len;
};

typedef bool decoder(struct natt_job *job, const struct signature *signature);

static size_t hex_field(uint8_t *out, size_t room, const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    cr_assert(text != NULL && strlen(text) / 2 <= room, "%s", name);
    from_hex(out, strlen(text) / 2, text);
    return strlen(text) / 2;
}

static bool decode_p1363(struct natt_job *job, const struct signature *signature)
{
    if (signature->len != 96)
        return false;
    memcpy(job->r, signature->bytes, 48);
    memcpy(job->s, signature->bytes + 48, 48);
    return true;
}

/* INTEGER, minimal and positive, of at most 48 bytes of magnitude [X690 8.3]. Returns its length, 0 when refused. */
static size_t decode_integer(uint8_t out[48], const uint8_t *at, size_t left)
{
    if (left < 3 || at[0] != 0x02 || at[1] == 0 || at[1] > 49 || left < 2u + at[1])
        return 0;
    const uint8_t *value = at + 2;
    size_t len = at[1];
    if ((value[0] & 0x80) != 0 || (len > 1 && value[0] == 0 && (value[1] & 0x80) == 0))
        return 0;
    if (len == 49 && value[0] != 0)
        return 0;
    size_t skip = len == 49;
    memset(out, 0, 48);
    memcpy(out + 48 - (len - skip), value + skip, len - skip);
    return 2 + len;
}

/* SEQUENCE of two INTEGERs, DER only [RFC3279 2.2.3]. */
static bool decode_der(struct natt_job *job, const struct signature *signature)
{
    const uint8_t *at = signature->bytes;
    if (signature->len < 2 || at[0] != 0x30 || at[1] >= 0x80 || at[1] != signature->len - 2)
        return false;
    size_t left = at[1], taken = decode_integer(job->r, at + 2, left);
    if (taken == 0)
        return false;
    return decode_integer(job->s, at + 2 + taken, left - taken) == left - taken && left > taken;
}

static void judge(const json_t *test, struct natt_job *job, decoder *decode)
{
    static uint8_t message[4096];
    static struct signature signature;
    natt_bytes part = {message, hex_field(message, sizeof(message), test, "msg")};
    const char *result = json_string_value(json_object_get(test, "result"));
    int id = (int)json_integer_value(json_object_get(test, "tcId"));
    signature.len = hex_field(signature.bytes, sizeof(signature.bytes), test, "sig");
    bool expected = strcmp(result, "valid") == 0, decoded = decode(job, &signature);
    natt_crypto_native.sha384(job->hash, &part, 1);
    for (unsigned e = 0; test_engine(e) != NULL; e++) {
        bool holds = decoded && natt_p384_verify(test_engine(e), job) == NATT_CRYPTO_HOLDS;
        cr_expect(holds == expected || strcmp(result, "acceptable") == 0, "%s: case %d", test_engine(e)->name, id);
        cr_expect(holds == (decoded && mbedtls_holds(job)), "%s and mbedTLS: case %d", test_engine(e)->name, id);
    }
}

static size_t judge_group(const json_t *group, decoder *decode)
{
    struct natt_job job = {0};
    uint8_t key[97];
    const json_t *tests = json_object_get(group, "tests");
    cr_assert_eq(hex_field(key, sizeof(key), json_object_get(group, "publicKey"), "uncompressed"), 97u);
    job.public_key = key + 1;
    for (size_t i = 0; i < json_array_size(tests); i++)
        judge(json_array_get(tests, i), &job, decode);
    return json_array_size(tests);
}

static void run_set(const char *name, decoder *decode)
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
        count += judge_group(json_array_get(groups, i), decode);
    cr_expect_eq(count, (size_t)json_integer_value(json_object_get(set, "numberOfTests")));
    json_decref(set);
}

Test(wycheproof, agrees_on_every_der_signature, .timeout = 300)
{
    run_set("ecdsa_secp384r1_sha384_test.json", decode_der);
}

Test(wycheproof, agrees_on_every_p1363_signature, .timeout = 300)
{
    run_set("ecdsa_secp384r1_sha384_p1363_test.json", decode_p1363);
}
