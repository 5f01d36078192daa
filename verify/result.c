/*
 * The result of a verification: what is copied out of a document, the seal over it, and what later calls do with it.
 */
#include "verify/result.h"
#include "verify/document.h"
#include "verify/expect.h"
#include "verify/policy.h"
#include "verify/reader.h"

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

/* Ties a result to everything a policy looks at, so that a zeroed, torn or foreign one is noticed. Not a secret. Reads
 * bytes, not values: what a stranger left there need not be a bool. */
static uint64_t seal_of(const natt_verified *v)
{
    uint64_t seal = mix(UINT64_C(0x6e6174742d763031), &v->struct_size, sizeof v->struct_size);
    seal = mix(seal, &v->kind, sizeof v->kind);
    seal = mix(seal, &v->debug, sizeof v->debug);
    seal = mix(seal, &v->checks, sizeof v->checks);
    seal = mix(seal, &v->timestamp_ms, sizeof v->timestamp_ms);
    seal = mix(seal, &v->pcr_mask, sizeof v->pcr_mask);
    seal = mix(seal, v->pcrs, sizeof v->pcrs);
    return mix(seal, v->canonical_id, sizeof v->canonical_id) | 1;
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

/* R-USAGE-19: only what natt_verify wrote. */
static bool check_result(const natt_verified *v, natt_error *err)
{
    bool ok = v->struct_size == sizeof *v && v->seal == seal_of(v);
    return ok || natt_fail(err, NATT_E_USAGE_RESULT, NATT_NO_ITEM, NATT_NO_OFFSET);
}

bool natt_policy_check(const natt_verified *v, const natt_policy *policy, natt_error *err)
{
    natt_error spare;
    natt_bytes pcrs[NATT_PCR_COUNT];
    size_t matched_set;
    err = natt_error_begin(err, &spare);
    if (v == NULL || policy == NULL)
        return natt_fail(err, NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET);
    if (!check_result(v, err) || !natt_policy_usable(policy, v->kind, false, err))
        return false;
    for (size_t i = 0; i < NATT_PCR_COUNT; i++)
        pcrs[i] = (natt_bytes){(v->pcr_mask >> i & 1) != 0 ? v->pcrs[i] : NULL, NATT_PCR_LEN};
    return natt_policy_match(policy, pcrs, NULL, &matched_set, err);
}
