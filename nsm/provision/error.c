/* See error.h. */
#define _POSIX_C_SOURCE 200809L /* strerror_r */

#include "nsm/provision/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "nsm/provision/ckr.h"

struct code_row {
    const char *name, *text, *remedy;
};

#define CODE_ROW(name, number, text, remedy) [number] = {#name, text, remedy},
static const struct code_row rows[] = {NATT_PROVISION_CODE_LIST(CODE_ROW)};

/* Replies of the genuine server. The reply of a code without a row contains a value. */
static const char *const rpc_errors[sizeof rows / sizeof rows[0]] = {
    [NATT_PROVISION_OK] = "\"InternalError\"",
    [NATT_PROVISION_E_LABEL_SHORT] = "{\"InvalidArgs\":\"LabelTooShort\"}",
    [NATT_PROVISION_E_LABEL_LONG] = "{\"InvalidArgs\":\"LabelTooLong\"}",
    [NATT_PROVISION_E_PIN_SHORT] = "{\"InvalidArgs\":\"PinTooShort\"}",
    [NATT_PROVISION_E_PIN_LONG] = "{\"InvalidArgs\":\"PinTooLong\"}",
    [NATT_PROVISION_E_LABEL_TEXT] = "\"InternalError\"",
    [NATT_PROVISION_E_LABEL_IN_USE] = "\"TokenLabelInUse\"",
    [NATT_PROVISION_E_LABEL_FOREIGN] = "\"TokenLabelInUse\"",
    [NATT_PROVISION_E_NOT_FOUND] = "\"TokenNotFound\"",
    [NATT_PROVISION_E_TOO_MANY] = "\"TooManyTokens\"",
    [NATT_PROVISION_E_PIN_WRONG] = "\"AccessDenied\"",
    [NATT_PROVISION_E_EMPTY] = "\"EmptyToken\"",
    [NATT_PROVISION_E_DATABASE] = "\"TokenKeyDecodingFailed\"",
    [NATT_PROVISION_E_KMS] = "\"KmsDecryptFailed\"",
    [NATT_PROVISION_E_KEY] = "\"TokenProvisioningFailed\"",
    [NATT_PROVISION_E_CERTIFICATE] = "\"TokenProvisioningFailed\"",
    [NATT_PROVISION_E_MISMATCH] = "\"TokenProvisioningFailed\"",
    [NATT_PROVISION_E_CHAIN] = "\"TokenProvisioningFailed\"",
    [NATT_PROVISION_E_ROOTS] = "\"TokenProvisioningFailed\"",
    [NATT_PROVISION_E_REFRESH] = "\"TokenRefreshFailed\"",
    [NATT_PROVISION_E_OBJECTS] = "\"TokenProvisioningFailed\"",
    [NATT_PROVISION_E_MODULE] = "\"InternalError\"",
    [NATT_PROVISION_E_SYSTEM] = "\"InternalError\"",
    [NATT_PROVISION_E_LATE] = "\"InternalError\"",
    [NATT_PROVISION_E_MEMORY] = "\"InternalError\"",
};

static const struct code_row *row_of(natt_provision_code code)
{
    static const struct code_row unknown = {"", "unknown code", ""};
    return (size_t)code < sizeof rows / sizeof rows[0] ? &rows[code] : &unknown;
}

static const char *rpc_of(natt_provision_code code)
{
    const char *rpc = (size_t)code < sizeof rows / sizeof rows[0] ? rpc_errors[code] : NULL;
    return rpc != NULL ? rpc : "\"InternalError\"";
}

const char *natt_provision_code_name(natt_provision_code code)
{
    return row_of(code)->name;
}

const char *natt_provision_code_remedy(natt_provision_code code)
{
    return row_of(code)->remedy;
}

void natt_provision_no_error(natt_provision_error *err)
{
    if (err == NULL)
        return;
    *err = (natt_provision_error){.key = NATT_PROVISION_NO_INDEX, .certificate = NATT_PROVISION_NO_INDEX};
    (void)snprintf(err->message, sizeof err->message, "%s", row_of(NATT_PROVISION_OK)->text);
}

/* Labels and paths are untrusted: their control characters must not reach a terminal or a log. */
static void make_printable(char *text)
{
    for (; *text != '\0'; text++)
        if ((uint8_t)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

bool natt_provision_fail(natt_provision_error *err, natt_provision_code code, const char *format, ...)
{
    if (err == NULL)
        return false;
    natt_provision_no_error(err);
    err->code = code;
    if (format == NULL) {
        (void)snprintf(err->message, sizeof err->message, "%s", row_of(code)->text);
        return false;
    }
    va_list arguments;
    va_start(arguments, format);
    int len = snprintf(err->message, sizeof err->message, "%s: ", row_of(code)->text);
    (void)vsnprintf(err->message + len, sizeof err->message - (size_t)len, format, arguments);
    va_end(arguments);
    make_printable(err->message);
    return false;
}

bool natt_provision_fail_id(natt_provision_error *err, unsigned key_id)
{
    (void)natt_provision_fail(err, NATT_PROVISION_E_KEY_ID_TWICE, "%u", key_id);
    if (err != NULL)
        err->key_id = key_id;
    return false;
}

bool natt_provision_fail_label(natt_provision_error *err, const char *key_label)
{
    (void)natt_provision_fail(err, NATT_PROVISION_E_KEY_LABEL_TWICE, "%.63s", key_label);
    if (err != NULL)
        (void)snprintf(err->key_label, sizeof err->key_label, "%s", key_label);
    return false;
}

bool natt_provision_in_key(natt_provision_error *err, size_t key)
{
    if (err != NULL)
        err->key = key;
    return false;
}

bool natt_provision_name_key(natt_provision_error *err, const char *label, unsigned id)
{
    if (err == NULL)
        return false;
    (void)snprintf(err->name, sizeof err->name, "%s", label);
    make_printable(err->name);
    err->id = id;
    return false;
}

char *natt_provision_key_text(char out[NATT_PROVISION_KEY_TEXT], const natt_provision_error *err)
{
    static const char *const words[] = {"first", "second",  "third",  "fourth", "fifth",
                                        "sixth", "seventh", "eighth", "ninth",  "tenth"};
    char place[40];
    if (err->key < sizeof words / sizeof words[0])
        (void)snprintf(place, sizeof place, "the %s", words[err->key]);
    else
        (void)snprintf(place, sizeof place, "number %zu", err->key + 1);
    if (err->name[0] != '\0')
        (void)snprintf(out, NATT_PROVISION_KEY_TEXT, "key \"%s\" (id %u, %s in the database)", err->name, err->id,
                       place);
    else
        (void)snprintf(out, NATT_PROVISION_KEY_TEXT, "key (%s in the database)", place);
    return out;
}

bool natt_provision_in_certificate(natt_provision_error *err, size_t certificate)
{
    if (err != NULL)
        err->certificate = certificate;
    return false;
}

/* A buffer that may be too small, and the length of the complete text. */
struct sentence {
    char *buf;
    size_t capacity, len;
};

static void append(struct sentence *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void append(struct sentence *s, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t at = s->len < s->capacity ? s->len : s->capacity;
    int len = vsnprintf(s->capacity == 0 ? NULL : s->buf + at, s->capacity - at, format, arguments);
    va_end(arguments);
    s->len += len > 0 ? (size_t)len : 0;
}

static void append_cause(struct sentence *s, const natt_provision_error *err)
{
    char text[2048], name[NATT_CKR_NAME];
    if (err->ckr != 0)
        append(s, ", %s", natt_ckr_name(name, err->ckr));
    if (err->errno_value != 0 && strerror_r(err->errno_value, text, sizeof text) == 0)
        append(s, ": %s", text);
    if (err->kms.code != NATT_KMS_CLIENT_OK) {
        (void)natt_kms_client_error_format(text, sizeof text, &err->kms);
        append(s, ": %s", text);
    }
}

size_t natt_provision_error_format(char *buf, size_t len, const natt_provision_error *err)
{
    struct sentence s = {buf, len, 0};
    if (len > 0)
        buf[0] = '\0';
    char key[NATT_PROVISION_KEY_TEXT];
    if (err->key != NATT_PROVISION_NO_INDEX)
        append(&s, "%s: ", natt_provision_key_text(key, err));
    if (err->certificate != NATT_PROVISION_NO_INDEX)
        append(&s, "certificate %zu: ", err->certificate);
    append(&s, "%s", err->message);
    append_cause(&s, err);
    append(&s, " (%s); %s", natt_provision_code_name(err->code), natt_provision_code_remedy(err->code));
    return s.len;
}

/* Content of a JSON string: labels contain any bytes that JSON allowed. */
static void escape(char *out, size_t capacity, const char *text)
{
    size_t len = 0;
    for (; *text != '\0' && len + 7 < capacity; text++) {
        uint8_t c = (uint8_t)*text;
        if (c == '"' || c == '\\')
            out[len++] = '\\';
        if (c < 0x20)
            len += (size_t)snprintf(out + len, capacity - len, "\\u%04x", c);
        else
            out[len++] = *text;
    }
    out[len] = '\0';
}

size_t natt_provision_error_rpc(char *buf, size_t len, const natt_provision_error *err)
{
    char label[6 * sizeof err->key_label + 8];
    const char *rpc = rpc_of(err->code);
    int written;
    escape(label, sizeof label, err->key_label);
    if (err->code == NATT_PROVISION_E_KEY_ID_TWICE)
        written = snprintf(buf, len, "{\"Err\":{\"InvalidArgs\":{\"DuplicateKeyId\":%u}}}", err->key_id);
    else if (err->code == NATT_PROVISION_E_KEY_LABEL_TWICE)
        written = snprintf(buf, len, "{\"Err\":{\"InvalidArgs\":{\"DuplicateKeyLabel\":\"%s\"}}}", label);
    else
        written = snprintf(buf, len, "{\"Err\":%s}", rpc);
    return written > 0 && (size_t)written < len ? (size_t)written : 0;
}
