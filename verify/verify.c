/*
 * Verifies one document, as a window of one. Other functions for a single document.
 */
#include "verify/verify.h"
#include "verify/parse/reader.h"
#include "verify/rules/options.h"
#include "verify/rules/policy.h"
#include "verify/window.h"

bool natt_verify_with(natt_verified *out, natt_bytes in, const natt_options *opt, natt_cache *cache,
                      const struct natt_crypto *crypto, natt_error *err)
{
    natt_error spare;
    struct natt_verification one;
    struct natt_job_refs refs;
    struct natt_pool_job jobs[NATT_MAX_CHAIN];
    struct natt_job *list[NATT_MAX_CHAIN];
    struct natt_window window = {&one, &refs, 1, {jobs, 0, list, 0, NULL, 0, false}, NULL, crypto, cache};
    natt_verification_begin(&one, out, in, opt, natt_error_begin(err, &spare));
    natt_window_run(&window);
    return one.ok;
}

bool natt_verify(natt_verified *out, natt_bytes in, const natt_options *opt, natt_cache *cache, natt_error *err)
{
    return natt_verify_with(out, in, opt, cache, natt_crypto_default(), err);
}

/* The caller's options without the policy: a document that fails only because of its PCRs passes. */
static natt_options without_policy(const natt_options *opt)
{
    natt_options all = *opt;
    all.policy = NULL;
    all.flags |= NATT_INSECURE_NO_PCR_POLICY;
    all.required_checks &= ~NATT_CHECKED_PCRS;
    return all;
}

/* R-USAGE-15 */
static bool check_has_policy(const natt_options *opt, natt_error *err)
{
    return opt->policy != NULL || natt_fail_code(err, NATT_E_USAGE_POLICY);
}

bool natt_verify_explain(natt_pcr_difference *out, size_t capacity, size_t *count, natt_bytes in,
                         const natt_options *opt, natt_cache *cache, natt_error *err)
{
    natt_error spare;
    natt_verified v = NATT_VERIFIED_INIT;
    err = natt_error_begin(err, &spare);
    if (count != NULL)
        *count = 0;
    if (opt == NULL || count == NULL)
        return natt_fail_code(err, NATT_E_USAGE_ARGUMENT);
    if (opt->struct_size != sizeof *opt)
        return natt_fail_code(err, NATT_E_USAGE_STRUCT_SIZE);
    if (!check_has_policy(opt, err) || !natt_options_check(opt, natt_crypto_default(), err))
        return false;
    natt_options all = without_policy(opt);
    return natt_verify(&v, in, &all, cache, err) && natt_policy_explain(out, capacity, count, &v, opt->policy, err);
}
