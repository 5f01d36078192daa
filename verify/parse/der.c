/*
 * Strict, copy-free DER. Source: X.690 8.1 (elements), 8.3 (integers), 8.6 and 11.2 (bit strings), 8.19 (object
 * identifiers), 10.1 (lengths), 11.1 (booleans), 11.5 (defaults).
 */
#include "verify/parse/der.h"

struct natt_reader natt_der_reader(natt_bytes in, natt_error *err)
{
    return natt_reader_of(in, NATT_E_DER_TRUNCATED, NATT_E_DER_TRAILING, err);
}

/* R-DER-03: one or two further octets, as few as possible, are sufficient for 65535. [X.690 10.1] */
static bool read_long_length(struct natt_reader *r, uint8_t first, size_t at, size_t *out)
{
    natt_bytes more;
    size_t octets = first & 0x7f;
    if (octets < 1 || octets > 2)
        return natt_reader_fail(r, NATT_E_DER_LENGTH, at);
    if (!natt_reader_take(r, octets, &more))
        return false;
    *out = octets == 1 ? more.ptr[0] : (size_t)more.ptr[0] << 8 | more.ptr[1];
    size_t least = octets == 1 ? 0x80 : 0x100;
    return *out >= least || natt_reader_fail(r, NATT_E_DER_LENGTH, at);
}

static inline bool read_length(struct natt_reader *r, size_t *out)
{
    size_t at = r->pos;
    uint8_t first;
    if (!natt_reader_byte(r, &first))
        return false;
    *out = first;
    return first < 0x80 || read_long_length(r, first, at, out);
}

/* R-DER-02: the tag that the grammar requires. R-DER-01: the element is complete. */
bool natt_der_take(struct natt_reader *r, uint8_t tag, natt_bytes *content)
{
    size_t at = r->pos, len;
    uint8_t got;
    if (!natt_reader_byte(r, &got))
        return false;
    if (got != tag)
        return natt_reader_fail(r, NATT_E_DER_TAG, at);
    return read_length(r, &len) && natt_reader_take(r, len, content);
}

bool natt_der_enter_long(struct natt_reader *r, uint8_t tag, struct natt_reader *inside)
{
    natt_bytes content;
    if (!natt_der_take(r, tag, &content))
        return false;
    *inside = natt_reader_inside(r, content);
    return true;
}

/* R-DER-05: two's complement, not negative, no superfluous octet. [X.690 8.3] */
bool natt_der_unsigned(struct natt_reader *r, natt_bytes *magnitude)
{
    size_t at = r->pos;
    natt_bytes v;
    if (!natt_der_next(r, NATT_DER_INTEGER, &v))
        return false;
    if (v.len == 0 || v.ptr[0] >= 0x80)
        return natt_reader_fail(r, NATT_E_DER_INTEGER, at);
    if (v.ptr[0] == 0) {
        v = natt_bytes_drop(v, 1);
        if (v.len > 0 && v.ptr[0] < 0x80)
            return natt_reader_fail(r, NATT_E_DER_INTEGER, at);
    }
    *magnitude = v;
    return true;
}

/* R-DER-06: TRUE is FF; FALSE, the default, is omitted. [X.690 11.1, 11.5] */
bool natt_der_true_or_absent(struct natt_reader *r, bool *out)
{
    size_t at = r->pos;
    natt_bytes v;
    *out = false;
    if (!natt_reader_next_is(r, NATT_DER_BOOLEAN))
        return true;
    if (!natt_der_next(r, NATT_DER_BOOLEAN, &v))
        return false;
    *out = v.len == 1 && v.ptr[0] == 0xff;
    return *out || natt_reader_fail(r, NATT_E_DER_BOOLEAN, at);
}

/* R-DER-07: no unused bits here. [X.690 8.6] */
bool natt_der_octet_bits(struct natt_reader *r, natt_bytes *octets)
{
    size_t at = r->pos;
    natt_bytes v;
    if (!natt_der_next(r, NATT_DER_BIT_STRING, &v))
        return false;
    if (v.len == 0 || v.ptr[0] != 0)
        return natt_reader_fail(r, NATT_E_DER_BIT_STRING, at);
    *octets = natt_bytes_drop(v, 1);
    return true;
}

/* R-DER-07: unused bits 0 to 7, and the last used bit is set, as required for named bit lists. [X.690 8.6.2, 11.2.2] */
static bool check_named_bits(natt_bytes v)
{
    if (v.len == 1)
        return v.ptr[0] == 0;
    if (v.len < 1 || v.len > 3 || v.ptr[0] > 7)
        return false;
    unsigned last = v.ptr[v.len - 1], unused = v.ptr[0];
    return (last >> unused & 1u) == 1 && (last & ((1u << unused) - 1)) == 0;
}

static uint32_t reverse_octet(uint8_t octet)
{
    uint32_t out = 0;
    for (unsigned i = 0; i < 8; i++)
        out |= (uint32_t)(octet >> (7 - i) & 1) << i;
    return out;
}

bool natt_der_named_bits(struct natt_reader *r, uint32_t *bits)
{
    size_t at = r->pos;
    natt_bytes v;
    if (!natt_der_next(r, NATT_DER_BIT_STRING, &v))
        return false;
    if (!check_named_bits(v))
        return natt_reader_fail(r, NATT_E_DER_BIT_STRING, at);
    *bits = 0;
    for (size_t i = 1; i < v.len; i++)
        *bits |= reverse_octet(v.ptr[i]) << (8 * (i - 1));
    return true;
}

/* R-DER-08: not empty, each arc minimal, the last one complete. [X.690 8.19.2] */
bool natt_der_oid(struct natt_reader *r, natt_bytes *content)
{
    size_t at = r->pos;
    bool arc_begins = true;
    if (!natt_der_next(r, NATT_DER_OID, content))
        return false;
    for (size_t i = 0; i < content->len; i++) {
        if (arc_begins && content->ptr[i] == 0x80)
            return natt_reader_fail(r, NATT_E_DER_OID, at);
        arc_begins = content->ptr[i] < 0x80;
    }
    return (content->len > 0 && arc_begins) || natt_reader_fail(r, NATT_E_DER_OID, at);
}
