/*
 * Property: after the signatures, too, a verdict lists its checks, a refusal leaves no result, and a repeated call
 * gives the same verdict. Every signature counts as valid here, so that the fuzzer reaches the code after them.
 */
#include "fuzz/property.h"
#include "fuzz/resign.h"
#include "fuzz/verdict.h"
#include "verify/verify.h"

const bool fuzz_resign_signs = false;

/* A policy that is checked on a result later gives the same verdict as in natt_verify, except that the options do not
 * allow weak policies or debug mode there. */
static void check_policy(const natt_verified *v, const natt_options *opt)
{
    natt_error err;
    if (opt->policy == NULL)
        return;
    bool ok = natt_policy_check(v, opt->policy, &err);
    MUST(ok || (err.code == NATT_E_USAGE_POLICY_WEAK && (opt->flags & NATT_ALLOW_WEAK_POLICY) != 0) ||
         (err.code == NATT_E_EXPECT_DEBUG && v->debug && (opt->flags & NATT_ALLOW_DEBUG) != 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_bytes in = {data, size};
    natt_options opt = fuzz_options(&in);
    natt_verified v = NATT_VERIFIED_INIT, again = NATT_VERIFIED_INIT;
    natt_error err, same;
    bool ok = natt_verify_with(&v, in, &opt, NULL, &fuzz_accept_all, &err);
    MUST(natt_verify_with(&again, in, &opt, NULL, &fuzz_accept_all, &same) == ok && fuzz_same_error(&err, &same));
    MUST(memcmp(&v, &again, sizeof v) == 0);
    MUST(err.code != NATT_E_CHAIN_SIGNATURE && err.code != NATT_E_COSE_SIGNATURE);
    fuzz_check_verdict(ok, &v, in, &opt, &err);
    if (ok)
        check_policy(&v, &opt);
    return 0;
}
