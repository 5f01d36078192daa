/* See loader.h. */
#include "vectors/loader/loader.h"

#include <mbedtls/base64.h>
#include <mbedtls/md.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char digits[] = "0123456789abcdef";

static bool hex_into(uint8_t *out, const char *text, size_t len)
{
    if (strspn(text, digits) != 2 * len)
        return false;
    for (size_t i = 0; i < len; i++) {
        ptrdiff_t high = strchr(digits, text[2 * i]) - digits, low = strchr(digits, text[2 * i + 1]) - digits;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool natt_vectors_hex(struct natt_loader *c, natt_bytes *out, const json_t *value, const char *what, size_t max)
{
    const char *text = natt_vectors_string(c, value, what);
    size_t len = text != NULL ? strlen(text) / 2 : 0;
    if (text == NULL)
        return false;
    if (len > max)
        return natt_vectors_broken(c, "%s has %zu bytes, more than the maximum of %zu", what, len, max);
    uint8_t *bytes = natt_vectors_alloc(c, len, 1);
    if (bytes == NULL)
        return false;
    if (strlen(text) % 2 != 0 || !hex_into(bytes, text, len))
        return natt_vectors_broken(c, "%s is not lowercase hexadecimal", what);
    *out = (natt_bytes){bytes, len};
    return true;
}

json_t *natt_vectors_base64_json(natt_bytes in)
{
    size_t room = (in.len + 2) / 3 * 4 + 1, len = 0;
    unsigned char *text = calloc(1, room); /* an empty input writes nothing, not even a NUL */
    bool done = text != NULL && mbedtls_base64_encode(text, room, &len, in.ptr, in.len) == 0;
    json_t *out = done ? json_string((const char *)text) : NULL;
    free(text);
    return out;
}

char *natt_vectors_json_line(const json_t *json, size_t flags)
{
    char *text = json_dumps(json, flags);
    size_t len = text != NULL ? strlen(text) : 0;
    char *line = text != NULL ? realloc(text, len + 2) : NULL;
    if (line == NULL)
        free(text);
    else
        memcpy(line + len, "\n", 2);
    return line;
}

/* mbedTLS ignores line ends and unused bits. The text is canonical if the bytes encode to the same text. */
static bool base64_into(uint8_t *out, size_t room, size_t *len, const char *text)
{
    size_t text_len = strlen(text);
    *len = 0;
    if (text_len > 0 && mbedtls_base64_decode(out, room, len, (const unsigned char *)text, text_len) != 0)
        return false;
    json_t *again = natt_vectors_base64_json((natt_bytes){out, *len});
    bool same = again != NULL && strcmp(json_string_value(again), text) == 0;
    json_decref(again);
    return same;
}

bool natt_vectors_base64(struct natt_loader *c, natt_bytes *out, const json_t *value, const char *what, size_t max)
{
    const char *text = natt_vectors_string(c, value, what);
    size_t room = text != NULL ? strlen(text) / 4 * 3 : 0, len = 0;
    if (text == NULL)
        return false;
    uint8_t *bytes = natt_vectors_alloc(c, room + 1, 1);
    if (bytes == NULL)
        return false;
    if (!base64_into(bytes, room, &len, text))
        return natt_vectors_broken(c, "%s is not base64", what);
    if (len > max)
        return natt_vectors_broken(c, "%s has %zu bytes, more than the maximum of %zu", what, len, max);
    *out = (natt_bytes){bytes, len};
    return true;
}

void natt_vectors_hex_text(char *out, natt_bytes in)
{
    for (size_t i = 0; i < in.len; i++) {
        out[2 * i] = digits[in.ptr[i] >> 4];
        out[2 * i + 1] = digits[in.ptr[i] & 15];
    }
    out[2 * in.len] = '\0';
}

bool natt_vectors_sha256(uint8_t out[32], natt_bytes in)
{
    const mbedtls_md_info_t *sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    return sha256 != NULL && mbedtls_md(sha256, in.ptr, in.len, out) == 0;
}

bool natt_vectors_sha256_text(char out[NATT_VECTORS_SHA256_HEX], natt_bytes in)
{
    uint8_t digest[32];
    bool done = natt_vectors_sha256(digest, in);
    natt_vectors_hex_text(out, (natt_bytes){digest, done ? sizeof digest : 0});
    return done;
}

bool natt_vectors_is_sha256(const char *text)
{
    return strlen(text) == NATT_VECTORS_SHA256_HEX - 1 && strspn(text, digits) == NATT_VECTORS_SHA256_HEX - 1;
}
