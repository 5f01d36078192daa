/*
 * The result of a verification: what is copied out of a document, the seal over it, and what later calls do with it.
 */
#include "verify/result.h"
#include "verify/parse/document.h"
#include "verify/rules/expectations.h"
#include "verify/rules/policy.h"
#include "verify/parse/reader.h"

#include <stddef.h>
#include <string.h>

static uint64_t mix(uint64_t seal, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < len; i += 8) {
        uint64_t word = 0;
        memcpy(&word, p + i, len - i < 8 ? len - i : 8);
        seal = (seal ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        seal ^= seal >> 32;
    }
    return seal;
}

struct member {
    size_t offset, len;
};

#define MEMBER(type, name)                                                                                             \
    {                                                                                                                  \
        offsetof(type, name), sizeof((type *)NULL)->name                                                               \
    }

/* All but the seal, the chain, which has padding inside, and the views, whose bytes the digests cover. */
static const struct member members[] = {
    MEMBER(natt_verified, struct_size),
    MEMBER(natt_verified, kind),
    MEMBER(natt_verified, debug),
    MEMBER(natt_verified, checks),
    MEMBER(natt_verified, unknown_fields),
    MEMBER(natt_verified, cached_certificates),
    MEMBER(natt_verified, timestamp_ms),
    MEMBER(natt_verified, earliest_expiry),
    MEMBER(natt_verified, pcr_mask),
    MEMBER(natt_verified, pcrs),
    MEMBER(natt_verified, module_id),
    MEMBER(natt_verified, instance_id),
    MEMBER(natt_verified, region),
    MEMBER(natt_verified, canonical_id),
    MEMBER(natt_verified, root_sha256),
    MEMBER(natt_verified, root_index),
    MEMBER(natt_verified, matched_set),
    MEMBER(natt_verified, chain_count),
    MEMBER(natt_verified, public_key_sha384),
    MEMBER(natt_verified, user_data_sha384),
    MEMBER(natt_verified, nonce_sha384),
};
static const struct member certificate_members[] = {
    MEMBER(natt_verified_certificate, common_name),
    MEMBER(natt_verified_certificate, not_before),
    MEMBER(natt_verified_certificate, not_after),
};

static uint64_t mix_members(uint64_t seal, const void *object, const struct member *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        seal = mix(seal, (const uint8_t *)object + list[i].offset, list[i].len);
    return seal;
}

/* Ties a result to its content, so that a zeroed, torn, changed or foreign one is noticed. Not a secret. Reads bytes, not
 * values: what a stranger left there need not be a bool. */
static uint64_t seal_of(const natt_verified *v)
{
    uint64_t seal = mix_members(UINT64_C(0x6e6174742d763032), v, members, sizeof members / sizeof members[0]);
    for (size_t i = 0; i < NATT_MAX_CHAIN; i++)
        seal = mix_members(seal, &v->chain[i], certificate_members,
                           sizeof certificate_members / sizeof certificate_members[0]);
    return seal | 1;
}

/* At most max bytes, never half a character. */
static void put_text(char *out, size_t max, natt_bytes text)
{
    size_t len = text.len < max ? text.len : max;
    while (len < text.len && len > 0 && (text.ptr[len] & 0xc0) == 0x80)
        len--;
    if (len > 0)
        memcpy(out, text.ptr, len);
}

void natt_result_put_document(natt_verified *out, const natt_document *doc, const struct natt_chain *chain)
{
    out->kind = doc->kind;
    out->debug = natt_expect_is_debug(doc);
    out->unknown_fields = (uint32_t)doc->unknown_count;
    out->timestamp_ms = doc->timestamp_ms;
    out->pcr_mask = doc->pcr_mask;
    for (size_t i = 0; i < NATT_PCR_COUNT; i++)
        if (doc->pcrs[i].ptr != NULL)
            memcpy(out->pcrs[i], doc->pcrs[i].ptr, NATT_PCR_LEN);
    put_text(out->module_id, NATT_MAX_MODULE_ID, doc->module_id);
    put_text(out->instance_id, NATT_MAX_MODULE_ID, natt_document_instance_id(doc));
    put_text(out->region, NATT_MAX_NAME, natt_expect_region(doc, chain));
    out->public_key = doc->public_key;
    out->user_data = doc->user_data;
    out->nonce = doc->nonce;
}

void natt_result_put_chain(natt_verified *out, const struct natt_chain *chain)
{
    out->chain_count = chain->count;
    for (size_t i = 0; i < chain->count; i++) {
        put_text(out->chain[i].common_name, NATT_MAX_NAME, chain->certs[i].subject_cn);
        out->chain[i].not_before = chain->certs[i].not_before;
        out->chain[i].not_after = chain->certs[i].not_after;
    }
    out->root_index = chain->root_index;
    out->earliest_expiry = natt_chain_earliest_expiry(chain);
}

void natt_result_seal(natt_verified *v)
{
    v->seal = seal_of(v);
}

/* Absent is zero, which no SHA-384 is. */
static bool digest_of(uint8_t out[NATT_SHA384_LEN], natt_bytes value, const struct natt_crypto *crypto, natt_error *err)
{
    memset(out, 0, NATT_SHA384_LEN);
    return value.ptr == NULL || crypto->sha384(out, &value, 1) ||
           natt_fail(err, NATT_E_INTERNAL_CRYPTO, NATT_NO_ITEM, NATT_NO_OFFSET);
}

bool natt_result_digests(uint8_t out[][NATT_SHA384_LEN], const natt_document *doc, const struct natt_crypto *crypto,
                         natt_error *err)
{
    return digest_of(out[0], doc->public_key, crypto, err) && digest_of(out[1], doc->user_data, crypto, err) &&
           digest_of(out[2], doc->nonce, crypto, err);
}

void natt_result_put_digests(natt_verified *out, const uint8_t digests[][NATT_SHA384_LEN])
{
    memcpy(out->public_key_sha384, digests[0], NATT_SHA384_LEN);
    memcpy(out->user_data_sha384, digests[1], NATT_SHA384_LEN);
    memcpy(out->nonce_sha384, digests[2], NATT_SHA384_LEN);
}

/* R-USAGE-19: only what natt_verify wrote. */
static bool check_result(const natt_verified *v, natt_error *err)
{
    bool ok = v->struct_size == sizeof *v && v->seal == seal_of(v);
    return ok || natt_fail(err, NATT_E_USAGE_RESULT, NATT_NO_ITEM, NATT_NO_OFFSET);
}

/* R-EXPECT-03, R-EXPECT-04, R-EXPECT-05, of a result. */
static bool check_value(const uint8_t digest[NATT_SHA384_LEN], natt_bytes value, natt_code code, natt_error *err)
{
    uint8_t got[NATT_SHA384_LEN];
    if (value.ptr == NULL && value.len > 0)
        return natt_fail(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    if (!digest_of(got, value, natt_crypto_default(), err))
        return false;
    return memcmp(got, digest, NATT_SHA384_LEN) == 0 || natt_fail(err, code, NATT_NO_ITEM, NATT_NO_OFFSET);
}

bool natt_verified_check(const natt_verified *v, natt_error *err)
{
    natt_error spare;
    err = natt_error_begin(err, &spare);
    if (v == NULL)
        return natt_fail(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
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
        return natt_fail(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
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

/* R-EXPECT-01, of a result: whoever verified it may have allowed debug mode for another purpose. */
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
        return natt_fail(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
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
        return natt_fail(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    if (!check_result(v, err) || !natt_policy_usable(policy, v->kind, true, err))
        return false;
    pcrs_of(pcrs, v);
    *count = natt_policy_differences(out, capacity, policy, pcrs);
    return true;
}
