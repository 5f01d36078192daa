/*
 * Strict, copy-free DER [X.690]: shortest definite lengths, single-octet tags, minimal integers, canonical booleans.
 * Independent of certificates.
 */
#ifndef NATT_VERIFY_DER_H
#define NATT_VERIFY_DER_H

#include "verify/parse/reader.h"

enum natt_der_tag {
    NATT_DER_BOOLEAN = 0x01,
    NATT_DER_INTEGER = 0x02,
    NATT_DER_BIT_STRING = 0x03,
    NATT_DER_OCTET_STRING = 0x04,
    NATT_DER_OID = 0x06,
    NATT_DER_UTF8_STRING = 0x0c,
    NATT_DER_PRINTABLE_STRING = 0x13,
    NATT_DER_IA5_STRING = 0x16,
    NATT_DER_UTC_TIME = 0x17,
    NATT_DER_GENERALIZED_TIME = 0x18,
    NATT_DER_SEQUENCE = 0x30,
    NATT_DER_SET = 0x31,
    NATT_DER_CONTEXT_0 = 0xa0,
    NATT_DER_CONTEXT_3 = 0xa3
};

/* A reader with the DER codes. */
struct natt_reader natt_der_reader(natt_bytes in, natt_error *err);

/* The content of the next element, which must have this tag. */
bool natt_der_take(struct natt_reader *r, uint8_t tag, natt_bytes *content);

/*
 * The same, inline for the short form of the length; natt_der_take reads the rest. It receives a copy of the reader, so
 * that compilers can keep *r in registers: a certificate has about 70 small elements.
 */
static inline bool natt_der_next(struct natt_reader *r, uint8_t tag, natt_bytes *content)
{
    if (natt_reader_short(r, tag, content))
        return true;
    struct natt_reader copy = *r;
    natt_bytes taken = {NULL, 0};
    bool ok = natt_der_take(&copy, tag, &taken);
    r->pos = copy.pos;
    *content = taken;
    return ok;
}

/* A reader of that content; end it with natt_reader_at_end. */
static inline bool natt_der_enter(struct natt_reader *r, uint8_t tag, struct natt_reader *inside)
{
    natt_bytes content;
    if (!natt_der_next(r, tag, &content))
        return false;
    *inside = natt_reader_inside(r, content);
    return true;
}

/* The same, for elements that are usually long. */
bool natt_der_enter_long(struct natt_reader *r, uint8_t tag, struct natt_reader *inside);

/* The next element of any of two tags. */
static inline bool natt_der_take_either(struct natt_reader *r, uint8_t tag, uint8_t other, uint8_t *which,
                                        natt_bytes *content)
{
    *which = natt_reader_next_is(r, other) ? other : tag;
    return natt_der_next(r, *which, content);
}

/* A non-negative INTEGER: its magnitude without leading zero octets (empty for zero). */
bool natt_der_unsigned(struct natt_reader *r, natt_bytes *magnitude);

/* BOOLEAN DEFAULT FALSE: absent, or TRUE. */
bool natt_der_true_or_absent(struct natt_reader *r, bool *out);

/* The same, inline if it is absent or valid; natt_der_true_or_absent checks the other cases. */
static inline bool natt_der_next_true(struct natt_reader *r, bool *out)
{
    natt_bytes v;
    *out = natt_reader_next_is(r, NATT_DER_BOOLEAN);
    if (!*out)
        return true;
    struct natt_reader copy = *r;
    if (natt_reader_short(r, NATT_DER_BOOLEAN, &v) && v.len == 1 && v.ptr[0] == 0xff)
        return true;
    return natt_der_true_or_absent(&copy, out);
}

/* BIT STRING of whole octets. */
bool natt_der_octet_bits(struct natt_reader *r, natt_bytes *octets);

/* BIT STRING of at most 16 named bits, trailing zeros removed: bit n of the string is 1 << n. */
bool natt_der_named_bits(struct natt_reader *r, uint32_t *bits);

bool natt_der_oid(struct natt_reader *r, natt_bytes *content);

/* The same, inline for three octets without continuation bits, as in all genuine Names and Extensions. */
static inline bool natt_der_next_oid(struct natt_reader *r, natt_bytes *content)
{
    struct natt_reader ahead = *r;
    if (natt_reader_short(&ahead, NATT_DER_OID, content) && content->len == 3 &&
        (content->ptr[0] | content->ptr[1] | content->ptr[2]) < 0x80) {
        r->pos = ahead.pos;
        return true;
    }
    struct natt_reader copy = *r;
    natt_bytes taken = {NULL, 0};
    bool ok = natt_der_oid(&copy, &taken);
    r->pos = copy.pos;
    *content = taken;
    return ok;
}

#endif
