/*
 * Bounds, offsets and first errors. All pointer arithmetic on input is in this file.
 */
#include "verify/reader.h"

#include <string.h>

bool natt_fail(natt_error *err, natt_code code, uint32_t item, size_t offset)
{
    if (err->code == NATT_OK)
        *err = (natt_error){code, item, offset, natt_code_message(code)};
    return false;
}

natt_error *natt_error_begin(natt_error *err, natt_error *spare)
{
    natt_error *e = err != NULL ? err : spare;
    *e = (natt_error){NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, natt_code_message(NATT_OK)};
    return e;
}

struct natt_reader natt_reader_of(natt_bytes in, natt_code truncated, natt_code trailing, natt_error *err)
{
    return (struct natt_reader){in.ptr, 0, in.len, truncated, trailing, NATT_NO_ITEM, err};
}

struct natt_reader natt_reader_inside(const struct natt_reader *outer, natt_bytes part)
{
    struct natt_reader r = *outer;
    r.pos = natt_offset_of(outer->base, part);
    r.end = r.pos + part.len;
    return r;
}

/* R-CBOR-01, R-DER-01: the one bounds check. Subtract, never add. */
bool natt_reader_take(struct natt_reader *r, size_t n, natt_bytes *out)
{
    if (n > r->end - r->pos)
        return natt_reader_fail(r, r->truncated, r->pos);
    *out = (natt_bytes){r->base + r->pos, n};
    r->pos += n;
    return true;
}

bool natt_reader_byte(struct natt_reader *r, uint8_t *out)
{
    natt_bytes one;
    if (!natt_reader_take(r, 1, &one))
        return false;
    *out = one.ptr[0];
    return true;
}

bool natt_reader_literal(struct natt_reader *r, const uint8_t *bytes, size_t len, natt_code code)
{
    size_t at = r->pos;
    natt_bytes got;
    for (size_t i = 0; i < len; i++)
        if (!natt_reader_take(r, 1, &got) || got.ptr[0] != bytes[i])
            return natt_reader_fail(r, code, at);
    return true;
}

bool natt_reader_peek(const struct natt_reader *r, uint8_t *out)
{
    if (natt_reader_empty(r))
        return false;
    *out = r->base[r->pos];
    return true;
}

bool natt_reader_next_is(const struct natt_reader *r, uint8_t byte)
{
    uint8_t next;
    return natt_reader_peek(r, &next) && next == byte;
}

bool natt_reader_accept(struct natt_reader *r, uint8_t byte)
{
    bool is = natt_reader_next_is(r, byte);
    r->pos += is ? 1 : 0;
    return is;
}

bool natt_reader_empty(const struct natt_reader *r)
{
    return r->pos == r->end;
}

/* R-DER-04, R-CBOR-11 */
bool natt_reader_at_end(const struct natt_reader *r)
{
    return natt_reader_empty(r) || natt_reader_fail(r, r->trailing, r->pos);
}

bool natt_reader_fail(const struct natt_reader *r, natt_code code, size_t offset)
{
    return natt_fail(r->err, code, r->item, offset);
}

natt_bytes natt_reader_since(const struct natt_reader *r, size_t from)
{
    return (natt_bytes){r->base + from, r->pos - from};
}

size_t natt_offset_of(const uint8_t *base, natt_bytes part)
{
    return (size_t)(part.ptr - base);
}

bool natt_bytes_equal(natt_bytes a, natt_bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool natt_bytes_are(natt_bytes a, const char *text, size_t len)
{
    return a.len == len && memcmp(a.ptr, text, len) == 0;
}

bool natt_bytes_zero(natt_bytes a)
{
    uint8_t any = 0;
    for (size_t i = 0; i < a.len; i++)
        any |= a.ptr[i];
    return any == 0;
}

natt_bytes natt_bytes_drop(natt_bytes a, size_t n)
{
    size_t drop = n < a.len ? n : a.len;
    return (natt_bytes){a.ptr + drop, a.len - drop};
}

bool natt_bytes_skip(natt_bytes *a, const void *text, size_t len)
{
    if (a->len < len || memcmp(a->ptr, text, len) != 0)
        return false;
    *a = natt_bytes_drop(*a, len);
    return true;
}

/* One row of RFC 3629's ABNF: lead bytes, range of the first continuation byte, how many continuation bytes. */
struct utf8_row {
    uint8_t lead_min, lead_max, first_min, first_max, more;
};

static const struct utf8_row utf8_rows[] = {
    {0x00, 0x7f, 0x00, 0x00, 0}, {0xc2, 0xdf, 0x80, 0xbf, 1}, {0xe0, 0xe0, 0xa0, 0xbf, 2},
    {0xe1, 0xec, 0x80, 0xbf, 2}, {0xed, 0xed, 0x80, 0x9f, 2}, {0xee, 0xef, 0x80, 0xbf, 2},
    {0xf0, 0xf0, 0x90, 0xbf, 3}, {0xf1, 0xf3, 0x80, 0xbf, 3}, {0xf4, 0xf4, 0x80, 0x8f, 3},
};

static const struct utf8_row *utf8_row_of(uint8_t lead)
{
    for (size_t i = 0; i < sizeof utf8_rows / sizeof utf8_rows[0]; i++)
        if (lead >= utf8_rows[i].lead_min && lead <= utf8_rows[i].lead_max)
            return &utf8_rows[i];
    return NULL;
}

static bool utf8_tail_ok(const struct utf8_row *row, const uint8_t *tail)
{
    for (size_t i = 0; i < row->more; i++) {
        uint8_t min = i == 0 ? row->first_min : 0x80;
        uint8_t max = i == 0 ? row->first_max : 0xbf;
        if (tail[i] < min || tail[i] > max)
            return false;
    }
    return true;
}

bool natt_utf8_valid(natt_bytes text)
{
    size_t i = 0;
    while (i < text.len) {
        const struct utf8_row *row = utf8_row_of(text.ptr[i]);
        if (row == NULL || row->more > text.len - i - 1 || !utf8_tail_ok(row, text.ptr + i + 1))
            return false;
        i += 1u + row->more;
    }
    return true;
}
