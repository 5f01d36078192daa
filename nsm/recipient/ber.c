/* See ber.h. */
#include "nsm/recipient/ber.h"

#include "nsm/recipient/error.h"

struct natt_ber natt_ber_of(natt_bytes message, natt_recipient_error *err)
{
    return (struct natt_ber){message.ptr, 0, message.len, false, err};
}

/* Returns false in a form that compilers recognize. */
static bool fail(const struct natt_ber *b, natt_recipient_code code, size_t offset)
{
    (void)natt_recipient_fail_at(b->err, code, offset, NULL);
    return false;
}

/* The one bounds check. Subtract, never add. */
static bool take(struct natt_ber *b, size_t n, natt_bytes *out)
{
    if (n > b->end - b->pos)
        return fail(b, NATT_RECIPIENT_E_MESSAGE_TRUNCATED, b->pos);
    *out = (natt_bytes){b->base + b->pos, n};
    b->pos += n;
    return true;
}

static bool take_byte(struct natt_ber *b, uint8_t *out)
{
    natt_bytes one;
    if (!take(b, 1, &one))
        return false;
    *out = one.ptr[0];
    return true;
}

/* The long form. Four octets are enough for any message; leading zeros are valid BER. */
static bool take_long_length(struct natt_ber *b, uint8_t first, size_t at, size_t *len)
{
    natt_bytes octets;
    size_t value = 0, count = first & 0x7f;
    if (count > 4)
        return fail(b, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, at);
    if (!take(b, count, &octets))
        return false;
    for (size_t i = 0; i < octets.len; i++)
        value = value << 8 | octets.ptr[i];
    *len = value;
    return true;
}

/* 0x80 alone: indefinite, and *len is 0. */
static bool take_length(struct natt_ber *b, size_t *len, bool *indefinite)
{
    size_t at = b->pos;
    uint8_t first;
    if (!take_byte(b, &first))
        return false;
    *indefinite = first == 0x80;
    *len = first < 0x80 ? first : 0;
    return first <= 0x80 || take_long_length(b, first, at, len);
}

static bool take_head(struct natt_ber *b, uint8_t tag, size_t *len, bool *indefinite)
{
    size_t at = b->pos;
    uint8_t got;
    if (!take_byte(b, &got))
        return false;
    if (got != tag)
        return fail(b, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, at);
    return take_length(b, len, indefinite);
}

bool natt_ber_next_is(const struct natt_ber *b, uint8_t tag)
{
    return b->pos < b->end && b->base[b->pos] == tag;
}

/* No element has the tag 0, which is the first of the two octets of an end marker. */
bool natt_ber_more(const struct natt_ber *b)
{
    return b->indefinite ? !natt_ber_next_is(b, 0) : b->pos < b->end;
}

bool natt_ber_take(struct natt_ber *b, uint8_t tag, natt_bytes *content)
{
    size_t len, at = b->pos;
    bool indefinite;
    if (!take_head(b, tag, &len, &indefinite))
        return false;
    if (indefinite)
        return fail(b, NATT_RECIPIENT_E_MESSAGE_STRUCTURE, at + 1);
    return take(b, len, content);
}

bool natt_ber_enter(struct natt_ber *b, uint8_t tag, struct natt_ber *inside)
{
    size_t len;
    bool indefinite;
    natt_bytes content;
    if (!take_head(b, tag, &len, &indefinite))
        return false;
    *inside = *b;
    inside->indefinite = indefinite;
    if (indefinite)
        return true;
    if (!take(b, len, &content))
        return false;
    inside->end = b->pos;
    return true;
}

static bool take_end_mark(struct natt_ber *b)
{
    size_t at = b->pos;
    natt_bytes mark;
    if (!take(b, 2, &mark))
        return false;
    return (mark.ptr[0] == 0 && mark.ptr[1] == 0) || fail(b, NATT_RECIPIENT_E_MESSAGE_TRAILING, at);
}

bool natt_ber_leave(struct natt_ber *b, struct natt_ber *inside)
{
    if (!inside->indefinite)
        return natt_ber_at_end(inside);
    if (!take_end_mark(inside))
        return false;
    b->pos = inside->pos;
    return true;
}

bool natt_ber_at_end(const struct natt_ber *b)
{
    return b->pos == b->end || fail(b, NATT_RECIPIENT_E_MESSAGE_TRAILING, b->pos);
}
