/* See der_write.h. */
#include "nsm/issuer/der_write.h"

#include <stdio.h>
#include <string.h>

#include "nsm/wire.h"

static const uint8_t end_of_contents[] = {0x00, 0x00};

static uint32_t length_octets(uint64_t len)
{
    uint32_t n = 0;
    for (; len > 0; len >>= 8)
        n++;
    return n;
}

natt_bytes natt_der_write_head(struct natt_arena *arena, uint8_t tag, uint32_t width, uint64_t len)
{
    if (width > 8)
        return natt_arena_fail(arena, "a DER length has at most 8 octets here");
    if (width == 0 && len >= 128)
        width = length_octets(len);
    uint8_t *to = natt_arena_alloc(arena, 2 + width);
    if (to == NULL)
        return NATT_ABSENT;
    to[0] = tag;
    to[1] = (uint8_t)(width == 0 ? len : 0x80u | width);
    natt_put_big_endian(to + 2, len, width);
    return (natt_bytes){to, 2 + width};
}

natt_bytes natt_der_write(struct natt_arena *arena, uint8_t tag, natt_bytes content)
{
    return natt_arena_join2(arena, natt_der_write_head(arena, tag, 0, content.len), content);
}

static natt_bytes wrapped_head(struct natt_arena *arena, uint8_t tag, const natt_plan_wrap *wrap, uint64_t len)
{
    if (wrap->head.ptr != NULL)
        return wrap->head;
    if (wrap->tag != 0)
        tag = wrap->tag;
    if (wrap->form == NATT_FORM_DEFINITE)
        return natt_der_write_head(arena, tag, wrap->width, len + (uint64_t)wrap->length_delta);
    return natt_arena_copy(arena, (natt_bytes){(const uint8_t[]){tag, 0x80}, 2});
}

natt_bytes natt_der_write_wrapped(struct natt_arena *arena, uint8_t tag, const natt_plan_wrap *wrap, natt_bytes content)
{
    const natt_bytes parts[] = {
        wrapped_head(arena, tag, wrap, (uint64_t)content.len + wrap->trailing.len),     content,     wrap->trailing,
        wrap->form == NATT_FORM_INDEFINITE ? NATT_CONST(end_of_contents) : NATT_ABSENT, wrap->after,
    };
    return natt_arena_join(arena, parts, 5);
}

natt_bytes natt_der_write_unsigned(struct natt_arena *arena, natt_bytes magnitude)
{
    static const uint8_t zero[] = {0x00};
    while (magnitude.len > 1 && magnitude.ptr[0] == 0) {
        magnitude.ptr++;
        magnitude.len--;
    }
    bool sign = magnitude.len == 0 || magnitude.ptr[0] >= 0x80;
    natt_bytes content = natt_arena_join2(arena, sign ? NATT_CONST(zero) : NATT_ABSENT, magnitude);
    return natt_der_write(arena, NATT_DER_INTEGER, content);
}

/* One arc in base 128, highest digit first. [X.690 8.19.2] */
static size_t put_arc(uint8_t *to, uint64_t arc)
{
    size_t n = 1;
    for (uint64_t rest = arc >> 7; rest > 0; rest >>= 7)
        n++;
    for (size_t i = 0; i < n; i++)
        to[i] = (uint8_t)((arc >> (7 * (n - 1 - i)) & 0x7fu) | (i + 1 < n ? 0x80u : 0));
    return n;
}

/* Reads digits into *arc; true if there was at least one and the arc is below 2^32. */
static bool take_arc(const char **text, uint64_t *arc)
{
    const char *start = *text;
    for (*arc = 0; **text >= '0' && **text <= '9' && *arc <= UINT32_MAX; (*text)++)
        *arc = *arc * 10 + (uint64_t)(**text - '0');
    return *text > start && *arc <= UINT32_MAX;
}

natt_bytes natt_der_write_oid(struct natt_arena *arena, const char *dotted)
{
    static const char wrong[] = "not an object identifier in dotted decimal form";
    uint8_t content[128]; /* 25 arcs of at most 5 octets */
    size_t len = 0;
    uint64_t first, arc;
    if (!take_arc(&dotted, &first) || first > 2 || *dotted++ != '.' || !take_arc(&dotted, &arc))
        return natt_arena_fail(arena, wrong);
    len += put_arc(content, 40 * first + arc);
    while (*dotted == '.' && len + 5 <= sizeof content) {
        dotted++;
        if (!take_arc(&dotted, &arc))
            return natt_arena_fail(arena, wrong);
        len += put_arc(content + len, arc);
    }
    if (*dotted != '\0')
        return natt_arena_fail(arena, wrong);
    return natt_der_write(arena, NATT_DER_OID, (natt_bytes){content, len});
}

struct civil {
    long long year;
    unsigned month, day;
};

/* The Gregorian date of seconds since 1970; eras of 400 years that begin on 1 March. */
static struct civil civil_from_seconds(int64_t seconds)
{
    int64_t z = seconds / 86400 - (seconds % 86400 < 0 ? 1 : 0) + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    unsigned doe = (unsigned)(z - era * 146097);
    unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned mp = (5 * doy + 2) / 153;
    struct civil c = {.month = mp < 10 ? mp + 3 : mp - 9, .day = doy - (153 * mp + 2) / 5 + 1};
    c.year = (long long)yoe + era * 400 + (c.month <= 2 ? 1 : 0);
    return c;
}

natt_bytes natt_der_write_time(struct natt_arena *arena, uint8_t tag, int64_t seconds)
{
    struct civil c = civil_from_seconds(seconds);
    if (c.year < 0 || c.year > 9999)
        return natt_arena_fail(arena, "a certificate's year has four digits");
    unsigned second = (unsigned)((seconds % 86400 + 86400) % 86400);
    char text[32];
    snprintf(text, sizeof text, "%04lld%02u%02u%02u%02u%02uZ", c.year, c.month, c.day, second / 3600, second / 60 % 60,
             second % 60);
    return natt_der_write(arena, tag, natt_arena_text(arena, tag == NATT_DER_UTC_TIME ? text + 2 : text));
}

natt_bytes natt_der_write_any_time(struct natt_arena *arena, int64_t seconds)
{
    struct civil c = civil_from_seconds(seconds);
    bool utc = c.year >= 1950 && c.year <= 2049;
    return natt_der_write_time(arena, utc ? NATT_DER_UTC_TIME : NATT_DER_GENERALIZED_TIME, seconds);
}

natt_bytes natt_der_write_extension(struct natt_arena *arena, const char *oid, bool critical, natt_bytes value)
{
    static const uint8_t yes[] = {0x01, 0x01, 0xff};
    natt_bytes content =
        natt_arena_join3(arena, natt_der_write_oid(arena, oid), critical ? NATT_CONST(yes) : NATT_ABSENT,
                         natt_der_write(arena, NATT_DER_OCTET_STRING, value));
    return natt_der_write(arena, NATT_DER_SEQUENCE, content);
}

natt_bytes natt_der_write_rdn(struct natt_arena *arena, uint8_t attribute, uint8_t string_tag, const char *text)
{
    const uint8_t oid[] = {NATT_DER_OID, 3, 0x55, 0x04, attribute};
    natt_bytes string = natt_der_write(arena, string_tag, natt_arena_text(arena, text));
    natt_bytes pair = natt_der_write(arena, NATT_DER_SEQUENCE, natt_arena_join2(arena, NATT_CONST(oid), string));
    return natt_der_write(arena, NATT_DER_SET, pair);
}

natt_bytes natt_der_write_spki(struct natt_arena *arena, natt_bytes point)
{
    /* SEQUENCE { id-ecPublicKey, secp384r1 } */
    static const uint8_t algorithm[] = {0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d,
                                        0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
    static const uint8_t no_unused_bits[] = {0x00};
    natt_bytes bits = natt_arena_join2(arena, NATT_CONST(no_unused_bits), point);
    natt_bytes content =
        natt_arena_join2(arena, NATT_CONST(algorithm), natt_der_write(arena, NATT_DER_BIT_STRING, bits));
    return natt_der_write(arena, NATT_DER_SEQUENCE, content);
}
