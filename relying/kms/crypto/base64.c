/* See base64.h. */
#include "relying/kms/crypto/base64.h"

#include <stdlib.h>
#include <string.h>

#include <mbedtls/base64.h>
#include <mbedtls/platform_util.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static unsigned padding_of(natt_bytes text)
{
    if (text.len < 4 || text.ptr[text.len - 1] != '=')
        return 0;
    return text.ptr[text.len - 2] == '=' ? 2 : 1;
}

/* Unused bits of the last character must be zero. */
static bool last_is_canonical(natt_bytes text, unsigned padding)
{
    static const unsigned unused[] = {0, 3, 15};
    if (padding == 0)
        return true;
    const char *at = strchr(alphabet, text.ptr[text.len - padding - 1]);
    return at != NULL && ((unsigned)(at - alphabet) & unused[padding]) == 0;
}

bool natt_kms_base64_strict(natt_bytes text)
{
    const unsigned padding = padding_of(text);
    bool good = text.len % 4 == 0;
    for (size_t i = 0; i + padding < text.len; i++) {
        uint8_t c = text.ptr[i];
        good &= (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    }
    return good && last_is_canonical(text, padding);
}

uint8_t *natt_kms_base64_decode(size_t *len, bool *strict, natt_bytes text)
{
    *len = 0;
    *strict = natt_kms_base64_strict(text);
    size_t capacity = text.len / 4 * 3 + 1;
    uint8_t *out = *strict ? malloc(capacity) : NULL;
    if (out == NULL || text.len == 0 || mbedtls_base64_decode(out, capacity, len, text.ptr, text.len) == 0)
        return out;
    mbedtls_platform_zeroize(out, capacity);
    free(out);
    *len = 0;
    *strict = false;
    return NULL;
}

static void fill_table(uint8_t table[256])
{
    memset(table, 0, 256);
    for (uint8_t i = 0; i < 64; i++)
        table[(uint8_t)alphabet[i]] = i;
}

/* Only for text that passed the strict check; the padding decodes as zeros, which are not counted. */
static void decode_quads(uint8_t *out, natt_bytes text)
{
    uint8_t table[256];
    fill_table(table);
    for (size_t i = 0; i < text.len; i += 4) {
        const uint32_t quad = (uint32_t)table[text.ptr[i]] << 18 | (uint32_t)table[text.ptr[i + 1]] << 12 |
                              (uint32_t)table[text.ptr[i + 2]] << 6 | table[text.ptr[i + 3]];
        *out++ = (uint8_t)(quad >> 16);
        *out++ = (uint8_t)(quad >> 8);
        *out++ = (uint8_t)quad;
    }
}

uint8_t *natt_kms_base64_decode_public(size_t *len, bool *strict, natt_bytes text)
{
    *len = 0;
    *strict = natt_kms_base64_strict(text);
    uint8_t *out = *strict ? malloc(text.len / 4 * 3 + 1) : NULL;
    if (out == NULL)
        return NULL;
    decode_quads(out, text);
    *len = text.len / 4 * 3 - padding_of(text);
    return out;
}

char *natt_kms_base64_encode(natt_bytes bytes)
{
    size_t capacity = (bytes.len + 2) / 3 * 4 + 1, len = 0;
    unsigned char *out = malloc(capacity);
    if (out == NULL)
        return NULL;
    out[0] = '\0';
    if (bytes.len > 0 && mbedtls_base64_encode(out, capacity, &len, bytes.ptr, bytes.len) != 0) {
        mbedtls_platform_zeroize(out, capacity);
        free(out);
        return NULL;
    }
    return (char *)out;
}
