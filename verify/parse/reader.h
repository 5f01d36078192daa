/*
 * The only code with a cursor in the input. A reader is a window of the caller's bytes; readers of inner parts share
 * the outer base, so every offset is relative to the first byte of the caller's document. Trusts only the given window.
 * Failing functions record the first error and return false. Functions that process every byte of a document are
 * inline: calls would cost several times the work itself.
 */
#ifndef NATT_VERIFY_READER_H
#define NATT_VERIFY_READER_H

#include "nitro_attest/base.h"

struct natt_reader {
    const uint8_t *base; /* byte 0 of all offsets */
    size_t pos, end;     /* pos <= end, always */
    natt_code truncated, trailing;
    uint32_t item; /* the item of an error; set and reset by the parsers */
    natt_error *err;
};

/* Records code, item and offset unless an error is already recorded. Returns false, for use in a return statement. */
bool natt_fail(natt_error *err, natt_code code, uint32_t item, size_t offset);

/* The same for errors without item and offset: of the whole call or the whole document. */
bool natt_fail_code(natt_error *err, natt_code code);

/* Clears *err, or returns the spare one if the caller passed none. */
natt_error *natt_error_begin(natt_error *err, natt_error *spare);

/* natt_fail with the reader's item. Inline, so that compilers see that it ends in false. */
static inline bool natt_reader_fail(const struct natt_reader *r, natt_code code, size_t offset)
{
    natt_fail(r->err, code, r->item, offset);
    return false;
}

struct natt_reader natt_reader_of(natt_bytes in, natt_code truncated, natt_code trailing, natt_error *err);

/* Where `part`, a view taken from a reader with this base, begins. */
static inline size_t natt_offset_of(const uint8_t *base, natt_bytes part)
{
    return (size_t)(part.ptr - base);
}

/* A reader of `part`, a view taken from `outer`; other codes for the other format inside. */
static inline struct natt_reader natt_reader_inside(const struct natt_reader *outer, natt_bytes part)
{
    size_t pos = natt_offset_of(outer->base, part);
    return (struct natt_reader){outer->base,     pos,         pos + part.len, outer->truncated,
                                outer->trailing, outer->item, outer->err};
}

/* R-CBOR-01, R-DER-01: the one bounds check. Subtract, never add. */
static inline bool natt_reader_has(const struct natt_reader *r, size_t n)
{
    return n <= r->end - r->pos;
}

/* The next n bytes. */
static inline bool natt_reader_take(struct natt_reader *r, size_t n, natt_bytes *out)
{
    if (!natt_reader_has(r, n))
        return natt_reader_fail(r, r->truncated, r->pos);
    *out = (natt_bytes){r->base + r->pos, n};
    r->pos += n;
    return true;
}

static inline bool natt_reader_byte(struct natt_reader *r, uint8_t *out)
{
    natt_bytes one;
    if (!natt_reader_take(r, 1, &one))
        return false;
    *out = one.ptr[0];
    return true;
}

static inline bool natt_reader_empty(const struct natt_reader *r)
{
    return r->pos == r->end;
}

/* R-DER-04, R-CBOR-11: all bytes were consumed; else the trailing code at the first remaining byte. */
static inline bool natt_reader_at_end(const struct natt_reader *r)
{
    return natt_reader_empty(r) || natt_reader_fail(r, r->trailing, r->pos);
}

/*
 * The content of `first`, a length octet below 0x80, and that many octets: short elements of DER and byte strings of
 * CBOR, the largest part of a document. False: something else follows; the position is unchanged, and no error is
 * recorded.
 */
static inline bool natt_reader_short(struct natt_reader *r, uint8_t first, natt_bytes *content)
{
    if (!natt_reader_has(r, 2))
        return false;
    const uint8_t *head = r->base + r->pos;
    size_t len = head[1];
    if (head[0] != first || len >= 0x80 || !natt_reader_has(r, 2 + len))
        return false;
    *content = (natt_bytes){head + 2, len};
    r->pos += 2 + len;
    return true;
}

/* The next byte without consuming it; false at the end, which is not an error. */
static inline bool natt_reader_peek(const struct natt_reader *r, uint8_t *out)
{
    if (natt_reader_empty(r))
        return false;
    *out = r->base[r->pos];
    return true;
}

static inline bool natt_reader_next_is(const struct natt_reader *r, uint8_t byte)
{
    return !natt_reader_empty(r) && r->base[r->pos] == byte;
}

/* Consumes the next byte if it is this one. */
static inline bool natt_reader_accept(struct natt_reader *r, uint8_t byte)
{
    bool is = natt_reader_next_is(r, byte);
    r->pos += is ? 1 : 0;
    return is;
}

/* Eight bytes, least significant first; compilers make one load of it. */
static inline uint64_t natt_eight_bytes(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
           (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

/* memcmp would be a call, which costs more than the few bytes that are compared here. */
static inline bool natt_same(const uint8_t *a, const uint8_t *b, size_t len)
{
    uint64_t difference = 0;
    for (; len >= 8; len -= 8, a += 8, b += 8)
        difference |= natt_eight_bytes(a) ^ natt_eight_bytes(b);
    for (; len > 0; len--, a++, b++)
        difference |= (uint64_t)(*a ^ *b);
    return difference == 0;
}

/* Reports the wrong byte of a literal: the first one that differs or is missing. */
bool natt_reader_not_literal(struct natt_reader r, const uint8_t *bytes, natt_code code);

/*
 * Exactly these bytes, else `code` at the position where they should start; the truncated code when input ends inside.
 * Always inline: otherwise clang emits a call that does not use the callers' constant length.
 */
static inline __attribute__((always_inline)) bool natt_reader_literal(struct natt_reader *r, const uint8_t *bytes,
                                                                      size_t len, natt_code code)
{
    if (!natt_reader_has(r, len) || !natt_same(r->base + r->pos, bytes, len))
        return natt_reader_not_literal(*r, bytes, code);
    r->pos += len;
    return true;
}

/* All bytes from offset `from` to the current position. */
static inline natt_bytes natt_reader_since(const struct natt_reader *r, size_t from)
{
    return (natt_bytes){r->base + from, r->pos - from};
}

/* The last byte first: object identifiers and names differ there. */
static inline bool natt_bytes_equal(natt_bytes a, natt_bytes b)
{
    if (a.len != b.len || a.len == 0)
        return a.len == b.len;
    return a.ptr[a.len - 1] == b.ptr[b.len - 1] && natt_same(a.ptr, b.ptr, a.len - 1);
}

static inline bool natt_bytes_are(natt_bytes a, const char *text, size_t len)
{
    return natt_bytes_equal(a, (natt_bytes){(const uint8_t *)text, len});
}

bool natt_bytes_zero(natt_bytes a);

/* The view without its first n bytes; empty if it has no more. */
static inline natt_bytes natt_bytes_drop(natt_bytes a, size_t n)
{
    size_t drop = n < a.len ? n : a.len;
    return (natt_bytes){a.ptr + drop, a.len - drop};
}

/* Removes `text` from the start of *a if *a begins with it. */
bool natt_bytes_skip(natt_bytes *a, const void *text, size_t len);

#define NATT_EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* A byte below 0x20 borrows, 0x7f grows into the high bit, a larger one has it; others do not. */
static inline bool natt_eight_printable(uint64_t eight)
{
    return ((eight | (eight + NATT_EACH(0x01)) | (eight - NATT_EACH(0x20))) & NATT_EACH(0x80)) == 0;
}

/* Only bytes from 0x20 to 0x7e. Fewer than eight bytes are padded with blanks; the last eight bytes may overlap
 * others. */
static inline bool natt_bytes_printable(natt_bytes a)
{
    uint64_t few = NATT_EACH(0x20);
    for (size_t i = 0; a.len < 8 && i < a.len; i++)
        few = few << 8 | a.ptr[i];
    if (a.len < 8)
        return natt_eight_printable(few);
    for (size_t i = 0; a.len - i > 8; i += 8)
        if (!natt_eight_printable(natt_eight_bytes(a.ptr + i)))
            return false;
    return natt_eight_printable(natt_eight_bytes(a.ptr + (a.len - 8)));
}

/* Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF [RFC3629 4]. */
bool natt_utf8_well_formed(natt_bytes text);

/* The same; printable ASCII, nearly all text, is checked quickly. */
static inline bool natt_utf8_valid(natt_bytes text)
{
    return natt_bytes_printable(text) || natt_utf8_well_formed(text);
}

#endif
