/* required_checks: options that do not perform a check for every document are refused. R-USAGE-24, R-INTERNAL-03. */
#include "signed.h"

#include "verify/rules/options.h"
#include "verify/verify.h"
#include "verify/window.h"

static const natt_bytes value = BYTES("v");
static const uint8_t pcr[48] = {1};
static const natt_pcr_value pin = {8, {pcr, 48}};
static const natt_pcr_set set = {NULL, &pin, 1};
static const natt_policy policy = {sizeof policy, &set, 1, 0};
static const natt_deny_entry deny = {NATT_DENY_SERIAL, {NULL, 0}, {pcr, 1}};

/* Every check performed. */
static natt_options all_of(const natt_bytes *root)
{
    natt_options opt = NATT_OPTIONS_INIT;
    opt.roots = root;
    opt.root_count = 1;
    opt.time_mode = NATT_TIME_NOW;
    opt.now_ms = TEST_NOW_MS;
    opt.max_age_ms = 0;
    opt.nonce_mode = NATT_NONCE_EXACT;
    opt.nonce = opt.module_id = opt.region = value;
    opt.user_data = opt.public_key = (natt_expectation){NATT_EXPECT_EXACT, value};
    opt.policy = &policy;
    opt.flags = NATT_REQUIRE_MODULE_BINDING;
    opt.deny = &deny;
    opt.deny_count = 1;
    return opt;
}

static bool usable(natt_options opt, uint32_t required)
{
    natt_error err = BLANK_ERROR;
    opt.required_checks = required;
    bool ok = natt_options_check(&opt, natt_crypto_default(), &err);
    uint32_t missing = required & ~natt_options_checks(&opt);
    uint32_t first = ok ? NATT_NO_ITEM : (uint32_t)__builtin_ctz(missing);
    assert_refused(err, ok ? NATT_OK : NATT_E_USAGE_CHECKS, first, NATT_NO_OFFSET);
    return ok;
}

static void no_age(natt_options *o)
{
    o->max_age_ms = NATT_UNLIMITED_MS;
}
static void no_nonce(natt_options *o)
{
    o->nonce_mode = NATT_NONCE_NOT_USED, o->nonce = (natt_bytes){NULL, 0};
}
static void no_user_data(natt_options *o)
{
    o->user_data = (natt_expectation){NATT_EXPECT_ANY, {NULL, 0}};
}
static void no_key(natt_options *o)
{
    o->public_key = (natt_expectation){NATT_EXPECT_ANY, {NULL, 0}};
}
static void no_policy(natt_options *o)
{
    o->policy = NULL, o->flags |= NATT_INSECURE_NO_PCR_POLICY;
}
static void debug(natt_options *o)
{
    o->flags |= NATT_ALLOW_DEBUG;
}
static void no_binding(natt_options *o)
{
    o->flags = 0;
}
static void no_module_id(natt_options *o)
{
    o->module_id = (natt_bytes){NULL, 0};
}
static void no_region(natt_options *o)
{
    o->region = (natt_bytes){NULL, 0};
}
static void no_deny(natt_options *o)
{
    o->deny_count = 0;
}
static void archive(natt_options *o)
{
    o->time_mode = NATT_TIME_ARCHIVE, o->max_age_ms = NATT_UNSET_MS;
}
static void tpm(natt_options *o)
{
    static const natt_pcr_value tpm_pin = {7, {pcr, 48}};
    static const natt_pcr_set tpm_set = {NULL, &tpm_pin, 1};
    static const natt_policy tpm_policy = {sizeof tpm_policy, &tpm_set, 1, 0};
    o->kind = NATT_KIND_NITROTPM;
    o->policy = &tpm_policy;
}

static const struct {
    void (*without)(natt_options *o);
    uint32_t checks;
} rows[] = {
    {no_age, NATT_CHECKED_AGE},
    {no_nonce, NATT_CHECKED_NONCE},
    {no_user_data, NATT_CHECKED_USER_DATA},
    {no_key, NATT_CHECKED_PUBLIC_KEY},
    {no_policy, NATT_CHECKED_PCRS},
    {debug, NATT_CHECKED_PRODUCTION},
    {tpm, NATT_CHECKED_PRODUCTION},
    {no_binding, NATT_CHECKED_MODULE_BINDING},
    {no_module_id, NATT_CHECKED_MODULE_ID},
    {no_region, NATT_CHECKED_REGION},
    {no_deny, NATT_CHECKED_DENY},
    {archive, NATT_CHECKED_NOW | NATT_CHECKED_AGE},
};
#define ALL 0x3fffu /* the fourteen bits of verify.h */

Test(required_checks, refused_when_the_options_do_not_perform_one)
{
    natt_bytes root = natt_root_aws();
    cr_assert(usable(all_of(&root), ALL));
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_options opt = all_of(&root);
        rows[i].without(&opt);
        for (int bit = 0; bit < 14; bit++)
            cr_assert_eq(usable(opt, UINT32_C(1) << bit), (rows[i].checks >> bit & 1) == 0, "row %zu bit %d", i, bit);
        cr_assert(usable(opt, ALL & ~rows[i].checks), "row %zu", i);
    }
}

Test(required_checks, refused_when_a_bit_is_unknown)
{
    natt_bytes root = natt_root_aws();
    for (int bit = 14; bit < 32; bit++)
        cr_assert_not(usable(all_of(&root), UINT32_C(1) << bit), "bit %d", bit);
}

/* The result shows at least what was required, and a document cannot make up for the options. */
Test(required_checks, verified_result_has_them)
{
    struct natt_test_case c;
    natt_test_begin(&c);
    c.opt.required_checks = NATT_CHECKED_CHAIN | NATT_CHECKED_SIGNATURE | NATT_CHECKED_TIMESTAMP | NATT_CHECKED_NOW |
                            NATT_CHECKED_AGE | NATT_CHECKED_PRODUCTION;
    natt_test_build(&c);
    natt_verified v = natt_test_verified_doc(&c, __LINE__);
    cr_assert_eq(v.checks & c.opt.required_checks, c.opt.required_checks);
    cr_assert((v.checks & NATT_CHECKED_MODULE_BINDING) != 0);
    c.opt.required_checks |= NATT_CHECKED_MODULE_BINDING;
    natt_test_refused_doc(&c, NATT_E_USAGE_CHECKS, 10, NATT_NO_OFFSET, __LINE__); /* the bit of MODULE_BINDING */
    natt_test_end(&c);
}

Test(required_checks, missing_check_is_an_internal_error)
{
    natt_error err = BLANK_ERROR;
    cr_assert(natt_verify_checks_complete(0x7, 0x3, &err));
    cr_assert(natt_verify_checks_complete(0x7, 0, &err));
    assert_no_error("complete", err);
    cr_assert_not(natt_verify_checks_complete(0x7, 0xb, &err));
    assert_refused(err, NATT_E_INTERNAL_CHECKS, NATT_NO_ITEM, NATT_NO_OFFSET);
}
