/* See certificate_file.h. */
#include "cli/certificates/certificate_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/base64.h>

#include "cli/certificates/pem.h"
#include "cli/frame/file.h"

#define BEGIN_LINE "-----BEGIN CERTIFICATE-----"
#define END_LINE   "-----END CERTIFICATE-----"
#define FORM_HINT  "give one certificate as DER, or as PEM (" BEGIN_LINE ")"

/* Skips other blocks, such as the private key in the same file. */
static bool decode_pem(natt_cli_buf *out, const char *text, natt_cli_error *err)
{
    natt_cli_pem block, found = {0};
    size_t count = 0;
    for (const char *at = text; count < 2 && natt_cli_pem_next(&block, &at);)
        if (natt_cli_pem_is(&block, "CERTIFICATE") && count++ == 0)
            found = block;
    if (count > 1)
        return natt_cli_fail(err, NATT_CLI_USAGE, "write each certificate to a separate file",
                             "the file contains more than one certificate");
    if (found.end == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, FORM_HINT, "the PEM certificate has no end line");
    return natt_cli_pem_decode(out, &found) ||
           natt_cli_fail(err, NATT_CLI_USAGE, FORM_HINT, "the PEM text is not base64");
}

static bool copy_der(natt_cli_buf *out, natt_bytes file, const char *text, natt_cli_error *err)
{
    natt_cli_pem other;
    const char *at = text;
    if (file.len == 0)
        return natt_cli_fail(err, NATT_CLI_USAGE, FORM_HINT, "the file is empty");
    if (file.ptr[0] != 0x30 && natt_cli_pem_next(&other, &at))
        return natt_cli_fail(err, NATT_CLI_USAGE, FORM_HINT, "the PEM file has \"%.*s\", not a certificate",
                             other.label_len > 80 ? 80 : (int)other.label_len, other.label);
    if (file.ptr[0] != 0x30) /* a certificate is a SEQUENCE [RFC 5280 4.1] */
        return natt_cli_fail(err, NATT_CLI_USAGE, FORM_HINT, "neither a DER nor a PEM certificate");
    *out = (natt_cli_buf){natt_cli_alloc(file.len, 1, 0), file.len};
    memcpy(out->ptr, file.ptr, file.len);
    return true;
}

bool natt_cli_certificate_decode(natt_cli_buf *out, natt_bytes file, natt_cli_error *err)
{
    char *text = natt_cli_alloc(file.len, 1, 1);
    *out = (natt_cli_buf){NULL, 0};
    if (file.len > 0)
        memcpy(text, file.ptr, file.len);
    const char *begin = strstr(text, BEGIN_LINE);
    bool done = begin == NULL ? copy_der(out, file, text, err) : decode_pem(out, text, err);
    free(text);
    return done;
}

bool natt_cli_certificate_read(natt_cli_buf *out, const char *path, natt_cli_error *err)
{
    natt_cli_buf file;
    if (!natt_cli_file_read(&file, path, err))
        return false;
    bool done =
        natt_cli_certificate_decode(out, natt_cli_buf_view(&file), err) || natt_cli_fail_in(err, "%.300s", path);
    natt_cli_buf_free(&file);
    return done;
}

char *natt_cli_certificate_pem(natt_bytes der)
{
    size_t room = (der.len + 2) / 3 * 4 + 1, len = 0;
    unsigned char *base64 = natt_cli_alloc(room, 1, 0);
    char *pem = natt_cli_alloc(room + room / 64, 1, sizeof BEGIN_LINE END_LINE + 3), *to = pem;
    (void)mbedtls_base64_encode(base64, room, &len, der.ptr, der.len);
    to += sprintf(to, "%s\n", BEGIN_LINE);
    for (size_t i = 0; i < len; i += 64)
        to += sprintf(to, "%.64s\n", (const char *)base64 + i);
    (void)sprintf(to, "%s\n", END_LINE);
    free(base64);
    return pem;
}
