/*
 * Finds the byte of an anchor in a document of known structure. It follows lengths and does not verify anything. An
 * anchor in a part that it cannot follow is an error in a table, and reported as such.
 */
#include "vectors/generator/steps.h"

#include <string.h>

static bool inside(const struct natt_case *c, size_t at)
{
    return at < c->len;
}

static size_t lost(struct natt_case *c, const char *what)
{
    natt_case_fail(c, "the anchor's %s is not in the document", what);
    return 0;
}

/* ---- bytes ---- */

static size_t find(struct natt_case *c, natt_bytes needle, size_t from, bool last)
{
    size_t found = SIZE_MAX;
    for (size_t i = from; needle.len > 0 && i + needle.len <= c->len; i++)
        if (memcmp(c->bytes + i, needle.ptr, needle.len) == 0 && (last || found == SIZE_MAX))
            found = i;
    return found;
}

/* Big endian. */
static size_t number(struct natt_case *c, size_t at, size_t len)
{
    size_t value = 0;
    for (size_t i = at; i < at + len && inside(c, i); i++)
        value = value << 8 | c->bytes[i];
    return value;
}

static size_t payload(struct natt_case *c)
{
    size_t at = find(c, natt_issuer_payload(c->issuer), 0, false);
    return at != SIZE_MAX ? at : lost(c, "payload");
}

/* ---- CBOR ---- */

static size_t cbor_head_len(struct natt_case *c, size_t at)
{
    if (!inside(c, at))
        return lost(c, "CBOR head");
    uint8_t ai = c->bytes[at] & 0x1f;
    return ai < 24 || ai > 27 ? 1 : 1 + ((size_t)1 << (ai - 24));
}

static size_t cbor_value(struct natt_case *c, size_t at)
{
    size_t head = cbor_head_len(c, at);
    return head == 1 ? c->bytes[at] & 0x1f : number(c, at + 1, head - 1);
}

/* The position after an integer, a string or a simple value. */
static size_t cbor_after(struct natt_case *c, size_t at)
{
    if (!inside(c, at))
        return lost(c, "CBOR item");
    uint8_t major = c->bytes[at] >> 5;
    return at + cbor_head_len(c, at) + (major == 2 || major == 3 ? cbor_value(c, at) : 0);
}

/* All names are shorter than 24 bytes, so their heads have one byte. */
static size_t field_key(struct natt_case *c, const char *name, bool last)
{
    uint8_t key[32];
    size_t len = strlen(name);
    key[0] = (uint8_t)(0x60 | len);
    memcpy(key + 1, name, len);
    size_t at = find(c, (natt_bytes){key, len + 1}, payload(c), last);
    return at != SIZE_MAX ? at : lost(c, name);
}

static size_t field_value(struct natt_case *c, const char *name)
{
    return field_key(c, name, false) + 1 + strlen(name);
}

/* Item `index` of the map or array that is the value of a field. NitroTPM documents have their own name for pcrs. */
static size_t nth_item(struct natt_case *c, const char *name, size_t index)
{
    static const char tpm[] = "\x6dnitrotpm_pcrs"; /* with its head */
    natt_bytes other = {(const uint8_t *)tpm, sizeof tpm - 1};
    bool pcrs = strcmp(name, "pcrs") == 0, is_tpm = pcrs && find(c, other, payload(c), false) != SIZE_MAX;
    size_t at = field_value(c, is_tpm ? tpm + 1 : name);
    at += cbor_head_len(c, at);
    for (size_t i = 0; i < index * (pcrs ? 2 : 1); i++)
        at = cbor_after(c, at);
    return at;
}

/* ---- DER ---- */

static size_t der_head_len(struct natt_case *c, size_t at)
{
    if (!inside(c, at + 1))
        return lost(c, "DER head");
    uint8_t first = c->bytes[at + 1];
    return first < 0x80 ? 2 : (size_t)2 + (first & 0x7f);
}

static size_t der_after(struct natt_case *c, size_t at)
{
    size_t head = der_head_len(c, at);
    bool one_octet = head == 2 && c->bytes[at + 1] < 0x80;
    return at + head + (one_octet ? c->bytes[at + 1] : number(c, at + 2, head - 2));
}

/* Element `index` of the constructed element at `at`. In a BIT STRING they follow the number of unused bits. */
static size_t der_element(struct natt_case *c, size_t at, size_t index)
{
    at += der_head_len(c, at) + (inside(c, at) && c->bytes[at] == 0x03 ? 1 : 0);
    for (size_t i = 0; i < index; i++)
        at = der_after(c, at);
    return at;
}

static size_t certificate(struct natt_case *c, size_t index)
{
    bool leaf = index == c->plan.cabundle.count;
    size_t at = leaf ? field_value(c, "certificate") : nth_item(c, "cabundle", index);
    return at + cbor_head_len(c, at);
}

/* The name of an anchor is the path to the parent of the element: an index for each level, from the certificate. */
static size_t certificate_element(struct natt_case *c, const struct natt_anchor *a)
{
    size_t at = certificate(c, a->cert);
    for (const char *index = a->name; *index != '\0'; index++)
        at = der_element(c, at, (size_t)(*index - '0'));
    return der_element(c, at, a->index);
}

static size_t magnitude(struct natt_case *c, size_t integer)
{
    size_t at = integer + der_head_len(c, integer);
    return inside(c, at) && c->bytes[at] == 0 ? at + 1 : at;
}

/* ---- places ---- */

static size_t place_of(struct natt_case *c, const struct natt_anchor *a)
{
    switch (a->place) {
    case NATT_PLACE_START:
        return 0;
    case NATT_PLACE_END:
        return c->len;
    case NATT_PLACE_PAYLOAD:
        return payload(c);
    case NATT_PLACE_PAYLOAD_END:
        return payload(c) + natt_issuer_payload(c->issuer).len;
    case NATT_PLACE_KEY:
        return field_key(c, a->name, false);
    case NATT_PLACE_LAST_KEY:
        return field_key(c, a->name, true);
    case NATT_PLACE_VALUE:
        return field_value(c, a->name);
    case NATT_PLACE_CONTENT:
        return field_value(c, a->name) + cbor_head_len(c, field_value(c, a->name));
    case NATT_PLACE_AFTER:
        return cbor_after(c, field_value(c, a->name));
    case NATT_PLACE_ITEM:
        return nth_item(c, a->name, a->index);
    case NATT_PLACE_CERT:
        return certificate(c, a->cert);
    case NATT_PLACE_ELEMENT:
        return certificate_element(c, a);
    case NATT_PLACE_MAGNITUDE:
        return magnitude(c, certificate_element(c, a));
    default:
        return NATT_NO_OFFSET;
    }
}

size_t natt_anchor_offset(struct natt_case *c, const struct natt_anchor *at)
{
    size_t place = place_of(c, at);
    return place != NATT_NO_OFFSET ? (size_t)((int64_t)place + at->delta) : NATT_NO_OFFSET;
}
