/*
 * Checks an earlier result: it is unchanged, has the expected values, matches a policy.
 */
#include "verify/parse/reader.h"
#include "verify/result.h"
#include "verify/rules/policy.h"

#include <string.h>

/* R-USAGE-19: accepts only what natt_verify wrote. */
static bool check_result(const natt_verified *v, natt_error *err)
{
    return natt_result_is_sealed(v) || natt_fail_code(err, NATT_E_USAGE_RESULT);
}

/* R-EXPECT-03, R-EXPECT-04, R-EXPECT-05, of a result. */
static bool check_value(const uint8_t digest[NATT_SHA384_LEN], natt_bytes value, natt_code code, natt_error *err)
{
    uint8_t got[NATT_SHA384_LEN];
    if (value.ptr == NULL && value.len > 0)
        return natt_fail_code(err, NATT_E_USAGE_ARGUMENT);
    if (!natt_result_digest(got, value, natt_crypto_default(), err))
        return false;
    return memcmp(got, digest, NATT_SHA384_LEN) == 0 || natt_fail_code(err, code);
}

bool natt_verified_check(const natt_verified *v, natt_error *err)
{
    natt_error spare;
    err = natt_error_begin(err, &spare);
    if (v == NULL)
        return natt_fail_code(err, NATT_E_USAGE_ARGUMENT);
    return check_result(v, err) && check_value(v->public_key_sha384, v->public_key, NATT_E_EXPECT_PUBLIC_KEY, err) &&
           check_value(v->user_data_sha384, v->user_data, NATT_E_EXPECT_USER_DATA, err) &&
           check_value(v->nonce_sha384, v->nonce, NATT_E_EXPECT_NONCE, err);
}

bool natt_verified_check_field(const natt_verified *v, natt_field field, natt_bytes value, natt_error *err)
{
    natt_error spare;
    err = natt_error_begin(err, &spare);
    bool known = field == NATT_FIELD_PUBLIC_KEY || field == NATT_FIELD_USER_DATA || field == NATT_FIELD_NONCE;
    if (v == NULL || !known)
        return natt_fail_code(err, NATT_E_USAGE_ARGUMENT);
    if (!check_result(v, err))
        return false;
    if (field == NATT_FIELD_PUBLIC_KEY)
        return check_value(v->public_key_sha384, value, NATT_E_EXPECT_PUBLIC_KEY, err);
    if (field == NATT_FIELD_USER_DATA)
        return check_value(v->user_data_sha384, value, NATT_E_EXPECT_USER_DATA, err);
    return check_value(v->nonce_sha384, value, NATT_E_EXPECT_NONCE, err);
}

/* The PCRs as views, absent ones without pointer. */
static void pcrs_of(natt_bytes pcrs[NATT_PCR_COUNT], const natt_verified *v)
{
    for (size_t i = 0; i < NATT_PCR_COUNT; i++)
        pcrs[i] = (natt_bytes){(v->pcr_mask >> i & 1) != 0 ? v->pcrs[i] : NULL, NATT_PCR_LEN};
}

/* R-EXPECT-01, of a result: natt_verify may have allowed debug mode for a different purpose. */
static bool check_debug(const natt_verified *v, const natt_policy *policy, natt_error *err)
{
    uint32_t pcr = 0;
    if (!v->debug || (policy->flags & NATT_POLICY_ALLOW_DEBUG) != 0)
        return true;
    while (pcr < 2 && !natt_bytes_zero((natt_bytes){v->pcrs[pcr], NATT_PCR_LEN}))
        pcr++;
    return natt_fail(err, NATT_E_EXPECT_DEBUG, pcr, NATT_NO_OFFSET);
}

bool natt_policy_check(const natt_verified *v, const natt_policy *policy, natt_error *err)
{
    natt_error spare;
    natt_bytes pcrs[NATT_PCR_COUNT];
    size_t matched_set;
    err = natt_error_begin(err, &spare);
    if (v == NULL || policy == NULL)
        return natt_fail_code(err, NATT_E_USAGE_ARGUMENT);
    if (!check_result(v, err) || !natt_policy_usable(policy, v->kind, false, err) || !check_debug(v, policy, err))
        return false;
    pcrs_of(pcrs, v);
    return natt_policy_match(policy, pcrs, NULL, &matched_set, err);
}

bool natt_policy_explain(natt_pcr_difference *out, size_t capacity, size_t *count, const natt_verified *v,
                         const natt_policy *policy, natt_error *err)
{
    natt_error spare;
    natt_bytes pcrs[NATT_PCR_COUNT];
    err = natt_error_begin(err, &spare);
    if (count != NULL)
        *count = 0;
    if (count == NULL || v == NULL || policy == NULL || (out == NULL && capacity > 0))
        return natt_fail_code(err, NATT_E_USAGE_ARGUMENT);
    if (!check_result(v, err) || !natt_policy_usable(policy, v->kind, true, err))
        return false;
    pcrs_of(pcrs, v);
    *count = natt_policy_differences(out, capacity, policy, pcrs);
    return true;
}
