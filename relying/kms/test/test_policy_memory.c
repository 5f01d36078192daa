/* If memory runs out anywhere in jansson, the result is a denial or an error. */
#include "relying/kms/test/policy_cases.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static size_t allocations, failing; /* the nth and all later ones fail; 0 = none */

static void *allocate(size_t size)
{
    return failing > 0 && ++allocations >= failing ? NULL : malloc(size);
}

static void fail_from(size_t n)
{
    allocations = 0;
    failing = n;
}

static const char text[] =
    "{\"Statement\":[{\"Sid\":\"a\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":[\"" TEST_ALICE "\",\"" TEST_ACCOUNT
    "\"]},"
    "\"Action\":[\"kms:*\",\"kms:Decrypt\"],\"Resource\":\"*\",\"Condition\":{\"ForAnyValue:StringEquals\":"
    "{\"kms:EncryptionContextKeys\":[\"a\",\"b\"]}}},{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"kms:"
    "Encrypt\","
    "\"Resource\":\"*\"}]}";

static natt_kms_policy *parse(void)
{
    natt_kms_policy_error err;
    natt_kms_policy *policy =
        natt_kms_policy_parse((natt_bytes){(const uint8_t *)text, strlen(text)}, NATT_KMS_KEY_POLICY, &err);
    cr_assert(policy != NULL || err.text[0] != '\0');
    return policy;
}

#define MOST 2000 /* allocations of one call; far fewer are made */

Test(policy_memory, parsing_fails)
{
    json_set_alloc_funcs(allocate, free);
    size_t n = 0;
    natt_kms_policy *policy = NULL;
    while (policy == NULL && n < MOST) {
        fail_from(++n);
        policy = parse();
    }
    natt_kms_policy_free(policy);
    cr_expect(n > 10 && n < MOST, "%zu", n);
}

/* Without memory, the result must be that of policy.h; with enough memory, that of `wanted`. */
static void decide(const natt_kms_policy *policy, const natt_kms_question *q, natt_kms_effect wanted)
{
    size_t n = 0;
    bool done = false;
    while (!done && n < MOST) {
        natt_kms_decision d;
        fail_from(++n);
        done = natt_kms_policy_decide(&d, policy, NULL, q);
        cr_expect_eq(d.effect, done ? wanted : NATT_KMS_IMPLICIT_DENY);
        cr_expect_eq(d.explanation != NULL, done);
        fail_from(0);
        json_decref(d.explanation);
    }
    cr_expect(n > 10 && n < MOST, "%zu", n);
}

Test(policy_memory, decisions_fail_closed)
{
    natt_kms_condition_value values[] = {{"kms:EncryptionContextKeys", "a"}, {"kms:EncryptionContextKeys", "c"}};
    natt_kms_question q = {TEST_ACCOUNT, TEST_ALICE, "kms:Decrypt", TEST_KEY, values, 2};
    json_set_alloc_funcs(allocate, free);
    natt_kms_policy *policy = parse();
    decide(policy, &q, NATT_KMS_ALLOW);
    q.action = "kms:Encrypt";
    decide(policy, &q, NATT_KMS_EXPLICIT_DENY);
    q.action = "kms:Decrypt";
    q.value_count = 0;
    decide(policy, &q, NATT_KMS_IMPLICIT_DENY);
    natt_kms_policy_free(policy);
}

Test(policy_memory, texts_fail)
{
    natt_kms_decision d;
    natt_kms_question q = {TEST_ACCOUNT, TEST_ALICE, "kms:Decrypt", TEST_KEY, NULL, 0};
    json_set_alloc_funcs(allocate, free);
    natt_kms_policy *policy = parse();
    cr_assert(natt_kms_policy_decide(&d, policy, NULL, &q));
    char *sentence = NULL;
    size_t n = 0;
    while (sentence == NULL && n < MOST) {
        fail_from(++n);
        sentence = natt_kms_decision_text(&d, &q);
    }
    cr_expect(n > 3 && n < MOST && strstr(sentence, "not authorized") != NULL, "%zu", n);
    fail_from(0);
    free(sentence);
    json_decref(d.explanation);
    natt_kms_policy_free(policy);
}

Test(policy_memory, writing_fails)
{
    static const char *const who[] = {TEST_ALICE, TEST_ALICE};
    static const uint8_t pcr[NATT_PCR_LEN] = {1};
    natt_pcr_value pcrs[] = {{0, {pcr, sizeof pcr}}, {0, {pcr, sizeof pcr}}, {0, {pcr, sizeof pcr}}};
    natt_pcr_set set = {NULL, pcrs, 3};
    natt_kms_policy_plan plan = {TEST_ACCOUNT, "aws", who, 2, who, 1, who, 1, NATT_KIND_ENCLAVE, &set, 1};
    char *policy = NULL;
    size_t n = 0;
    json_set_alloc_funcs(allocate, free);
    while (policy == NULL && n < MOST) {
        fail_from(++n);
        policy = natt_kms_policy_write(&plan);
    }
    cr_expect(n > 10 && n < MOST && strstr(policy, "kms:Decrypt") != NULL, "%zu", n);
    fail_from(0);
    free(policy);
}
