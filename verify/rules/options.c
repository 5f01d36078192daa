/*
 * Usage rules: security-critical options have no defaults, and unknown values are refused.
 */
#include "verify/rules/options.h"
#include "verify/rules/deny_list.h"
#include "verify/rules/policy.h"
#include "verify/rules/roots.h"

#define KNOWN_FLAGS                                                                                                    \
    (NATT_ALLOW_DEBUG | NATT_ALLOW_UNKNOWN_FIELDS | NATT_ALLOW_WEAK_POLICY | NATT_INSECURE_NO_PCR_POLICY |             \
     NATT_REQUIRE_MODULE_BINDING)

static bool usage(natt_error *err, bool ok, natt_code code)
{
    return ok || natt_fail_code(err, code);
}

/* R-USAGE-02: an older library must never ignore a newer caller's restriction. */
static bool check_struct_size(const natt_options *opt, natt_error *err)
{
    return usage(err, opt->struct_size == sizeof *opt, NATT_E_USAGE_STRUCT_SIZE);
}

/* R-USAGE-05: the kind is never detected. */
static bool check_kind(const natt_options *opt, natt_error *err)
{
    return usage(err, opt->kind == NATT_KIND_ENCLAVE || opt->kind == NATT_KIND_NITROTPM, NATT_E_USAGE_KIND);
}

/* R-USAGE-06 */
static bool check_time_mode(const natt_options *opt, natt_error *err)
{
    bool ok = opt->time_mode == NATT_TIME_NOW || opt->time_mode == NATT_TIME_ARCHIVE;
    return usage(err, ok, NATT_E_USAGE_TIME_MODE);
}

/* R-USAGE-07: unset, in seconds, or after the year 9999. */
static bool check_now(const natt_options *opt, natt_error *err)
{
    bool ok = opt->now_ms >= NATT_MIN_TIME_MS && opt->now_ms <= NATT_MAX_TIME_MS;
    return usage(err, ok, NATT_E_USAGE_NOW);
}

/* R-USAGE-08: NOW requires an age, ARCHIVE must not have one; an overflowed number is not an age. */
static bool check_max_age(const natt_options *opt, natt_error *err)
{
    if (opt->time_mode == NATT_TIME_ARCHIVE)
        return usage(err, opt->max_age_ms == NATT_UNSET_MS, NATT_E_USAGE_MAX_AGE);
    bool set = opt->max_age_ms <= NATT_MAX_TIME_MS || opt->max_age_ms == NATT_UNLIMITED_MS;
    return usage(err, set, NATT_E_USAGE_MAX_AGE);
}

/* R-USAGE-09: clocks differ by minutes, not by hours. */
static bool check_leeway(const natt_options *opt, natt_error *err)
{
    bool ok = opt->max_future_ms <= NATT_MAX_LEEWAY_MS && opt->not_before_leeway_ms <= NATT_MAX_LEEWAY_MS &&
              opt->not_after_leeway_ms <= NATT_MAX_LEEWAY_MS;
    return usage(err, ok, NATT_E_USAGE_LEEWAY);
}

/* R-USAGE-10: an empty nonce does not show freshness. A nonce with NOT_USED is a contradiction. */
static bool check_nonce(const natt_options *opt, natt_error *err)
{
    bool exact = opt->nonce_mode == NATT_NONCE_EXACT && opt->nonce.ptr != NULL && opt->nonce.len > 0;
    bool unused = opt->nonce_mode == NATT_NONCE_NOT_USED && opt->nonce.ptr == NULL && opt->nonce.len == 0;
    return usage(err, exact || unused, NATT_E_USAGE_NONCE);
}

static bool expectation_ok(const natt_expectation *e)
{
    if (e->mode == NATT_EXPECT_EXACT)
        return e->value.ptr != NULL;
    bool no_value = e->value.ptr == NULL && e->value.len == 0;
    return (e->mode == NATT_EXPECT_ANY || e->mode == NATT_EXPECT_ABSENT) && no_value;
}

static bool text_ok(natt_bytes text)
{
    return (text.ptr == NULL) == (text.len == 0);
}

/* R-USAGE-11 */
static bool check_expectations(const natt_options *opt, natt_error *err)
{
    bool ok = expectation_ok(&opt->user_data) && expectation_ok(&opt->public_key) && text_ok(opt->module_id) &&
              text_ok(opt->region);
    return usage(err, ok, NATT_E_USAGE_EXPECTATION);
}

/* R-USAGE-12: a flag that this library does not know may be a restriction. */
static bool check_flags(const natt_options *opt, natt_error *err)
{
    return usage(err, (opt->flags & ~KNOWN_FLAGS) == 0, NATT_E_USAGE_FLAGS);
}

/* R-USAGE-13 */
static bool check_limits(const natt_options *opt, natt_error *err)
{
    bool ok =
        opt->limits == NATT_LIMITS_DEFAULT || opt->limits == NATT_LIMITS_AWS_1024 || opt->limits == NATT_LIMITS_AWS_512;
    return usage(err, ok, NATT_E_USAGE_LIMITS);
}

/* R-USAGE-15: a policy, or the flag that disables it; not both. */
static bool check_policy(const natt_options *opt, natt_error *err)
{
    bool no_policy = (opt->flags & NATT_INSECURE_NO_PCR_POLICY) != 0;
    if (!usage(err, no_policy == (opt->policy == NULL), NATT_E_USAGE_POLICY))
        return false;
    bool allow_weak = (opt->flags & NATT_ALLOW_WEAK_POLICY) != 0;
    return no_policy || natt_policy_usable(opt->policy, opt->kind, allow_weak, err);
}

uint32_t natt_options_checks(const natt_options *opt)
{
    bool now = opt->time_mode == NATT_TIME_NOW;
    const struct {
        bool made;
        uint32_t bits;
    } rows[] = {
        {true, NATT_CHECKED_CHAIN | NATT_CHECKED_SIGNATURE | NATT_CHECKED_TIMESTAMP},
        {now, NATT_CHECKED_NOW},
        {now && opt->max_age_ms != NATT_UNLIMITED_MS, NATT_CHECKED_AGE},
        {opt->nonce_mode == NATT_NONCE_EXACT, NATT_CHECKED_NONCE},
        {opt->user_data.mode != NATT_EXPECT_ANY, NATT_CHECKED_USER_DATA},
        {opt->public_key.mode != NATT_EXPECT_ANY, NATT_CHECKED_PUBLIC_KEY},
        {opt->policy != NULL, NATT_CHECKED_PCRS},
        {opt->kind == NATT_KIND_ENCLAVE && (opt->flags & NATT_ALLOW_DEBUG) == 0, NATT_CHECKED_PRODUCTION},
        {(opt->flags & NATT_REQUIRE_MODULE_BINDING) != 0, NATT_CHECKED_MODULE_BINDING},
        {opt->module_id.ptr != NULL, NATT_CHECKED_MODULE_ID},
        {opt->region.ptr != NULL, NATT_CHECKED_REGION},
        {opt->deny_count > 0, NATT_CHECKED_DENY},
    };
    uint32_t checks = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        checks |= rows[i].made ? rows[i].bits : 0;
    return checks;
}

/* R-USAGE-24: the options must ensure the checks that a caller relies on, for every document. */
static bool check_required(const natt_options *opt, natt_error *err)
{
    uint32_t missing = opt->required_checks & ~natt_options_checks(opt), bit = 0;
    while (bit < 31 && (missing >> bit & 1) == 0)
        bit++;
    return missing == 0 || natt_fail(err, NATT_E_USAGE_CHECKS, bit, NATT_NO_OFFSET);
}

bool natt_options_check(const natt_options *opt, const struct natt_crypto *crypto, natt_error *err)
{
    return check_struct_size(opt, err) && natt_roots_check(opt, crypto, err) && check_kind(opt, err) &&
           check_time_mode(opt, err) && check_now(opt, err) && check_max_age(opt, err) && check_leeway(opt, err) &&
           check_nonce(opt, err) && check_expectations(opt, err) && check_flags(opt, err) && check_limits(opt, err) &&
           natt_deny_check(opt, err) && check_policy(opt, err) && check_required(opt, err);
}
