/* PCR policies for genuine documents: R-POLICY-01 to R-POLICY-03, R-USAGE-19. */
#include "verify/rules/policy.h"
#include "verify/test/genuine.h"
#include "verify/test/support.h"
#include "verify/verify.h"

static uint8_t file[NATT_MAX_DOCUMENT], other_file[NATT_MAX_DOCUMENT];

static natt_document parse_genuine(const char *name, uint8_t *buf)
{
    natt_document doc;
    natt_error err;
    size_t len;
    cr_assert(natt_test_read_shared(name, buf, NATT_MAX_DOCUMENT, &len), "%s", name);
    cr_assert(natt_document_parse(&doc, (natt_bytes){buf, len}, &err), "%s: %s", name, natt_code_name(err.code));
    return doc;
}

/* Every PCR of the document, as a policy's values. */
static size_t all_pcrs(natt_pcr_value *out, const natt_document *doc)
{
    size_t count = 0;
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++)
        if (doc->pcrs[i].ptr != NULL)
            out[count++] = (natt_pcr_value){i, doc->pcrs[i]};
    return count;
}

static bool match(const natt_document *doc, const natt_pcr_value *values, size_t count, natt_error *err)
{
    natt_pcr_set set = {NULL, values, count};
    natt_policy policy = {sizeof policy, &set, 1};
    size_t matched;
    *err = (natt_error)BLANK_ERROR;
    return natt_policy_match(&policy, doc->pcrs, doc->raw.ptr, &matched, err);
}

Test(policy_genuine, match_accepts_a_document_by_its_own_pcrs)
{
    NEEDS_SHARED();
    for (const char *const *name = natt_test_genuine; *name != NULL; name++) {
        natt_pcr_value values[NATT_PCR_COUNT];
        natt_error err;
        natt_document doc = parse_genuine(*name, file);
        cr_assert(match(&doc, values, all_pcrs(values, &doc), &err), "%s", *name);
    }
}

Test(policy_genuine, match_refused_when_the_image_is_another)
{
    NEEDS_SHARED();
    for (const char *const *a = natt_test_production; *a != NULL; a++)
        for (const char *const *b = natt_test_production; *b != NULL; b++) {
            natt_document doc = parse_genuine(*a, file), other = parse_genuine(*b, other_file);
            natt_pcr_value pcr0 = {0, other.pcrs[0]};
            natt_error err;
            bool same = natt_bytes_equal(doc.pcrs[0], other.pcrs[0]);
            cr_assert(a == b ? same : true, "%s", *a);
            cr_assert_eq(match(&doc, &pcr0, 1, &err), same, "%s with PCR0 of %s", *a, *b);
            if (!same)
                assert_refused(err, NATT_E_POLICY_PCR_MISMATCH, 0, (size_t)(doc.pcrs[0].ptr - file));
        }
}

Test(policy_genuine, match_refused_when_a_production_image_meets_a_debug_enclave)
{
    NEEDS_SHARED();
    natt_document production = parse_genuine("real/enclave-2025-bf-userdata64.bin", file);
    natt_document debug = parse_genuine("real/enclave-2025-bf-debug.bin", other_file);
    natt_pcr_value pcr0 = {0, production.pcrs[0]};
    natt_error err;
    cr_assert(match(&production, &pcr0, 1, &err));
    cr_assert_not(match(&debug, &pcr0, 1, &err));
    assert_refused(err, NATT_E_POLICY_PCR_MISMATCH, 0, (size_t)(debug.pcrs[0].ptr - other_file));
}

/* Genuine documents have PCR 0 to 15, 16 or 23; PCR 31 is in none. */
Test(policy_genuine, match_refused_when_no_document_has_the_pcr)
{
    NEEDS_SHARED();
    for (const char *const *name = natt_test_genuine; *name != NULL; name++) {
        static const uint8_t zero[48];
        natt_document doc = parse_genuine(*name, file);
        natt_pcr_value values[] = {{0, doc.pcrs[0]}, {31, {zero, 48}}};
        natt_error err;
        cr_assert_not(match(&doc, values, 2, &err), "%s", *name);
        assert_refused_as(*name, err, NATT_E_POLICY_PCR_ABSENT, 31, NATT_NO_OFFSET);
    }
}

/* A verified result: archive mode, no policy. */
static void verify_genuine_as(natt_verified *v, const char *name, natt_kind kind)
{
    natt_bytes root = natt_root_aws();
    natt_options opt = NATT_OPTIONS_INIT;
    natt_error err;
    size_t len;
    opt.roots = &root;
    opt.root_count = 1;
    opt.kind = kind;
    opt.time_mode = NATT_TIME_ARCHIVE;
    opt.now_ms = NATT_MAX_TIME_MS;
    opt.nonce_mode = NATT_NONCE_NOT_USED;
    opt.flags = NATT_INSECURE_NO_PCR_POLICY | NATT_ALLOW_DEBUG;
    cr_assert(natt_test_read_shared(name, file, sizeof file, &len), "%s", name);
    *v = (natt_verified)NATT_VERIFIED_INIT;
    cr_assert(natt_verify(v, (natt_bytes){file, len}, &opt, NULL, &err), "%s: %s", name, natt_code_name(err.code));
}

static void verify_genuine(natt_verified *v, const char *name)
{
    verify_genuine_as(v, name, NATT_KIND_ENCLAVE);
}

static bool check(const natt_verified *v, uint32_t index, const uint8_t *value, natt_error *err)
{
    natt_pcr_value pin = {index, {value, NATT_PCR_LEN}};
    natt_pcr_set set = {NULL, &pin, 1};
    natt_policy policy = {sizeof policy, &set, 1};
    return natt_policy_check(v, &policy, err);
}

Test(policy_genuine, check_accepts_a_verified_result)
{
    NEEDS_SHARED();
    for (const char *const *name = natt_test_production; *name != NULL; name++) {
        static natt_verified v;
        uint8_t pcr0[NATT_PCR_LEN];
        natt_error err;
        verify_genuine(&v, *name);
        memcpy(pcr0, v.pcrs[0], sizeof pcr0);
        cr_assert(check(&v, 0, pcr0, &err), "%s: %s", *name, natt_code_name(err.code));
        assert_no_error(*name, err);
        cr_assert(check(&v, 0, pcr0, NULL));
        natt_verified copy = v;
        cr_assert(check(&copy, 0, pcr0, &err), "a copy is as good");
    }
}

Test(policy_genuine, check_refused_when_the_value_is_another_or_the_policy_weak)
{
    NEEDS_SHARED();
    static natt_verified v;
    static const uint8_t zero[NATT_PCR_LEN];
    uint8_t value[NATT_PCR_LEN];
    natt_error err;
    verify_genuine(&v, natt_test_production[0]);
    memcpy(value, v.pcrs[0], sizeof value);
    value[47] ^= 1;
    cr_assert_not(check(&v, 0, value, &err));
    assert_refused(err, NATT_E_POLICY_PCR_MISMATCH, 0, NATT_NO_OFFSET);
    cr_assert_not(check(&v, 1, v.pcrs[1], &err));
    assert_refused(err, NATT_E_USAGE_POLICY_WEAK, 0, NATT_NO_OFFSET);
    cr_assert_not(check(&v, 0, zero, &err));
    assert_refused(err, NATT_E_USAGE_POLICY_WEAK, 0, NATT_NO_OFFSET);
}

/* One production image without an application, and one instance without Secure Boot. */
Test(policy_genuine, weak_refused_when_the_pcrs_are_constants_of_the_platform)
{
    NEEDS_SHARED();
    static natt_verified v;
    natt_error err;
    verify_genuine(&v, "real/enclave-2025-a9-pubkey32.bin");
    natt_pcr_value enclave[] = {{1, {v.pcrs[1], 48}}, {2, {v.pcrs[2], 48}}};
    natt_pcr_set set = {NULL, enclave, 2};
    natt_policy policy = {sizeof policy, &set, 1};
    cr_assert_not(natt_policy_check(&v, &policy, &err));
    assert_refused(err, NATT_E_USAGE_POLICY_WEAK, 0, NATT_NO_OFFSET);
    verify_genuine_as(&v, "real/nitrotpm-2026-bf-24pcrs.bin", NATT_KIND_NITROTPM);
    natt_pcr_value tpm[] = {{4, {v.pcrs[4], 48}}, {7, {v.pcrs[7], 48}}, {12, {v.pcrs[12], 48}}};
    set = (natt_pcr_set){NULL, tpm, 2};
    cr_assert_not(natt_policy_check(&v, &policy, &err));
    assert_refused(err, NATT_E_USAGE_POLICY_WEAK, 0, NATT_NO_OFFSET);
    set.pcr_count = 3;
    cr_assert(natt_policy_check(&v, &policy, &err));
}

Test(policy_genuine, check_refused_when_a_debug_enclave_has_zeros)
{
    NEEDS_SHARED();
    static natt_verified v;
    static const uint8_t zero[NATT_PCR_LEN];
    natt_error err;
    verify_genuine(&v, "real/enclave-2025-bf-debug.bin");
    cr_assert(v.debug);
    cr_assert_not(check(&v, 0, zero, &err));
    assert_refused(err, NATT_E_USAGE_POLICY_WEAK, 0, NATT_NO_OFFSET);
}

Test(policy_genuine, check_refused_when_the_pcr_is_absent)
{
    NEEDS_SHARED();
    static natt_verified v;
    natt_error err;
    verify_genuine(&v, natt_test_production[0]);
    natt_pcr_value pins[] = {{0, {v.pcrs[0], 48}}, {31, {v.pcrs[31], 48}}};
    natt_pcr_set set = {NULL, pins, 2};
    natt_policy policy = {sizeof policy, &set, 1};
    cr_assert_not(natt_policy_check(&v, &policy, &err));
    assert_refused(err, NATT_E_POLICY_PCR_ABSENT, 31, NATT_NO_OFFSET);
}

Test(policy_genuine, check_refused_when_the_result_was_altered)
{
    NEEDS_SHARED();
    static natt_verified v, altered;
    natt_error err;
    verify_genuine(&v, natt_test_production[0]);
    for (unsigned what = 0; what < 10; what++) {
        altered = v;
        altered.seal ^= what == 0 ? 1 : 0;
        altered.pcr_mask ^= what == 1 ? UINT32_C(1) << 31 : 0;
        altered.canonical_id[0] ^= what == 2 ? 1 : 0;
        altered.canonical_id[47] ^= what == 3 ? 1 : 0;
        altered.struct_size -= what == 4 ? 8 : 0;
        altered.pcrs[0][0] ^= what == 5 ? 1 : 0;
        altered.pcrs[31][47] ^= what == 6 ? 1 : 0;
        altered.kind = what == 7 ? NATT_KIND_OTHER : altered.kind;
        altered.debug ^= what == 8;
        altered.checks ^= what == 9 ? NATT_CHECKED_AGE : 0;
        cr_assert_not(check(&altered, 0, v.pcrs[0], &err), "alteration %u", what);
        assert_refused(err, NATT_E_USAGE_RESULT, NATT_NO_ITEM, NATT_NO_OFFSET);
    }
    cr_assert(check(&v, 0, v.pcrs[0], &err));
}
