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

static size_t tbs_element(struct natt_case *c, size_t cert, size_t index)
{
    return der_element(c, der_element(c, certificate(c, cert), 0), index);
}

/* ---- places ---- */

/* The position of the anchor `a` in the document of the case `c`. */
#define PLACE(place) size_t natt_place_##place(struct natt_case *c, const struct natt_anchor *a)

PLACE(start)
{
    (void)c;
    (void)a;
    return 0;
}

PLACE(end)
{
    (void)a;
    return c->len;
}

PLACE(payload)
{
    (void)a;
    return payload(c);
}

PLACE(payload_end)
{
    (void)a;
    return payload(c) + natt_issuer_payload(c->issuer).len;
}

PLACE(key)
{
    return field_key(c, a->name, false);
}

PLACE(last_key)
{
    return field_key(c, a->name, true);
}

PLACE(value)
{
    return field_value(c, a->name);
}

PLACE(content)
{
    return natt_place_value(c, a) + cbor_head_len(c, natt_place_value(c, a));
}

PLACE(pcr)
{
    return pcr_entry(c, a->index);
}

PLACE(entry)
{
    return nth_item(c, a->name, a->index, false);
}

PLACE(cert)
{
    return certificate(c, a->cert);
}

PLACE(tbs)
{
    return tbs_element(c, a->cert, a->index);
}

PLACE(outer)
{
    return der_element(c, certificate(c, a->cert), a->index);
}

/* The last element of TBSCertificate, [3], contains a SEQUENCE of extensions. */
PLACE(extension)
{
    return der_element(c, der_element(c, tbs_element(c, a->cert, 7), 0), a->index);
}

/* The number of unused bits follows the head of the BIT STRING. */
PLACE(integer)
{
    size_t bits = der_element(c, certificate(c, a->cert), 2);
    return der_element(c, bits + der_head_len(c, bits) + 1, a->index);
}

PLACE(magnitude)
{
    size_t at = natt_place_integer(c, a);
    at += der_head_len(c, at);
    return inside(c, at) && c->bytes[at] == 0 ? at + 1 : at;
}

size_t natt_anchor_offset(struct natt_case *c, const struct natt_anchor *at)
{
    return at->place != NULL ? (size_t)((int64_t)at->place(c, at) + at->delta) : NATT_NO_OFFSET;
}
