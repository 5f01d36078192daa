/* See text.h. */
#include "cli/frame/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/frame/bytes.h"
#include "cli/frame/system.h"

/* One decoded character; len 0 = the bytes here are not UTF-8. */
typedef struct character {
    uint32_t code;
    size_t len;
} character;

static const struct {
    uint32_t first, last;
} hidden[] = {
    {0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad},   {0x061c, 0x061c}, {0x115f, 0x1160},
    {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f}, {0x3164, 0x3164},
    {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
};

/* A lead byte's length and payload mask, and the smallest code point of this length [RFC 3629]. */
static const struct {
    uint8_t mask, lead, payload;
    size_t len;
    uint32_t least;
} forms[] = {{0x80, 0x00, 0x7f, 1, 0},
             {0xe0, 0xc0, 0x1f, 2, 0x80},
             {0xf0, 0xe0, 0x0f, 3, 0x800},
             {0xf8, 0xf0, 0x07, 4, 0x10000}};

static bool is_scalar(uint32_t code, uint32_t least)
{
    return code >= least && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

static character decode_form(const uint8_t *p, size_t len, size_t form)
{
    uint32_t code = p[0] & forms[form].payload;
    if (len < forms[form].len)
        return (character){0, 0};
    for (size_t i = 1; i < forms[form].len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return (character){0, 0};
        code = code << 6 | (p[i] & 0x3fu);
    }
    return is_scalar(code, forms[form].least) ? (character){code, forms[form].len} : (character){0, 0};
}

static character decode(const uint8_t *p, size_t len)
{
    for (size_t form = 0; form < sizeof forms / sizeof forms[0]; form++)
        if ((p[0] & forms[form].mask) == forms[form].lead)
            return decode_form(p, len, form);
    return (character){0, 0};
}

static bool is_hidden(uint32_t code)
{
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        if (code >= hidden[i].first && code <= hidden[i].last)
            return true;
    return false;
}

/* 12: "\u{10FFFF}" and its end; `out` has room for that. */
static size_t put_character(char *out, const uint8_t *p, character c, bool double_backslash)
{
    if (c.len == 0)
        return (size_t)snprintf(out, 12, "\\x%02X", p[0]);
    if (is_hidden(c.code))
        return (size_t)snprintf(out, 12, "\\u{%04X}", (unsigned)c.code);
    if (c.code == '\\' && double_backslash)
        return (size_t)snprintf(out, 12, "\\\\");
    memcpy(out, p, c.len);
    return c.len;
}

static char *escape(natt_bytes text, bool double_backslash)
{
    char *out = natt_cli_alloc(text.len, 12, 1);
    size_t used = 0;
    for (size_t i = 0; i < text.len;) {
        character c = decode(text.ptr + i, text.len - i);
        used += put_character(out + used, text.ptr + i, c, double_backslash);
        i += c.len == 0 ? 1 : c.len;
    }
    out[used] = '\0';
    return out;
}

char *natt_cli_escape(natt_bytes text)
{
    return escape(text, true);
}

char *natt_cli_escape_line(const char *text)
{
    return escape((natt_bytes){(const uint8_t *)text, strlen(text)}, false);
}

char *natt_cli_to_ascii(char *escaped)
{
    size_t len = strlen(escaped), used = 0;
    char *out = natt_cli_alloc(len, 12, 1);
    for (size_t i = 0; i < len;) {
        character c = decode((const uint8_t *)escaped + i, len - i);
        if (c.len > 1)
            used += (size_t)snprintf(out + used, 12, "\\u{%04X}", (unsigned)c.code);
        else
            out[used++] = escaped[i];
        i += c.len == 0 ? 1 : c.len;
    }
    out[used] = '\0';
    free(escaped);
    return out;
}

bool natt_cli_utf8(natt_bytes text)
{
    for (size_t i = 0; i < text.len;) {
        character c = decode(text.ptr + i, text.len - i);
        if (c.len == 0)
            return false;
        i += c.len;
    }
    return true;
}

bool natt_cli_printable(natt_bytes text)
{
    for (size_t i = 0; i < text.len;) {
        character c = decode(text.ptr + i, text.len - i);
        if (c.len == 0 || is_hidden(c.code))
            return false;
        i += c.len;
    }
    return text.len > 0;
}

char *natt_cli_hex(natt_bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *out = natt_cli_alloc(bytes.len, 2, 1);
    for (size_t i = 0; i < bytes.len; i++) {
        out[2 * i] = digits[bytes.ptr[i] >> 4];
        out[2 * i + 1] = digits[bytes.ptr[i] & 15];
    }
    return out;
}

#define PLAIN_IN_SHELL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%+=:,./_-"

/* In quotes, a quote itself is '\'' */
static char *quoted(const char *text)
{
    char *word = natt_cli_alloc(strlen(text), 4, 3), *to = word;
    *to++ = '\'';
    for (const char *p = text; *p != '\0'; p++)
        to += *p == '\'' ? sprintf(to, "'\\''") : sprintf(to, "%c", *p);
    *to++ = '\'';
    *to = '\0';
    return word;
}

/* Always three octal digits: shells differ in the number of hexadecimal digits that they accept. */
static char *octal(const char *text)
{
    char *word = natt_cli_alloc(strlen(text), 4, 4), *to = word;
    to += sprintf(to, "$'");
    for (const char *p = text; *p != '\0'; p++)
        to += *p >= ' ' && *p <= '~' && *p != '\'' && *p != '\\' ? sprintf(to, "%c", *p)
                                                                 : sprintf(to, "\\%03o", (unsigned)(uint8_t)*p);
    (void)sprintf(to, "'");
    return word;
}

char *natt_cli_shell_word(const char *text)
{
    natt_bytes bytes = {(const uint8_t *)text, strlen(text)};
    if (bytes.len > 0 && text[strspn(text, PLAIN_IN_SHELL)] == '\0')
        return natt_cli_escape_line(text);
    return bytes.len == 0 || natt_cli_printable(bytes) ? quoted(text) : octal(text);
}

natt_cli_style natt_cli_style_of(FILE *out)
{
    static const natt_cli_style plain = {"", "", "", "", "", ""};
    static const natt_cli_style colour = {"\033[1;32m", "\033[1;31m", "\033[1;33m", "\033[2m", "\033[1m", "\033[0m"};
    const char *no_color = getenv("NO_COLOR");
    bool unwanted = no_color != NULL && no_color[0] != '\0';
    return unwanted || !natt_cli_takes_colours(out) ? plain : colour;
}

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

size_t natt_cli_distance(const char *a, const char *b)
{
    size_t row[64]; /* Levenshtein's table, one row at a time; our names are shorter */
    size_t a_len = strlen(a), b_len = strlen(b);
    if (a_len > 63 || b_len > 63)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t cost = strncasecmp(a + i - 1, b + j - 1, 1) == 0 ? 0 : 1;
            size_t best = min3(row[j] + 1, row[j - 1] + 1, corner + cost);
            corner = row[j];
            row[j] = best;
        }
    }
    return row[b_len];
}
