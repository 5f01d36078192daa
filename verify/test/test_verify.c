/*
 * The verdict as a whole: precedence of refusals, the result, back ends that fail, mutations.
 */
#include "signed.h"

#include "verify/verify.h"
#include "verify/window.h"

#include <string.h>

#define HEX(c, text) natt_plan_hex(&(c)->plan, text)
#define CERT(c, i)   (&(c)->plan.certificates[i])

static natt_code code_with(struct natt_test_case *c, const struct natt_crypto *crypto)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    bool ok = natt_verify_with(&v, c->doc, &c->opt, NULL, crypto, &err);
    cr_assert_eq(ok, err.code == NATT_OK);
    return err.code;
}

Test(verify, result_holds_copies_of_what_the_document_says)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_set_field(&c.plan, "user_data", HEX(&c, "43010203"));
    natt_test_build(&c);
    natt_verified v = natt_test_verified_doc(&c, __LINE__);
    cr_assert_eq(v.kind, NATT_KIND_ENCLAVE);
    cr_assert_eq(v.timestamp_ms, TEST_NOW_MS);
    cr_assert_str_eq(v.module_id, natt_issuer_module_id(c.issuer));
    cr_assert_str_eq(v.instance_id, natt_issuer_instance_id(c.issuer));
    cr_assert_str_eq(v.region, "us-east-1");
    cr_assert_eq(v.pcr_mask, 0xffff);
    cr_assert_eq(v.chain_count, 5);
    cr_assert_str_eq(v.chain[0].common_name, "aws.nitro-enclaves");
    cr_assert_eq(v.root_index, 0);
    cr_assert_eq(v.matched_set, SIZE_MAX);
    cr_assert_eq(v.user_data.ptr, c.doc.ptr + natt_test_after_field(&c, "user_data") + 1, "a view of the document");
    uint8_t id[48];
    natt_bytes sig_structure = natt_issuer_sig_structure(c.issuer);
    cr_assert(natt_crypto_default()->sha384(id, &sig_structure, 1));
    cr_assert_arr_eq(v.canonical_id, id, sizeof id);
    uint8_t root_sha256[32];
    cr_assert(natt_crypto_default()->sha256(root_sha256, &c.root, 1));
    cr_assert_arr_eq(v.root_sha256, root_sha256, sizeof root_sha256);
    memset(c.bytes, 0, sizeof c.bytes);
    cr_assert_str_eq(v.module_id, natt_issuer_module_id(c.issuer), "copies outlive the document");
    natt_test_end(&c);
}

Test(verify, long_common_name_is_cut_and_terminated)
{
    char name[300];
    struct natt_test_case c;
    natt_test_begin(&c);
    memset(name, 'x', sizeof name);
    name[100] = '\0';
    CERT(&c, TEST_LEAF)->subject = natt_plan_der_common_name(&c.plan, name);
    natt_test_build(&c);
    natt_verified v = natt_test_verified_doc(&c, __LINE__);
    cr_assert_eq(strlen(v.chain[TEST_LEAF].common_name), NATT_MAX_NAME);
    natt_test_end(&c);
}

/* Each step of the list breaks one stage more, the later stages first: the earliest broken stage is reported. */
Test(verify, refusals_come_in_the_documented_order)
{
    static const uint8_t nonce[] = {1}, pcr[NATT_PCR_LEN] = {1};
    const natt_pcr_value value = {0, {pcr, sizeof pcr}};
    const natt_pcr_set set = {NULL, &value, 1};
    const natt_policy policy = {sizeof policy, &set, 1};
    struct natt_test_case c;
    natt_test_begin(&c);
    c.opt.policy = &policy;
    c.opt.flags = 0;
    natt_test_build(&c);
    natt_test_refused_doc(&c, NATT_E_POLICY_PCR_MISMATCH, 0, natt_test_after_field(&c, "pcrs") + 4, __LINE__);
    c.opt.nonce_mode = NATT_NONCE_EXACT;
    c.opt.nonce = (natt_bytes){nonce, 1};
    cr_assert_eq(code_with(&c, natt_crypto_default()), NATT_E_EXPECT_NONCE_ABSENT);
    c.plan.envelope.signature.key = NATT_KEY_UNRELATED;
    natt_test_build(&c);
    cr_assert_eq(code_with(&c, natt_crypto_default()), NATT_E_COSE_SIGNATURE);
    CERT(&c, 3)->signature.key = NATT_KEY_UNRELATED;
    natt_test_build(&c);
    cr_assert_eq(code_with(&c, natt_crypto_default()), NATT_E_CHAIN_SIGNATURE);
    natt_plan_omit_extension(&c.plan, TEST_LEAF, "2.5.29.15");
    natt_test_build(&c);
    cr_assert_eq(code_with(&c, natt_crypto_default()), NATT_E_CHAIN_LEAF_DIGITAL_SIGNATURE);
    CERT(&c, TEST_LEAF)->version = HEX(&c, "a003020101");
    natt_test_build(&c);
    cr_assert_eq(code_with(&c, natt_crypto_default()), NATT_E_X509_VERSION);
    natt_plan_omit_field(&c.plan, "digest");
    natt_test_build(&c);
    cr_assert_eq(code_with(&c, natt_crypto_default()), NATT_E_DOC_MISSING_FIELD);
    c.plan.envelope.unprotected = HEX(&c, "f6");
    natt_test_build(&c);
    cr_assert_eq(code_with(&c, natt_crypto_default()), NATT_E_COSE_UNPROTECTED);
    c.opt.now_ms = 1;
    cr_assert_eq(code_with(&c, natt_crypto_default()), NATT_E_USAGE_NOW);
    natt_test_end(&c);
}

Test(verify, policy_matches_through_the_options_and_afterwards)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    natt_verified v = natt_test_verified_doc(&c, __LINE__);
    const natt_pcr_value values[] = {{0, {v.pcrs[1], NATT_PCR_LEN}}, {0, {v.pcrs[0], NATT_PCR_LEN}}};
    const natt_pcr_set sets[] = {{"other", &values[0], 1}, {"this", &values[1], 1}};
    const natt_policy policy = {sizeof policy, sets, 2}, other = {sizeof policy, sets, 1};
    natt_error err;
    cr_assert(natt_policy_check(&v, &policy, &err));
    cr_assert_not(natt_policy_check(&v, &other, &err));
    assert_refused(err, NATT_E_POLICY_PCR_MISMATCH, 0, NATT_NO_OFFSET);
    c.opt.policy = &policy;
    c.opt.flags = 0;
    natt_verified w = natt_test_verified_doc(&c, __LINE__);
    cr_assert_eq(w.matched_set, 1);
    cr_assert_neq(w.checks & NATT_CHECKED_PCRS, 0);
    natt_test_end(&c);
}

/* PCR16 is not in the document: what is missing never matches, not even zeros. */
Test(verify, policy_refused_when_a_pcr_is_missing_from_the_document)
{
    static const uint8_t zero[NATT_PCR_LEN] = {0};
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    natt_verified v = natt_test_verified_doc(&c, __LINE__);
    const natt_pcr_value values[] = {{0, {v.pcrs[0], NATT_PCR_LEN}}, {16, {zero, NATT_PCR_LEN}}};
    const natt_pcr_set set = {NULL, values, 2};
    const natt_policy policy = {sizeof policy, &set, 1};
    c.opt.policy = &policy;
    c.opt.flags = 0;
    natt_test_refused_doc(&c, NATT_E_POLICY_PCR_ABSENT, 16, NATT_NO_OFFSET, __LINE__);
    natt_test_end(&c);
}

Test(verify, struct_size_refused_when_zero_short_or_long)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    static const long deltas[] = {-(long)sizeof(natt_verified), -1, 1, 8, -8};
    for (size_t i = 0; i < sizeof deltas / sizeof deltas[0]; i++) {
        uint8_t guard[sizeof(natt_verified) + 64];
        memset(guard, 0xa5, sizeof guard);
        natt_verified *v = (natt_verified *)guard;
        v->struct_size = (size_t)((long)sizeof *v + deltas[i]);
        natt_error err;
        cr_assert_not(natt_verify(v, c.doc, &c.opt, NULL, &err));
        assert_refused(err, NATT_E_USAGE_STRUCT_SIZE, NATT_NO_ITEM, NATT_NO_OFFSET);
        for (size_t at = v->struct_size < sizeof *v ? sizeof *v : v->struct_size; at < sizeof guard; at++)
            cr_assert_eq(guard[at], 0xa5, "written beyond the caller's struct");
    }
    natt_test_end(&c);
}

Test(verify, arguments_refused_when_null)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    cr_assert_not(natt_verify(NULL, c.doc, &c.opt, NULL, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_not(natt_verify(&v, c.doc, NULL, NULL, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_not(natt_verify(&v, (natt_bytes){NULL, 5}, &c.opt, NULL, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert(natt_verify(&v, c.doc, &c.opt, NULL, NULL), "err may be NULL");
    natt_test_end(&c);
}

/* ---- back ends that cannot answer: never a verdict ---- */

static bool no_hash(uint8_t *out, const natt_bytes *parts, size_t count)
{
    (void)out, (void)parts, (void)count;
    return false;
}

static natt_crypto_answer curve_failed(const uint8_t *key)
{
    (void)key;
    return NATT_CRYPTO_ERROR;
}

static void answer_nothing(struct natt_job *const *jobs, size_t count)
{
    (void)jobs, (void)count;
}

static size_t jobs_seen;

/* All but the document's own, which is the fifth. */
static void answer_all_but_last(struct natt_job *const *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        jobs[i]->answer = ++jobs_seen < 5 ? NATT_CRYPTO_VALID : NATT_CRYPTO_ERROR;
}

static void answer_and_count(struct natt_job *const *jobs, size_t count)
{
    jobs_seen += count;
    for (size_t i = 0; i < count; i++)
        jobs[i]->answer = NATT_CRYPTO_VALID;
}

Test(verify, back_end_that_fails_is_an_internal_error)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    for (int i = 0; i < 5; i++) {
        struct natt_crypto broken = *natt_crypto_default();
        broken.sha384 = i == 0 ? no_hash : broken.sha384;
        broken.sha256 = i == 1 ? no_hash : broken.sha256;
        broken.on_curve = i == 2 ? curve_failed : broken.on_curve;
        broken.verify = i == 3 ? answer_nothing : i == 4 ? answer_all_but_last : broken.verify;
        jobs_seen = 0;
        cr_assert_eq(code_with(&c, &broken), NATT_E_INTERNAL_CRYPTO, "%d", i);
    }
    natt_test_end(&c);
}

Test(verify, one_job_per_certificate_but_the_root_and_one_for_the_document)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    struct natt_crypto counting = *natt_crypto_default();
    counting.verify = answer_and_count;
    jobs_seen = 0;
    cr_assert_eq(code_with(&c, &counting), NATT_OK);
    cr_assert_eq(jobs_seen, 5);
    natt_test_end(&c);
}

/* The accept-all table shows which mutations only the signatures catch; the real one must refuse each. */
Test(verify, single_bit_changes_never_verify, .timeout = 300)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    struct natt_crypto accept_all = *natt_crypto_default();
    accept_all.verify = answer_and_count;
    size_t only_signatures = 0;
    for (size_t i = 0; i < c.doc.len; i += 7) {
        c.bytes[i] ^= (uint8_t)(1u << (i % 8));
        if (code_with(&c, &accept_all) == NATT_OK) {
            only_signatures++;
            cr_assert_neq(code_with(&c, natt_crypto_default()), NATT_OK, "a change at %zu verifies", i);
        }
        c.bytes[i] ^= (uint8_t)(1u << (i % 8));
    }
    cr_assert_gt(only_signatures, 50);
    VERIFIED(&c);
    natt_test_end(&c);
}

Test(verify, truncations_never_verify)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    size_t len = c.doc.len;
    for (c.doc.len = 0; c.doc.len < len; c.doc.len++)
        cr_assert_neq(code_with(&c, natt_crypto_default()), NATT_OK, "%zu bytes", c.doc.len);
    natt_test_end(&c);
}

Test(verify, both_kinds_verify_as_themselves_only)
{
    struct natt_test_case c;
    natt_issuer_options options = natt_test_issuer_options();
    options.kind = NATT_KIND_NITROTPM;
    natt_test_begin_with(&c, &options, NULL);
    natt_test_build(&c);
    natt_verified v = natt_test_verified_doc(&c, __LINE__);
    cr_assert_eq(v.kind, NATT_KIND_NITROTPM);
    cr_assert_eq(v.pcr_mask, 0xffffff);
    cr_assert_not(v.debug);
    cr_assert_eq(v.checks & NATT_CHECKED_PRODUCTION, 0, "debug mode is an enclave's");
    natt_test_end(&c);
}

Test(verify, jobs_refused_when_not_as_many_as_certificates)
{
    for (size_t jobs = 0; jobs <= 6; jobs++) {
        natt_error err = BLANK_ERROR;
        cr_assert_eq(natt_verify_jobs_complete(jobs, 5, &err), jobs == 5);
        cr_assert_eq(err.code, jobs == 5 ? NATT_OK : NATT_E_INTERNAL_JOBS);
    }
}

/* Pins a value of an earlier result, and verifies into the same result, as a loop does. */
Test(verify, options_may_point_into_the_result_of_an_earlier_call)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_set_pcr(&c.plan, 8,
                      HEX(&c, "5830"
                              "0101010101010101010101010101010101010101010101010101010101010101"
                              "01010101010101010101010101010101"));
    natt_test_build(&c);
    natt_verified v = natt_test_verified_doc(&c, __LINE__);
    const natt_pcr_value values[] = {{0, {v.pcrs[0], NATT_PCR_LEN}}, {8, {v.pcrs[8], NATT_PCR_LEN}}};
    const natt_pcr_set set = {"seen first", values, 2};
    const natt_policy policy = {sizeof policy, &set, 1};
    natt_error err;
    c.opt.policy = &policy;
    c.opt.flags = 0;
    cr_assert(natt_verify(&v, c.doc, &c.opt, NULL, &err), "%s", natt_code_name(err.code));
    natt_plan_set_pcr(&c.plan, 8, natt_plan_cbor_zeros(&c.plan, NATT_PCR_LEN));
    natt_test_build(&c);
    cr_assert_not(natt_verify(&v, c.doc, &c.opt, NULL, &err));
    cr_assert_eq(err.code, NATT_E_POLICY_PCR_MISMATCH);
    natt_test_end(&c);
}

/* Two faults in one document: the earlier stage is reported. */
static void break_envelope(struct natt_test_case *c)
{
    c->plan.envelope.signature.edit = NATT_SIGNATURE_ZERO_R;
    c->plan.envelope.trailing = HEX(c, "00");
}

static void break_unknown_and_size(struct natt_test_case *c)
{
    natt_plan_append(&c->plan, &c->plan.payload, natt_plan_cbor_text(&c->plan, "x"), HEX(c, "00"));
    natt_plan_set_field(&c->plan, "user_data", natt_plan_cbor_zeros(&c->plan, 4097));
}

static void break_size_and_kind(struct natt_test_case *c)
{
    natt_plan_set_field(&c->plan, "user_data", natt_plan_cbor_zeros(&c->plan, 4097));
    c->opt.kind = NATT_KIND_NITROTPM;
}

static void break_critical_and_role(struct natt_test_case *c)
{
    natt_plan_set_extension(&c->plan, 1, "2.5.29.19", true, HEX(c, "3000"));
    natt_plan_add_extension(&c->plan, 1, "1.2.3", true, HEX(c, "0500"));
}

static void break_role_and_name(struct natt_test_case *c)
{
    natt_plan_set_extension(&c->plan, 1, "2.5.29.19", true, HEX(c, "3000"));
    CERT(c, 1)->issuer = natt_plan_der_common_name(&c->plan, "x");
}

static const uint8_t serial_one[] = {1};
static const natt_deny_entry deny_one = {NATT_DENY_SERIAL, {NULL, 0}, {serial_one, 1}};

static void break_name_and_deny(struct natt_test_case *c)
{
    CERT(c, 1)->issuer = natt_plan_der_common_name(&c->plan, "x");
    CERT(c, 1)->serial = HEX(c, "020101");
    c->opt.deny = &deny_one;
    c->opt.deny_count = 1;
}

static void break_deny_and_now(struct natt_test_case *c)
{
    CERT(c, 1)->serial = HEX(c, "020101");
    CERT(c, 1)->not_after = natt_plan_der_time(&c->plan, (int64_t)(TEST_NOW_MS / 1000) - 1);
    CERT(c, 1)->not_before = CERT(c, 1)->not_after;
    c->opt.deny = &deny_one;
    c->opt.deny_count = 1;
}

static void break_now_and_timestamp(struct natt_test_case *c)
{
    CERT(c, 1)->not_after = natt_plan_der_time(&c->plan, (int64_t)(TEST_NOW_MS / 1000) - 1);
    CERT(c, 1)->not_before = CERT(c, 1)->not_after;
}

static void break_first_and_second_certificate(struct natt_test_case *c)
{
    CERT(c, 1)->not_after = natt_plan_der_time(&c->plan, (int64_t)(TEST_NOW_MS / 1000) - 1);
    CERT(c, 1)->not_before = CERT(c, 1)->not_after;
    natt_plan_set_extension(&c->plan, 2, "2.5.29.19", true, HEX(c, "3000"));
}

static void break_age_and_debug(struct natt_test_case *c)
{
    c->opt.now_ms++;
    natt_plan_set_pcr(&c->plan, 0, natt_plan_cbor_zeros(&c->plan, NATT_PCR_LEN));
}

static void break_debug_and_nonce(struct natt_test_case *c)
{
    natt_plan_set_pcr(&c->plan, 0, natt_plan_cbor_zeros(&c->plan, NATT_PCR_LEN));
    c->opt.nonce_mode = NATT_NONCE_EXACT;
    c->opt.nonce = (natt_bytes){serial_one, 1};
}

static void break_nonce_and_user_data(struct natt_test_case *c)
{
    c->opt.nonce_mode = NATT_NONCE_EXACT;
    c->opt.nonce = (natt_bytes){serial_one, 1};
    c->opt.user_data = (natt_expectation){NATT_EXPECT_EXACT, {serial_one, 1}};
}

static void break_user_data_and_public_key(struct natt_test_case *c)
{
    c->opt.user_data = (natt_expectation){NATT_EXPECT_EXACT, {serial_one, 1}};
    c->opt.public_key = (natt_expectation){NATT_EXPECT_EXACT, {serial_one, 1}};
}

Test(verify, earlier_fault_is_reported_when_there_are_two)
{
    static const struct {
        void (*edit)(struct natt_test_case *c);
        natt_code code;
    } rows[] = {
        {break_envelope, NATT_E_COSE_SIGNATURE_RANGE},
        {break_unknown_and_size, NATT_E_DOC_UNKNOWN_FIELD},
        {break_size_and_kind, NATT_E_DOC_OPTIONAL_SIZE},
        {break_critical_and_role, NATT_E_CHAIN_CRITICAL},
        {break_role_and_name, NATT_E_CHAIN_NOT_CA},
        {break_name_and_deny, NATT_E_CHAIN_NAME},
        {break_deny_and_now, NATT_E_CHAIN_DENIED},
        {break_now_and_timestamp, NATT_E_TIME_EXPIRED},
        {break_first_and_second_certificate, NATT_E_TIME_EXPIRED},
        {break_age_and_debug, NATT_E_TIME_STALE},
        {break_debug_and_nonce, NATT_E_EXPECT_DEBUG},
        {break_nonce_and_user_data, NATT_E_EXPECT_NONCE_ABSENT},
        {break_user_data_and_public_key, NATT_E_EXPECT_USER_DATA},
    };
    struct natt_test_case c;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        natt_test_begin(&c);
        rows[i].edit(&c);
        natt_test_build(&c);
        natt_code code = code_with(&c, natt_crypto_default());
        cr_assert_eq(code, rows[i].code, "row %zu: %s", i, natt_code_name(code));
        natt_test_end(&c);
    }
}

/* A name of 97 bytes whose last character would be cut in half. */
Test(verify, common_name_is_cut_between_characters)
{
    char name[128];
    struct natt_test_case c;
    natt_test_begin(&c);
    memset(name, 'a', 95);
    memcpy(name + 95, "\xc3\xa9", 3);
    CERT(&c, TEST_LEAF)->subject = natt_plan_der_common_name(&c.plan, name);
    natt_test_build(&c);
    natt_verified v = natt_test_verified_doc(&c, __LINE__);
    cr_assert_eq(strlen(v.chain[TEST_LEAF].common_name), 95);
    natt_test_end(&c);
}
