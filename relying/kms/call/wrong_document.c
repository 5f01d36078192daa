/* See wrong_document.h. */
#include "relying/kms/call/wrong_document.h"

#include <string.h>

#include "relying/kms/crypto/base64.h"

typedef struct row {
    const char *prefix;
    bool (*also)(natt_bytes sent); /* NULL: the prefix is enough */
    const char *text;
} row;

static natt_bytes without_line_end(natt_bytes text)
{
    while (text.len > 0 && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
        text.len--;
    return text;
}

static bool is_base64(natt_bytes sent)
{
    natt_bytes text = without_line_end(sent);
    bool good = text.len > 0;
    for (size_t i = 0; i < text.len; i++)
        good &=
            strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=\r\n", text.ptr[i]) != NULL &&
            text.ptr[i] != '\0';
    return good;
}

static bool is_hex(natt_bytes sent)
{
    natt_bytes text = without_line_end(sent);
    bool good = true;
    for (size_t i = 0; i < text.len; i++)
        good &= strchr("0123456789abcdefABCDEF", text.ptr[i]) != NULL && text.ptr[i] != '\0';
    return good;
}

#define BASE64_TEXT                                                                                                    \
    "AttestationDocument is base64 within base64: SDKs encode it themselves, so pass the document's bytes"
#define HEX_TEXT "AttestationDocument is hexadecimal text: pass the document's bytes"
#define FILE_TEXT                                                                                                      \
    "AttestationDocument is a file name, not the file: version 1 of the AWS CLI reads no files inside "                \
    "--recipient; "                                                                                                    \
    "write --recipient KeyEncryptionAlgorithm=RSAES_OAEP_SHA_256,AttestationDocument@=fileb://FILE"

/* COSE_Sign1 begins with 84, or with d2 84 if tagged. */
static const row rows[] = {
    {"fileb://", NULL, FILE_TEXT},
    {"file://", NULL, FILE_TEXT},
    {"8444", is_hex, HEX_TEXT},
    {"d284", is_hex, HEX_TEXT},
    {"D284", is_hex, HEX_TEXT},
    {"hE", is_base64, BASE64_TEXT},
    {"0o", is_base64, BASE64_TEXT},
    {"-----BEGIN", NULL, "AttestationDocument is PEM text: documents are binary, COSE_Sign1 in CBOR"},
    {"{", NULL, "AttestationDocument is JSON text: pass the document's bytes"},
};

#define MAX_TEXT 255 /* the longest file name */

static bool is_short_text(natt_bytes sent)
{
    natt_bytes text = without_line_end(sent);
    bool good = text.len > 0 && text.len <= MAX_TEXT;
    for (size_t i = 0; good && i < text.len; i++)
        good = text.ptr[i] >= 0x20 && text.ptr[i] <= 0x7e;
    return good;
}

const char *natt_kms_wrong_document(natt_bytes sent)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t len = strlen(rows[i].prefix);
        if (sent.len >= len && memcmp(sent.ptr, rows[i].prefix, len) == 0 &&
            (rows[i].also == NULL || rows[i].also(sent)))
            return rows[i].text;
    }
    return is_short_text(sent) ? "AttestationDocument is a short text, such as a file name: pass the document's bytes"
                               : NULL;
}
