/*
 * Base64 (RFC 4648 4), hexadecimal, SHA-256.
 */
#include "vectors/generator/vector.h"

#include <mbedtls/md.h>
#include <stdio.h>
#include <stdlib.h>

char *natt_base64(natt_bytes in)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = malloc((in.len + 2) / 3 * 4 + 1), *to = out;
    for (size_t i = 0; out != NULL && i < in.len; i += 3) {
        size_t left = in.len - i;
        uint32_t bits = (uint32_t)in.ptr[i] << 16;
        bits |= left > 1 ? (uint32_t)in.ptr[i + 1] << 8 : 0;
        bits |= left > 2 ? (uint32_t)in.ptr[i + 2] : 0;
        *to++ = digits[bits >> 18];
        *to++ = digits[bits >> 12 & 63];
        *to++ = left > 1 ? digits[bits >> 6 & 63] : '=';
        *to++ = left > 2 ? digits[bits & 63] : '=';
    }
    if (out != NULL)
        *to = '\0';
    return out;
}

char *natt_hex(natt_bytes in)
{
    char *out = malloc(2 * in.len + 1);
    if (out == NULL)
        return NULL;
    out[0] = '\0';
    for (size_t i = 0; i < in.len; i++)
        snprintf(out + 2 * i, 3, "%02x", in.ptr[i]);
    return out;
}

bool natt_sha256(uint8_t out[32], natt_bytes in)
{
    return mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), in.ptr, in.len, out) == 0;
}

bool natt_sha256_hex(char out[65], natt_bytes in)
{
    uint8_t digest[32];
    if (!natt_sha256(digest, in))
        return false;
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    return true;
}
