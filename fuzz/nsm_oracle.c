/* See nsm_oracle.h. */
#include "fuzz/nsm_oracle.h"

#include "fuzz/property.h"

cbor_item_t *nsm_oracle_load(natt_bytes in)
{
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(in.ptr, in.len, &result);
    if (item != NULL && result.read != in.len)
        cbor_decref(&item); /* a macro that sets the item to NULL */
    return item;
}

cbor_item_t *nsm_oracle_load_padded(natt_bytes in)
{
    struct cbor_load_result result;
    cbor_item_t *item = cbor_load(in.ptr, in.len, &result);
    for (size_t at = item != NULL ? result.read : in.len; at < in.len; at++)
        if (in.ptr[at] != 0 && item != NULL)
            cbor_decref(&item);
    return item;
}

bool nsm_oracle_is_number(const cbor_item_t *item, uint64_t value)
{
    return item != NULL && cbor_isa_uint(item) && cbor_get_int(item) == value;
}

bool nsm_oracle_is_text(const cbor_item_t *item, const char *text)
{
    natt_bytes want = {(const uint8_t *)text, strlen(text)};
    return item != NULL && cbor_isa_string(item) && cbor_string_is_definite(item) &&
           fuzz_same_bytes(want, cbor_string_handle(item), cbor_string_length(item));
}

bool nsm_oracle_is_bool(const cbor_item_t *item, bool value)
{
    return item != NULL && cbor_is_bool(item) && cbor_get_bool(item) == value;
}

bool nsm_oracle_is_bytes(const cbor_item_t *item, natt_bytes bytes)
{
    return item != NULL && cbor_isa_bytestring(item) && cbor_bytestring_is_definite(item) &&
           fuzz_same_bytes(bytes, cbor_bytestring_handle(item), cbor_bytestring_length(item));
}

/* Returns the value of a map's only pair, or NULL. */
static const cbor_item_t *only_value(const cbor_item_t *item, const char *key)
{
    if (!cbor_isa_map(item) || cbor_map_size(item) != 1)
        return NULL;
    const struct cbor_pair *pair = cbor_map_handle(item);
    return nsm_oracle_is_text(pair->key, key) ? pair->value : NULL;
}

const cbor_item_t *nsm_oracle_fields(const cbor_item_t *item, const char *name)
{
    const cbor_item_t *value = only_value(item, name);
    return value != NULL && cbor_isa_map(value) ? value : NULL;
}

const cbor_item_t *nsm_oracle_field(const cbor_item_t *fields, const char *name)
{
    const struct cbor_pair *pairs = cbor_map_handle(fields);
    const cbor_item_t *found = NULL;
    for (size_t i = 0; i < cbor_map_size(fields); i++) {
        bool named = nsm_oracle_is_text(pairs[i].key, name);
        MUST(!named || found == NULL);
        found = named ? pairs[i].value : found;
    }
    return found;
}

bool nsm_oracle_error(const cbor_item_t *item, natt_bytes *name)
{
    const cbor_item_t *value = only_value(item, "Error");
    if (value == NULL || !cbor_isa_string(value) || !cbor_string_is_definite(value))
        return false;
    *name = (natt_bytes){cbor_string_handle(value), cbor_string_length(value)};
    return true;
}
