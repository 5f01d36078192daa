/* Bodies of requests. See kms_json.h. */
#include "nsm/kms/kms_json.h"

#include <string.h>

#include "nsm/recipient/base64.h"
#include "verify/parse/reader.h"

/* Reserves n more bytes and returns their place; NULL if nothing is written. */
static char *take(natt_json_writer *w, size_t n)
{
    w->failed = w->failed || n > (w->out == NULL ? SIZE_MAX : w->capacity) - w->len;
    if (w->failed)
        return NULL;
    char *at = w->out == NULL ? NULL : w->out + w->len;
    w->len += n;
    return at;
}

static void put(natt_json_writer *w, const char *text, size_t len)
{
    char *at = take(w, len);
    if (at != NULL)
        memcpy(at, text, len);
}

/* [RFC8259 7] */
static void put_character(natt_json_writer *w, char c)
{
    static const char digits[] = "0123456789abcdef";
    const char control[] = {'\\', 'u', '0', '0', digits[(uint8_t)c >> 4], digits[(uint8_t)c & 15]};
    const char escaped[] = {'\\', c};
    if ((uint8_t)c < 0x20)
        put(w, control, sizeof control);
    else if (c == '"' || c == '\\')
        put(w, escaped, sizeof escaped);
    else
        put(w, &c, 1);
}

static void put_string(natt_json_writer *w, const char *text)
{
    const size_t len = strlen(text);
    w->failed = w->failed || !natt_utf8_valid((natt_bytes){(const uint8_t *)text, len});
    put(w, "\"", 1);
    for (size_t i = 0; i < len && !w->failed; i++)
        put_character(w, text[i]);
    put(w, "\"", 1);
}

static void put_name(natt_json_writer *w, const char *name)
{
    if (w->has_member)
        put(w, ",", 1);
    put_string(w, name);
    put(w, ":", 1);
    w->has_member = true;
}

void natt_json_begin(natt_json_writer *w)
{
    put(w, "{", 1);
    w->has_member = false;
}

void natt_json_end(natt_json_writer *w)
{
    put(w, "}", 1);
    w->has_member = true;
}

void natt_json_text(natt_json_writer *w, const char *name, const char *value)
{
    if (value == NULL)
        return;
    put_name(w, name);
    put_string(w, value);
}

void natt_json_number(natt_json_writer *w, const char *name, uint32_t value)
{
    char digits[10]; /* of 4294967295 */
    size_t at = sizeof digits;
    put_name(w, name);
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    put(w, digits + at, sizeof digits - at);
}

void natt_json_blob(natt_json_writer *w, const char *name, natt_bytes value)
{
    if (value.ptr == NULL)
        return;
    put_name(w, name);
    put(w, "\"", 1);
    w->failed = w->failed || value.len > SIZE_MAX / 2;
    char *at = w->failed ? NULL : take(w, NATT_BASE64_LEN(value.len));
    if (at != NULL)
        natt_base64_encode(at, value);
    put(w, "\"", 1);
}

/* Omitting a pair would change the context. */
static void put_pair(natt_json_writer *w, const natt_kms_client_pair *pair)
{
    w->failed = w->failed || pair->name == NULL || pair->value == NULL;
    if (!w->failed)
        natt_json_text(w, pair->name, pair->value);
}

void natt_json_context(natt_json_writer *w, const natt_kms_client_context *context)
{
    if (context->count == 0)
        return;
    put_name(w, "EncryptionContext");
    natt_json_begin(w);
    for (size_t i = 0; i < context->count; i++)
        put_pair(w, &context->pairs[i]);
    natt_json_end(w);
}

void natt_json_recipient(natt_json_writer *w, natt_bytes document)
{
    if (document.ptr == NULL)
        return;
    put_name(w, "Recipient");
    natt_json_begin(w);
    natt_json_text(w, "KeyEncryptionAlgorithm", "RSAES_OAEP_SHA_256");
    natt_json_blob(w, "AttestationDocument", document);
    natt_json_end(w);
}
