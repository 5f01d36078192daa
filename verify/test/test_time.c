/*
 * Time: certificates at now, the timestamp inside certificates, age and future; every limit at n-1, n, n+1.
 */
#include "signed.h"

#include <string.h>

#define CERT(c, i) (&(c)->plan.certificates[i])
#define SECOND     UINT64_C(1000)
#define MINUTE     (60 * SECOND)
#define HOUR       (60 * MINUTE)
#define NOW_S      (int64_t)(TEST_NOW_MS / 1000)

static natt_error verdict(struct natt_test_case *c)
{
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    bool ok = natt_verify(&v, c->doc, &c->opt, NULL, &err);
    cr_assert_eq(ok, err.code == NATT_OK);
    return err;
}

static void set_timestamp(struct natt_test_case *c, uint64_t ms)
{
    natt_plan_set_field(&c->plan, "timestamp", natt_plan_cbor_uint(&c->plan, ms));
}

/* The certificate's validity in seconds around now; all others are valid much longer. */
static void set_validity(struct natt_test_case *c, uint32_t cert, int64_t before, int64_t after)
{
    CERT(c, cert)->not_before = natt_plan_der_time(&c->plan, NOW_S + before);
    CERT(c, cert)->not_after = natt_plan_der_time(&c->plan, NOW_S + after);
}

static void expect_at(struct natt_test_case *c, uint64_t now_ms, natt_code code, uint32_t item)
{
    c->opt.now_ms = now_ms;
    natt_error err = verdict(c);
    cr_assert_eq(err.code, code, "now %+lld ms: %s", (long long)(now_ms - TEST_NOW_MS), natt_code_name(err.code));
    cr_assert_eq(err.item, code == NATT_OK ? NATT_NO_ITEM : item);
}

/* Certificates that are valid from two hours before now to two hours after it; age and future do not matter. */
static void begin_at_ease(struct natt_test_case *c)
{
    natt_test_begin(c);
    for (uint32_t i = 1; i <= TEST_LEAF; i++)
        set_validity(c, i, -7200, 7200);
    c->opt.max_age_ms = NATT_UNLIMITED_MS;
    c->opt.max_future_ms = NATT_MAX_LEEWAY_MS;
}

Test(time, certificate_is_valid_from_not_before_to_the_end_of_not_after)
{
    struct natt_test_case c;
    for (uint32_t i = 1; i <= TEST_LEAF; i++) {
        begin_at_ease(&c);
        set_validity(&c, i, -10, 20);
        natt_test_build(&c);
        expect_at(&c, TEST_NOW_MS - 10 * SECOND - 1, NATT_E_TIME_NOT_YET_VALID, i);
        expect_at(&c, TEST_NOW_MS - 10 * SECOND, NATT_OK, 0);
        expect_at(&c, TEST_NOW_MS - 10 * SECOND + 1, NATT_OK, 0);
        expect_at(&c, TEST_NOW_MS + 20 * SECOND, NATT_OK, 0);
        expect_at(&c, TEST_NOW_MS + 20 * SECOND + 999, NATT_OK, 0);
        expect_at(&c, TEST_NOW_MS + 21 * SECOND, NATT_E_TIME_EXPIRED, i);
        natt_test_end(&c);
    }
}

Test(time, certificate_leeways_widen_each_end_alone)
{
    struct natt_test_case c;
    begin_at_ease(&c);
    set_validity(&c, TEST_LEAF, -10, 20);
    natt_test_build(&c);
    c.opt.not_before_leeway_ms = 500;
    expect_at(&c, TEST_NOW_MS - 10 * SECOND - 501, NATT_E_TIME_NOT_YET_VALID, TEST_LEAF);
    expect_at(&c, TEST_NOW_MS - 10 * SECOND - 500, NATT_OK, 0);
    expect_at(&c, TEST_NOW_MS + 21 * SECOND, NATT_E_TIME_EXPIRED, TEST_LEAF);
    c.opt.not_before_leeway_ms = 0;
    c.opt.not_after_leeway_ms = 500;
    expect_at(&c, TEST_NOW_MS + 21 * SECOND + 499, NATT_OK, 0);
    expect_at(&c, TEST_NOW_MS + 21 * SECOND + 500, NATT_E_TIME_EXPIRED, TEST_LEAF);
    expect_at(&c, TEST_NOW_MS - 10 * SECOND - 1, NATT_E_TIME_NOT_YET_VALID, TEST_LEAF);
    c.opt.not_before_leeway_ms = c.opt.not_after_leeway_ms = NATT_MAX_LEEWAY_MS;
    set_timestamp(&c, TEST_NOW_MS - MINUTE);
    natt_test_build(&c);
    expect_at(&c, TEST_NOW_MS - 10 * SECOND - HOUR, NATT_OK, 0);
    expect_at(&c, TEST_NOW_MS - 10 * SECOND - HOUR - 1, NATT_E_TIME_NOT_YET_VALID, TEST_LEAF);
    natt_test_end(&c);
}

/* The root, which is checked first, is refused too. */
Test(time, root_refused_when_expired)
{
    struct natt_test_case c;
    begin_at_ease(&c);
    natt_test_build(&c);
    expect_at(&c, UINT64_C(2600000000000), NATT_E_TIME_EXPIRED, 0);
    expect_at(&c, UINT64_C(1500000000000), NATT_E_TIME_NOT_YET_VALID, 0);
    natt_test_end(&c);
}

Test(time, timestamp_refused_when_outside_a_certificate_in_both_modes)
{
    static const struct {
        int64_t offset_ms;
        natt_code code;
    } rows[] = {{-10001, NATT_E_TIME_TIMESTAMP_EARLY},
                {-10000, NATT_OK},
                {20999, NATT_OK},
                {21000, NATT_E_TIME_TIMESTAMP_LATE}};
    struct natt_test_case c;
    for (uint32_t i = 1; i <= TEST_LEAF; i++) {
        begin_at_ease(&c);
        set_validity(&c, i, -10, 20);
        for (size_t row = 0; row < 2 * sizeof rows / sizeof rows[0]; row++) {
            set_timestamp(&c, (uint64_t)((int64_t)TEST_NOW_MS + rows[row / 2].offset_ms));
            natt_test_build(&c);
            c.opt.time_mode = row % 2 == 0 ? NATT_TIME_NOW : NATT_TIME_ARCHIVE;
            c.opt.max_age_ms = row % 2 == 0 ? NATT_UNLIMITED_MS : NATT_UNSET_MS;
            expect_at(&c, TEST_NOW_MS, rows[row / 2].code, i);
        }
        natt_test_end(&c);
    }
}

static void set_mode(struct natt_test_case *c, natt_time_mode mode)
{
    c->opt.time_mode = mode;
    c->opt.max_age_ms = mode == NATT_TIME_NOW ? NATT_UNLIMITED_MS : NATT_UNSET_MS;
}

Test(time, timestamp_gets_the_leeway_too_in_both_modes)
{
    struct natt_test_case c;
    for (natt_time_mode mode = NATT_TIME_NOW; mode <= NATT_TIME_ARCHIVE; mode++) {
        begin_at_ease(&c);
        set_mode(&c, mode);
        set_validity(&c, TEST_LEAF, -10, 20);
        set_timestamp(&c, TEST_NOW_MS - 10 * SECOND - 500);
        natt_test_build(&c);
        expect_at(&c, TEST_NOW_MS, NATT_E_TIME_TIMESTAMP_EARLY, TEST_LEAF);
        c.opt.not_before_leeway_ms = 499;
        expect_at(&c, TEST_NOW_MS, NATT_E_TIME_TIMESTAMP_EARLY, TEST_LEAF);
        c.opt.not_before_leeway_ms = 500;
        expect_at(&c, TEST_NOW_MS, NATT_OK, 0);
        set_timestamp(&c, TEST_NOW_MS + 21 * SECOND + 500);
        natt_test_build(&c);
        c.opt.not_after_leeway_ms = 500;
        expect_at(&c, TEST_NOW_MS, NATT_E_TIME_TIMESTAMP_LATE, TEST_LEAF);
        c.opt.not_after_leeway_ms = 501;
        expect_at(&c, TEST_NOW_MS, NATT_OK, 0);
        natt_test_end(&c);
    }
}

Test(time, age_limit_is_max_age)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    c.opt.max_age_ms = 5 * MINUTE;
    expect_at(&c, TEST_NOW_MS + 5 * MINUTE - 1, NATT_OK, 0);
    expect_at(&c, TEST_NOW_MS + 5 * MINUTE, NATT_OK, 0);
    expect_at(&c, TEST_NOW_MS + 5 * MINUTE + 1, NATT_E_TIME_STALE, NATT_NO_ITEM);
    c.opt.max_age_ms = 0;
    expect_at(&c, TEST_NOW_MS, NATT_OK, 0);
    expect_at(&c, TEST_NOW_MS + 1, NATT_E_TIME_STALE, NATT_NO_ITEM);
    c.opt.max_age_ms = NATT_UNLIMITED_MS;
    expect_at(&c, TEST_NOW_MS + HOUR, NATT_OK, 0);
    natt_test_end(&c);
}

/* Whatever else is asked for: each of these was once the way around a check in some verifier. */
Test(time, age_and_future_limits_hold_beside_every_expectation)
{
    static const uint8_t value[] = {1, 2};
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_plan_set_field(&c.plan, "nonce", natt_plan_hex(&c.plan, "420102"));
    natt_plan_set_field(&c.plan, "user_data", natt_plan_hex(&c.plan, "420102"));
    natt_plan_set_field(&c.plan, "public_key", natt_plan_hex(&c.plan, "420102"));
    natt_test_build(&c);
    const natt_expectation exact = {NATT_EXPECT_EXACT, {value, sizeof value}};
    for (unsigned asked = 0; asked < 16; asked++) {
        bool nonce = (asked & 1) != 0;
        c.opt.nonce_mode = nonce ? NATT_NONCE_EXACT : NATT_NONCE_NOT_USED;
        c.opt.nonce = nonce ? exact.value : (natt_bytes){NULL, 0};
        c.opt.user_data = (asked & 2) != 0 ? exact : (natt_expectation){NATT_EXPECT_ANY, {NULL, 0}};
        c.opt.public_key = (asked & 4) != 0 ? exact : (natt_expectation){NATT_EXPECT_ANY, {NULL, 0}};
        c.opt.flags = NATT_INSECURE_NO_PCR_POLICY | ((asked & 8) != 0 ? NATT_REQUIRE_MODULE_BINDING : 0);
        c.opt.max_age_ms = 10;
        c.opt.max_future_ms = 10;
        expect_at(&c, TEST_NOW_MS + 10, NATT_OK, 0);
        expect_at(&c, TEST_NOW_MS + 11, NATT_E_TIME_STALE, NATT_NO_ITEM);
        expect_at(&c, TEST_NOW_MS - 10, NATT_OK, 0);
        expect_at(&c, TEST_NOW_MS - 11, NATT_E_TIME_FUTURE, NATT_NO_ITEM);
    }
    natt_test_end(&c);
}

Test(time, future_limit_is_max_future_in_both_modes)
{
    struct natt_test_case c;
    for (natt_time_mode mode = NATT_TIME_NOW; mode <= NATT_TIME_ARCHIVE; mode++) {
        begin_at_ease(&c);
        set_mode(&c, mode);
        natt_test_build(&c);
        c.opt.max_future_ms = 0;
        expect_at(&c, TEST_NOW_MS, NATT_OK, 0);
        expect_at(&c, TEST_NOW_MS - 1, NATT_E_TIME_FUTURE, NATT_NO_ITEM);
        c.opt.max_future_ms = 250;
        expect_at(&c, TEST_NOW_MS - 249, NATT_OK, 0);
        expect_at(&c, TEST_NOW_MS - 250, NATT_OK, 0);
        expect_at(&c, TEST_NOW_MS - 251, NATT_E_TIME_FUTURE, NATT_NO_ITEM);
        c.opt.max_future_ms = NATT_MAX_LEEWAY_MS;
        expect_at(&c, TEST_NOW_MS - HOUR, NATT_OK, 0);
        expect_at(&c, TEST_NOW_MS - HOUR - 1, NATT_E_TIME_FUTURE, NATT_NO_ITEM);
        natt_test_end(&c);
    }
}

Test(time, archive_mode_drops_age_and_validity_at_now_only)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    natt_verified v = NATT_VERIFIED_INIT;
    natt_error err;
    c.opt.time_mode = NATT_TIME_ARCHIVE;
    c.opt.max_age_ms = NATT_UNSET_MS;
    c.opt.now_ms = NATT_MAX_TIME_MS;
    cr_assert(natt_verify(&v, c.doc, &c.opt, NULL, &err), "%s", natt_code_name(err.code));
    cr_assert_eq(v.checks & (NATT_CHECKED_NOW | NATT_CHECKED_AGE), 0);
    cr_assert_neq(v.checks & NATT_CHECKED_TIMESTAMP, 0);
    expect_at(&c, TEST_NOW_MS - 1, NATT_E_TIME_FUTURE, NATT_NO_ITEM);
    natt_test_end(&c);
}

Test(time, checks_say_what_was_judged_of_now_and_age)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    natt_test_build(&c);
    uint32_t both = NATT_CHECKED_NOW | NATT_CHECKED_AGE;
    cr_assert_eq(natt_test_verified_doc(&c, __LINE__).checks & both, both);
    c.opt.max_age_ms = NATT_UNLIMITED_MS;
    cr_assert_eq(natt_test_verified_doc(&c, __LINE__).checks & both, NATT_CHECKED_NOW);
    natt_test_end(&c);
}

/* A document whose time is in seconds is ancient, never fresh. */
Test(time, timestamp_in_seconds_refused)
{
    struct natt_test_case c;
    begin_at_ease(&c);
    set_timestamp(&c, TEST_NOW_MS / 1000);
    natt_test_build(&c);
    expect_at(&c, TEST_NOW_MS, NATT_E_TIME_TIMESTAMP_EARLY, 0);
    natt_test_end(&c);
}

Test(time, earliest_expiry_is_the_first_of_the_chain)
{
    struct natt_test_case c;
    begin_at_ease(&c);
    set_validity(&c, 2, -100, 77);
    natt_test_build(&c);
    cr_assert_eq(natt_test_verified_doc(&c, __LINE__).earliest_expiry, NOW_S + 77);
    set_validity(&c, TEST_LEAF, -100, 33);
    natt_test_build(&c);
    cr_assert_eq(natt_test_verified_doc(&c, __LINE__).earliest_expiry, NOW_S + 33);
    natt_test_end(&c);
}
