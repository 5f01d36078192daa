/*
 * The COSE_Sign1 envelope. Everything outside the payload is unsigned, so only one form of it is accepted: one signed
 * content has exactly four encodings (tag or not, s or n - s). Sources: RFC 9052 4.2, 4.4; RFC 9053 2.1 (ES384); AWS
 * attestation_process.md.
 */
#include "verify/parse/cose.h"
#include "verify/parse/ecdsa.h"

#define TAG_SIGN1     0xd2
#define SIGNATURE_LEN (2 * NATT_SCALAR_LEN)

/* R-COSE-02: at most one tag, 18. [RFC9052 2] */
static bool read_tag(struct natt_reader *r, bool *tagged)
{
    uint8_t next;
    *tagged = natt_reader_accept(r, TAG_SIGN1);
    bool another = natt_reader_peek(r, &next) && next >> 5 == NATT_CBOR_TAG;
    return !another || natt_reader_fail(r, NATT_E_COSE_TAG, r->pos);
}

/* R-COSE-03: an array of four, of definite length and shortest head. */
static bool read_array(struct natt_reader *r)
{
    static const uint8_t four_items[] = {0x84};
    return natt_reader_literal(r, four_items, sizeof four_items, NATT_E_COSE_ARRAY);
}

/* R-COSE-04: the protected header is {1: -35}, ES384. [RFC9053 2.1] */
static bool read_protected(struct natt_reader *r, natt_bytes *out)
{
    static const uint8_t es384[] = {0x44, 0xa1, 0x01, 0x38, 0x22};
    size_t at = r->pos;
    if (!natt_reader_literal(r, es384, sizeof es384, NATT_E_COSE_PROTECTED))
        return false;
    *out = natt_reader_since(r, at + 1);
    return true;
}

/* R-COSE-05: the unsigned header must be empty. */
static bool read_unprotected(struct natt_reader *r)
{
    static const uint8_t empty_map[] = {0xa0};
    return natt_reader_literal(r, empty_map, sizeof empty_map, NATT_E_COSE_UNPROTECTED);
}

/* R-COSE-06: 1 to 16384 bytes. [NE COSE payload] */
static bool read_payload(struct natt_reader *r, natt_bytes *out)
{
    size_t at = r->pos;
    return natt_cbor_bstr(r, out) &&
           ((out->len >= 1 && out->len <= NATT_MAX_PAYLOAD) || natt_reader_fail(r, NATT_E_COSE_PAYLOAD, at));
}

/* R-COSE-07: r || s of 48 bytes each. [RFC9053 2.1] */
static bool read_signature(struct natt_reader *r, natt_bytes *out)
{
    size_t at = r->pos;
    return natt_cbor_bstr(r, out) && (out->len == SIGNATURE_LEN || natt_reader_fail(r, NATT_E_COSE_SIGNATURE_SIZE, at));
}

/* R-COSE-08: r and s in [1, n-1]; a high s is genuine. [SEC1 4.1.4] */
static bool check_range(const struct natt_reader *r, natt_bytes signature)
{
    for (size_t half = 0; half < SIGNATURE_LEN; half += NATT_SCALAR_LEN) {
        natt_bytes scalar = {natt_bytes_drop(signature, half).ptr, NATT_SCALAR_LEN};
        if (!natt_scalar_in_range(scalar))
            return natt_reader_fail(r, NATT_E_COSE_SIGNATURE_RANGE, natt_offset_of(r->base, scalar));
    }
    return true;
}

/* R-COSE-09: one document, nothing after it. */
static bool check_end(const struct natt_reader *r)
{
    return natt_reader_empty(r) || natt_reader_fail(r, NATT_E_COSE_TRAILING, r->pos);
}

/* R-COSE-01: empty, or larger than every valid document. */
static bool check_size(const struct natt_reader *r)
{
    return (r->end >= 1 && r->end <= NATT_MAX_DOCUMENT) || natt_reader_fail(r, NATT_E_COSE_SIZE, 0);
}

/* COSE_Sign1 = [ protected : bstr, unprotected : {}, payload : bstr, signature : bstr .size 96 ]   [RFC9052 4.2] */
bool natt_cose_parse(struct natt_reader *r, struct natt_cose *out)
{
    return check_size(r) && read_tag(r, &out->tagged) && read_array(r) && read_protected(r, &out->protected_header) &&
           read_unprotected(r) && read_payload(r, &out->payload) && read_signature(r, &out->signature) &&
           check_range(r, out->signature) && check_end(r);
}

/* Sig_structure = [ "Signature1", body_protected : bstr, external_aad : h'', payload : bstr ]   [RFC9052 4.4] */
static const uint8_t sig_structure[] = {
    0x84, 0x6a, 'S', 'i', 'g', 'n', 'a', 't', 'u', 'r', 'e', '1', 0x44, 0xa1, 0x01, 0x38, 0x22, 0x40,
};

/* Shortest head of a byte string of at most 65535 bytes. */
static size_t bstr_head(uint8_t out[3], size_t len)
{
    if (len < 24) {
        out[0] = (uint8_t)(0x40 | len);
        return 1;
    }
    if (len < 0x100) {
        out[0] = 0x58;
        out[1] = (uint8_t)len;
        return 2;
    }
    out[0] = 0x59;
    out[1] = (uint8_t)(len >> 8);
    out[2] = (uint8_t)len;
    return 3;
}

struct natt_message natt_cose_message(uint8_t out[NATT_SHA384_LEN], natt_bytes payload, uint8_t head[3])
{
    size_t head_len = bstr_head(head, payload.len);
    return (struct natt_message){{{sig_structure, sizeof sig_structure}, {head, head_len}, payload}, out};
}

bool natt_cose_digest(uint8_t out[NATT_SHA384_LEN], natt_bytes payload, const struct natt_crypto *crypto)
{
    uint8_t head[3];
    struct natt_message message = natt_cose_message(out, payload, head);
    return crypto->sha384(out, message.parts, NATT_MESSAGE_PARTS);
}
