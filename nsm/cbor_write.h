/*
 * Writes CBOR into a fixed buffer: shortest heads, definite lengths [RFC8949 4.1]. No heap. Bytes that do not fit are
 * counted but not written, so that one check at the end is sufficient. Client and emulator share it.
 */
#ifndef NATT_NSM_CBOR_WRITE_H
#define NATT_NSM_CBOR_WRITE_H

#include "nitro_attest/base.h"

/* Major types, in place. */
#define NATT_CBOR_UINT     0x00u
#define NATT_CBOR_NEGATIVE 0x20u
#define NATT_CBOR_BYTES    0x40u
#define NATT_CBOR_TEXT     0x60u
#define NATT_CBOR_ARRAY    0x80u
#define NATT_CBOR_MAP      0xa0u

#define NATT_CBOR_MAX_HEAD 9

/* Start from {out, capacity, 0}. At the end everything is in `out` if len <= capacity. */
struct natt_cbor_writer {
    uint8_t *out;
    size_t capacity;
    size_t len; /* continues to count beyond capacity; SIZE_MAX remains SIZE_MAX */
};

/*
 * The head of an item: its length, 1 to 9. width: octets after the first, 0 = as few as possible, 1, 2, 4 or 8; 0 is
 * returned for any other. The upper octets of a wider value are dropped.
 */
size_t natt_cbor_encode_head(uint8_t out[NATT_CBOR_MAX_HEAD], uint8_t major, uint32_t width, uint64_t value);

void natt_cbor_write_map(struct natt_cbor_writer *w, size_t pairs);
void natt_cbor_write_uint(struct natt_cbor_writer *w, uint64_t value);
void natt_cbor_write_text(struct natt_cbor_writer *w, const char *text);
void natt_cbor_write_bytes(struct natt_cbor_writer *w, natt_bytes bytes);
void natt_cbor_write_null(struct natt_cbor_writer *w);

#endif
