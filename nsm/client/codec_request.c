/*
 * Requests: no heap, and every length is counted whether it fits or not.
 *
 * request = "DescribeNSM" / "GetRandom" / { name => { field => value, ... } }
 */
#include "nsm/client/codec.h"

#include "nsm/cbor_write.h"

static void write_number(struct natt_cbor_writer *w, const char *field, uint16_t number)
{
    natt_cbor_write_text(w, field);
    natt_cbor_write_uint(w, number);
}

static void write_optional(struct natt_cbor_writer *w, const char *field, natt_bytes value)
{
    natt_cbor_write_text(w, field);
    if (value.ptr != NULL)
        natt_cbor_write_bytes(w, value);
    else
        natt_cbor_write_null(w);
}

static void write_index(struct natt_cbor_writer *w, const struct natt_nsm_request *request)
{
    natt_cbor_write_map(w, 1);
    write_number(w, "index", request->number);
}

static void write_range(struct natt_cbor_writer *w, const struct natt_nsm_request *request)
{
    natt_cbor_write_map(w, 1);
    write_number(w, "range", request->number);
}

static void write_extend(struct natt_cbor_writer *w, const struct natt_nsm_request *request)
{
    natt_cbor_write_map(w, 2);
    write_number(w, "index", request->number);
    natt_cbor_write_text(w, "data");
    natt_cbor_write_bytes(w, request->data);
}

static void write_attestation(struct natt_cbor_writer *w, const struct natt_nsm_request *request)
{
    natt_cbor_write_map(w, 3);
    write_optional(w, "user_data", request->user_data);
    write_optional(w, "nonce", request->nonce);
    write_optional(w, "public_key", request->public_key);
}

/* NULL: the name is the whole request. */
typedef void write_fields(struct natt_cbor_writer *w, const struct natt_nsm_request *request);

static write_fields *const fields[NATT_NSM_OPERATION_COUNT] = {
    [NATT_NSM_DESCRIBE_PCR] = write_index,      [NATT_NSM_EXTEND_PCR] = write_extend,
    [NATT_NSM_LOCK_PCR] = write_index,          [NATT_NSM_LOCK_PCRS] = write_range,
    [NATT_NSM_ATTESTATION] = write_attestation,
};

size_t natt_nsm_request_encode(uint8_t *out, size_t capacity, const struct natt_nsm_request *request)
{
    struct natt_cbor_writer w = {out, capacity, 0};
    write_fields *write = fields[request->operation];
    if (write != NULL)
        natt_cbor_write_map(&w, 1);
    natt_cbor_write_text(&w, natt_nsm_operation_name(request->operation));
    if (write != NULL)
        write(&w, request);
    return w.len;
}
