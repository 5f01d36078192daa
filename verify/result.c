/*
 * The result of a verification: the values copied from a document, and their seal.
 */
#include "verify/result.h"
#include "verify/parse/document.h"
#include "verify/rules/expectations.h"

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

/* All members except the seal, the chain, which has padding, and the views, whose bytes the digests cover. */
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

/* Binds a result to its content, to detect a zeroed, partially written, changed or foreign one. Not a secret. Reads
 * bytes, not values: memory that natt_verify did not write need not contain a valid bool. */
static uint64_t seal_of(const natt_verified *v)
{
    uint64_t seal = mix_members(UINT64_C(0x6e6174742d763032), v, members, sizeof members / sizeof members[0]);
    for (size_t i = 0; i < NATT_MAX_CHAIN; i++)
        seal = mix_members(seal, &v->chain[i], certificate_members,
                           sizeof certificate_members / sizeof certificate_members[0]);
    return seal | 1;
}

/* At most max bytes, only whole characters. */
static void put_text(char *out, size_t max, natt_bytes text)
{
    size_t len = text.len < max ? text.len : max;
    while (len < text.len && len > 0 && (text.ptr[len] & 0xc0) == 0x80)
        len--;
    if (len > 0)
        memcpy(out, text.ptr, len);
}

static void put_document(natt_verified *out, const natt_document *doc, const struct natt_chain *chain)
{
    out->kind = doc->kind;
    out->debug = natt_document_is_debug(doc);
    out->unknown_fields = (uint32_t)doc->unknown_count;
    out->timestamp_ms = doc->timestamp_ms;
    out->pcr_mask = doc->pcr_mask;
    for (size_t i = 0; i < NATT_PCR_COUNT; i++)
        if (doc->pcrs[i].ptr != NULL)
            memcpy(out->pcrs[i], doc->pcrs[i].ptr, NATT_PCR_LEN);
    put_text(out->module_id, NATT_MAX_MODULE_ID, doc->module_id);
    put_text(out->instance_id, NATT_MAX_MODULE_ID, natt_document_instance_id(doc));
    put_text(out->region, NATT_MAX_NAME, natt_chain_region(doc, chain));
    out->public_key = doc->public_key;
    out->user_data = doc->user_data;
    out->nonce = doc->nonce;
}

static void put_chain(natt_verified *out, const struct natt_chain *chain)
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

bool natt_result_digest(uint8_t out[NATT_SHA384_LEN], natt_bytes value, const struct natt_crypto *crypto,
                        natt_error *err)
{
    memset(out, 0, NATT_SHA384_LEN);
    return value.ptr == NULL || crypto->sha384(out, &value, 1) || natt_fail_code(err, NATT_E_INTERNAL_CRYPTO);
}

bool natt_result_digests(uint8_t out[][NATT_SHA384_LEN], const natt_document *doc, const struct natt_crypto *crypto,
                         natt_error *err)
{
    return natt_result_digest(out[0], doc->public_key, crypto, err) &&
           natt_result_digest(out[1], doc->user_data, crypto, err) &&
           natt_result_digest(out[2], doc->nonce, crypto, err);
}

static void put_digests(natt_verified *out, const uint8_t digests[][NATT_SHA384_LEN])
{
    memcpy(out->public_key_sha384, digests[0], NATT_SHA384_LEN);
    memcpy(out->user_data_sha384, digests[1], NATT_SHA384_LEN);
    memcpy(out->nonce_sha384, digests[2], NATT_SHA384_LEN);
}

void natt_result_clear(natt_verified *out)
{
    size_t size = out->struct_size;
    memset(out, 0, size < sizeof *out ? size : sizeof *out);
    if (size >= sizeof out->struct_size)
        out->struct_size = size;
}

void natt_result_write(natt_verified *out, const natt_document *doc, const struct natt_chain *chain,
                       const struct natt_result_findings *found, uint32_t cached_certificates)
{
    put_document(out, doc, chain);
    put_chain(out, chain);
    out->cached_certificates = cached_certificates;
    memcpy(out->canonical_id, found->canonical_id, sizeof out->canonical_id);
    memcpy(out->root_sha256, found->root_sha256, sizeof out->root_sha256);
    out->matched_set = found->matched_set;
    out->checks = found->checks;
    put_digests(out, found->digests);
    out->seal = seal_of(out);
}

bool natt_result_is_sealed(const natt_verified *v)
{
    return v->struct_size == sizeof *v && v->seal == seal_of(v);
}
