/* Encodes requests without a heap. Every length is counted, whether or not it fits. */
#include "nsm/client/codec.h"

#include "nsm/cbor_write.h"

static void write_field(struct natt_cbor_writer *w, const struct natt_nsm_request *request,
                        const struct natt_nsm_field *field)
{
    const void *value = (const uint8_t *)request + field->place;
    natt_cbor_write_text(w, field->name);
    if (field->type == NATT_NSM_NUMBER)
        natt_cbor_write_uint(w, *(const uint16_t *)value);
    else if (field->type == NATT_NSM_OPTIONAL_BYTES && ((const natt_bytes *)value)->ptr == NULL)
        natt_cbor_write_null(w);
    else
        natt_cbor_write_bytes(w, *(const natt_bytes *)value);
}

size_t natt_nsm_request_encode(uint8_t *out, size_t capacity, const struct natt_nsm_request *request)
{
    struct natt_cbor_writer w = {out, capacity, 0};
    const struct natt_nsm_fields *fields = natt_nsm_fields_of(request->operation);
    if (fields->count > 0)
        natt_cbor_write_map(&w, 1);
    natt_cbor_write_text(&w, natt_nsm_operation_name(request->operation));
    if (fields->count > 0)
        natt_cbor_write_map(&w, fields->count);
    for (size_t i = 0; i < fields->count; i++)
        write_field(&w, request, &fields->fields[i]);
    return w.len;
}
