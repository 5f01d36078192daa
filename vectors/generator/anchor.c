/*
 * Finds the byte that an anchor names, in a document whose form is known from how it was made. It walks lengths and
 * does not judge; an anchor into a part that cannot be walked is a mistake in a table, and reported as one.
 */
#include "vectors/generator/vector.h"

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
    size_t head = cbor_head_len(c, at), value = c->bytes[at] & 0x1f;
    if (head == 1)
        return value;
    value = 0;
    for (size_t i = 1; i < head; i++)
        value = value << 8 | c->bytes[at + i];
    return value;
}

/* Behind a simple item: an integer, a string, a simple value. */
static size_t cbor_after(struct natt_case *c, size_t at)
{
    if (!inside(c, at))
        return lost(c, "CBOR item");
    uint8_t major = c->bytes[at] >> 5;
    return at + cbor_head_len(c, at) + (major == 2 || major == 3 ? cbor_value(c, at) : 0);
}

/* All names are shorter than 24 bytes: their heads have one. */
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

/* Item `index` of the map (pairs) or array that is the value of a field. */
static size_t nth_item(struct natt_case *c, const char *name, size_t index, bool pairs)
{
    size_t at = field_value(c, name);
    at += cbor_head_len(c, at);
    for (size_t i = 0; i < index * (pairs ? 2 : 1); i++)
        at = cbor_after(c, at);
    return at;
}

static size_t pcr_entry(struct natt_case *c, size_t index)
{
    bool tpm = find(c, (natt_bytes){(const uint8_t *)"\x6dnitrotpm_pcrs", 14}, payload(c), false) != SIZE_MAX;
    return nth_item(c, tpm ? "nitrotpm_pcrs" : "pcrs", index, true);
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
    size_t head = der_head_len(c, at), len = 0;
    if (head == 2 && c->bytes[at + 1] < 0x80)
        return at + 2 + c->bytes[at + 1];
    for (size_t i = 2; i < head && inside(c, at + i); i++)
        len = len << 8 | c->bytes[at + i];
    return at + head + len;
}

/* Element `index` of the SEQUENCE (or other constructed element) at `at`. */
static size_t der_element(struct natt_case *c, size_t at, size_t index)
{
    at += der_head_len(c, at);
    for (size_t i = 0; i < index; i++)
        at = der_after(c, at);
    return at;
}

static size_t certificate(struct natt_case *c, size_t index)
{
    bool leaf = index == c->plan.cabundle.count;
    size_t at = leaf ? field_value(c, "certificate") : nth_item(c, "cabundle", index, false);
    return at + cbor_head_len(c, at);
}

static size_t extension(struct natt_case *c, const struct natt_anchor *a)
{
    size_t explicit3 = der_element(c, der_element(c, certificate(c, a->cert), 0), 7);
    return der_element(c, der_element(c, explicit3, 0), a->index);
}

/* Behind the BIT STRING's head stands the number of unused bits. */
static size_t signature_integer(struct natt_case *c, const struct natt_anchor *a)
{
    size_t bits = der_element(c, certificate(c, a->cert), 2);
    return der_element(c, bits + der_head_len(c, bits) + 1, a->index);
}

static size_t signature_magnitude(struct natt_case *c, const struct natt_anchor *a)
{
    size_t at = signature_integer(c, a);
    at += der_head_len(c, at);
    return inside(c, at) && c->bytes[at] == 0 ? at + 1 : at;
}

static size_t place_in_certificate(struct natt_case *c, const struct natt_anchor *a)
{
    switch (a->place) {
    case NATT_AT_CERT:
        return certificate(c, a->cert);
    case NATT_AT_OUTER:
        return der_element(c, certificate(c, a->cert), a->index);
    case NATT_AT_TBS:
        return der_element(c, der_element(c, certificate(c, a->cert), 0), a->index);
    case NATT_AT_EXTENSION:
        return extension(c, a);
    case NATT_AT_INTEGER:
        return signature_integer(c, a);
    case NATT_AT_MAGNITUDE:
        return signature_magnitude(c, a);
    default:
        return lost(c, "place");
    }
}

static size_t place(struct natt_case *c, const struct natt_anchor *a)
{
    switch (a->place) {
    case NATT_AT_START:
        return 0;
    case NATT_AT_END:
        return c->len;
    case NATT_AT_PAYLOAD:
        return payload(c);
    case NATT_AT_PAYLOAD_END:
        return payload(c) + natt_issuer_payload(c->issuer).len;
    case NATT_AT_KEY:
        return field_key(c, a->name, false);
    case NATT_AT_LAST_KEY:
        return field_key(c, a->name, true);
    case NATT_AT_VALUE:
        return field_value(c, a->name);
    case NATT_AT_CONTENT:
        return field_value(c, a->name) + cbor_head_len(c, field_value(c, a->name));
    case NATT_AT_PCR:
        return pcr_entry(c, a->index);
    case NATT_AT_ENTRY:
        return nth_item(c, a->name, a->index, false);
    default:
        return place_in_certificate(c, a);
    }
}

size_t natt_anchor_offset(struct natt_case *c, const struct natt_anchor *at)
{
    if (at->place == NATT_AT_NONE)
        return NATT_NO_OFFSET;
    return (size_t)((int64_t)place(c, at) + at->delta);
}
