/*
 * Bodies of KMS's replies [nsm/kms/kms_json.h]. Properties: an accepted body is one JSON object for jansson, within the
 * depth limit; texts are equal to jansson's; a blob is accepted if and only if it is the base64 text that mbedTLS
 * writes for its bytes, and only into memory of at least its size; names and messages of errors are inside their
 * members.
 */
#include <inttypes.h>

#include <jansson.h>
#include <mbedtls/base64.h>

#include "fuzz/property.h"
#include "nsm/kms/kms_json.h"

static uint64_t executions, taken, blobs, withheld;

static void print_counts(void)
{
    (void)fprintf(stderr,
                  "kms_reply: %" PRIu64 " executions, taken %" PRIu64 ", blobs %" PRIu64 ", plaintexts %" PRIu64 "\n",
                  executions, taken, blobs, withheld);
}

static unsigned most(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

static unsigned depth_of(const json_t *value)
{
    const char *name;
    const json_t *inner;
    size_t i;
    unsigned depth = 0;
    json_object_foreach((json_t *)(uintptr_t)value, name, inner)
    {
        depth = most(depth, depth_of(inner));
    }
    json_array_foreach(value, i, inner)
    {
        depth = most(depth, depth_of(inner));
    }
    return depth + (json_is_object(value) || json_is_array(value) ? 1 : 0);
}

static natt_bytes string_of(const json_t *value)
{
    return (natt_bytes){(const uint8_t *)json_string_value(value), json_string_length(value)};
}

/* mbedTLS decodes the text and encodes the result; this must give the same text again. */
static bool is_blob(natt_bytes text, uint8_t *bytes, size_t *len)
{
    size_t again = 0;
    unsigned char *copy = malloc(text.len + 5);
    MUST(copy != NULL);
    bool good = text.len > 0 && mbedtls_base64_decode(bytes, text.len, len, text.ptr, text.len) == 0 && *len > 0 &&
                mbedtls_base64_encode(copy, text.len + 5, &again, bytes, *len) == 0 &&
                fuzz_same_bytes(text, copy, again);
    free(copy);
    return good;
}

static void check_decoded(const natt_kms_reply *reply, const char *name, const uint8_t *bytes, size_t len)
{
    natt_kms_client_error err;
    natt_kms_client_buffer exact = {malloc(len), len, 0}, small = {exact.ptr, len - 1, 0};
    blobs++;
    MUST(exact.ptr != NULL);
    memset(exact.ptr, 0xa5, len);
    MUST(!natt_kms_reply_blob(reply, name, &small, &err) && err.code == NATT_KMS_CLIENT_E_BUFFER_TOO_SMALL);
    MUST(err.required_len == len && small.len == 0 && exact.ptr[len - 1] == 0xa5);
    MUST(natt_kms_reply_blob(reply, name, &exact, &err) && exact.len == len && memcmp(exact.ptr, bytes, len) == 0);
    free(exact.ptr);
}

static void check_blob(const natt_kms_reply *reply, const char *name, natt_bytes text)
{
    natt_kms_client_error err;
    uint8_t *bytes = malloc(text.len + 1);
    size_t len = 0;
    MUST(bytes != NULL);
    natt_kms_client_buffer all = {malloc(text.len + 1), text.len + 1, 1};
    MUST(all.ptr != NULL);
    const bool good = text.ptr != NULL && is_blob(text, bytes, &len);
    MUST(natt_kms_reply_blob(reply, name, &all, &err) == good && all.len == len * good);
    for (size_t i = all.len; i < all.capacity; i++)
        MUST(all.ptr[i] == 0);
    if (good)
        check_decoded(reply, name, bytes, len);
    else
        MUST(err.code == NATT_KMS_CLIENT_E_REPLY_MEMBER);
    free(all.ptr);
    free(bytes);
}

static void check_members(const natt_kms_reply *reply, json_t *object)
{
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value)
    {
        const natt_bytes text = natt_kms_reply_text(reply, name), same = string_of(value);
        MUST(natt_kms_reply_has(reply, name) == !json_is_null(value) && (text.ptr == NULL) == (same.ptr == NULL));
        MUST(fuzz_same_bytes(text, same.ptr, same.len));
        MUST(text.len == 0 || memchr(text.ptr, 0, text.len) == NULL);
        check_blob(reply, name, text);
    }
    MUST(!natt_kms_reply_has(reply, "\x01") || json_object_get(object, "\x01") != NULL);
}

static void check_error(const natt_kms_reply *reply)
{
    const natt_bytes type = natt_kms_reply_text(reply, "__type"), code = natt_kms_reply_text(reply, "code");
    const natt_bytes name = natt_kms_reply_error_name(reply), message = natt_kms_reply_error_message(reply);
    MUST(fuzz_inside(type.ptr != NULL ? type : code, name) &&
         (name.ptr == NULL) == (type.ptr == NULL && code.ptr == NULL));
    MUST(type.ptr == NULL || name.ptr + name.len == type.ptr + type.len);
    MUST(type.ptr == NULL || name.len == 0 || memchr(name.ptr, '#', name.len) == NULL);
    MUST(message.ptr == natt_kms_reply_text(reply, "message").ptr ||
         message.ptr == natt_kms_reply_text(reply, "Message").ptr);
}

static bool contains(natt_bytes text, const char *word)
{
    const size_t len = strlen(word);
    for (size_t i = 0; i + len <= text.len; i++)
        if (memcmp(text.ptr + i, word, len) == 0)
            return true;
    return false;
}

/* Only the length of a plaintext is left, so an error inside it can no longer be detected. */
static void check_plaintexts(const natt_kms_reply *reply, natt_bytes body)
{
    static const char *const names[] = {"Plaintext", "PrivateKeyPlaintext", "SharedSecret"};
    const bool escaped = contains(body, "\\");
    for (size_t i = 0; reply != NULL && i < sizeof names / sizeof names[0]; i++) {
        const natt_bytes text = natt_kms_reply_text(reply, names[i]);
        withheld += text.len > 0 ? 1 : 0;
        for (size_t at = 0; at < text.len && !escaped; at++)
            MUST(text.ptr[at] == '*');
        check_blob(reply, names[i], text);
    }
}

/* Returns the index after the string that begins at `at`, or the length of the body. */
static size_t end_of_string(natt_bytes body, size_t at, bool *escaped)
{
    *escaped = false;
    for (at++; at < body.len && body.ptr[at] != '"'; at++)
        if (body.ptr[at] == '\\') {
            *escaped = true;
            at++;
        }
    return at < body.len ? at + 1 : body.len;
}

/* Values whose names contain escapes are also withheld. */
static bool has_escaped_name(natt_bytes body)
{
    bool escaped;
    for (size_t at = 0; at < body.len; at++) {
        if (body.ptr[at] != '"')
            continue;
        at = end_of_string(body, at, &escaped);
        while (at < body.len && strchr(" \t\r\n", body.ptr[at]) != NULL && body.ptr[at] != '\0')
            at++;
        if (escaped && at < body.len && body.ptr[at] == ':')
            return true;
        at--;
    }
    return false;
}

static bool may_have_plaintext(natt_bytes body)
{
    return has_escaped_name(body) || contains(body, "\"Plaintext\"") || contains(body, "\"PrivateKeyPlaintext\"") ||
           contains(body, "\"SharedSecret\"");
}

/* Parses the body with jansson alone. */
static void check_same(const natt_kms_reply *reply, json_t *object)
{
    MUST((reply != NULL) == (json_is_object(object) && depth_of(object) <= NATT_KMS_REPLY_MAX_DEPTH));
    if (reply != NULL)
        check_members(reply, object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_kms_client_error err;
    json_t *object = size == 0 ? NULL : json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    if (executions++ == 0 && getenv("NATT_FUZZ_COUNTS") != NULL)
        (void)atexit(print_counts);
    natt_kms_reply *reply = natt_kms_reply_parse((natt_bytes){data, size}, &err);
    MUST(reply != NULL || err.code == NATT_KMS_CLIENT_E_REPLY_JSON);
    if (may_have_plaintext((natt_bytes){data, size}))
        check_plaintexts(reply, (natt_bytes){data, size});
    else
        check_same(reply, object);
    if (reply != NULL)
        check_error(reply);
    taken += reply != NULL ? 1 : 0;
    natt_kms_reply_free(reply);
    json_decref(object);
    return 0;
}
