/* The sentence about an error of the client, for people. */
#define _POSIX_C_SOURCE 200809L /* strerror_r */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "nsm/kms/error.h"

/* Counts every byte, writes those that fit. */
struct sentence {
    char *buf;
    size_t room, len;
};

static void put(struct sentence *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct sentence *s, const char *format, ...)
{
    size_t left = s->len < s->room ? s->room - s->len : 0;
    va_list args;
    va_start(args, format);
    int len = vsnprintf(left > 0 ? s->buf + s->len : NULL, left, format, args);
    va_end(args);
    s->len += len > 0 ? (size_t)len : 0;
}

/* The name, or the number of a code from a newer library. */
static void put_code(struct sentence *s, const char *name, int number)
{
    if (name[0] != '\0')
        put(s, "%s", name);
    else
        put(s, "%d", number);
}

/* "KMS: AccessDeniedException: User ... is not authorized": the text of a code of KMS is its name again. */
static void put_message(struct sentence *s, const natt_kms_client_error *err)
{
    const natt_kms_client_layer layer = natt_kms_client_code_layer(err->code);
    const bool named = err->kms_name[0] != '\0';
    if (layer != NATT_KMS_CLIENT_LAYER_CALL)
        put(s, "%s: ", natt_kms_client_layer_name(layer));
    if (named)
        put(s, "%s", err->kms_name);
    if (!named || strcmp(err->message, natt_kms_client_code_message(err->code)) != 0)
        put(s, "%s%s", named ? ": " : "", err->message);
}

/* ", mbedTLS -0x2700, Connection refused, NATT_RECIPIENT_E_DECRYPT" */
static void put_cause(struct sentence *s, const natt_kms_client_error *err)
{
    char text[128];
    if (err->tls_code != 0)
        put(s, ", mbedTLS %s0x%04x", err->tls_code < 0 ? "-" : "",
            err->tls_code < 0 ? 0U - (unsigned)err->tls_code : (unsigned)err->tls_code);
    if (err->required_len != 0)
        put(s, ", %zu bytes are needed", err->required_len);
    if (err->errno_value != 0 && strerror_r(err->errno_value, text, sizeof text) == 0)
        put(s, ", %s", text);
    else if (err->errno_value != 0)
        put(s, ", errno %d", err->errno_value);
    if (err->recipient.code != NATT_RECIPIENT_OK) {
        put(s, ", ");
        put_code(s, natt_recipient_code_name(err->recipient.code), (int)err->recipient.code);
    }
}

/* ", HTTP 400, request id 5c2f..., after 2 attempts" */
static void put_reply(struct sentence *s, const natt_kms_client_error *err)
{
    if (err->http_status != 0)
        put(s, ", HTTP %u", err->http_status);
    if (err->request_id[0] != '\0')
        put(s, ", request id %s", err->request_id);
    if (err->attempts > 1)
        put(s, ", after %u attempts", err->attempts);
}

static const char *remedy_of(const natt_kms_client_error *err)
{
    const char *of_recipient = natt_recipient_code_remedy(err->recipient.code);
    if (err->recipient.code != NATT_RECIPIENT_OK && of_recipient[0] != '\0')
        return of_recipient;
    return natt_kms_client_code_remedy(err->code);
}

size_t natt_kms_client_error_format(char *buf, size_t len, const natt_kms_client_error *err)
{
    struct sentence s = {buf, buf != NULL ? len : 0, 0};
    natt_kms_client_error none;
    natt_kms_client_no_error(&none);
    err = err != NULL ? err : &none;
    put_message(&s, err);
    put(&s, " (");
    put_code(&s, natt_kms_client_code_name(err->code), (int)err->code);
    put_cause(&s, err);
    put_reply(&s, err);
    put(&s, ")");
    if (remedy_of(err)[0] != '\0')
        put(&s, "; %s", remedy_of(err));
    return s.len;
}
