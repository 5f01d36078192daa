/*
 * Strict, copy-free CBOR [RFC8949]: shortest heads, definite strings, valid UTF-8, no tags, no floats.
 * Knows no field names and trusts no length before the reader has checked it.
 */
#ifndef NATT_VERIFY_CBOR_H
#define NATT_VERIFY_CBOR_H

#include "verify/reader.h"

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

/* What is still to come of an array (items) or a map (pairs). */
struct natt_cbor_items {
    uint64_t left;
    bool indefinite;
    size_t offset; /* of the container's head */
};

/* A reader with the CBOR codes. */
struct natt_reader natt_cbor_reader(natt_bytes in, natt_error *err);

bool natt_cbor_head(struct natt_reader *r, struct natt_cbor_head *out);

/* One item of the type; CBOR_TYPE at its head otherwise. */
bool natt_cbor_uint(struct natt_reader *r, uint64_t *out);
bool natt_cbor_bstr(struct natt_reader *r, natt_bytes *out);
bool natt_cbor_tstr(struct natt_reader *r, natt_bytes *out);
bool natt_cbor_array(struct natt_reader *r, struct natt_cbor_items *out);
bool natt_cbor_map(struct natt_reader *r, struct natt_cbor_items *out);

/* The text that follows a head of major type 3. */
bool natt_cbor_text_after(struct natt_reader *r, const struct natt_cbor_head *head, natt_bytes *out);

/*
 * Is there one more item (or pair)? Consumes the break that ends an indefinite container. Where the bytes end inside
 * one it says yes, and reading that item reports the truncation.
 */
bool natt_cbor_more(struct natt_reader *r, struct natt_cbor_items *items);

bool natt_cbor_null_next(const struct natt_reader *r);

/* One item of any allowed type, NATT_MAX_NESTING levels deep. */
bool natt_cbor_skip(struct natt_reader *r);

#endif
