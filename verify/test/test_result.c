/*
 * What later calls do with a result: is it unchanged, are these the verified bytes, which PCRs differ from a policy?
 */
#include "signed.h"

#include <string.h>

static const uint8_t zero[48], other[48] = {9};
static struct natt_test_case test_case;
static natt_verified v;

static void begin(void)
{
    struct natt_test_case *c = &test_case;
    natt_test_begin(c);
    natt_plan_set_field(&c->plan, "public_key", natt_plan_hex(&c->plan, "43010203"));
    natt_plan_set_field(&c->plan, "user_data", natt_plan_hex(&c->plan, "40"));
    natt_plan_set_field(&c->plan, "nonce", natt_plan_hex(&c->plan, "f6"));
    natt_test_build(c);
    v = natt_test_verified_doc(c, __LINE__);
}

static void end(void)
{
    natt_test_end(&test_case);
}

TestSuite(result, .init = begin, .fini = end);

static void assert_checked(natt_code code)
{
    natt_error err;
    cr_assert_eq(natt_verified_check(&v, &err), code == NATT_OK);
    assert_refused(err, code, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_eq(natt_verified_check(&v, NULL), code == NATT_OK);
}

/* Fields that are present, empty and absent; also a copy of the result, and one whose views point to equal bytes. */
Test(result, check_accepts_the_result_and_its_copies)
{
    static const uint8_t same[] = {1, 2, 3};
    assert_checked(NATT_OK);
    natt_verified copy = v;
    v = copy;
    v.public_key.ptr = same;
    assert_checked(NATT_OK);
}

Test(result, check_refused_when_a_view_has_other_bytes)
{
    static const uint8_t bytes[] = {1, 2, 4};
    const struct {
        natt_bytes *view;
        natt_bytes value;
        natt_code code;
    } rows[] = {
        {&v.public_key, {bytes, 3}, NATT_E_EXPECT_PUBLIC_KEY}, {&v.public_key, {bytes, 2}, NATT_E_EXPECT_PUBLIC_KEY},
        {&v.public_key, {NULL, 0}, NATT_E_EXPECT_PUBLIC_KEY},  {&v.public_key, {bytes, 0}, NATT_E_EXPECT_PUBLIC_KEY},
        {&v.user_data, {bytes, 1}, NATT_E_EXPECT_USER_DATA},   {&v.user_data, {NULL, 0}, NATT_E_EXPECT_USER_DATA},
        {&v.nonce, {bytes, 0}, NATT_E_EXPECT_NONCE},           {&v.nonce, {bytes, 3}, NATT_E_EXPECT_NONCE},
        {&v.nonce, {NULL, 1}, NATT_E_USAGE_ARGUMENT},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_bytes whole = *rows[i].view;
        *rows[i].view = rows[i].value;
        assert_checked(rows[i].code);
        *rows[i].view = whole;
    }
    assert_checked(NATT_OK);
}

Test(result, check_refused_when_the_result_was_changed)
{
    natt_error err;
    v.public_key_sha384[0] ^= 1;
    assert_checked(NATT_E_USAGE_RESULT);
    v = (natt_verified)NATT_VERIFIED_INIT;
    assert_checked(NATT_E_USAGE_RESULT);
    cr_assert_not(natt_verified_check(NULL, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
}

static void assert_field(natt_field field, natt_bytes value, natt_code code)
{
    natt_error err;
    cr_assert_eq(natt_verified_check_field(&v, field, value, &err), code == NATT_OK, "%s", natt_field_name(field));
    assert_refused(err, code, NATT_NO_ITEM, NATT_NO_OFFSET);
}

/* After the document's memory is freed, the views must not be read. */
Test(result, check_field_compares_a_copy_with_what_was_verified)
{
    const natt_bytes absent = {NULL, 0}, empty = BYTES(""), key = BYTES("\1\2\3"), prefix = BYTES("\1\2");
    memset(test_case.bytes, 0, sizeof test_case.bytes);
    v.public_key = v.user_data = v.nonce = (natt_bytes){(const uint8_t *)1, 1000};
    assert_field(NATT_FIELD_PUBLIC_KEY, key, NATT_OK);
    assert_field(NATT_FIELD_USER_DATA, empty, NATT_OK);
    assert_field(NATT_FIELD_NONCE, absent, NATT_OK);
    assert_field(NATT_FIELD_PUBLIC_KEY, prefix, NATT_E_EXPECT_PUBLIC_KEY);
    assert_field(NATT_FIELD_PUBLIC_KEY, absent, NATT_E_EXPECT_PUBLIC_KEY);
    assert_field(NATT_FIELD_USER_DATA, absent, NATT_E_EXPECT_USER_DATA);
    assert_field(NATT_FIELD_USER_DATA, key, NATT_E_EXPECT_USER_DATA);
    assert_field(NATT_FIELD_NONCE, empty, NATT_E_EXPECT_NONCE);
    assert_field(NATT_FIELD_NONCE, key, NATT_E_EXPECT_NONCE);
    assert_field(NATT_FIELD_MODULE_ID, key, NATT_E_USAGE_ARGUMENT);
    assert_field(NATT_FIELD_COUNT, key, NATT_E_USAGE_ARGUMENT);
    assert_field(NATT_FIELD_NONCE, (natt_bytes){NULL, 1}, NATT_E_USAGE_ARGUMENT);
    v.seal ^= 2;
    assert_field(NATT_FIELD_PUBLIC_KEY, key, NATT_E_USAGE_RESULT);
}

/* ---- a debug enclave's result ---- */

static void verify_debug(uint32_t zero_pcr)
{
    struct natt_test_case *c = &test_case;
    static const char signer[] = "5830"
                                 "080808080808080808080808080808080808080808080808"
                                 "080808080808080808080808080808080808080808080808";
    natt_plan_set_pcr(&c->plan, zero_pcr, natt_plan_cbor_zeros(&c->plan, NATT_PCR_LEN));
    natt_plan_set_pcr(&c->plan, 8, natt_plan_hex(&c->plan, signer));
    c->opt.flags = NATT_INSECURE_NO_PCR_POLICY | NATT_ALLOW_DEBUG;
    natt_test_build(c);
    v = natt_test_verified_doc(c, __LINE__);
    cr_assert(v.debug);
}

Test(result, policy_check_refused_when_debug_unless_its_policy_allows_it)
{
    for (uint32_t pcr = 0; pcr <= 2; pcr++) {
        natt_error err;
        end();
        begin();
        verify_debug(pcr);
        natt_pcr_value pin = {8, {v.pcrs[8], 48}};
        natt_pcr_set set = {NULL, &pin, 1};
        natt_policy policy = NATT_POLICY_INIT;
        policy.sets = &set;
        policy.set_count = 1;
        cr_assert_not(natt_policy_check(&v, &policy, &err));
        assert_refused(err, NATT_E_EXPECT_DEBUG, pcr, NATT_NO_OFFSET);
        policy.flags = NATT_POLICY_ALLOW_DEBUG;
        cr_assert(natt_policy_check(&v, &policy, &err), "%s", natt_code_name(err.code));
    }
}

/* The other way round: the policy's flag gives natt_verify no permission. */
Test(result, policy_flags_do_not_allow_debug_in_natt_verify)
{
    struct natt_test_case *c = &test_case;
    verify_debug(0);
    natt_pcr_value pin = {8, {v.pcrs[8], 48}};
    natt_pcr_set set = {NULL, &pin, 1};
    natt_policy policy = NATT_POLICY_INIT;
    policy.sets = &set;
    policy.set_count = 1;
    policy.flags = NATT_POLICY_ALLOW_DEBUG;
    c->opt.policy = &policy;
    c->opt.flags = 0;
    natt_test_refused_doc(c, NATT_E_EXPECT_DEBUG, 0, natt_test_at(c, (natt_bytes){zero, 48}), __LINE__);
}

Test(result, policy_refused_when_it_has_an_unknown_flag)
{
    for (int bit = 1; bit < 32; bit++) {
        natt_pcr_value pin = {0, {v.pcrs[0], 48}};
        natt_pcr_set set = {NULL, &pin, 1};
        natt_policy policy = {sizeof policy, &set, 1, UINT32_C(1) << bit};
        natt_error err;
        cr_assert_not(natt_policy_check(&v, &policy, &err));
        assert_refused(err, NATT_E_USAGE_FLAGS, NATT_NO_ITEM, NATT_NO_OFFSET);
        cr_assert_not(natt_policy_validate(&policy, NATT_KIND_ENCLAVE, &err));
        cr_assert_eq(err.code, NATT_E_USAGE_FLAGS);
    }
}

/* ---- explanations ---- */

/* Two sets: the first wrong in PCR0 (two alternatives) and PCR31, which is absent; the second in PCR1. */
static natt_pcr_value pins[6];
static natt_pcr_set sets[2];

static natt_policy two_sets(void)
{
    const natt_pcr_value all[6] = {{0, {other, 48}}, {0, {zero, 48}},      {2, {v.pcrs[2], 48}},
                                   {31, {zero, 48}}, {0, {v.pcrs[0], 48}}, {1, {other, 48}}};
    memcpy(pins, all, sizeof pins);
    sets[0] = (natt_pcr_set){"first", pins, 4};
    sets[1] = (natt_pcr_set){"second", pins + 4, 2};
    return (natt_policy){sizeof(natt_policy), sets, 2, 0};
}

static void assert_difference(const natt_pcr_difference *d, size_t set, uint32_t index, const uint8_t *actual,
                              const uint8_t *expected, size_t count)
{
    cr_assert(d->set == set && d->index == index && d->present == (actual != NULL), "set %zu PCR %u", d->set,
              (unsigned)d->index);
    cr_assert_arr_eq(d->actual, actual != NULL ? actual : zero, 48);
    cr_assert(d->expected.len == 48 && memcmp(d->expected.ptr, expected, 48) == 0 && d->expected_count == count);
}

static void assert_two_sets(const natt_pcr_difference *d, size_t count)
{
    cr_assert_eq(count, 3);
    assert_difference(&d[0], 0, 0, v.pcrs[0], other, 2);
    assert_difference(&d[1], 0, 31, NULL, zero, 1);
    assert_difference(&d[2], 1, 1, v.pcrs[1], other, 1);
}

Test(result, explain_lists_every_pcr_of_every_set_that_differs)
{
    natt_policy policy = two_sets();
    natt_pcr_difference d[4];
    size_t count = 77;
    natt_error err;
    cr_assert(natt_policy_explain(d, 4, &count, &v, &policy, &err), "%s", natt_code_name(err.code));
    assert_two_sets(d, count);
    for (size_t room = 0; room <= 3; room++) {
        memset(d, 0xee, sizeof d);
        cr_assert(natt_policy_explain(room == 0 ? NULL : d, room, &count, &v, &policy, NULL) && count == 3);
        for (size_t i = 0; i < sizeof d[0]; i++)
            cr_assert_eq(((const uint8_t *)&d[room])[i], 0xee, "room %zu", room);
    }
    pins[5].value.ptr = v.pcrs[1];
    cr_assert(natt_policy_explain(d, 4, &count, &v, &policy, NULL) && count == 2);
}

Test(result, explain_refused_when_the_call_is_wrong)
{
    natt_policy policy = two_sets();
    natt_pcr_difference d[1];
    size_t count = 77;
    natt_error err;
    cr_assert_not(natt_policy_explain(NULL, 1, &count, &v, &policy, &err));
    cr_assert(err.code == NATT_E_USAGE_ARGUMENT && count == 0);
    cr_assert_not(natt_policy_explain(d, 1, NULL, &v, &policy, &err));
    cr_assert_not(natt_policy_explain(d, 1, &count, NULL, &policy, &err));
    cr_assert_not(natt_policy_explain(d, 1, &count, &v, NULL, &err));
    cr_assert_eq(err.code, NATT_E_USAGE_ARGUMENT);
    v.seal ^= 2;
    cr_assert_not(natt_policy_explain(d, 1, &count, &v, &policy, &err));
    cr_assert_eq(err.code, NATT_E_USAGE_RESULT);
    v.seal ^= 2;
    policy.set_count = 0;
    cr_assert_not(natt_policy_explain(d, 1, &count, &v, &policy, &err));
    cr_assert_eq(err.code, NATT_E_USAGE_POLICY_EMPTY);
}

static bool explain(natt_pcr_difference *d, size_t *count, natt_error *err)
{
    *count = 77;
    return natt_verify_explain(d, 4, count, test_case.doc, &test_case.opt, NULL, err);
}

Test(result, verify_explain_gives_the_differences_of_a_refused_document)
{
    natt_policy policy = two_sets();
    natt_pcr_difference d[4];
    natt_error err;
    size_t count;
    test_case.opt.policy = &policy;
    test_case.opt.flags = NATT_ALLOW_WEAK_POLICY;
    test_case.opt.required_checks = NATT_CHECKED_PCRS;
    natt_test_refused_doc(&test_case, NATT_E_POLICY_NO_SET, NATT_NO_ITEM, NATT_NO_OFFSET, __LINE__);
    cr_assert(explain(d, &count, &err), "%s", natt_code_name(err.code));
    assert_two_sets(d, count);
}

/* What natt_verify refuses as a usage error is one here too. */
Test(result, verify_explain_refused_when_natt_verify_refuses_the_options)
{
    natt_policy policy = two_sets();
    natt_pcr_difference d[4];
    natt_error err;
    size_t count;
    test_case.opt.policy = &policy;
    test_case.opt.flags = 0;
    cr_assert_not(explain(d, &count, &err));
    cr_assert(err.code == NATT_E_USAGE_POLICY_WEAK && count == 0);
    test_case.opt.flags = NATT_ALLOW_WEAK_POLICY | NATT_INSECURE_NO_PCR_POLICY;
    cr_assert_not(explain(d, &count, &err));
    cr_assert_eq(err.code, NATT_E_USAGE_POLICY);
}

/* Nothing of a document that is refused for another reason is handed out. */
Test(result, verify_explain_refused_when_the_document_is_refused_for_another_reason)
{
    natt_policy policy = two_sets();
    natt_pcr_difference d[4] = {{0}}, blank[4] = {{0}};
    natt_error err;
    size_t count;
    test_case.opt.policy = &policy;
    test_case.opt.flags = NATT_ALLOW_WEAK_POLICY;
    test_case.bytes[test_case.doc.len - 1] ^= 1;
    cr_assert_not(explain(d, &count, &err));
    cr_assert(err.code == NATT_E_COSE_SIGNATURE && count == 0);
    test_case.bytes[test_case.doc.len - 1] ^= 1;
    test_case.opt.user_data = (natt_expectation){NATT_EXPECT_ABSENT, {NULL, 0}};
    cr_assert_not(explain(d, &count, &err));
    cr_assert(err.code == NATT_E_EXPECT_USER_DATA && count == 0);
    cr_assert_arr_eq(d, blank, sizeof d);
}

Test(result, verify_explain_refused_when_the_call_is_wrong)
{
    natt_pcr_difference d[4];
    natt_error err;
    size_t count;
    cr_assert_not(explain(d, &count, &err));
    cr_assert(err.code == NATT_E_USAGE_POLICY && count == 0);
    test_case.opt.struct_size--;
    cr_assert_not(explain(d, &count, &err));
    cr_assert_eq(err.code, NATT_E_USAGE_STRUCT_SIZE);
    cr_assert_not(natt_verify_explain(d, 4, &count, test_case.doc, NULL, NULL, &err));
    cr_assert_eq(err.code, NATT_E_USAGE_ARGUMENT);
    cr_assert_not(natt_verify_explain(d, 4, NULL, test_case.doc, &test_case.opt, NULL, &err));
    cr_assert_eq(err.code, NATT_E_USAGE_ARGUMENT);
}
