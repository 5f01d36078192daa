/* See public_key.h. */
#include "public_key.h"

#include <stdlib.h>
#include <string.h>

#include "pem.h"

#define LABEL "PUBLIC KEY"

/* What people have at hand instead, and the command that gives the public key. A label's end is enough. */
static const struct {
    const char *label_end, *what, *hint;
} others[] = {
    {"PRIVATE KEY", "a private key", "give the public key: openssl pkey -in <file> -pubout"},
    {"EC PARAMETERS", "the parameters of a curve, before a private key perhaps",
     "give the public key: openssl pkey -in <file> -pubout"},
    {"CERTIFICATE REQUEST", "a certificate request", "give its public key: openssl req -in <file> -pubkey -noout"},
    {"CERTIFICATE", "a certificate", "give its public key: openssl x509 -in <file> -pubkey -noout"},
    {"RSA PUBLIC KEY", "an RSA public key without its algorithm (PKCS #1)",
     "give it with its algorithm: openssl rsa -RSAPublicKey_in -in <file> -pubout"},
};

static bool ends(const natt_cli_pem *block, const char *with)
{
    size_t len = strlen(with);
    return block->label_len >= len && strncmp(block->label + block->label_len - len, with, len) == 0;
}

static bool fail_label(const natt_cli_pem *block, natt_cli_error *err)
{
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (ends(block, others[i].label_end))
            return natt_cli_fail(err, NATT_CLI_USAGE, others[i].hint, "the PEM file has %s, not a public key",
                                 others[i].what);
    return natt_cli_fail(err, NATT_CLI_USAGE, "give PEM with -----BEGIN " LABEL "-----, or the bytes themselves",
                         "the PEM file has \"%.*s\", not a public key",
                         block->label_len > 80 ? 80 : (int)block->label_len, block->label);
}

/* Room of a DER length, and its value; 0 = not minimal, or longer than keys are. [X.690 8.1.3, 10.1] */
static size_t der_length(const uint8_t *p, size_t len, size_t *value)
{
    size_t count = len > 0 && p[0] > 0x80 && p[0] < 0x84 ? p[0] & 0x7fu : 0;
    if (len == 0 || p[0] == 0x80 || p[0] > 0x83 || len < 1 + count)
        return 0;
    *value = count == 0 ? p[0] : 0;
    for (size_t i = 1; i <= count; i++)
        *value = *value << 8 | p[i];
    return count > 0 && (*value < 0x80 || p[1] == 0) ? 0 : 1 + count;
}

/* SEQUENCE { SEQUENCE ..., ... } and nothing behind it [RFC 5280 4.1]; in PKCS #1 an INTEGER is first. */
static bool is_spki(const natt_cli_buf *der)
{
    size_t value = 0;
    size_t room = der->len > 1 && der->ptr[0] == 0x30 ? der_length(der->ptr + 1, der->len - 1, &value) : 0;
    return room > 0 && der->len == 1 + room + value && value > 0 && der->ptr[1 + room] == 0x30;
}

static bool check_blocks(natt_cli_pem *key, const char *text, natt_cli_error *err)
{
    natt_cli_pem block = {0};
    size_t count = 0;
    for (const char *at = text; natt_cli_pem_next(&block, &at); *key = block, count++)
        if (!natt_cli_pem_is(&block, LABEL))
            return fail_label(&block, err);
    if (count > 1)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give a file with one", "the PEM file has %zu public keys", count);
    return key->end != NULL ||
           natt_cli_fail(err, NATT_CLI_USAGE, "is the file complete?", "the PEM text has no end line");
}

/* PEM begins at a line's start, perhaps behind words for people [RFC 7468 2]; DER begins with a SEQUENCE. */
static bool is_pem(const natt_cli_buf *bytes, const char *text)
{
    const char *begin = strstr(text, "-----BEGIN ");
    if (bytes->len == 0 || bytes->ptr[0] == 0x30 || begin == NULL)
        return false;
    return begin == text || begin[-1] == '\n' || (begin == text + 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0);
}

static bool decode(natt_cli_buf *der, const char *text, natt_cli_error *err)
{
    natt_cli_pem key = {0};
    if (!check_blocks(&key, text, err))
        return false;
    if (!natt_cli_pem_decode(der, &key))
        return natt_cli_fail(err, NATT_CLI_USAGE, "is the file complete?", "the PEM text is not base64");
    return is_spki(der) || natt_cli_fail(err, NATT_CLI_USAGE, "make it anew: openssl pkey -in <file> -pubout",
                                         "the PEM text is not a SubjectPublicKeyInfo in DER");
}

bool natt_cli_public_key_decode(natt_cli_buf *bytes, natt_cli_error *err)
{
    natt_cli_buf der = {NULL, 0};
    char *text = natt_cli_alloc(bytes->len, 1, 1);
    if (bytes->len > 0)
        memcpy(text, bytes->ptr, bytes->len);
    bool pem = is_pem(bytes, text), done = !pem || decode(&der, text, err);
    free(text);
    if (pem && done) {
        natt_cli_buf_free(bytes);
        *bytes = der;
    } else {
        natt_cli_buf_free(&der);
    }
    return done;
}

bool natt_cli_public_key(natt_cli_buf *out, const char *text, natt_cli_error *err)
{
    if (!natt_cli_value(out, text, err))
        return false;
    if (text[0] != '@' || natt_cli_public_key_decode(out, err))
        return true;
    natt_cli_buf_free(out);
    return natt_cli_fail_in(err, "%.300s", text + 1);
}
