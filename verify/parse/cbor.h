/*
 * Strict, copy-free CBOR [RFC8949]: shortest heads, definite strings, valid UTF-8, no tags, no floats.
 * Independent of field names; uses no length before the reader has checked it.
 */
#ifndef NATT_VERIFY_CBOR_H
#define NATT_VERIFY_CBOR_H

#include "verify/parse/reader.h"

enum natt_cbor_major {
    NATT_CBOR_UINT = 0,
    NATT_CBOR_NINT = 1,
    NATT_CBOR_BSTR = 2,
    NATT_CBOR_TSTR = 3,
    NATT_CBOR_ARRAY = 4,
    NATT_CBOR_MAP = 5,
    NATT_CBOR_TAG = 6,
    NATT_CBOR_SIMPLE = 7
};

struct natt_cbor_head {
    uint8_t major;
    bool indefinite; /* arrays and maps only */
    uint64_t value;  /* integer, length or count */
    size_t offset;   /* of the initial byte */
};

/* The remaining items of an array, or pairs of a map. */
struct natt_cbor_items {
    uint64_t left;
    bool indefinite;
    size_t offset; /* of the container's head */
};

/* A reader with the CBOR codes. */
struct natt_reader natt_cbor_reader(natt_bytes in, natt_error *err);

bool natt_cbor_head(struct natt_reader *r, struct natt_cbor_head *out);

/*
 * The same, inline for heads of one byte, which are always valid; natt_cbor_head reads the others. It receives a copy
 * of the reader, so that compilers can keep *r in registers.
 */
static inline bool natt_cbor_next_head(struct natt_reader *r, struct natt_cbor_head *out)
{
    uint8_t initial;
    if (natt_reader_peek(r, &initial) && (initial & 0x1f) < 24 && initial >> 5 < NATT_CBOR_TAG) {
        *out = (struct natt_cbor_head){(uint8_t)(initial >> 5), false, initial & 0x1f, r->pos};
        return natt_reader_accept(r, initial);
    }
    struct natt_reader copy = *r;
    struct natt_cbor_head head = {0};
    bool ok = natt_cbor_head(&copy, &head);
    r->pos = copy.pos;
    *out = head;
    return ok;
}

/* One item of the type; CBOR_TYPE at its head otherwise. */
bool natt_cbor_uint(struct natt_reader *r, uint64_t *out);
bool natt_cbor_bstr(struct natt_reader *r, natt_bytes *out);
bool natt_cbor_tstr(struct natt_reader *r, natt_bytes *out);
bool natt_cbor_array(struct natt_reader *r, struct natt_cbor_items *out);
bool natt_cbor_map(struct natt_reader *r, struct natt_cbor_items *out);

/* The same as natt_cbor_bstr, inline for 24 to 127 bytes, the length of PCRs. */
static inline bool natt_cbor_next_bstr(struct natt_reader *r, natt_bytes *out)
{
    struct natt_reader ahead = *r;
    if (natt_reader_short(&ahead, 0x58, out) && out->len >= 24) {
        r->pos = ahead.pos;
        return true;
    }
    struct natt_reader copy = *r;
    natt_bytes taken = {NULL, 0};
    bool ok = natt_cbor_bstr(&copy, &taken);
    r->pos = copy.pos;
    *out = taken;
    return ok;
}

/* The text that follows a head of major type 3. */
bool natt_cbor_text_after(struct natt_reader *r, const struct natt_cbor_head *head, natt_bytes *out);

/*
 * Is there one more item (or pair)? Consumes the break that ends an indefinite container. If the input ends inside the
 * container it returns true, and reading the item reports the truncation.
 */
static inline bool natt_cbor_more(struct natt_reader *r, struct natt_cbor_items *items)
{
    if (!items->indefinite)
        return items->left > 0 && items->left-- > 0;
    return !natt_reader_accept(r, 0xff);
}

static inline bool natt_cbor_null_next(const struct natt_reader *r)
{
    return natt_reader_next_is(r, 0xf6);
}

/* One item of any allowed type, NATT_MAX_NESTING levels deep. */
bool natt_cbor_skip(struct natt_reader *r);

#endif
