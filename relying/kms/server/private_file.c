/* See private_file.h. */
#include "relying/kms/server/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mbedtls/platform_util.h>

bool natt_kms_error_set(natt_kms_error *err, natt_kms_error_kind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    err->kind = kind;
    err->hint = "";
    (void)vsnprintf(err->text, sizeof err->text, format, arguments);
    va_end(arguments);
    return false;
}

bool natt_kms_error_advise(natt_kms_error *err, const char *hint)
{
    err->hint = hint;
    return false;
}

static bool check_mode(const struct stat *about, const char *path, natt_kms_error *err)
{
    if ((about->st_mode & 077) != 0)
        return natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "%.300s: other users can read or write it; chmod 600 it",
                                  path);
    return about->st_uid == geteuid() || about->st_uid == 0 ||
           natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "%.300s belongs to another user", path);
}

/* The checks are on the open descriptor, so the file cannot be exchanged before it is read. */
static bool check_file(int file, const char *path, bool secret, size_t *size, natt_kms_error *err)
{
    struct stat about;
    if (fstat(file, &about) != 0)
        return natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "%.300s: %s", path, strerror(errno));
    if (!S_ISREG(about.st_mode))
        return natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "%.300s is not a regular file", path);
    if (about.st_size > NATT_KMS_MAX_FILE)
        return natt_kms_error_set(err, NATT_KMS_ERROR_USAGE, "%.300s is larger than %d bytes", path, NATT_KMS_MAX_FILE);
    *size = (size_t)about.st_size;
    return !secret || check_mode(&about, path, err);
}

static bool read_whole(uint8_t *out, size_t size, int file)
{
    for (size_t at = 0; at < size;) {
        ssize_t got = read(file, out + at, size - at);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        at += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static uint8_t *read_open(size_t *len, int file, const char *path, bool secret, natt_kms_error *err)
{
    size_t size = 0;
    if (!check_file(file, path, secret, &size, err))
        return NULL;
    uint8_t *out = malloc(size + 1);
    if (out != NULL && read_whole(out, size, file)) {
        out[size] = '\0';
        *len = size;
        return out;
    }
    if (out != NULL)
        mbedtls_platform_zeroize(out, size + 1);
    free(out);
    (void)natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "%.300s cannot be read", path);
    return NULL;
}

uint8_t *natt_kms_file_read(size_t *len, const char *path, bool secret, natt_kms_error *err)
{
    *len = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0) {
        (void)natt_kms_error_set(err, NATT_KMS_ERROR_SYSTEM, "%.300s: %s", path, strerror(errno));
        return NULL;
    }
    uint8_t *out = read_open(len, file, path, secret, err);
    (void)close(file);
    return out;
}
