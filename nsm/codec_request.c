/*
 * Requests, written with libcbor's streaming encoders: no heap, and every length is counted whether it fits or not.
 *
 * request = "DescribeNSM" / "GetRandom" / { name => { field => value, ... } }
 */
#include "nsm/codec.h"

#include <cbor.h>
#include <string.h>

#define HEAD_MAX 9

struct writer {
    uint8_t *out;
    size_t capacity, len; /* len counts on beyond capacity */
};

/* Lengths near SIZE_MAX stay there instead of wrapping. */
static void append(struct writer *w, const void *bytes, size_t len)
{
    if (w->len <= w->capacity && len > 0 && len <= w->capacity - w->len)
        memcpy(w->out + w->len, bytes, len);
    w->len = len > SIZE_MAX - w->len ? SIZE_MAX : w->len + len;
}

static void write_map(struct writer *w, size_t pairs)
{
    uint8_t head[HEAD_MAX];
    append(w, head, cbor_encode_map_start(pairs, head, sizeof head));
}

static void write_text(struct writer *w, const char *text)
{
    uint8_t head[HEAD_MAX];
    size_t len = strlen(text);
    append(w, head, cbor_encode_string_start(len, head, sizeof head));
    append(w, text, len);
}

static void write_bytes(struct writer *w, natt_bytes bytes)
{
    uint8_t head[HEAD_MAX];
    append(w, head, cbor_encode_bytestring_start(bytes.len, head, sizeof head));
    append(w, bytes.ptr, bytes.len);
}

static void write_number(struct writer *w, const char *field, uint16_t number)
{
    uint8_t head[HEAD_MAX];
    write_text(w, field);
    append(w, head, cbor_encode_uint(number, head, sizeof head));
}

static void write_optional(struct writer *w, const char *field, natt_bytes value)
{
    uint8_t null[HEAD_MAX];
    write_text(w, field);
    if (value.ptr != NULL)
        write_bytes(w, value);
    else
        append(w, null, cbor_encode_null(null, sizeof null));
}

static void write_index(struct writer *w, const struct natt_nsm_request *request)
{
    write_map(w, 1);
    write_number(w, "index", request->number);
}

static void write_range(struct writer *w, const struct natt_nsm_request *request)
{
    write_map(w, 1);
    write_number(w, "range", request->number);
}

static void write_extend(struct writer *w, const struct natt_nsm_request *request)
{
    write_map(w, 2);
    write_number(w, "index", request->number);
    write_text(w, "data");
    write_bytes(w, request->data);
}

static void write_attestation(struct writer *w, const struct natt_nsm_request *request)
{
    write_map(w, 3);
    write_optional(w, "user_data", request->user_data);
    write_optional(w, "nonce", request->nonce);
    write_optional(w, "public_key", request->public_key);
}

/* NULL: the name is the whole request. */
typedef void write_fields(struct writer *w, const struct natt_nsm_request *request);

static write_fields *const fields[NATT_NSM_OPERATION_COUNT] = {
    [NATT_NSM_DESCRIBE_PCR] = write_index,      [NATT_NSM_EXTEND_PCR] = write_extend,
    [NATT_NSM_LOCK_PCR] = write_index,          [NATT_NSM_LOCK_PCRS] = write_range,
    [NATT_NSM_ATTESTATION] = write_attestation,
};

size_t natt_nsm_request_encode(uint8_t *out, size_t capacity, const struct natt_nsm_request *request)
{
    struct writer w = {out, capacity, 0};
    write_fields *write = fields[request->operation];
    if (write != NULL)
        write_map(&w, 1);
    write_text(&w, natt_nsm_operation_name(request->operation));
    if (write != NULL)
        write(&w, request);
    return w.len;
}
