/* See base64.h. No character and no byte is used as an index or in a branch condition. */
#include "nsm/recipient/base64.h"

/* All ones where a < b, else zero; both below 2^31. */
static uint32_t below(uint32_t a, uint32_t b)
{
    return (uint32_t)0 - ((a - b) >> 31);
}

/* The alphabet: A to Z, a to z, 0 to 9, +, /. */
static char character(uint32_t v)
{
    uint32_t c = 'A' + v;
    c += below(25, v) & ('a' - 'A' - 26);
    c -= below(51, v) & ('a' - '0' + 26);
    c -= below(61, v) & ('0' - '+' + 10);
    c += below(62, v) & ('/' - '+' - 1);
    return (char)c;
}

/* All ones where least <= c <= most. */
static uint32_t within(uint32_t c, uint32_t least, uint32_t most)
{
    return ~(below(c, least) | below(most, c));
}

/* The value of a character; above 63 for characters outside the alphabet. */
static uint32_t value(uint32_t c)
{
    const uint32_t upper = within(c, 'A', 'Z'), lower = within(c, 'a', 'z'), digit = within(c, '0', '9');
    const uint32_t plus = within(c, '+', '+'), slash = within(c, '/', '/');
    const uint32_t none = ~(upper | lower | digit | plus | slash);
    return (upper & (c - 'A')) | (lower & (c - 'a' + 26)) | (digit & (c - '0' + 52)) | (plus & 62) | (slash & 63) |
           (none & 64);
}

static void encode_group(char out[4], uint32_t group)
{
    out[0] = character(group >> 18);
    out[1] = character(group >> 12 & 63);
    out[2] = character(group >> 6 & 63);
    out[3] = character(group & 63);
}

void natt_base64_encode(char *out, natt_bytes in)
{
    const uint8_t *p = in.ptr;
    size_t left = in.len;
    for (; left >= 3; left -= 3, p += 3, out += 4)
        encode_group(out, (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2]);
    if (left == 0)
        return;
    encode_group(out, (uint32_t)p[0] << 16 | (left == 2 ? (uint32_t)p[1] << 8 : 0));
    out[3] = '=';
    if (left == 1)
        out[2] = '=';
}

static unsigned padding_of(natt_bytes text)
{
    if (text.ptr[text.len - 1] != '=')
        return 0;
    return text.ptr[text.len - 2] == '=' ? 2 : 1;
}

/* Decodes four characters, of which the last `padding` count as A. *wrong gets bits from characters outside the
 * alphabet. */
static uint32_t read_group(const uint8_t *p, unsigned padding, uint32_t *wrong)
{
    uint32_t group = 0;
    for (unsigned i = 0; i < 4; i++) {
        const uint32_t v = i < 4 - padding ? value(p[i]) : 0;
        *wrong |= v & 64;
        group = group << 6 | (v & 63);
    }
    return group;
}

static void put_group(uint8_t *out, uint32_t group, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (uint8_t)(group >> (16 - 8 * i));
}

bool natt_base64_decode(uint8_t *out, size_t *len, natt_bytes text)
{
    static const uint32_t unused[] = {0, 0xff, 0xffff}; /* bits of the last group that no byte has */
    uint32_t wrong = 0;
    *len = 0;
    if (text.len == 0 || text.len % 4 != 0)
        return false;
    const unsigned last = padding_of(text);
    for (size_t i = 0; i < text.len; i += 4) {
        const unsigned padding = i + 4 == text.len ? last : 0;
        const uint32_t group = read_group(text.ptr + i, padding, &wrong);
        wrong |= group & unused[padding];
        if (out != NULL)
            put_group(out + i / 4 * 3, group, 3 - padding);
    }
    *len = wrong == 0 ? text.len / 4 * 3 - last : 0;
    return wrong == 0;
}
