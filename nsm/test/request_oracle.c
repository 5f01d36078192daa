/* See request_oracle.h. */
#include "request_oracle.h"

#include <cbor.h>

static cbor_item_t *number(uint16_t value)
{
    return value <= UINT8_MAX ? cbor_build_uint8((uint8_t)value) : cbor_build_uint16(value);
}

static cbor_item_t *bytes(natt_bytes value)
{
    static const uint8_t nothing[1] = {0};
    return cbor_build_bytestring(value.len > 0 ? value.ptr : nothing, value.len);
}

static cbor_item_t *bytes_or_null(natt_bytes value)
{
    return value.ptr != NULL ? bytes(value) : cbor_new_null();
}

/* The map becomes the owner of the value. */
static void add(cbor_item_t *map, const char *key, cbor_item_t *value)
{
    (void)!cbor_map_add(map, (struct cbor_pair){cbor_move(cbor_build_string(key)), cbor_move(value)});
}

/* The inner map, or NULL if the name is the whole request. */
static cbor_item_t *fields_of(const struct natt_nsm_request *request)
{
    cbor_item_t *map = cbor_new_definite_map(3);
    switch (request->operation) {
    case NATT_NSM_DESCRIBE_PCR:
    case NATT_NSM_LOCK_PCR:
        add(map, "index", number(request->number));
        return map;
    case NATT_NSM_LOCK_PCRS:
        add(map, "range", number(request->number));
        return map;
    case NATT_NSM_EXTEND_PCR:
        add(map, "index", number(request->number));
        add(map, "data", bytes(request->data));
        return map;
    case NATT_NSM_ATTESTATION:
        add(map, "user_data", bytes_or_null(request->user_data));
        add(map, "nonce", bytes_or_null(request->nonce));
        add(map, "public_key", bytes_or_null(request->public_key));
        return map;
    default:
        cbor_decref(&map);
        return NULL;
    }
}

uint8_t *request_oracle_encode(const struct natt_nsm_request *request, size_t *len)
{
    static const char *const names[] = {
        [NATT_NSM_DESCRIBE_PCR] = "DescribePCR", [NATT_NSM_EXTEND_PCR] = "ExtendPCR",
        [NATT_NSM_LOCK_PCR] = "LockPCR",         [NATT_NSM_LOCK_PCRS] = "LockPCRs",
        [NATT_NSM_DESCRIBE_NSM] = "DescribeNSM", [NATT_NSM_ATTESTATION] = "Attestation",
        [NATT_NSM_GET_RANDOM] = "GetRandom",
    };
    unsigned char *out = NULL;
    size_t room = 0;
    cbor_item_t *item, *fields = fields_of(request);
    if (fields != NULL) {
        item = cbor_new_definite_map(1);
        add(item, names[request->operation], fields);
    } else {
        item = cbor_build_string(names[request->operation]);
    }
    *len = cbor_serialize_alloc(item, &out, &room);
    cbor_decref(&item);
    return out;
}
