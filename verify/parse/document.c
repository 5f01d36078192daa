/*
 * The attestation document: types, sizes, duplicates of every field. The caller's options allow unknown fields and
 * large optional ones; rules/fields.c checks them.
 *
 * attestation_doc = { module_id: tstr, digest: "SHA384", timestamp: uint, (pcrs // nitrotpm_pcrs): { 0..31 => bstr },
 *                     certificate: bstr, cabundle: [ 1..8 bstr ], ? public_key, ? user_data, ? nonce: bstr / null }
 * Sources: AWS attestation_process.md 3.2 and the format section; genuine documents for both map forms and null.
 */
#include "verify/parse/document.h"

#include <string.h>

/* R-DOC-07: 1 to 100 bytes of text. */
static bool read_module_id(struct natt_reader *r, void *out)
{
    size_t at = r->pos;
    natt_bytes *id = out;
    return natt_cbor_tstr(r, id) &&
           ((id->len >= 1 && id->len <= NATT_MAX_MODULE_ID) || natt_reader_fail(r, NATT_E_DOC_MODULE_ID_SIZE, at));
}

/* R-DOC-08: the only digest that AWS uses, in this spelling. */
static bool read_digest(struct natt_reader *r, void *out)
{
    size_t at = r->pos;
    natt_bytes *digest = out;
    return natt_cbor_tstr(r, digest) &&
           (natt_bytes_are(*digest, "SHA384", 6) || natt_reader_fail(r, NATT_E_DOC_DIGEST, at));
}

/* R-DOC-09: milliseconds, not 0 and not after the year 9999. */
static bool read_timestamp(struct natt_reader *r, void *out)
{
    size_t at = r->pos;
    uint64_t *ms = out;
    return natt_cbor_uint(r, ms) &&
           ((*ms > 0 && *ms <= NATT_MAX_TIME_MS) || natt_reader_fail(r, NATT_E_DOC_TIMESTAMP, at));
}

/* R-DOC-11: an integer from 0 to 31, compared in 64 bits to avoid wrap-around. */
static bool read_pcr_index(struct natt_reader *r, uint32_t *out)
{
    struct natt_cbor_head head;
    if (!natt_cbor_next_head(r, &head))
        return false;
    if (head.major != NATT_CBOR_UINT || head.value >= NATT_PCR_COUNT)
        return natt_reader_fail(r, NATT_E_DOC_PCR_INDEX, head.offset);
    *out = (uint32_t)head.value;
    return true;
}

/* R-DOC-12: no PCR twice. */
static bool check_pcr_new(const struct natt_reader *r, const natt_document *doc, uint32_t index, size_t at)
{
    return (doc->pcr_mask >> index & 1u) == 0 || natt_fail(r->err, NATT_E_DOC_PCR_DUPLICATE, index, at);
}

/* R-DOC-13: 48 bytes, the length of SHA-384. */
static bool read_pcr_value(struct natt_reader *r, natt_bytes *out, uint32_t index)
{
    size_t at = r->pos;
    return natt_cbor_next_bstr(r, out) &&
           (out->len == NATT_PCR_LEN || natt_fail(r->err, NATT_E_DOC_PCR_SIZE, index, at));
}

static bool read_pcr(struct natt_reader *r, natt_document *doc)
{
    size_t at = r->pos;
    uint32_t index = 0;
    if (!read_pcr_index(r, &index) || !check_pcr_new(r, doc, index, at))
        return false;
    doc->pcr_mask |= UINT32_C(1) << index;
    return read_pcr_value(r, &doc->pcrs[index], index);
}

/* R-DOC-10: 1 to 32 PCRs. A map of indefinite length cannot contain more than 32 either: its 33rd index is too large or
 * a duplicate. */
static bool check_pcr_count(const struct natt_reader *r, const struct natt_cbor_items *pcrs)
{
    bool ok = pcrs->indefinite ? !natt_reader_next_is(r, 0xff) : pcrs->left >= 1 && pcrs->left <= NATT_PCR_COUNT;
    return ok || natt_reader_fail(r, NATT_E_DOC_PCR_COUNT, pcrs->offset);
}

static bool read_pcrs(struct natt_reader *r, void *document)
{
    struct natt_cbor_items pcrs;
    if (!natt_cbor_map(r, &pcrs) || !check_pcr_count(r, &pcrs))
        return false;
    struct natt_reader inside = *r; /* local, so that it can be kept in registers */
    while (natt_cbor_more(&inside, &pcrs))
        if (!read_pcr(&inside, document))
            return false;
    r->pos = inside.pos;
    return true;
}

/* R-DOC-14: 1 to 1024 bytes each. */
static bool read_der(struct natt_reader *r, void *out)
{
    size_t at = r->pos;
    natt_bytes *der = out;
    return natt_cbor_bstr(r, der) && ((der->len >= 1 && der->len <= NATT_MAX_CERTIFICATE) ||
                                      natt_reader_fail(r, NATT_E_DOC_CERTIFICATE_SIZE, at));
}

/* R-DOC-15: 1 to 8 certificates, checked at the head if it has the count. */
static bool check_bundle_count(const struct natt_reader *r, const struct natt_cbor_items *items, uint64_t count)
{
    return (count >= 1 && count <= NATT_MAX_CABUNDLE) || natt_reader_fail(r, NATT_E_DOC_CABUNDLE_COUNT, items->offset);
}

static bool read_cabundle(struct natt_reader *r, void *document)
{
    natt_document *doc = document;
    struct natt_cbor_items items;
    natt_bytes der;
    if (!natt_cbor_array(r, &items) || (!items.indefinite && !check_bundle_count(r, &items, items.left)))
        return false;
    while (natt_cbor_more(r, &items)) {
        if (!read_der(r, &der) || !check_bundle_count(r, &items, doc->cabundle_count + 1))
            return false;
        doc->cabundle[doc->cabundle_count++] = der;
    }
    return check_bundle_count(r, &items, doc->cabundle_count);
}

/* AWS writes "absent" as null; an empty string is different. */
static bool read_optional(struct natt_reader *r, void *out)
{
    if (natt_reader_accept(r, 0xf6))
        return true;
    return natt_cbor_bstr(r, out);
}

struct field {
    const char *name;
    size_t name_len;
    bool optional;
    bool (*read)(struct natt_reader *r, void *out);
    size_t place; /* of the member that it fills, in natt_document */
};

#define FIELD(text, optional, read, place)                                                                             \
    {                                                                                                                  \
        text, sizeof text - 1, optional, read, place                                                                   \
    }
#define IN(member) offsetof(natt_document, member)
static const struct field fields[NATT_FIELD_COUNT] = {
    [NATT_FIELD_MODULE_ID] = FIELD("module_id", false, read_module_id, IN(module_id)),
    [NATT_FIELD_DIGEST] = FIELD("digest", false, read_digest, IN(digest)),
    [NATT_FIELD_TIMESTAMP] = FIELD("timestamp", false, read_timestamp, IN(timestamp_ms)),
    [NATT_FIELD_PCRS] = FIELD("pcrs", false, read_pcrs, 0),
    [NATT_FIELD_NITROTPM_PCRS] = FIELD("nitrotpm_pcrs", false, read_pcrs, 0),
    [NATT_FIELD_CERTIFICATE] = FIELD("certificate", false, read_der, IN(certificate)),
    [NATT_FIELD_CABUNDLE] = FIELD("cabundle", false, read_cabundle, 0),
    [NATT_FIELD_PUBLIC_KEY] = FIELD("public_key", true, read_optional, IN(public_key)),
    [NATT_FIELD_USER_DATA] = FIELD("user_data", true, read_optional, IN(user_data)),
    [NATT_FIELD_NONCE] = FIELD("nonce", true, read_optional, IN(nonce)),
};

#define BIT(field)    (UINT32_C(1) << (field))
#define BOTH_PCR_MAPS (BIT(NATT_FIELD_PCRS) | BIT(NATT_FIELD_NITROTPM_PCRS))

/* R-DOC-01: field names are text. */
static bool read_key(struct natt_reader *r, natt_bytes *out)
{
    struct natt_cbor_head head;
    if (!natt_cbor_next_head(r, &head))
        return false;
    if (head.major != NATT_CBOR_TSTR)
        return natt_reader_fail(r, NATT_E_DOC_KEY, head.offset);
    return natt_cbor_text_after(r, &head, out);
}

/* Names are compared byte for byte: "PCRS" is an unknown field. AWS writes them in order, so the search begins after
 * the last one. */
static uint32_t field_of(natt_bytes key, uint32_t first)
{
    for (uint32_t n = first; n < first + NATT_FIELD_COUNT; n++) {
        uint32_t f = n < NATT_FIELD_COUNT ? n : n - NATT_FIELD_COUNT;
        if (natt_bytes_are(key, fields[f].name, fields[f].name_len))
            return f;
    }
    return NATT_FIELD_COUNT;
}

/* R-DOC-02: no unknown field twice. R-DOC-04: a limited number of them. */
static bool read_unknown(struct natt_reader *r, natt_document *doc, natt_bytes key, size_t at)
{
    for (size_t i = 0; i < doc->unknown_count; i++)
        if (natt_bytes_equal(doc->unknown_fields[i], key))
            return natt_reader_fail(r, NATT_E_DOC_DUPLICATE_FIELD, at);
    if (doc->unknown_count == NATT_MAX_UNKNOWN_FIELDS)
        return natt_reader_fail(r, NATT_E_DOC_UNKNOWN_COUNT, at);
    doc->unknown_fields[doc->unknown_count++] = key;
    return natt_cbor_skip(r);
}

/* R-DOC-02: no field twice. R-DOC-17: one kind of PCRs only. */
static bool check_field_new(const struct natt_reader *r, uint32_t field, uint32_t *seen, size_t at)
{
    if ((*seen & BIT(field)) != 0)
        return natt_reader_fail(r, NATT_E_DOC_DUPLICATE_FIELD, at);
    *seen |= BIT(field);
    return (*seen & BOTH_PCR_MAPS) != BOTH_PCR_MAPS || natt_reader_fail(r, NATT_E_DOC_KIND_MIXED, at);
}

/* R-DOC-06: null means absent, and a mandatory field must not be absent. */
static bool check_not_null(const struct natt_reader *r, uint32_t field)
{
    return fields[field].optional || !natt_cbor_null_next(r) || natt_reader_fail(r, NATT_E_DOC_NULL_FIELD, r->pos);
}

static bool read_known(struct natt_reader *r, natt_document *doc, uint32_t field, uint32_t *seen, size_t at)
{
    r->item = field;
    void *out = (uint8_t *)doc + fields[field].place;
    bool ok = check_field_new(r, field, seen, at) && check_not_null(r, field) && fields[field].read(r, out);
    r->item = NATT_NO_ITEM;
    return ok;
}

static bool read_entry(struct natt_reader *r, natt_document *doc, uint32_t *seen, uint32_t *next)
{
    size_t at = r->pos;
    natt_bytes key;
    if (!read_key(r, &key))
        return false;
    uint32_t field = field_of(key, *next);
    if (field == NATT_FIELD_COUNT)
        return read_unknown(r, doc, key, at);
    *next = field + 1;
    return read_known(r, doc, field, seen, at);
}

/* R-DOC-05: all mandatory fields, with either map of PCRs. */
static bool check_mandatory(const struct natt_reader *r, uint32_t seen)
{
    if ((seen & BOTH_PCR_MAPS) != 0)
        seen |= BOTH_PCR_MAPS;
    for (uint32_t f = 0; f < NATT_FIELD_COUNT; f++)
        if (!fields[f].optional && (seen & BIT(f)) == 0)
            return natt_fail(r->err, NATT_E_DOC_MISSING_FIELD, f, NATT_NO_OFFSET);
    return true;
}

/* R-CBOR-11: the payload is only this map. */
static bool read_payload(struct natt_reader *r, natt_document *doc, uint32_t *seen)
{
    struct natt_cbor_items entries;
    uint32_t next = 0;
    if (!natt_cbor_map(r, &entries))
        return false;
    doc->indefinite = entries.indefinite;
    while (natt_cbor_more(r, &entries))
        if (!read_entry(r, doc, seen, &next))
            return false;
    return natt_reader_at_end(r) && check_mandatory(r, *seen);
}

static bool is_hex(uint8_t c)
{
    return ((uint8_t)(c - '0') < 10) | ((uint8_t)(c - 'a') < 6);
}

static bool skip_hex(natt_bytes *text)
{
    size_t n = 0;
    while (n < text->len && is_hex(text->ptr[n]))
        n++;
    *text = natt_bytes_drop(*text, n);
    return n > 0;
}

/* Length of the "i-<hex>" at the start of module_id if only `infix` and hexadecimal digits follow; else 0. */
static size_t instance_len(natt_bytes id, const char *infix, size_t infix_len)
{
    natt_bytes rest = id;
    if (!natt_bytes_skip(&rest, "i-", 2) || !skip_hex(&rest))
        return 0;
    size_t len = id.len - rest.len;
    return natt_bytes_skip(&rest, infix, infix_len) && skip_hex(&rest) && rest.len == 0 ? len : 0;
}

/* The map and the module_id must identify the same kind. */
static natt_kind kind_of(const natt_document *doc, uint32_t seen)
{
    if ((seen & BIT(NATT_FIELD_PCRS)) != 0 && instance_len(doc->module_id, "-enc", 4) > 0)
        return NATT_KIND_ENCLAVE;
    if ((seen & BIT(NATT_FIELD_NITROTPM_PCRS)) != 0 && instance_len(doc->module_id, "-tpm", 4) > 0)
        return NATT_KIND_NITROTPM;
    return NATT_KIND_OTHER;
}

natt_bytes natt_document_instance_id(const natt_document *doc)
{
    size_t len = doc->kind == NATT_KIND_ENCLAVE    ? instance_len(doc->module_id, "-enc", 4)
                 : doc->kind == NATT_KIND_NITROTPM ? instance_len(doc->module_id, "-tpm", 4)
                                                   : 0;
    return (natt_bytes){len > 0 ? doc->module_id.ptr : NULL, len};
}

size_t natt_document_offset(const natt_document *doc, natt_bytes part)
{
    return part.ptr != NULL ? natt_offset_of(doc->raw.ptr, part) : NATT_NO_OFFSET;
}

static bool read_all(struct natt_reader *r, natt_document *out)
{
    struct natt_cose cose = {0};
    uint32_t seen = 0;
    if (!natt_cose_parse(r, &cose))
        return false;
    struct natt_reader payload = natt_reader_inside(r, cose.payload);
    if (!read_payload(&payload, out, &seen))
        return false;
    out->tagged = cose.tagged;
    out->protected_header = cose.protected_header;
    out->payload = cose.payload;
    out->signature = cose.signature;
    out->kind = kind_of(out, seen);
    return true;
}

bool natt_document_read(natt_document *out, natt_bytes in, natt_error *err)
{
    struct natt_reader r = natt_cbor_reader(in, err);
    memset(out, 0, sizeof *out);
    out->raw = in;
    if (read_all(&r, out))
        return true;
    memset(out, 0, sizeof *out);
    return false;
}

/* R-USAGE-01 */
bool natt_document_parse(natt_document *out, natt_bytes in, natt_error *err)
{
    natt_error spare;
    err = natt_error_begin(err, &spare);
    if (out == NULL)
        return natt_fail_code(err, NATT_E_USAGE_ARGUMENT);
    if (in.ptr != NULL || in.len == 0)
        return natt_document_read(out, in, err);
    memset(out, 0, sizeof *out);
    return natt_fail_code(err, NATT_E_USAGE_ARGUMENT);
}
