/*
 * Property: for libcbor, an accepted document is a map with the same fields, and every view is inside the input. A
 * refusal zeroes the output, and a second call returns the same refusal.
 */
#include "nitro_attest/document.h"
#include "fuzz/property.h"

#include <cbor.h>

static bool is_name(const cbor_item_t *key, const char *name)
{
    natt_bytes want = {(const uint8_t *)name, strlen(name)};
    return fuzz_same_bytes(want, cbor_string_handle(key), cbor_string_length(key));
}

/* The value of the field, or NULL; no field appears twice. */
static const cbor_item_t *field(const cbor_item_t *map, const char *name)
{
    const struct cbor_pair *pairs = cbor_map_handle(map);
    const cbor_item_t *found = NULL;
    for (size_t i = 0; i < cbor_map_size(map); i++) {
        MUST(cbor_isa_string(pairs[i].key) && cbor_string_is_definite(pairs[i].key));
        MUST(found == NULL || !is_name(pairs[i].key, name));
        if (is_name(pairs[i].key, name))
            found = pairs[i].value;
    }
    return found;
}

static bool is_bytes(const cbor_item_t *item, natt_bytes want)
{
    return item != NULL && cbor_isa_bytestring(item) &&
           fuzz_same_bytes(want, cbor_bytestring_handle(item), cbor_bytestring_length(item));
}

static bool is_text(const cbor_item_t *item, natt_bytes want)
{
    return item != NULL && cbor_isa_string(item) &&
           fuzz_same_bytes(want, cbor_string_handle(item), cbor_string_length(item));
}

static bool is_optional(const cbor_item_t *item, natt_bytes want)
{
    bool absent = item == NULL || cbor_is_null(item);
    return absent ? want.ptr == NULL : is_bytes(item, want);
}

static void check_pcrs(const cbor_item_t *map, const natt_document *doc)
{
    const struct cbor_pair *pairs = cbor_map_handle(map);
    uint32_t mask = 0;
    for (size_t i = 0; i < cbor_map_size(map); i++) {
        MUST(cbor_isa_uint(pairs[i].key) && cbor_get_int(pairs[i].key) < NATT_PCR_COUNT);
        uint64_t index = cbor_get_int(pairs[i].key);
        MUST(is_bytes(pairs[i].value, doc->pcrs[index]) && doc->pcrs[index].len == NATT_PCR_LEN);
        mask |= UINT32_C(1) << index;
    }
    MUST(mask == doc->pcr_mask && mask != 0);
    for (size_t i = 0; i < NATT_PCR_COUNT; i++)
        MUST((mask >> i & 1) == (doc->pcrs[i].ptr != NULL));
}

static void check_bundle(const cbor_item_t *array, const natt_document *doc)
{
    MUST(array != NULL && cbor_isa_array(array) && cbor_array_size(array) == doc->cabundle_count);
    MUST(doc->cabundle_count >= 1 && doc->cabundle_count <= NATT_MAX_CABUNDLE);
    for (size_t i = 0; i < doc->cabundle_count; i++)
        MUST(is_bytes(cbor_array_handle(array)[i], doc->cabundle[i]));
}

static void check_payload(const natt_document *doc)
{
    struct cbor_load_result result;
    cbor_item_t *map = cbor_load(doc->payload.ptr, doc->payload.len, &result);
    MUST(map != NULL && result.read == doc->payload.len && cbor_isa_map(map));
    const cbor_item_t *pcrs = field(map, "pcrs"), *tpm = field(map, "nitrotpm_pcrs"), *time = field(map, "timestamp");
    MUST((pcrs == NULL) != (tpm == NULL) && time != NULL && cbor_isa_uint(time));
    MUST(cbor_get_int(time) == doc->timestamp_ms && cbor_map_is_indefinite(map) == doc->indefinite);
    MUST(is_text(field(map, "module_id"), doc->module_id) && is_text(field(map, "digest"), doc->digest));
    MUST(is_bytes(field(map, "certificate"), doc->certificate));
    check_bundle(field(map, "cabundle"), doc);
    check_pcrs(pcrs != NULL ? pcrs : tpm, doc);
    MUST(is_optional(field(map, "public_key"), doc->public_key) && is_optional(field(map, "nonce"), doc->nonce));
    MUST(is_optional(field(map, "user_data"), doc->user_data));
    cbor_decref(&map);
}

static void check_views(natt_bytes in, const natt_document *doc)
{
    const natt_bytes views[] = {doc->raw,    doc->protected_header, doc->payload,    doc->signature, doc->module_id,
                                doc->digest, doc->certificate,      doc->public_key, doc->user_data, doc->nonce};
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++)
        MUST(fuzz_inside(in, views[i]));
    for (size_t i = 0; i < NATT_PCR_COUNT; i++)
        MUST(fuzz_inside(doc->payload, doc->pcrs[i]));
    for (size_t i = 0; i < NATT_MAX_CABUNDLE; i++)
        MUST(fuzz_inside(doc->payload, doc->cabundle[i]));
    for (size_t i = 0; i < NATT_MAX_UNKNOWN_FIELDS; i++)
        MUST(fuzz_inside(doc->payload, doc->unknown_fields[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const natt_document zero;
    natt_document doc, again;
    natt_error err, same;
    natt_bytes in = {data, size};
    memset(&doc, 0xa5, sizeof doc);
    memset(&again, 0x5a, sizeof again);
    bool ok = natt_document_parse(&doc, in, &err);
    MUST(natt_document_parse(&again, in, &same) == ok && fuzz_same_error(&err, &same));
    fuzz_check_error(&err, ok, size);
    check_views(in, &doc);
    if (ok)
        check_payload(&doc);
    else
        MUST(memcmp(&doc, &zero, sizeof doc) == 0);
    return 0;
}
