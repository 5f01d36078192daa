/* Proved of natt_options_check, for all options: it accepts exactly those that verify.h documents; the harness contains
 * these rules a second time. Then these options perform every check that a caller requires. Roots, deny list and policy
 * have separate proofs, and are contracts here. */
#include "verify/rules/options.h"
#include "fuzz/proofs/any_input.h"
#include "verify/rules/deny_list.h"
#include "verify/rules/policy.h"
#include "verify/rules/roots.h"

_Bool nondet_bool(void);
natt_options nondet_options(void);

static const natt_options *checked;
static _Bool roots_ok, deny_ok, policy_ok, roots_checked, deny_checked, policy_checked;

bool natt_roots_check(const natt_options *opt, const struct natt_crypto *crypto, natt_error *err)
{
    (void)crypto;
    __CPROVER_assert(opt == checked, "the roots of these options");
    roots_checked = 1;
    return roots_ok || natt_fail_code(err, NATT_E_USAGE_ROOTS);
}

bool natt_deny_check(const natt_options *opt, natt_error *err)
{
    __CPROVER_assert(opt == checked, "the deny list of these options");
    deny_checked = 1;
    return deny_ok || natt_fail_code(err, NATT_E_USAGE_DENY);
}

bool natt_policy_usable(const natt_policy *policy, natt_kind kind, bool allow_weak, natt_error *err)
{
    __CPROVER_assert(policy == checked->policy && policy != NULL && kind == checked->kind,
                     "the policy of these options");
    __CPROVER_assert(allow_weak == ((checked->flags & NATT_ALLOW_WEAK_POLICY) != 0), "weak only if they allow it");
    policy_checked = 1;
    return policy_ok || natt_fail_code(err, NATT_E_USAGE_POLICY_EMPTY);
}

static _Bool times_are_set(const natt_options *o)
{
    const uint64_t hour = 3600 * UINT64_C(1000);
    _Bool age = o->time_mode == NATT_TIME_NOW ? o->max_age_ms <= NATT_MAX_TIME_MS || o->max_age_ms == NATT_UNLIMITED_MS
                                              : o->max_age_ms == NATT_UNSET_MS;
    return (o->time_mode == NATT_TIME_NOW || o->time_mode == NATT_TIME_ARCHIVE) && age &&
           o->now_ms >= NATT_MIN_TIME_MS && o->now_ms <= NATT_MAX_TIME_MS && o->max_future_ms <= hour &&
           o->not_before_leeway_ms <= hour && o->not_after_leeway_ms <= hour;
}

static _Bool is_absent(natt_bytes b)
{
    return b.ptr == NULL && b.len == 0;
}

static _Bool value_is_set(const natt_expectation *e)
{
    return e->mode == NATT_EXPECT_EXACT
               ? e->value.ptr != NULL
               : (e->mode == NATT_EXPECT_ANY || e->mode == NATT_EXPECT_ABSENT) && is_absent(e->value);
}

static _Bool values_are_set(const natt_options *o)
{
    _Bool nonce = o->nonce_mode == NATT_NONCE_EXACT ? o->nonce.ptr != NULL && o->nonce.len > 0
                                                    : o->nonce_mode == NATT_NONCE_NOT_USED && is_absent(o->nonce);
    return nonce && value_is_set(&o->user_data) && value_is_set(&o->public_key) &&
           (o->module_id.ptr == NULL) == (o->module_id.len == 0) && (o->region.ptr == NULL) == (o->region.len == 0);
}

static _Bool policy_is_set(const natt_options *o)
{
    return (o->flags & NATT_INSECURE_NO_PCR_POLICY) != 0 ? o->policy == NULL : o->policy != NULL && policy_ok;
}

/* The checks that the options perform for every document. */
static uint32_t made(const natt_options *o)
{
    uint32_t c = NATT_CHECKED_CHAIN | NATT_CHECKED_SIGNATURE | NATT_CHECKED_TIMESTAMP;
    if (o->time_mode == NATT_TIME_NOW)
        c |= NATT_CHECKED_NOW;
    if (o->time_mode == NATT_TIME_NOW && o->max_age_ms != NATT_UNLIMITED_MS)
        c |= NATT_CHECKED_AGE;
    if (o->nonce_mode == NATT_NONCE_EXACT)
        c |= NATT_CHECKED_NONCE;
    if (o->user_data.mode != NATT_EXPECT_ANY)
        c |= NATT_CHECKED_USER_DATA;
    if (o->public_key.mode != NATT_EXPECT_ANY)
        c |= NATT_CHECKED_PUBLIC_KEY;
    if (o->policy != NULL)
        c |= NATT_CHECKED_PCRS;
    if (o->kind == NATT_KIND_ENCLAVE && (o->flags & NATT_ALLOW_DEBUG) == 0)
        c |= NATT_CHECKED_PRODUCTION;
    if ((o->flags & NATT_REQUIRE_MODULE_BINDING) != 0)
        c |= NATT_CHECKED_MODULE_BINDING;
    if (o->module_id.ptr != NULL)
        c |= NATT_CHECKED_MODULE_ID;
    if (o->region.ptr != NULL)
        c |= NATT_CHECKED_REGION;
    if (o->deny_count > 0)
        c |= NATT_CHECKED_DENY;
    return c;
}

static _Bool right(const natt_options *o)
{
    return o->struct_size == sizeof *o && roots_ok && deny_ok &&
           (o->kind == NATT_KIND_ENCLAVE || o->kind == NATT_KIND_NITROTPM) && times_are_set(o) && values_are_set(o) &&
           (o->flags & ~UINT32_C(0x1f)) == 0 &&
           (o->limits == NATT_LIMITS_DEFAULT || o->limits == NATT_LIMITS_AWS_1024 ||
            o->limits == NATT_LIMITS_AWS_512) &&
           policy_is_set(o) && (o->required_checks & ~made(o)) == 0;
}

int main(void)
{
    natt_options opt = nondet_options();
    natt_error err = {NATT_OK, 0, 0, ""};
    checked = &opt;
    roots_ok = nondet_bool();
    deny_ok = nondet_bool();
    policy_ok = nondet_bool();
    bool ok = natt_options_check(&opt, NULL, &err);
    REACHABLE(ok && opt.policy != NULL);
    REACHABLE(ok && opt.policy == NULL);
    REACHABLE(!ok);
    __CPROVER_assert(ok == right(&opt), "accepted are the documented options alone");
    __CPROVER_assert(ok == (err.code == NATT_OK), "false has a code, true has none");
    __CPROVER_assert(!ok || (roots_checked && deny_checked && (opt.policy == NULL || policy_checked)),
                     "roots, deny list and policy were checked");
    __CPROVER_assert(natt_options_checks(&opt) == made(&opt), "the checks of the options are the documented ones");
    return 0;
}
