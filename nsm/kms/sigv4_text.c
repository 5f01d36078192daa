/* Digests and views of text, shared by canonical form and parser. See sigv4_canonical.h. */
#include <string.h>

#include <mbedtls/platform_util.h>

#include "nsm/kms/sigv4_canonical.h"
#include "nsm/text.h"

/* --- digests --- */

void natt_sigv4_digest_start(struct natt_sigv4_digest *digest, natt_bytes hmac_key)
{
    digest->hmac = hmac_key.ptr != NULL;
    mbedtls_md_init(&digest->md);
    digest->ok = mbedtls_md_setup(&digest->md, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), digest->hmac) == 0;
    if (digest->ok)
        digest->ok = (digest->hmac ? mbedtls_md_hmac_starts(&digest->md, hmac_key.ptr, hmac_key.len)
                                   : mbedtls_md_starts(&digest->md)) == 0;
}

void natt_sigv4_digest_add(struct natt_sigv4_digest *digest, natt_bytes piece)
{
    if (!digest->ok || piece.len == 0)
        return;
    digest->ok = (digest->hmac ? mbedtls_md_hmac_update(&digest->md, piece.ptr, piece.len)
                               : mbedtls_md_update(&digest->md, piece.ptr, piece.len)) == 0;
}

void natt_sigv4_digest_text(struct natt_sigv4_digest *digest, const char *text)
{
    natt_sigv4_digest_add(digest, natt_text_bytes(text));
}

bool natt_sigv4_digest_end(struct natt_sigv4_digest *digest, uint8_t out[NATT_SIGV4_HASH_LEN])
{
    bool ok = digest->ok &&
              (digest->hmac ? mbedtls_md_hmac_finish(&digest->md, out) : mbedtls_md_finish(&digest->md, out)) == 0;
    mbedtls_md_free(&digest->md);
    if (!ok)
        mbedtls_platform_zeroize(out, NATT_SIGV4_HASH_LEN);
    return ok;
}

void natt_sigv4_hex(char out[NATT_SIGV4_HEX_LEN], const uint8_t hash[NATT_SIGV4_HASH_LEN])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < NATT_SIGV4_HASH_LEN; i++) {
        out[2 * i] = digits[hash[i] >> 4];
        out[2 * i + 1] = digits[hash[i] & 15];
    }
}

/* --- views --- */

bool natt_sigv4_equal(natt_bytes a, natt_bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool natt_sigv4_is(natt_bytes a, const char *text)
{
    return natt_sigv4_equal(a, natt_text_bytes(text));
}

uint8_t natt_sigv4_lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

int natt_sigv4_order(natt_bytes a, natt_bytes b, bool lower)
{
    for (size_t i = 0; i < a.len && i < b.len; i++) {
        uint8_t x = lower ? natt_sigv4_lower(a.ptr[i]) : a.ptr[i], y = lower ? natt_sigv4_lower(b.ptr[i]) : b.ptr[i];
        if (x != y)
            return x < y ? -1 : 1;
    }
    return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
}

bool natt_sigv4_name_is(natt_bytes sent, natt_bytes lower)
{
    return natt_sigv4_order(sent, lower, true) == 0;
}

static bool is_token_character(uint8_t c)
{
    bool digit_or_letter = (c >= '0' && c <= '9') || (natt_sigv4_lower(c) >= 'a' && natt_sigv4_lower(c) <= 'z');
    return digit_or_letter || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

bool natt_sigv4_is_token(natt_bytes text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_token_character(text.ptr[i]))
            return false;
    return text.len > 0;
}

bool natt_sigv4_next(natt_bytes *rest, char separator, natt_bytes *item)
{
    if (rest->ptr == NULL)
        return false;
    const uint8_t *end = rest->len == 0 ? NULL : memchr(rest->ptr, separator, rest->len);
    size_t len = end == NULL ? rest->len : (size_t)(end - rest->ptr);
    *item = (natt_bytes){rest->ptr, len};
    *rest = end == NULL ? (natt_bytes){NULL, 0} : (natt_bytes){end + 1, rest->len - len - 1};
    return true;
}

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

natt_bytes natt_sigv4_trim(natt_bytes value)
{
    while (value.len > 0 && is_space(value.ptr[value.len - 1]))
        value.len--;
    while (value.len > 0 && is_space(value.ptr[0]))
        value = (natt_bytes){value.ptr + 1, value.len - 1};
    return value;
}

size_t natt_sigv4_find(const natt_sigv4_request *request, natt_bytes lower, natt_bytes *value)
{
    size_t count = 0;
    *value = (natt_bytes){NULL, 0};
    for (size_t i = 0; i < request->header_count; i++) {
        if (!natt_sigv4_name_is(request->headers[i].name, lower))
            continue;
        if (count++ == 0)
            *value = natt_sigv4_trim(request->headers[i].value);
    }
    return count;
}
