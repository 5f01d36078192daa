/* See public_key.h. */
#include "cli/certificates/public_key.h"

#include <stdlib.h>
#include <string.h>

#include "cli/certificates/pem.h"

#define LABEL       "PUBLIC KEY"
#define PRIVATE     "PRIVATE KEY" /* in the labels of every tool */
#define BEGIN       "-----BEGIN "
#define PUBLIC_HINT "give the public key: openssl pkey -in <file> -pubout"

/* Labels that users pass by mistake, and the command that extracts the public key. The end of a label is enough. */
static const struct {
    const char *label_end, *what, *hint;
} others[] = {
    {"EC PARAMETERS", "the parameters of a curve", PUBLIC_HINT},
    {"CERTIFICATE REQUEST", "a certificate request", "give its public key: openssl req -in <file> -pubkey -noout"},
    {"CERTIFICATE", "a certificate", "give its public key: openssl x509 -in <file> -pubkey -noout"},
    {"RSA PUBLIC KEY", "an RSA public key without its algorithm (PKCS #1)",
     "convert it to a SubjectPublicKeyInfo: openssl rsa -RSAPublicKey_in -in <file> -pubout"},
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

/* The number of bytes of a DER length, and its value; 0 = not minimal, or longer than keys are. [X.690 8.1.3, 10.1] */
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

/* SEQUENCE { SEQUENCE ..., ... } and nothing after it [RFC 5280 4.1]; in PKCS #1 an INTEGER is first. */
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
    for (const char *at = text; count < 2 && natt_cli_pem_next(&block, &at); *key = block, count++)
        if (!natt_cli_pem_is(&block, LABEL))
            return fail_label(&block, err);
    if (count > 1)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give a file with one public key",
                             "the PEM file has more than one public key");
    return key->end != NULL ||
           natt_cli_fail(err, NATT_CLI_USAGE, "check that the file is complete", "the PEM text has no end line");
}

/* True if `text` is at p, with stride - 1 zeros between its characters: 2 is UTF-16, 4 is UTF-32. */
static bool is_at(const uint8_t *p, size_t len, const char *text, size_t stride)
{
    size_t count = strlen(text);
    if (len < (count - 1) * stride + 1)
        return false;
    for (size_t i = 0; i < (count - 1) * stride + 1; i++)
        if (p[i] != (i % stride == 0 ? (uint8_t)text[i / stride] : 0))
            return false;
    return true;
}

static bool contains(const natt_cli_buf *bytes, const char *text, size_t stride)
{
    for (size_t i = 0; i < bytes->len; i++)
        if (is_at(bytes->ptr + i, bytes->len - i, text, stride))
            return true;
    return false;
}

static bool is_wide(const natt_cli_buf *bytes, const char *text)
{
    return contains(bytes, text, 2) || contains(bytes, text, 4);
}

/* SEQUENCE { INTEGER 0, 1 or 3, ... } of any length: PKCS #1 and #8, SEC 1 and PKCS #12. Not PKCS #1 of public keys. */
static bool is_private_der(const natt_cli_buf *der)
{
    size_t at = der->len > 1 && der->ptr[1] > 0x80 ? 2 + (der->ptr[1] & 0x7fu) : 2;
    if (der->len < at + 3 || der->ptr[0] != 0x30 || der->ptr[at] != 0x02 || der->ptr[at + 1] != 1)
        return false;
    return der->ptr[at + 2] == 0 || der->ptr[at + 2] == 1 || der->ptr[at + 2] == 3;
}

/* SEQUENCE { SEQUENCE ..., OCTET STRING ... } [RFC 5958 3]; a SubjectPublicKeyInfo has a BIT STRING instead. */
static bool is_encrypted_der(const natt_cli_buf *der)
{
    size_t first = 0, second = 0, at = 1 + (is_spki(der) ? der_length(der->ptr + 1, der->len - 1, &first) : 0);
    if (at == 1 || (first = der_length(der->ptr + at + 1, der->len - at - 1, &second)) == 0)
        return false;
    at += 1 + first;
    return second < der->len - at && der->ptr[at + second] == 0x04;
}

/* Refuses private keys in every form, since a document is public. */
static bool check_private(const natt_cli_buf *bytes, natt_cli_error *err)
{
    bool text = contains(bytes, PRIVATE, 1) || is_wide(bytes, PRIVATE);
    if (!text && !is_private_der(bytes) && !is_encrypted_der(bytes))
        return true;
    return natt_cli_fail(err, NATT_CLI_USAGE, PUBLIC_HINT, "the value has %s",
                         text ? "a private key, not a public key" : "a private key in DER, not a public key");
}

/* Exactly one SEQUENCE. Its tag is also the digit 0. */
static bool is_der(const natt_cli_buf *bytes)
{
    size_t value = 0;
    size_t room = bytes->len > 1 && bytes->ptr[0] == 0x30 ? der_length(bytes->ptr + 1, bytes->len - 1, &value) : 0;
    return room > 0 && bytes->len == 1 + room + value;
}

/* At the start of a line, or after blanks (YAML, here-documents). */
static bool begins_line(const uint8_t *ptr, size_t at)
{
    while (at > 0 && (ptr[at - 1] == ' ' || ptr[at - 1] == '\t'))
        at--;
    return at == 0 || ptr[at - 1] == '\n' || ptr[at - 1] == '\r' || (at == 3 && memcmp(ptr, "\xef\xbb\xbf", 3) == 0);
}

/* PEM begins on a new line; text for people may precede it [RFC 7468 2]. */
static bool is_pem(const natt_cli_buf *bytes)
{
    for (size_t i = 0; !is_der(bytes) && i < bytes->len; i++)
        if (is_at(bytes->ptr + i, bytes->len - i, BEGIN, 1) && begins_line(bytes->ptr, i))
            return true;
    return false;
}

static bool check_text(const natt_cli_buf *bytes, natt_cli_error *err)
{
    return memchr(bytes->ptr, 0, bytes->len) == NULL ||
           natt_cli_fail(err, NATT_CLI_USAGE, PUBLIC_HINT, "the PEM file has NUL bytes");
}

static bool decode(natt_cli_buf *der, const char *text, natt_cli_error *err)
{
    natt_cli_pem key = {0};
    if (!check_blocks(&key, text, err))
        return false;
    if (!natt_cli_pem_decode(der, &key))
        return natt_cli_fail(err, NATT_CLI_USAGE, "check that the file is complete", "the PEM text is not base64");
    return is_spki(der) || natt_cli_fail(err, NATT_CLI_USAGE, "create it again: openssl pkey -in <file> -pubout",
                                         "the PEM text is not a SubjectPublicKeyInfo in DER");
}

static bool decode_pem(natt_cli_buf *bytes, natt_cli_error *err)
{
    natt_cli_buf der = {NULL, 0};
    if (!check_text(bytes, err))
        return false;
    char *text = natt_cli_alloc(bytes->len, 1, 1);
    memcpy(text, bytes->ptr, bytes->len);
    bool done = decode(&der, text, err) && check_private(&der, err);
    free(text);
    if (!done) {
        natt_cli_buf_free(&der);
        return false;
    }
    natt_cli_buf_free(bytes);
    *bytes = der;
    return true;
}

bool natt_cli_public_key_decode(natt_cli_buf *bytes, natt_cli_error *err)
{
    if (!check_private(bytes, err))
        return false;
    if (is_wide(bytes, BEGIN))
        return natt_cli_fail(err, NATT_CLI_USAGE, "save it as UTF-8 or ASCII", "the PEM file is in UTF-16 or UTF-32");
    return !is_pem(bytes) || decode_pem(bytes, err);
}

bool natt_cli_public_key(natt_cli_buf *out, const char *text, natt_cli_error *err)
{
    if (!natt_cli_value(out, text, err))
        return false;
    if (text[0] == '@' ? natt_cli_public_key_decode(out, err) : check_private(out, err))
        return true;
    natt_cli_buf_free(out);
    return text[0] == '@' && natt_cli_fail_in(err, "%.300s", text + 1);
}
