/*
 * Parses replies with jansson, which recurses up to 2048 levels, too many for a small stack: levels are counted before.
 * jansson frees its memory unwiped: plaintexts, which a server sends if it ignores the document, are removed before.
 * Its copies of strings are wiped at the end. See kms_json.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <mbedtls/platform_util.h>

#include "nsm/kms/error.h"
#include "nsm/kms/kms_json.h"
#include "nsm/recipient/base64.h"

struct natt_kms_reply {
    json_t *object;
};

/* --- before jansson: one pass over text that need not be JSON --- */

/* Members that a server sends unencrypted if it ignores the document. */
static const char *const plaintexts[] = {"\"Plaintext\"", "\"PrivateKeyPlaintext\"", "\"SharedSecret\""};

struct pass {
    uint8_t *text;
    size_t len, depth;
    bool deep, is_plaintext; /* the value that follows */
};

/* Returns the index after the string that begins at i. */
static size_t end_of_string(const struct pass *p, size_t i)
{
    for (i++; i < p->len && p->text[i] != '"'; i++)
        i += p->text[i] == '\\' ? 1 : 0;
    return i < p->len ? i + 1 : p->len;
}

/* KMS escapes nothing in names, so a name with escapes ("Pl\u0061intext") is treated as one of these. */
static bool names_plaintext(const uint8_t *string, size_t len)
{
    if (memchr(string, '\\', len) != NULL)
        return true;
    for (size_t i = 0; i < sizeof plaintexts / sizeof plaintexts[0]; i++)
        if (strlen(plaintexts[i]) == len && memcmp(plaintexts[i], string, len) == 0)
            return true;
    return false;
}

/* Replaces a plaintext by "***", which is not base64. */
static size_t pass_string(struct pass *p, size_t i)
{
    const size_t end = end_of_string(p, i);
    if (p->is_plaintext && end - i > 2)
        memset(p->text + i + 1, '*', end - i - 2);
    p->is_plaintext = !p->is_plaintext && names_plaintext(p->text + i, end - i);
    return end - 1;
}

static void pass_mark(struct pass *p, uint8_t c)
{
    if (c == '{' || c == '[')
        p->deep = ++p->depth > NATT_KMS_REPLY_MAX_DEPTH;
    else if ((c == '}' || c == ']') && p->depth > 0)
        p->depth--;
    p->is_plaintext = p->is_plaintext && c != ',';
}

/* Returns false if the nesting is too deep. */
static bool pass_over(uint8_t *text, size_t len)
{
    struct pass p = {text, len, 0, false, false};
    for (size_t i = 0; i < len && !p.deep; i++)
        if (text[i] == '"')
            i = pass_string(&p, i);
        else
            pass_mark(&p, text[i]);
    return !p.deep;
}

/* --- JSON --- */

/* jansson returns strings as const, but frees the same memory. */
static void wipe(const json_t *value)
{
    const char *name;
    const json_t *inner;
    size_t i;
    if (json_is_string(value))
        mbedtls_platform_zeroize((void *)(uintptr_t)json_string_value(value), json_string_length(value));
    json_object_foreach((json_t *)(uintptr_t)value, name, inner)
    {
        wipe(inner);
    }
    json_array_foreach(value, i, inner)
    {
        wipe(inner);
    }
}

/* jansson's error text would quote the reply. */
static bool fail_json(json_error_t *json, natt_kms_client_error *err)
{
    const bool memory = json_error_code(json) == json_error_out_of_memory;
    mbedtls_platform_zeroize(json, sizeof *json);
    return natt_kms_client_fail(err, memory ? NATT_KMS_CLIENT_E_MEMORY : NATT_KMS_CLIENT_E_REPLY_JSON, NULL);
}

static json_t *load(uint8_t *text, size_t len, natt_kms_client_error *err)
{
    json_error_t json;
    memset(&json, 0, sizeof json);
    if (!pass_over(text, len)) {
        (void)natt_kms_client_fail(err, NATT_KMS_CLIENT_E_REPLY_JSON, "the reply's JSON is nested too deeply");
        return NULL;
    }
    json_t *value = json_loadb((const char *)text, len, JSON_REJECT_DUPLICATES, &json);
    if (!json_is_object(value))
        (void)fail_json(&json, err);
    return value;
}

static void load_copy(natt_kms_reply *reply, natt_bytes body, natt_kms_client_error *err)
{
    uint8_t *copy = malloc(body.len + 1);
    if (copy == NULL) {
        (void)natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
        return;
    }
    if (body.len > 0)
        memcpy(copy, body.ptr, body.len);
    reply->object = load(copy, body.len, err);
    mbedtls_platform_zeroize(copy, body.len);
    free(copy);
}

natt_kms_reply *natt_kms_reply_parse(natt_bytes body, natt_kms_client_error *err)
{
    natt_kms_reply *reply = calloc(1, sizeof *reply);
    if (reply == NULL) {
        (void)natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
        return NULL;
    }
    load_copy(reply, body, err);
    if (json_is_object(reply->object))
        return reply;
    natt_kms_reply_free(reply);
    return NULL;
}

void natt_kms_reply_free(natt_kms_reply *reply)
{
    if (reply == NULL)
        return;
    wipe(reply->object);
    json_decref(reply->object);
    free(reply);
}

bool natt_kms_reply_has(const natt_kms_reply *reply, const char *name)
{
    const json_t *value = json_object_get(reply->object, name);
    return value != NULL && !json_is_null(value);
}

natt_bytes natt_kms_reply_text(const natt_kms_reply *reply, const char *name)
{
    const json_t *value = json_object_get(reply->object, name);
    return (natt_bytes){(const uint8_t *)json_string_value(value), json_string_length(value)};
}

static bool fail_member(natt_kms_client_error *err, const char *name, const char *what)
{
    char message[128];
    (void)snprintf(message, sizeof message, "the reply's member %.60s %s", name, what);
    return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_REPLY_MEMBER, message);
}

static bool decode(natt_kms_client_buffer *out, const char *name, natt_bytes text, natt_kms_client_error *err)
{
    size_t len;
    if (!natt_base64_decode(NULL, &len, text))
        return fail_member(err, name, "is not base64 of at least one byte");
    if (len > out->capacity)
        return natt_kms_client_fail_required(err, len);
    return natt_base64_decode(out->ptr, &out->len, text);
}

bool natt_kms_reply_blob(const natt_kms_reply *reply, const char *name, natt_kms_client_buffer *out,
                         natt_kms_client_error *err)
{
    const natt_bytes text = natt_kms_reply_text(reply, name);
    out->len = 0;
    if (out->capacity > 0)
        memset(out->ptr, 0, out->capacity);
    if (!natt_kms_reply_has(reply, name))
        return fail_member(err, name, "is missing");
    if (text.ptr == NULL)
        return fail_member(err, name, "is not a string");
    return decode(out, name, text, err);
}

natt_bytes natt_kms_reply_error_name(const natt_kms_reply *reply)
{
    natt_bytes name = natt_kms_reply_text(reply, "__type");
    if (name.ptr == NULL)
        return natt_kms_reply_text(reply, "code");
    for (size_t i = name.len; i > 0; i--)
        if (name.ptr[i - 1] == '#')
            return (natt_bytes){name.ptr + i, name.len - i};
    return name;
}

natt_bytes natt_kms_reply_error_message(const natt_kms_reply *reply)
{
    const natt_bytes message = natt_kms_reply_text(reply, "message");
    return message.ptr != NULL ? message : natt_kms_reply_text(reply, "Message");
}
