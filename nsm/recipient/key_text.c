/*
 * Private keys as text and files. mbedTLS reads PEM and DER; its PEM would be PKCS#1, so this file writes the frames of
 * PKCS#8 and PEM. Everything is in secret memory.
 */
#define _POSIX_C_SOURCE 200809L /* O_CLOEXEC */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mbedtls/base64.h>
#include <mbedtls/version.h>

#include "nsm/recipient/error.h"
#include "nsm/recipient/generator.h"
#include "nsm/recipient/key.h"
#include "nsm/recipient/secret.h"

/* 3.x uses blinding while it parses, and requires a generator for it. */
#if MBEDTLS_VERSION_MAJOR < 3
#define parse_key(pk, text, len, g) mbedtls_pk_parse_key(pk, text, len, NULL, 0)
#else
#define parse_key(pk, text, len, g) mbedtls_pk_parse_key(pk, text, len, NULL, 0, NATT_GENERATOR(g))
#endif

struct text_reader {
    struct natt_generator generator;
    mbedtls_pk_context pk;
    uint8_t text[NATT_RECIPIENT_MAX_KEY_FILE + 1]; /* mbedTLS requires the NUL after PEM */
};

static bool fail_parse(int result, natt_recipient_error *err)
{
    bool password = result == MBEDTLS_ERR_PK_PASSWORD_REQUIRED || result == MBEDTLS_ERR_PK_PASSWORD_MISMATCH;
    if (result == MBEDTLS_ERR_PK_ALLOC_FAILED)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_MEMORY, NULL);
    return natt_recipient_fail(err, NATT_RECIPIENT_E_KEY, password ? "the private key has a password" : NULL);
}

/* Checks that the numbers match each other. */
static bool check_pair(mbedtls_pk_context *pk, natt_recipient_error *err)
{
    if (mbedtls_pk_get_type(pk) != MBEDTLS_PK_RSA)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_KEY, "the private key is not an RSA key");
    unsigned bits = natt_key_count_bits(pk);
    if (bits < NATT_RSA_MIN_BITS || bits > NATT_RSA_MAX_BITS)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_KEY_SIZE, NULL);
    return mbedtls_rsa_check_privkey(mbedtls_pk_rsa(*pk)) == 0 ||
           natt_recipient_fail(err, NATT_RECIPIENT_E_KEY, "the numbers of the private key do not match each other");
}

/* PEM is parsed with its final NUL, DER without. */
static int parse_either(struct text_reader *t, size_t len)
{
    bool pem = strstr((const char *)t->text, "-----BEGIN ") != NULL;
    return parse_key(&t->pk, t->text, pem ? len + 1 : len, &t->generator);
}

static natt_recipient_key *parse(struct text_reader *t, size_t len, natt_recipient_error *err)
{
    mbedtls_pk_init(&t->pk);
    natt_recipient_key *key = NULL;
    if (natt_generator_init(&t->generator, NULL, err)) {
        int result = parse_either(t, len);
        bool ok = result == 0 ? check_pair(&t->pk, err) : fail_parse(result, err);
        key = ok ? natt_key_from_context(&t->pk, err) : NULL;
    }
    mbedtls_pk_free(&t->pk);
    natt_generator_free(&t->generator);
    return key;
}

static struct text_reader *reader_new(natt_recipient_error *err)
{
    struct text_reader *t = natt_secret_new(sizeof *t);
    if (t == NULL)
        natt_recipient_fail(err, NATT_RECIPIENT_E_MEMORY, NULL);
    return t;
}

natt_recipient_key *natt_recipient_key_parse(natt_bytes text, natt_recipient_error *err)
{
    natt_recipient_no_error(err);
    bool given = text.ptr != NULL || text.len == 0;
    if (!given || text.len == 0 || text.len > NATT_RECIPIENT_MAX_KEY_FILE) {
        natt_recipient_fail(err, given ? NATT_RECIPIENT_E_KEY : NATT_RECIPIENT_E_USAGE_ARGUMENT, NULL);
        return NULL;
    }
    struct text_reader *t = reader_new(err);
    if (t == NULL)
        return NULL;
    memcpy(t->text, text.ptr, text.len);
    natt_recipient_key *key = parse(t, text.len, err);
    natt_secret_free(t, sizeof *t);
    return key;
}

static bool check_file(int fd, natt_recipient_error *err)
{
    struct stat s;
    if (fstat(fd, &s) != 0)
        return natt_recipient_fail_errno(err, NATT_RECIPIENT_E_KEY_ACCESS, errno, NULL);
    if (!S_ISREG(s.st_mode))
        return natt_recipient_fail(err, NATT_RECIPIENT_E_KEY_UNSAFE, "the key's file is not a regular file");
    if (s.st_uid != geteuid())
        return natt_recipient_fail(err, NATT_RECIPIENT_E_KEY_UNSAFE, "the key's file belongs to another user");
    return (s.st_mode & (S_IRWXG | S_IRWXO)) == 0 || natt_recipient_fail(err, NATT_RECIPIENT_E_KEY_UNSAFE, NULL);
}

/* Reads one byte more than a key may have, so that a long file is refused and not truncated. */
static bool read_file(int fd, struct text_reader *t, size_t *len, natt_recipient_error *err)
{
    ssize_t got = 1;
    *len = 0;
    while (got > 0 && *len < sizeof t->text) {
        got = read(fd, t->text + *len, sizeof t->text - *len);
        *len += got > 0 ? (size_t)got : 0;
        if (got < 0 && errno == EINTR)
            got = 1;
    }
    if (got < 0)
        return natt_recipient_fail_errno(err, NATT_RECIPIENT_E_KEY_ACCESS, errno, NULL);
    return (*len > 0 && *len < sizeof t->text) || natt_recipient_fail(err, NATT_RECIPIENT_E_KEY, NULL);
}

static natt_recipient_key *load(int fd, natt_recipient_error *err)
{
    struct text_reader *t = reader_new(err);
    natt_recipient_key *key = NULL;
    size_t len;
    if (t != NULL && check_file(fd, err) && read_file(fd, t, &len, err))
        key = parse(t, len, err);
    natt_secret_free(t, sizeof *t);
    return key;
}

/* Does not wait: a FIFO instead of the key would block. */
natt_recipient_key *natt_recipient_key_load(const char *path, natt_recipient_error *err)
{
    natt_recipient_no_error(err);
    if (path == NULL) {
        natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_ARGUMENT, NULL);
        return NULL;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        natt_recipient_fail_errno(err, NATT_RECIPIENT_E_KEY_ACCESS, errno, NULL);
        return NULL;
    }
    natt_recipient_key *key = load(fd, err);
    (void)close(fd);
    return key;
}

/* PrivateKeyInfo ::= SEQUENCE { version 0, AlgorithmIdentifier { rsaEncryption, NULL }, OCTET STRING of RSAPrivateKey }
 * [RFC5208 5]. Both lengths have two octets: a key of 2048 bits has 1190 bytes. */
#define PKCS8_HEAD_LEN 26
static const uint8_t pkcs8_head[PKCS8_HEAD_LEN] = {0x30, 0x82, 0,    0,    0x02, 0x01, 0x00, 0x30, 0x0d,
                                                   0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
                                                   0x01, 0x01, 0x05, 0x00, 0x04, 0x82, 0,    0};

struct text_writer {
    mbedtls_pk_context pk;
    uint8_t der[PKCS8_HEAD_LEN + 2400]; /* RSAPrivateKey of 4096 bits: 2349 to 2350 */
    char pem[NATT_RECIPIENT_MAX_PEM];
    size_t len; /* of pem, without its NUL */
};

static void put_length(uint8_t *at, size_t len)
{
    at[0] = (uint8_t)(len >> 8);
    at[1] = (uint8_t)len;
}

/* mbedTLS writes at the end of der; the head is written before it. */
static natt_bytes pkcs8(struct text_writer *t, natt_recipient_error *err)
{
    int result = mbedtls_pk_write_key_der(&t->pk, t->der + PKCS8_HEAD_LEN, sizeof t->der - PKCS8_HEAD_LEN);
    if (result < 0) {
        natt_recipient_fail_mbedtls(err, result);
        return (natt_bytes){NULL, 0};
    }
    size_t len = (size_t)result;
    uint8_t *head = t->der + sizeof t->der - len - PKCS8_HEAD_LEN;
    memcpy(head, pkcs8_head, PKCS8_HEAD_LEN);
    put_length(head + 2, PKCS8_HEAD_LEN - 4 + len);
    put_length(head + PKCS8_HEAD_LEN - 2, len);
    return (natt_bytes){head, PKCS8_HEAD_LEN + len};
}

static void put_line(struct text_writer *t, const char *line)
{
    size_t len = strlen(line);
    memcpy(t->pem + t->len, line, len);
    t->len += len;
}

/* 48 bytes a line are 64 characters. [RFC7468 2] */
static void put_base64(struct text_writer *t, natt_bytes der)
{
    for (size_t at = 0; at < der.len; at += 48) {
        size_t part = der.len - at < 48 ? der.len - at : 48, written = 0;
        (void)mbedtls_base64_encode((unsigned char *)t->pem + t->len, sizeof t->pem - t->len, &written, der.ptr + at,
                                    part);
        t->len += written;
        put_line(t, "\n");
    }
}

static bool write_pem(struct text_writer *t, const natt_recipient_key *key, natt_recipient_error *err)
{
    if (!natt_key_to_context(key, &t->pk, err))
        return false;
    natt_bytes der = pkcs8(t, err);
    if (der.ptr == NULL)
        return false;
    put_line(t, "-----BEGIN PRIVATE KEY-----\n");
    put_base64(t, der);
    put_line(t, "-----END PRIVATE KEY-----\n");
    return true;
}

static bool give_pem(const struct text_writer *t, char *out, size_t capacity, size_t *len, natt_recipient_error *err)
{
    if (capacity <= t->len)
        return natt_recipient_fail_required(err, t->len + 1);
    memcpy(out, t->pem, t->len + 1);
    *len = t->len;
    return true;
}

bool natt_recipient_key_pem(const natt_recipient_key *key, char *out, size_t capacity, size_t *len,
                            natt_recipient_error *err)
{
    natt_recipient_no_error(err);
    if (len == NULL || (out == NULL && capacity > 0))
        return natt_recipient_fail(err, NATT_RECIPIENT_E_USAGE_ARGUMENT, NULL);
    *len = 0;
    if (!natt_key_check(key, err))
        return false;
    struct text_writer *t = natt_secret_new(sizeof *t);
    if (t == NULL)
        return natt_recipient_fail(err, NATT_RECIPIENT_E_MEMORY, NULL);
    mbedtls_pk_init(&t->pk);
    bool ok = write_pem(t, key, err) && give_pem(t, out, capacity, len, err);
    mbedtls_pk_free(&t->pk);
    natt_secret_free(t, sizeof *t);
    return ok;
}
