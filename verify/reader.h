/*
 * The only code that moves over input. A reader is a window of the caller's bytes; readers of inner parts share the
 * outer base, so every offset counts from the first byte of the caller's document.
 * Trusts nothing but the window it was given. Failing functions record the first error and return false.
 */
#ifndef NATT_VERIFY_READER_H
#define NATT_VERIFY_READER_H

#include "nitro_attest/base.h"

struct natt_reader {
    const uint8_t *base; /* byte 0 of all offsets */
    size_t pos, end;     /* pos <= end, always */
    natt_code truncated, trailing;
    uint32_t item; /* what an error is about; set and reset by whoever knows */
    natt_error *err;
};

/* Records code, item and offset unless an error is already there. Returns false, so that it can be returned. */
bool natt_fail(natt_error *err, natt_code code, uint32_t item, size_t offset);

/* Clears *err, or hands out the spare when the caller gave none. */
natt_error *natt_error_begin(natt_error *err, natt_error *spare);

struct natt_reader natt_reader_of(natt_bytes in, natt_code truncated, natt_code trailing, natt_error *err);

/* A reader of `part`, a view taken from `outer`; other codes for the other format inside. */
struct natt_reader natt_reader_inside(const struct natt_reader *outer, natt_bytes part);

/* The next n bytes. */
bool natt_reader_take(struct natt_reader *r, size_t n, natt_bytes *out);
bool natt_reader_byte(struct natt_reader *r, uint8_t *out);

/* Exactly these bytes, else `code` at the position where they should start; the truncated code when input ends inside.
 */
bool natt_reader_literal(struct natt_reader *r, const uint8_t *bytes, size_t len, natt_code code);

/* The next byte without moving; false at the end, which is no error. */
bool natt_reader_peek(const struct natt_reader *r, uint8_t *out);
bool natt_reader_next_is(const struct natt_reader *r, uint8_t byte);

/* Consumes the next byte if it is this one. */
bool natt_reader_accept(struct natt_reader *r, uint8_t byte);
bool natt_reader_empty(const struct natt_reader *r);

/* True when everything was consumed; else the trailing code at the first byte left over. */
bool natt_reader_at_end(const struct natt_reader *r);

/* natt_fail with the reader's item. */
bool natt_reader_fail(const struct natt_reader *r, natt_code code, size_t offset);

/* All bytes from offset `from` to the current position. */
natt_bytes natt_reader_since(const struct natt_reader *r, size_t from);

/* Where `part`, a view taken from a reader with this base, begins. */
size_t natt_offset_of(const uint8_t *base, natt_bytes part);

bool natt_bytes_equal(natt_bytes a, natt_bytes b);
bool natt_bytes_are(natt_bytes a, const char *text, size_t len);
bool natt_bytes_zero(natt_bytes a);

/* The view without its first n bytes; empty when it has no more. */
natt_bytes natt_bytes_drop(natt_bytes a, size_t n);

/* Drops `text` from the front of *a if it begins so. */
bool natt_bytes_skip(natt_bytes *a, const void *text, size_t len);

/* Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF [RFC3629 4]. */
bool natt_utf8_valid(natt_bytes text);

#endif
