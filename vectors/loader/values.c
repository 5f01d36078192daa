/* See loader.h: the values that a verifier must return, or that it returned. */
#include "vectors/loader/loader.h"

#include "vectors/loader/words.h"

#include <stdio.h>

#define KNOWN(field) (1u << NATT_FIELD_##field)
#define MAX_PCR      64 /* AWS's text allows PCRs of 32, 48 and 64 bytes; those of a wrong verifier have any size */

static void text(struct natt_loader *c, natt_vector_values *out, natt_bytes *to, natt_field field, const json_t *from,
                 const char *key)
{
    const json_t *value = json_object_get(from, key);
    char what[40];
    (void)snprintf(what, sizeof what, "values.%s", key);
    if (value == NULL || natt_vectors_string(c, value, what) == NULL)
        return;
    *to = (natt_bytes){(const uint8_t *)json_string_value(value), json_string_length(value)};
    out->known |= 1u << field;
}

/* Hexadecimal, or null for an absent field. */
static void field(struct natt_loader *c, natt_vector_values *out, natt_bytes *to, natt_field number, const json_t *from,
                  const char *key)
{
    const json_t *value = json_object_get(from, key);
    char what[40];
    (void)snprintf(what, sizeof what, "values.%s", key);
    if (value != NULL && (json_is_null(value) || natt_vectors_hex(c, to, value, what, NATT_VECTORS_MAX_DOCUMENT)))
        out->known |= 1u << number;
}

static bool pcr(struct natt_loader *c, natt_vector_values *out, const char *key, const json_t *value)
{
    uint32_t index = 0;
    char what[40];
    if (!natt_vectors_pcr_index(c, &index, key, "values.pcrs"))
        return false;
    (void)snprintf(what, sizeof what, "values.pcrs.%s", key);
    if (!natt_vectors_hex(c, &out->pcrs[index], value, what, MAX_PCR))
        return false;
    out->pcr_mask |= 1u << index;
    return true;
}

static bool pcrs(struct natt_loader *c, natt_vector_values *out, const json_t *from)
{
    json_t *list = json_object_get(from, "pcrs"), *value;
    const char *key;
    if (list == NULL)
        return true;
    if (!json_is_object(list))
        return natt_vectors_broken(c, "values.pcrs is not an object");
    out->known |= KNOWN(PCRS);
    json_object_foreach(list, key, value)
    {
        if (!pcr(c, out, key, value))
            return false;
    }
    return true;
}

static bool timestamp(struct natt_loader *c, natt_vector_values *out, const json_t *from)
{
    bool known = json_object_get(from, "timestamp") != NULL;
    out->known |= known ? KNOWN(TIMESTAMP) : 0;
    return !known || natt_vectors_number(c, &out->timestamp_ms, from, "timestamp", NULL);
}

bool natt_vectors_read_values(struct natt_loader *c, natt_vector_values *out, const json_t *from)
{
    static const char *const keys[] = {NATT_VECTORS_VALUE_KEYS, NULL};
    *out = (natt_vector_values){.known = 0};
    if (!natt_vectors_only_keys(c, from, keys, "values") || !timestamp(c, out, from) || !pcrs(c, out, from))
        return false;
    text(c, out, &out->module_id, NATT_FIELD_MODULE_ID, from, "module_id");
    text(c, out, &out->digest, NATT_FIELD_DIGEST, from, "digest");
    field(c, out, &out->public_key, NATT_FIELD_PUBLIC_KEY, from, "public_key");
    field(c, out, &out->user_data, NATT_FIELD_USER_DATA, from, "user_data");
    field(c, out, &out->nonce, NATT_FIELD_NONCE, from, "nonce");
    return c->err->fault == NATT_VECTORS_FINE;
}
