/* See random.h. */
#include "relying/kms/crypto/random.h"

#include <errno.h>
#include <mbedtls/entropy.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

int natt_kms_random(void *unused, unsigned char *out, size_t len)
{
    (void)unused;
    while (len > 0) {
        ssize_t got = getrandom(out, len < 256 ? len : 256, 0); /* up to this size, getrandom returns all bytes
                                                                 * [getrandom(2)] */
        if (got < 0 && errno != EINTR)
            return MBEDTLS_ERR_ENTROPY_SOURCE_FAILED;
        out += got > 0 ? got : 0;
        len -= got > 0 ? (size_t)got : 0;
    }
    return 0;
}

int natt_kms_random_until(void *context, unsigned char *out, size_t len)
{
    natt_kms_deadline *deadline = context;
    deadline->passed = deadline->passed || (deadline->now_ms != NULL && deadline->now_ms() >= deadline->at_ms);
    return deadline->passed ? MBEDTLS_ERR_ENTROPY_SOURCE_FAILED : natt_kms_random(NULL, out, len);
}

void natt_kms_hex(char *out, natt_bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        *out++ = digits[bytes.ptr[i] >> 4];
        *out++ = digits[bytes.ptr[i] & 15];
    }
    *out = '\0';
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool natt_kms_hex_parse(uint8_t *out, size_t len, const char *text)
{
    if (strlen(text) != 2 * len)
        return false;
    for (size_t i = 0; i < len; i++) {
        int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

void natt_kms_uuid_format(char out[NATT_KMS_UUID_LEN + 1], const uint8_t bytes[16])
{
    char hex[33];
    natt_kms_hex(hex, (natt_bytes){bytes, 16});
    (void)snprintf(out, NATT_KMS_UUID_LEN + 1, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

bool natt_kms_uuid_parse(uint8_t out[16], const char *text)
{
    char hex[33], again[NATT_KMS_UUID_LEN + 1];
    if (strlen(text) != NATT_KMS_UUID_LEN)
        return false;
    (void)snprintf(hex, sizeof hex, "%.8s%.4s%.4s%.4s%.12s", text, text + 9, text + 14, text + 19, text + 24);
    if (!natt_kms_hex_parse(out, 16, hex))
        return false;
    natt_kms_uuid_format(again, out);
    return strcmp(again, text) == 0;
}

bool natt_kms_uuid(char out[NATT_KMS_UUID_LEN + 1])
{
    uint8_t bytes[16];
    out[0] = '\0';
    if (natt_kms_random(NULL, bytes, sizeof bytes) != 0)
        return false;
    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
    natt_kms_uuid_format(out, bytes);
    return true;
}
