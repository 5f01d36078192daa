/*
 * The master key's file. Anyone with it and a store's file can read every secret of that store.
 */
#define _XOPEN_SOURCE   700 /* openat */
#define _DEFAULT_SOURCE     /* getentropy */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <mbedtls/platform_util.h>

#include "relying/kms/store/error.h"
#include "relying/kms/store/place.h"

#define DIGITS (2 * NATT_KMS_MASTER_KEY_LEN)

/* 16 if it is not a digit. */
static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

static bool get_digits(uint8_t out[NATT_KMS_MASTER_KEY_LEN], const char *in)
{
    for (size_t i = 0; i < NATT_KMS_MASTER_KEY_LEN; i++) {
        unsigned high = digit_value(in[2 * i]), low = digit_value(in[2 * i + 1]);
        if (high > 15 || low > 15)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static void put_digits(char out[DIGITS], const uint8_t in[NATT_KMS_MASTER_KEY_LEN])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < NATT_KMS_MASTER_KEY_LEN; i++) {
        out[2 * i] = digits[in[i] >> 4];
        out[2 * i + 1] = digits[in[i] & 15];
    }
}

static bool parse(uint8_t out[NATT_KMS_MASTER_KEY_LEN], const char *in, size_t len)
{
    if (len == NATT_KMS_MASTER_KEY_LEN) {
        memcpy(out, in, len);
        return true;
    }
    return (len == DIGITS || (len == DIGITS + 1 && in[DIGITS] == '\n')) && get_digits(out, in);
}

/* Reads up to the end of the file, at most capacity bytes; -1 and errno. */
static ssize_t read_all(int fd, char *out, size_t capacity)
{
    size_t len = 0;
    ssize_t got = 1;
    while (len < capacity && got != 0) {
        got = read(fd, out + len, capacity - len);
        if (got < 0 && errno != EINTR)
            return -1;
        len += got > 0 ? (size_t)got : 0;
    }
    return (ssize_t)len;
}

static bool read_key(uint8_t out[NATT_KMS_MASTER_KEY_LEN], int fd, natt_kms_store_error *err)
{
    char text[DIGITS + 2];
    struct stat about;
    if (fstat(fd, &about) != 0)
        return natt_kms_store_fail_errno(err, NATT_KMS_STORE_FAILED, errno, "the master key cannot be examined");
    if (!natt_kms_place_private(&about, "the file of the master key", err))
        return false;
    ssize_t len = read_all(fd, text, sizeof text);
    bool ok = len >= 0 && parse(out, text, (size_t)len);
    mbedtls_platform_zeroize(text, sizeof text);
    if (len < 0)
        return natt_kms_store_fail_errno(err, NATT_KMS_STORE_FAILED, errno, "the master key cannot be read");
    return ok || natt_kms_store_fail(err, NATT_KMS_STORE_MASTER_KEY,
                                     "the file of the master key has neither 32 bytes nor 64 hexadecimal digits");
}

/* Hexadecimal digits, which people can copy. */
static bool make_key(uint8_t out[NATT_KMS_MASTER_KEY_LEN], const struct natt_kms_place *place,
                     natt_kms_store_error *err)
{
    char text[DIGITS + 1];
    if (getentropy(out, NATT_KMS_MASTER_KEY_LEN) != 0)
        return natt_kms_store_fail_errno(err, NATT_KMS_STORE_FAILED, errno, "no random bytes for a master key");
    put_digits(text, out);
    text[DIGITS] = '\n';
    bool ok = natt_kms_place_create(place, text, sizeof text);
    mbedtls_platform_zeroize(text, sizeof text);
    return ok || natt_kms_store_fail_errno(err, NATT_KMS_STORE_FAILED, errno, "the master key cannot be written");
}

static bool read_or_make(uint8_t out[NATT_KMS_MASTER_KEY_LEN], const struct natt_kms_place *place, bool create,
                         natt_kms_store_error *err)
{
    int fd = openat(place->dir_fd, place->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT && create)
        return make_key(out, place, err);
    if (fd < 0 && errno == ELOOP)
        return natt_kms_store_fail(err, NATT_KMS_STORE_UNSAFE, "the file of the master key is a symbolic link");
    if (fd < 0)
        return natt_kms_store_fail_errno(err, errno == ENOENT ? NATT_KMS_STORE_NOT_FOUND : NATT_KMS_STORE_FAILED, errno,
                                         "the master key cannot be opened");
    bool ok = read_key(out, fd, err);
    (void)close(fd);
    return ok;
}

bool natt_kms_master_key_read(uint8_t out[NATT_KMS_MASTER_KEY_LEN], const char *path, bool create,
                              natt_kms_store_error *err)
{
    struct natt_kms_place place;
    (void)natt_kms_store_succeed(err);
    memset(out, 0, NATT_KMS_MASTER_KEY_LEN);
    if (path == NULL)
        return natt_kms_store_fail(err, NATT_KMS_STORE_ARGUMENT, "the path of the master key is missing");
    bool ok = natt_kms_place_find(&place, path, err);
    if (!ok)
        return false;
    ok = read_or_make(out, &place, create, err);
    natt_kms_place_leave(&place);
    if (!ok)
        mbedtls_platform_zeroize(out, NATT_KMS_MASTER_KEY_LEN);
    return ok;
}
