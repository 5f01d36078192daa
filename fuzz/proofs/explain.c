/* Proved of natt_verify_explain, for all options: true only if these options have a policy and are valid, and the
 * document was verified under the same options without the policy; on false there is a code and no differences. The
 * coordinator (verdict.c) and the comparison of PCRs are contracts. */
#include "fuzz/proofs/any_input.h"
#include "verify/rules/options.h"
#include "verify/rules/policy.h"
#include "verify/verify.h"
#include "verify/window.h"

_Bool nondet_bool(void);
natt_options nondet_options(void);

static natt_options opt;
static _Bool checked, verified, explained;

bool natt_options_check(const natt_options *o, const struct natt_crypto *crypto, natt_error *err)
{
    (void)crypto;
    __CPROVER_assert(o == &opt, "the caller's options are checked");
    checked = nondet_bool();
    return checked || natt_fail_code(err, NATT_E_USAGE_ROOTS);
}

void natt_verification_begin(struct natt_verification *v, natt_verified *out, natt_bytes in, const natt_options *o,
                             natt_error *err)
{
    v->out = out;
    v->in = in;
    v->opt = o;
    v->err = err;
}

static _Bool same(natt_bytes a, natt_bytes b)
{
    return a.ptr == b.ptr && a.len == b.len;
}

/* Only the policy is missing. */
static _Bool requires_the_rest(const natt_options *o)
{
    return o->struct_size == opt.struct_size && o->roots == opt.roots && o->root_count == opt.root_count &&
           o->kind == opt.kind && o->time_mode == opt.time_mode && o->now_ms == opt.now_ms &&
           o->max_age_ms == opt.max_age_ms && o->max_future_ms == opt.max_future_ms &&
           o->not_before_leeway_ms == opt.not_before_leeway_ms && o->not_after_leeway_ms == opt.not_after_leeway_ms &&
           o->nonce_mode == opt.nonce_mode && same(o->nonce, opt.nonce) && o->user_data.mode == opt.user_data.mode &&
           same(o->user_data.value, opt.user_data.value) && o->public_key.mode == opt.public_key.mode &&
           same(o->public_key.value, opt.public_key.value) && same(o->module_id, opt.module_id) &&
           same(o->region, opt.region) && o->limits == opt.limits && o->deny == opt.deny &&
           o->deny_count == opt.deny_count && o->policy == NULL &&
           o->flags == (opt.flags | NATT_INSECURE_NO_PCR_POLICY) &&
           o->required_checks == (opt.required_checks & ~NATT_CHECKED_PCRS);
}

void natt_window_run(struct natt_window *w)
{
    __CPROVER_assert(checked && w->count == 1 && requires_the_rest(w->each->opt), "under all but the policy");
    verified = w->each->ok = nondet_bool();
    if (!verified)
        (void)natt_fail_code(w->each->err, NATT_E_CHAIN_ROOT);
}

bool natt_policy_explain(natt_pcr_difference *out, size_t capacity, size_t *count, const natt_verified *v,
                         const natt_policy *policy, natt_error *err)
{
    (void)out, (void)capacity, (void)v;
    __CPROVER_assert(verified && policy == opt.policy, "of a verified document, the caller's policy");
    explained = nondet_bool();
    *count = explained ? nondet_size() : 0;
    return explained || natt_fail_code(err, NATT_E_USAGE_RESULT);
}

const struct natt_crypto *natt_crypto_default(void)
{
    return NULL;
}

int main(void)
{
    natt_error err;
    size_t count = nondet_size();
    opt = nondet_options();
    const natt_options *given = nondet_bool() ? &opt : NULL;
    size_t *counter = nondet_bool() ? &count : NULL;
    bool ok = natt_verify_explain(NULL, 0, counter, (natt_bytes){NULL, 0}, given, NULL, &err);
    REACHABLE(ok);
    REACHABLE(!ok);
    __CPROVER_assert(ok == (err.code == NATT_OK), "false has a code, true has none");
    __CPROVER_assert(ok || counter == NULL || count == 0, "false has no differences");
    __CPROVER_assert(!ok || (given != NULL && opt.struct_size == sizeof opt && opt.policy != NULL && checked &&
                             verified && explained),
                     "true only if each step passed");
    return 0;
}
