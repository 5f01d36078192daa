/* Proved of natt_verify, for all options, chains of 2 to 9 certificates, with a cache or without: true is returned
 * only if each step ran on this document under these options and passed, and each signature has the answer VALID; on
 * false there is a code, the result is cleared and the cache unchanged. Steps are contracts. */
#define DOCS 1
#include "fuzz/proofs/steps.h"
#include "verify/verify.h"

static const struct natt_crypto *crypto_in_use;

const struct natt_crypto *natt_crypto_default(void)
{
    return crypto_in_use;
}

bool natt_policy_explain(natt_pcr_difference *out, size_t capacity, size_t *count, const natt_verified *v,
                         const natt_policy *policy, natt_error *err)
{
    (void)out, (void)capacity, (void)count, (void)v, (void)policy, (void)err;
    return false;
}

int main(void)
{
    natt_options opt = nondet_options();
    struct natt_crypto crypto = {.lanes = 1};
    natt_error err;
    any_document(0);
    watch_any();
    crypto_in_use = &crypto;
    options[0] = nondet_bool() ? &opt : NULL;
    cache = nondet_bool() ? (natt_cache *)cache_memory : NULL;
    results[0].struct_size = nondet_size();
    natt_verified *out = nondet_bool() ? &results[0] : NULL;
    natt_bytes in = {nondet_bool() ? docs[0].input : NULL, nondet_size()};
    natt_error *place = nondet_bool() ? &err : NULL;
    bool ok = natt_verify(out, in, options[0], cache, place);
    natt_error without = {ok ? NATT_OK : NATT_E_INTERNAL_JOBS, 0, 0, ""};
    claim_steps(0, ok, place != NULL ? place : &without);
    __CPROVER_assert(ran[0].cleared == (out != NULL), "the result is cleared in any case");
    __CPROVER_assert(!ok || (out != NULL && options[0] != NULL && in.ptr != NULL), "never true without arguments");
    return 0;
}
