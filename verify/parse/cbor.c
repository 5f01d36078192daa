/*
 * Strict, copy-free CBOR. Sources: RFC 8949 3 (heads), 4.2.1 (shortest form), RFC 3629 (UTF-8).
 */
#include "verify/parse/cbor.h"

#define AI_INDEFINITE 31
#define SIMPLE_FALSE  20
#define SIMPLE_NULL   22

struct natt_reader natt_cbor_reader(natt_bytes in, natt_error *err)
{
    return natt_reader_of(in, NATT_E_CBOR_TRUNCATED, NATT_E_CBOR_TRAILING, err);
}

/* R-CBOR-09: false, true and null are the only simple values. [RFC8949 3.3] R-CBOR-05: no break here. */
static bool check_simple(const struct natt_reader *r, uint8_t ai, size_t at)
{
    if (ai == AI_INDEFINITE)
        return natt_reader_fail(r, NATT_E_CBOR_BREAK, at);
    return (ai >= SIMPLE_FALSE && ai <= SIMPLE_NULL) || natt_reader_fail(r, NATT_E_CBOR_SIMPLE, at);
}

/* R-CBOR-04: strings are definite. R-CBOR-02: integers have no indefinite form. [RFC8949 3.2] */
static bool check_indefinite(const struct natt_reader *r, uint8_t major, size_t at)
{
    if (major == NATT_CBOR_ARRAY || major == NATT_CBOR_MAP)
        return true;
    bool string = major == NATT_CBOR_BSTR || major == NATT_CBOR_TSTR;
    return natt_reader_fail(r, string ? NATT_E_CBOR_INDEFINITE : NATT_E_CBOR_RESERVED, at);
}

/* R-CBOR-02: additional information 28 to 30 is reserved. [RFC8949 3] R-CBOR-08: no tags inside a document. */
static inline bool check_initial(const struct natt_reader *r, uint8_t major, uint8_t ai, size_t at)
{
    if (ai >= 28 && ai <= 30)
        return natt_reader_fail(r, NATT_E_CBOR_RESERVED, at);
    if (major == NATT_CBOR_TAG)
        return natt_reader_fail(r, NATT_E_CBOR_TAG, at);
    if (major == NATT_CBOR_SIMPLE)
        return check_simple(r, ai, at);
    return ai != AI_INDEFINITE || check_indefinite(r, major, at);
}

static uint64_t big_endian(natt_bytes b)
{
    uint64_t value = 0;
    for (size_t i = 0; i < b.len; i++)
        value = value << 8 | b.ptr[i];
    return value;
}

/* R-CBOR-03: the argument has the fewest bytes possible. [RFC8949 4.2.1] */
static inline bool read_argument(struct natt_reader *r, uint8_t ai, struct natt_cbor_head *out)
{
    static const uint64_t least[4] = {24, 0x100, 0x10000, UINT64_C(0x100000000)};
    natt_bytes b;
    if (!natt_reader_take(r, (size_t)1 << (ai - 24), &b))
        return false;
    out->value = b.len == 1 ? b.ptr[0] : b.len == 2 ? (uint64_t)b.ptr[0] << 8 | b.ptr[1] : big_endian(b);
    return out->value >= least[ai - 24] || natt_reader_fail(r, NATT_E_CBOR_NOT_SHORTEST, out->offset);
}

bool natt_cbor_head(struct natt_reader *r, struct natt_cbor_head *out)
{
    size_t at = r->pos;
    uint8_t initial;
    if (!natt_reader_byte(r, &initial))
        return false;
    uint8_t ai = initial & 0x1f;
    *out = (struct natt_cbor_head){(uint8_t)(initial >> 5), ai == AI_INDEFINITE, ai, at};
    if (!check_initial(r, out->major, ai, at))
        return false;
    return ai < 24 || ai == AI_INDEFINITE || read_argument(r, ai, out);
}

/* R-CBOR-06: each value has the required type. */
static inline bool head_of(struct natt_reader *r, uint8_t major, struct natt_cbor_head *out)
{
    return natt_cbor_head(r, out) && (out->major == major || natt_reader_fail(r, NATT_E_CBOR_TYPE, out->offset));
}

/* A length above SIZE_MAX (32-bit) cannot fit either: pass the reader a length that fails. */
static bool take_string(struct natt_reader *r, uint64_t len, natt_bytes *out)
{
    return natt_reader_take(r, len > SIZE_MAX ? SIZE_MAX : (size_t)len, out);
}

bool natt_cbor_uint(struct natt_reader *r, uint64_t *out)
{
    struct natt_cbor_head head;
    if (!head_of(r, NATT_CBOR_UINT, &head))
        return false;
    *out = head.value;
    return true;
}

bool natt_cbor_bstr(struct natt_reader *r, natt_bytes *out)
{
    struct natt_cbor_head head;
    return head_of(r, NATT_CBOR_BSTR, &head) && take_string(r, head.value, out);
}

/* R-CBOR-07: text is UTF-8. [RFC8949 3.1] */
bool natt_cbor_text_after(struct natt_reader *r, const struct natt_cbor_head *head, natt_bytes *out)
{
    size_t at = r->pos;
    return take_string(r, head->value, out) && (natt_utf8_valid(*out) || natt_reader_fail(r, NATT_E_CBOR_UTF8, at));
}

bool natt_cbor_tstr(struct natt_reader *r, natt_bytes *out)
{
    struct natt_cbor_head head;
    return head_of(r, NATT_CBOR_TSTR, &head) && natt_cbor_text_after(r, &head, out);
}

static bool begin(struct natt_reader *r, uint8_t major, struct natt_cbor_items *out)
{
    struct natt_cbor_head head;
    if (!head_of(r, major, &head))
        return false;
    *out = (struct natt_cbor_items){head.value, head.indefinite, head.offset};
    return true;
}

bool natt_cbor_array(struct natt_reader *r, struct natt_cbor_items *out)
{
    return begin(r, NATT_CBOR_ARRAY, out);
}

bool natt_cbor_map(struct natt_reader *r, struct natt_cbor_items *out)
{
    return begin(r, NATT_CBOR_MAP, out);
}

static bool skip_level(struct natt_reader *r, unsigned levels);

static bool skip_items(struct natt_reader *r, const struct natt_cbor_head *head, unsigned levels)
{
    struct natt_cbor_items items = {head->value, head->indefinite, head->offset};
    while (natt_cbor_more(r, &items)) {
        if (!skip_level(r, levels))
            return false;
        if (head->major == NATT_CBOR_MAP && !skip_level(r, levels))
            return false;
    }
    return true;
}

/* R-CBOR-10: a constant bounds the recursion, independent of the input. */
static bool skip_level(struct natt_reader *r, unsigned levels)
{
    struct natt_cbor_head head;
    natt_bytes string;
    if (!natt_cbor_head(r, &head))
        return false;
    if (head.major == NATT_CBOR_BSTR)
        return take_string(r, head.value, &string);
    if (head.major == NATT_CBOR_TSTR)
        return natt_cbor_text_after(r, &head, &string);
    if (head.major != NATT_CBOR_ARRAY && head.major != NATT_CBOR_MAP)
        return true;
    if (levels == 0)
        return natt_reader_fail(r, NATT_E_CBOR_DEPTH, head.offset);
    return skip_items(r, &head, levels - 1);
}

bool natt_cbor_skip(struct natt_reader *r)
{
    return skip_level(r, NATT_MAX_NESTING);
}
