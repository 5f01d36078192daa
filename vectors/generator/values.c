/*
 * What a document says, as `values` of FORMAT.md, from the plan that it was built from. No parser of documents is used:
 * it could share a fault with the verifier.
 */
#include "vectors/generator/vector.h"

#include "vectors/loader/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { UINT, BYTES = 2, TEXT };

#define NULL_BYTE 0xf6

/* The head of one item in the shortest or any other definite form. False: it is something else. */
static bool head(natt_bytes item, uint8_t *major, uint64_t *value, natt_bytes *rest)
{
    if (item.len == 0)
        return false;
    uint8_t info = item.ptr[0] & 0x1f;
    size_t more = info < 24 ? 0 : (size_t)1 << (info - 24);
    if (info > 27 || item.len < 1 + more)
        return false;
    *major = item.ptr[0] >> 5;
    *value = info;
    for (size_t i = 0; i < more; i++)
        *value = (i == 0 ? 0 : *value << 8) | item.ptr[1 + i];
    *rest = (natt_bytes){item.ptr + 1 + more, item.len - 1 - more};
    return true;
}

/* The content of a byte or text string. */
static bool content(natt_bytes item, uint8_t wanted, natt_bytes *out)
{
    uint8_t major = 0;
    uint64_t len = 0;
    return head(item, &major, &len, out) && major == wanted && len == out->len;
}

static json_t *fail(struct natt_case *c, const char *what)
{
    natt_case_fail(c, "the plan does not tell the value of %s", what);
    return NULL;
}

static json_t *hex(natt_bytes in)
{
    char *text = malloc(2 * in.len + 1);
    if (text != NULL)
        natt_vectors_hex_text(text, in);
    json_t *out = text != NULL ? json_string(text) : NULL;
    free(text);
    return out;
}

static json_t *text_of(struct natt_case *c, const char *field)
{
    const natt_plan_entry *entry = natt_plan_field(&c->plan, field);
    natt_bytes text;
    if (entry == NULL || !content(entry->value, TEXT, &text))
        return fail(c, field);
    return json_stringn((const char *)text.ptr, text.len);
}

static json_t *number_of(struct natt_case *c, const char *field)
{
    const natt_plan_entry *entry = natt_plan_field(&c->plan, field);
    uint8_t major = 0;
    uint64_t value = 0;
    natt_bytes rest;
    if (entry == NULL || !head(entry->value, &major, &value, &rest) || major != UINT)
        return fail(c, field);
    return json_integer((json_int_t)value);
}

static json_t *bytes_of(struct natt_case *c, const char *field)
{
    const natt_plan_entry *entry = natt_plan_field(&c->plan, field);
    natt_bytes bytes;
    if (entry == NULL || (entry->value.len == 1 && entry->value.ptr[0] == NULL_BYTE))
        return json_null();
    return content(entry->value, BYTES, &bytes) ? hex(bytes) : fail(c, field);
}

/* In ascending order, whatever the order in the document. */
static json_t *pcrs_of(struct natt_case *c)
{
    json_t *out = json_object();
    size_t found = 0;
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++) {
        const natt_plan_entry *entry = natt_plan_pcr(&c->plan, i);
        natt_bytes value;
        char index[12];
        if (entry == NULL)
            continue;
        found++;
        (void)snprintf(index, sizeof index, "%u", (unsigned)i);
        if (content(entry->value, BYTES, &value))
            json_object_set_new(out, index, hex(value));
    }
    if (found == json_object_size(out) && found == c->plan.pcrs.count && c->plan.pcrs.raw.ptr == NULL)
        return out;
    json_decref(out);
    return fail(c, "pcrs");
}

json_t *natt_case_values(struct natt_case *c)
{
    if (c->plan.payload.raw.ptr != NULL)
        return fail(c, "the payload");
    json_t *out =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "module_id", text_of(c, "module_id"), "timestamp",
                  number_of(c, "timestamp"), "digest", text_of(c, "digest"), "pcrs", pcrs_of(c), "public_key",
                  bytes_of(c, "public_key"), "user_data", bytes_of(c, "user_data"), "nonce", bytes_of(c, "nonce"));
    if (out == NULL)
        natt_case_fail(c, "out of memory");
    return out;
}
