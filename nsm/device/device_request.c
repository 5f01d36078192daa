/*
 * See device_request.h. Reads with the verifier's strict CBOR reader: no known client sends what it refuses (heads
 * longer than needed, strings in chunks, tags, floats), and the device refuses all of it with the same error.
 */
#include "nsm/device/device_request.h"

#include "nsm/text.h"
#include "verify/parse/cbor.h"

static bool read_number(struct natt_reader *r, uint16_t *out)
{
    uint64_t value;
    if (!natt_cbor_uint(r, &value) || value > UINT16_MAX)
        return false;
    *out = (uint16_t)value;
    return true;
}

/* A genuine device also accepts text. */
static bool read_bytes(struct natt_reader *r, natt_bytes *out)
{
    uint8_t initial;
    bool text = natt_reader_peek(r, &initial) && initial >> 5 == NATT_CBOR_TSTR;
    return text ? natt_cbor_tstr(r, out) : natt_cbor_bstr(r, out);
}

static bool read_value(struct natt_reader *r, struct natt_nsm_request *out, const struct natt_nsm_field *field)
{
    void *place = (uint8_t *)out + field->place;
    if (field->type == NATT_NSM_NUMBER)
        return read_number(r, place);
    if (field->type == NATT_NSM_OPTIONAL_BYTES && natt_cbor_null_next(r))
        return natt_cbor_skip(r);
    return read_bytes(r, place);
}

/* Reads one pair of the inner map. Unknown keys are skipped; a known one may occur once. */
static bool read_pair(struct natt_reader *r, struct natt_nsm_request *out, const struct natt_nsm_fields *known,
                      bool *seen)
{
    natt_bytes key;
    size_t i = 0;
    if (!natt_cbor_tstr(r, &key))
        return false;
    while (i < known->count && !natt_bytes_equal(key, natt_text_bytes(known->fields[i].name)))
        i++;
    if (i == known->count)
        return natt_cbor_skip(r);
    if (seen[i])
        return false;
    seen[i] = true;
    return read_value(r, out, &known->fields[i]);
}

static bool read_fields(struct natt_reader *r, struct natt_nsm_request *out, const struct natt_nsm_fields *known)
{
    struct natt_cbor_items pairs;
    bool seen[NATT_NSM_MAX_FIELDS] = {false};
    if (!natt_cbor_map(r, &pairs))
        return false;
    while (natt_cbor_more(r, &pairs))
        if (!read_pair(r, out, known, seen))
            return false;
    for (size_t i = 0; i < known->count; i++)
        if (!seen[i] && known->fields[i].type != NATT_NSM_OPTIONAL_BYTES)
            return false;
    return true;
}

static bool read_name(struct natt_reader *r, struct natt_nsm_request *out)
{
    natt_bytes name;
    uint32_t i = 0;
    if (!natt_cbor_tstr(r, &name))
        return false;
    while (i < NATT_NSM_OPERATION_COUNT &&
           !natt_bytes_equal(name, natt_text_bytes(natt_nsm_operation_name((enum natt_nsm_operation)i))))
        i++;
    out->operation = (enum natt_nsm_operation)i;
    return i < NATT_NSM_OPERATION_COUNT;
}

/* { name: { ... } }, and no second key. */
static bool read_map(struct natt_reader *r, struct natt_nsm_request *out)
{
    struct natt_cbor_items pairs;
    if (!natt_cbor_map(r, &pairs) || !natt_cbor_more(r, &pairs) || !read_name(r, out))
        return false;
    const struct natt_nsm_fields *known = natt_nsm_fields_of(out->operation);
    return known->count > 0 && read_fields(r, out, known) && !natt_cbor_more(r, &pairs);
}

/* Only zeros: the rest of the buffer of 0x1000 bytes that the virtio specification uses for a request. */
static bool read_padding(struct natt_reader *r)
{
    uint8_t byte = 0;
    while (byte == 0 && !natt_reader_empty(r))
        if (!natt_reader_byte(r, &byte))
            return false;
    return byte == 0;
}

static bool read_request(struct natt_reader *r, struct natt_nsm_request *out)
{
    uint8_t initial;
    bool bare = natt_reader_peek(r, &initial) && initial >> 5 == NATT_CBOR_TSTR;
    if (bare && !(read_name(r, out) && natt_nsm_fields_of(out->operation)->count == 0))
        return false;
    return (bare || read_map(r, out)) && read_padding(r);
}

bool natt_device_request_parse(struct natt_nsm_request *out, natt_bytes in)
{
    natt_error err;
    struct natt_reader r = natt_cbor_reader(in, natt_error_begin(NULL, &err));
    memset(out, 0, sizeof *out);
    if (read_request(&r, out))
        return true;
    *out = (struct natt_nsm_request){.operation = NATT_NSM_OPERATION_COUNT};
    return false;
}
