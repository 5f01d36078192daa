/* See server_text.h. */
#include "nsm/kms/server_text.h"

#include <string.h>

#include "nsm/kms/error.h"
#include "verify/parse/reader.h"

static const char mask[] = "***";

/* 256: not a digit. */
static unsigned hex(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 256;
}

/* The number of characters at the beginning of text that encode the byte; 0: they encode a different one. */
static size_t length_of(natt_bytes text, uint8_t byte)
{
    if (text.len >= 3 && text.ptr[0] == '%' && hex(text.ptr[1]) * 16 + hex(text.ptr[2]) == byte)
        return 3;
    return text.len > 0 && text.ptr[0] == byte ? 1 : 0;
}

/* The number of characters at the beginning of text that encode the secret's first bytes; 0 if these are fewer than
 * `least` bytes. */
static size_t match(natt_bytes text, natt_bytes secret, size_t least)
{
    size_t at = 0, count = 0, step = 1;
    for (; count < secret.len && step > 0; count += step > 0 ? 1 : 0) {
        step = length_of(natt_bytes_drop(text, at), secret.ptr[count]);
        at += step;
    }
    return count >= least ? at : 0;
}

static size_t match_run(natt_bytes text, natt_bytes secret)
{
    const size_t least = secret.len < NATT_SERVER_TEXT_RUN ? secret.len : NATT_SERVER_TEXT_RUN;
    size_t len = 0;
    for (; len == 0 && secret.len >= least; secret = natt_bytes_drop(secret, 1))
        len = match(text, secret, least);
    return len;
}

static size_t match_any(natt_bytes text, const natt_bytes *secrets, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count && len == 0; i++)
        if (secrets[i].len >= NATT_SERVER_TEXT_LEAST)
            len = match_run(text, secrets[i]);
    return len;
}

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

natt_bytes natt_server_text(char *out, size_t capacity, natt_bytes text, const natt_bytes *secrets, size_t count)
{
    size_t len = 0;
    while (len + 1 < capacity && text.len > 0) {
        const size_t secret = match_any(text, secrets, count);
        const size_t used = secret > 0 ? secret : 1, most = capacity - len;
        natt_kms_client_printable(out + len, secret > 0 ? most : least_of(most, 2),
                                  secret > 0 ? (natt_bytes){(const uint8_t *)mask, sizeof mask - 1} : text);
        len += strlen(out + len);
        text = natt_bytes_drop(text, used);
    }
    if (capacity > 0)
        out[len] = '\0';
    return (natt_bytes){(const uint8_t *)out, len};
}
