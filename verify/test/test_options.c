/* Usage rules R-USAGE-01 to R-USAGE-18, each checked before any byte of the document is read. */
#include "verify/rules/options.h"
#include "verify/test/support.h"

static const uint8_t pcr_bytes[48] = {1}, nonce_bytes[] = {7, 7};
static const natt_pcr_value pcr0 = {0, {pcr_bytes, 48}}, pcr1 = {1, {pcr_bytes, 48}}, pcr7 = {7, {pcr_bytes, 48}};
static const natt_pcr_set strong_set = {"strong", &pcr0, 1}, weak_set = {"weak", &pcr1, 1}, tpm_set = {"tpm", &pcr7, 1};
static const natt_policy strong = {sizeof(natt_policy), &strong_set, 1}, weak = {sizeof(natt_policy), &weak_set, 1},
                         tpm = {sizeof(natt_policy), &tpm_set, 1}, empty = NATT_POLICY_INIT;
static const natt_bytes junk = BYTES("no document at all");
static natt_bytes aws;

/* Valid options, of which every test spoils one. */
static natt_options valid(void)
{
    natt_options o = NATT_OPTIONS_INIT;
    aws = natt_root_aws();
    o.roots = &aws;
    o.root_count = 1;
    o.time_mode = NATT_TIME_NOW;
    o.now_ms = UINT64_C(1750000000000);
    o.max_age_ms = 300000;
    o.nonce_mode = NATT_NONCE_NOT_USED;
    o.policy = &strong;
    return o;
}

static bool all_zero(const natt_verified *v)
{
    natt_bytes rest = {(const uint8_t *)v + sizeof v->struct_size, sizeof *v - sizeof v->struct_size};
    return v->struct_size == sizeof *v && natt_bytes_zero(rest);
}

/* natt_verify of invalid bytes: false, and *out keeps none of its content. */
static void verify_junk(const natt_options *o, natt_error *err)
{
    static natt_verified v;
    memset(&v, 0x5a, sizeof v);
    v.struct_size = sizeof v;
    cr_assert_not(natt_verify(&v, junk, o, NULL, err));
    cr_assert(all_zero(&v), "the result is not zero");
}

#define assert_usage_of(o, code, item, offset)                                                                         \
    do {                                                                                                               \
        natt_options o_ = (o);                                                                                         \
        natt_error err_ = BLANK_ERROR;                                                                                 \
        cr_assert_not(natt_options_check(&o_, natt_crypto_default(), &err_), "%s not refused", #code);                 \
        assert_refused(err_, code, item, offset);                                                                      \
        verify_junk(&o_, &err_);                                                                                       \
        assert_refused(err_, code, item, offset);                                                                      \
    } while (0)
#define assert_usage(o, code) assert_usage_of(o, code, NATT_NO_ITEM, NATT_NO_OFFSET)

/* Accepted: the next error concerns the document. */
#define assert_usable(o)                                                                                               \
    do {                                                                                                               \
        natt_options o_ = (o);                                                                                         \
        natt_error err_ = BLANK_ERROR;                                                                                 \
        cr_assert(natt_options_check(&o_, natt_crypto_default(), &err_), "%s", natt_code_name(err_.code));             \
        verify_junk(&o_, &err_);                                                                                       \
        assert_refused(err_, NATT_E_COSE_ARRAY, NATT_NO_ITEM, 0);                                                      \
    } while (0)

Test(options, accepted_when_all_is_set)
{
    assert_usable(valid());
}

/* The errors lead a caller who starts from NATT_OPTIONS_INIT through every option without a default. */
Test(options, init_refused_until_everything_required_is_set)
{
    natt_options full = valid(), o = NATT_OPTIONS_INIT;
    assert_usage(o, NATT_E_USAGE_ROOTS);
    o.roots = full.roots;
    o.root_count = full.root_count;
    assert_usage(o, NATT_E_USAGE_TIME_MODE);
    o.time_mode = full.time_mode;
    assert_usage(o, NATT_E_USAGE_NOW);
    o.now_ms = full.now_ms;
    assert_usage(o, NATT_E_USAGE_MAX_AGE);
    o.max_age_ms = full.max_age_ms;
    assert_usage(o, NATT_E_USAGE_NONCE);
    o.nonce_mode = full.nonce_mode;
    assert_usage(o, NATT_E_USAGE_POLICY);
    o.policy = full.policy;
    assert_usable(o);
}

Test(options, zeroed_refused)
{
    natt_options o = {0};
    assert_usage(o, NATT_E_USAGE_STRUCT_SIZE);
    o.struct_size = sizeof o;
    assert_usage(o, NATT_E_USAGE_ROOTS);
}

Test(options, argument_refused_when_missing)
{
    natt_options o = valid();
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    cr_assert_not(natt_verify(NULL, junk, &o, NULL, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_not(natt_verify(&v, junk, NULL, NULL, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_not(natt_verify(&v, (natt_bytes){NULL, 1}, &o, NULL, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert(all_zero(&v));
    cr_assert_not(natt_verify(NULL, junk, NULL, NULL, NULL));
}

/* Zero bytes count as a document, and not as a valid one. */
Test(options, argument_accepted_when_the_document_is_empty)
{
    natt_options o = valid();
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    cr_assert_not(natt_verify(&v, (natt_bytes){NULL, 0}, &o, NULL, &err));
    assert_refused(err, NATT_E_COSE_SIZE, NATT_NO_ITEM, 0);
}

Test(options, argument_refused_when_a_parser_has_no_output_or_no_bytes)
{
    natt_document doc;
    natt_certificate cert;
    natt_error err;
    cr_assert_not(natt_document_parse(NULL, junk, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_not(natt_document_parse(&doc, (natt_bytes){NULL, 1}, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_not(natt_certificate_parse(NULL, junk, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_not(natt_certificate_parse(&cert, (natt_bytes){NULL, 1}, &err));
    assert_refused(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
}

Test(options, struct_size_refused_when_zero_short_or_long)
{
    static const size_t sizes[] = {0, 1, sizeof(size_t), sizeof(natt_options) - 1, sizeof(natt_options) + 1, SIZE_MAX};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        natt_options o = valid();
        o.struct_size = sizes[i];
        assert_usage(o, NATT_E_USAGE_STRUCT_SIZE);
    }
}

Test(options, struct_size_refused_when_of_another_policy)
{
    static const size_t sizes[] = {0, sizeof(natt_policy) - 1, sizeof(natt_policy) + 1, SIZE_MAX};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        natt_options o = valid();
        natt_policy policy = {sizes[i], &strong_set, 1};
        o.policy = &policy;
        assert_usage(o, NATT_E_USAGE_STRUCT_SIZE);
    }
}

/* The result structure of an older or newer caller: refused, zeroed up to its stated size, and never written beyond. */
Test(options, struct_size_refused_when_of_another_result)
{
    static const size_t sizes[] = {
        0, sizeof(size_t), 64, sizeof(natt_verified) - 1, sizeof(natt_verified) + 1, sizeof(natt_verified) + 64};
    static union {
        natt_verified v;
        uint8_t bytes[sizeof(natt_verified) + 128];
    } u;
    natt_options o = valid();
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        natt_error err;
        size_t size = sizes[i], known = size < sizeof(natt_verified) ? size : sizeof(natt_verified);
        memset(&u, 0x5a, sizeof u);
        u.v.struct_size = size;
        cr_assert_not(natt_verify(&u.v, junk, &o, NULL, &err));
        assert_refused(err, NATT_E_USAGE_STRUCT_SIZE, NATT_NO_ITEM, NATT_NO_OFFSET);
        cr_assert_eq(u.v.struct_size, size);
        for (size_t at = sizeof(size_t); at < sizeof u; at++)
            cr_assert_eq(u.bytes[at], at < known ? 0 : 0x5a, "size %zu, byte %zu", size, at);
    }
}

Test(options, roots_refused_when_none_or_not_readable)
{
    natt_options o = valid();
    natt_bytes roots[] = {natt_root_aws(), BYTES("junk")};
    o.root_count = 0;
    assert_usage(o, NATT_E_USAGE_ROOTS);
    o = valid();
    o.roots = NULL;
    assert_usage(o, NATT_E_USAGE_ROOTS);
    o.roots = roots;
    assert_usable(o);
    o.root_count = 2;
    assert_usage_of(o, NATT_E_USAGE_ROOT_INVALID, 1, 0);
}

Test(options, kind_refused_when_neither)
{
    static const int bad[] = {NATT_KIND_OTHER, 3, -1};
    natt_options o = valid();
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        o.kind = (natt_kind)bad[i];
        assert_usage(o, NATT_E_USAGE_KIND);
    }
    o.kind = NATT_KIND_NITROTPM;
    o.policy = &tpm;
    assert_usable(o);
}

Test(options, time_mode_refused_when_unset_or_unknown)
{
    static const int bad[] = {NATT_TIME_UNSET, 3, -1};
    natt_options o = valid();
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        o.time_mode = (natt_time_mode)bad[i];
        assert_usage(o, NATT_E_USAGE_TIME_MODE);
    }
}

Test(options, now_bounded_in_both_modes)
{
    static const uint64_t good[] = {NATT_MIN_TIME_MS, NATT_MIN_TIME_MS + 1, NATT_MAX_TIME_MS - 1, NATT_MAX_TIME_MS};
    static const uint64_t bad[] = {
        0, 1750000000, NATT_MIN_TIME_MS - 1, NATT_MAX_TIME_MS + 1, NATT_UNSET_MS, NATT_UNLIMITED_MS};
    for (int mode = NATT_TIME_NOW; mode <= NATT_TIME_ARCHIVE; mode++) {
        natt_options o = valid();
        o.time_mode = (natt_time_mode)mode;
        o.max_age_ms = mode == NATT_TIME_NOW ? 1 : NATT_UNSET_MS;
        for (size_t i = 0; i < COUNT_OF(good); i++) {
            o.now_ms = good[i];
            assert_usable(o);
        }
        for (size_t i = 0; i < COUNT_OF(bad); i++) {
            o.now_ms = bad[i];
            assert_usage(o, NATT_E_USAGE_NOW);
        }
    }
}

/* 0 and UNLIMITED are values; UNSET is not. */
Test(options, max_age_required_in_now_mode_and_refused_in_archive_mode)
{
    static const uint64_t set[] = {0, 1, 300000, NATT_MAX_TIME_MS, NATT_UNLIMITED_MS};
    static const uint64_t no_age[] = {NATT_MAX_TIME_MS + 1, UINT64_MAX, UINT64_MAX - 1, INT64_MAX,
                                      NATT_UNLIMITED_MS + 1};
    natt_options now = valid(), archive = valid();
    archive.time_mode = NATT_TIME_ARCHIVE;
    for (size_t i = 0; i < COUNT_OF(set); i++) {
        now.max_age_ms = archive.max_age_ms = set[i];
        assert_usable(now);
        assert_usage(archive, NATT_E_USAGE_MAX_AGE);
    }
    for (size_t i = 0; i < COUNT_OF(no_age); i++) {
        now.max_age_ms = no_age[i];
        assert_usage(now, NATT_E_USAGE_MAX_AGE);
    }
    now.max_age_ms = archive.max_age_ms = NATT_UNSET_MS;
    assert_usage(now, NATT_E_USAGE_MAX_AGE);
    assert_usable(archive);
}

Test(options, leeway_bounded_when_one_hour)
{
    static const uint64_t rows[] = {
        0, NATT_MAX_LEEWAY_MS - 1, NATT_MAX_LEEWAY_MS, NATT_MAX_LEEWAY_MS + 1, NATT_UNSET_MS, NATT_UNLIMITED_MS};
    for (size_t which = 0; which < 6; which++)
        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            natt_options o = valid();
            uint64_t *const leeways[] = {&o.max_future_ms, &o.not_before_leeway_ms, &o.not_after_leeway_ms};
            o.time_mode = which < 3 ? NATT_TIME_NOW : NATT_TIME_ARCHIVE;
            o.max_age_ms = which < 3 ? 0 : NATT_UNSET_MS;
            *leeways[which % 3] = rows[i];
            if (rows[i] <= NATT_MAX_LEEWAY_MS)
                assert_usable(o);
            else
                assert_usage(o, NATT_E_USAGE_LEEWAY);
        }
}

struct nonce_row {
    int mode;
    natt_bytes nonce;
};

Test(options, nonce_accepted_when_exact_or_not_used)
{
    static const struct nonce_row rows[] = {
        {NATT_NONCE_NOT_USED, {NULL, 0}}, {NATT_NONCE_EXACT, {nonce_bytes, 1}}, {NATT_NONCE_EXACT, {nonce_bytes, 2}}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_options o = valid();
        o.nonce_mode = (natt_nonce_mode)rows[i].mode;
        o.nonce = rows[i].nonce;
        assert_usable(o);
    }
}

Test(options, nonce_refused_when_unset_empty_or_contradicting)
{
    static const struct nonce_row rows[] = {
        {NATT_NONCE_UNSET, {NULL, 0}},
        {NATT_NONCE_UNSET, {nonce_bytes, 2}},
        {3, {nonce_bytes, 2}},
        {-1, {NULL, 0}},
        {NATT_NONCE_EXACT, {NULL, 0}},
        {NATT_NONCE_EXACT, {nonce_bytes, 0}},
        {NATT_NONCE_EXACT, {NULL, 2}},
        {NATT_NONCE_NOT_USED, {nonce_bytes, 2}},
        {NATT_NONCE_NOT_USED, {nonce_bytes, 0}},
        {NATT_NONCE_NOT_USED, {NULL, 2}},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_options o = valid();
        o.nonce_mode = (natt_nonce_mode)rows[i].mode;
        o.nonce = rows[i].nonce;
        assert_usage(o, NATT_E_USAGE_NONCE);
    }
}

struct expectation_row {
    int mode;
    natt_bytes value;
};

static natt_options expecting(size_t which, const struct expectation_row *row)
{
    natt_options o = valid();
    natt_expectation *e = which == 0 ? &o.user_data : &o.public_key;
    *e = (natt_expectation){(natt_expect_mode)row->mode, row->value};
    return o;
}

Test(options, expectation_accepted_when_exact_absent_or_any)
{
    static const struct expectation_row rows[] = {{NATT_EXPECT_ANY, {NULL, 0}},
                                                  {NATT_EXPECT_ABSENT, {NULL, 0}},
                                                  {NATT_EXPECT_EXACT, {nonce_bytes, 2}},
                                                  {NATT_EXPECT_EXACT, {nonce_bytes, 0}}};
    for (size_t which = 0; which < 2; which++)
        for (size_t i = 0; i < COUNT_OF(rows); i++)
            assert_usable(expecting(which, &rows[i]));
}

Test(options, expectation_refused_when_mode_and_value_disagree)
{
    static const struct expectation_row rows[] = {
        {NATT_EXPECT_EXACT, {NULL, 0}},
        {NATT_EXPECT_EXACT, {NULL, 2}},
        {NATT_EXPECT_ANY, {nonce_bytes, 2}},
        {NATT_EXPECT_ANY, {nonce_bytes, 0}},
        {NATT_EXPECT_ABSENT, {nonce_bytes, 2}},
        {NATT_EXPECT_ABSENT, {NULL, 2}},
        {NATT_EXPECT_ANY, {NULL, 2}},
        {3, {nonce_bytes, 2}},
        {-1, {NULL, 0}},
    };
    for (size_t which = 0; which < 2; which++)
        for (size_t i = 0; i < COUNT_OF(rows); i++)
            assert_usage(expecting(which, &rows[i]), NATT_E_USAGE_EXPECTATION);
}

Test(options, module_id_and_region_refused_when_empty_or_without_bytes)
{
    static const natt_bytes bad[] = {BYTES(""), {NULL, 4}}, good = BYTES("eu-west-1");
    for (size_t which = 0; which < 2; which++) {
        natt_options o = valid();
        natt_bytes *text = which == 0 ? &o.module_id : &o.region;
        *text = good;
        assert_usable(o);
        for (size_t i = 0; i < COUNT_OF(bad); i++) {
            *text = bad[i];
            assert_usage(o, NATT_E_USAGE_EXPECTATION);
        }
    }
}

Test(options, flags_refused_when_unknown)
{
    const uint32_t known = NATT_ALLOW_DEBUG | NATT_ALLOW_UNKNOWN_FIELDS | NATT_ALLOW_WEAK_POLICY |
                           NATT_INSECURE_NO_PCR_POLICY | NATT_REQUIRE_MODULE_BINDING;
    for (unsigned bit = 0; bit < 32; bit++) {
        natt_options o = valid();
        o.flags = UINT32_C(1) << bit;
        o.policy = o.flags == NATT_INSECURE_NO_PCR_POLICY ? NULL : &strong;
        if ((o.flags & known) != 0)
            assert_usable(o);
        else
            assert_usage(o, NATT_E_USAGE_FLAGS);
    }
}

Test(options, limits_refused_when_unknown)
{
    natt_options o = valid();
    for (int limits = -1; limits <= 3; limits++) {
        o.limits = (natt_limits)limits;
        if (limits >= NATT_LIMITS_DEFAULT && limits <= NATT_LIMITS_AWS_512)
            assert_usable(o);
        else
            assert_usage(o, NATT_E_USAGE_LIMITS);
    }
}

Test(options, deny_refused_when_an_entry_cannot_be_read)
{
    static const natt_deny_entry entries[] = {{NATT_DENY_SERIAL, {NULL, 0}, BYTES("\x01")},
                                              {NATT_DENY_SPKI_SHA256, {NULL, 0}, BYTES("too short")}};
    natt_options o = valid();
    o.deny_count = 1;
    assert_usage(o, NATT_E_USAGE_DENY);
    o.deny = entries;
    assert_usable(o);
    o.deny_count = 2;
    assert_usage_of(o, NATT_E_USAGE_DENY, 1, NATT_NO_OFFSET);
}

Test(options, policy_refused_when_none_or_together_with_the_flag)
{
    natt_options o = valid();
    o.policy = NULL;
    assert_usage(o, NATT_E_USAGE_POLICY);
    o.flags = NATT_INSECURE_NO_PCR_POLICY;
    assert_usable(o);
    o.flags |= NATT_ALLOW_WEAK_POLICY;
    assert_usable(o);
    o.policy = &strong;
    assert_usage(o, NATT_E_USAGE_POLICY);
    o.flags = NATT_ALLOW_WEAK_POLICY;
    assert_usable(o);
}

Test(options, policy_refused_when_empty_whatever_the_flags)
{
    natt_options o = valid();
    o.policy = &empty;
    assert_usage(o, NATT_E_USAGE_POLICY_EMPTY);
    o.flags = NATT_ALLOW_WEAK_POLICY | NATT_ALLOW_DEBUG | NATT_ALLOW_UNKNOWN_FIELDS;
    assert_usage(o, NATT_E_USAGE_POLICY_EMPTY);
}

Test(options, policy_refused_when_a_value_cannot_be_read)
{
    static const natt_pcr_value short_value = {0, {pcr_bytes, 47}};
    static const natt_pcr_set sets[] = {{"good", &pcr0, 1}, {"short", &short_value, 1}};
    static const natt_policy policy = {sizeof(natt_policy), sets, 2};
    natt_options o = valid();
    o.policy = &policy;
    assert_usage_of(o, NATT_E_USAGE_POLICY_PCR, 1, NATT_NO_OFFSET);
}

Test(options, policy_refused_when_weak_unless_allowed)
{
    natt_options o = valid();
    o.policy = &weak;
    assert_usage_of(o, NATT_E_USAGE_POLICY_WEAK, 0, NATT_NO_OFFSET);
    o.flags = NATT_ALLOW_DEBUG;
    assert_usage_of(o, NATT_E_USAGE_POLICY_WEAK, 0, NATT_NO_OFFSET);
    o.flags = NATT_ALLOW_WEAK_POLICY;
    assert_usable(o);
}

Test(options, policy_refused_as_weak_when_it_pins_the_other_kind)
{
    natt_options o = valid();
    o.kind = NATT_KIND_NITROTPM;
    assert_usage_of(o, NATT_E_USAGE_POLICY_WEAK, 0, NATT_NO_OFFSET);
    o = valid();
    o.policy = &tpm;
    assert_usage_of(o, NATT_E_USAGE_POLICY_WEAK, 0, NATT_NO_OFFSET);
}
