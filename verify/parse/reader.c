/*
 * Bounds, offsets and first errors. All pointer arithmetic on input is in this file and its header.
 */
#include "verify/parse/reader.h"

bool natt_fail(natt_error *err, natt_code code, uint32_t item, size_t offset)
{
    if (err->code == NATT_OK)
        *err = (natt_error){code, item, offset, natt_code_message(code)};
    return false;
}

bool natt_fail_code(natt_error *err, natt_code code)
{
    return natt_fail(err, code, NATT_NO_ITEM, NATT_NO_OFFSET);
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

bool natt_reader_not_literal(struct natt_reader r, const uint8_t *bytes, natt_code code)
{
    size_t at = r.pos, i = 0;
    uint8_t got;
    while (natt_reader_byte(&r, &got))
        if (got != bytes[i++])
            return natt_reader_fail(&r, code, at);
    return false;
}

bool natt_bytes_zero(natt_bytes a)
{
    size_t zeros = 0;
    while (zeros < a.len && a.ptr[zeros] == 0)
        zeros++;
    return zeros == a.len;
}

bool natt_bytes_skip(natt_bytes *a, const void *text, size_t len)
{
    if (a->len < len || !natt_same(a->ptr, text, len))
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

bool natt_utf8_well_formed(natt_bytes text)
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
