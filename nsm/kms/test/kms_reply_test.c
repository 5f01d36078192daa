/* Bodies of KMS's replies: accepted JSON, members, blobs, errors, and wiping of strings. */
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <jansson.h>

#include "nsm/kms/kms_json.h"

static natt_kms_client_error err;

static natt_kms_reply *parse(const char *text)
{
    memset(&err, 0, sizeof err);
    return natt_kms_reply_parse((natt_bytes){(const uint8_t *)text, strlen(text)}, &err);
}

static bool is(natt_bytes text, const char *wanted)
{
    if (wanted == NULL)
        return text.ptr == NULL && text.len == 0;
    return text.ptr != NULL && text.len == strlen(wanted) && memcmp(text.ptr, wanted, text.len) == 0;
}

/* --- JSON --- */

Test(kms_reply, json_that_is_refused)
{
    static const char *const wrong[] = {"",
                                        "null",
                                        "1",
                                        "\"a\"",
                                        "[]",
                                        "[{}]",
                                        "{",
                                        "}",
                                        "{}x",
                                        "{} {}",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1,}",
                                        "{a:1}",
                                        "{'a':1}",
                                        "{\"a\":\"\t\"}",
                                        "{\"a\":01}",
                                        "{\"a\":+1}",
                                        "{\"a\":nul}",
                                        "{\"a\":\"\\x\"}",
                                        "{\"a\":\"\xff\"}",
                                        "{\"a\":1,\"a\":1}",
                                        "{\"a\":1,\"\\u0061\":2}",
                                        "{\"a\":{\"b\":1,\"b\":2}}",
                                        "{\"a\":\"\\u0000\"}",
                                        "{\"\\u0000\":1}",
                                        "{\"a\":\"b\\u0000c\"}",
                                        "{\"a\":\"\\ud800\"}",
                                        "{\"a\":1e999}",
                                        "{\"a\":\"b}",
                                        "<html></html>",
                                        "\xef\xbb\xbf{}",
                                        "{\"a\":1 \"b\":2}"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_expect_null(parse(wrong[i]), "%s", wrong[i]);
        cr_expect_eq(err.code, NATT_KMS_CLIENT_E_REPLY_JSON, "%s", wrong[i]);
    }
    cr_expect_null(natt_kms_reply_parse((natt_bytes){NULL, 0}, NULL));
    cr_expect_null(natt_kms_reply_parse((natt_bytes){(const uint8_t *)"{}\0", 3}, NULL));
    cr_expect_null(natt_kms_reply_parse((natt_bytes){(const uint8_t *)"{\"a\":\"\0\"}", 9}, NULL));
    natt_kms_reply_free(NULL);
}

/* Arrays in an object: the object adds one level. */
static natt_kms_reply *parse_nested(size_t arrays, const char *before, char open, char close)
{
    char *text = malloc(2 * arrays + strlen(before) + 3);
    size_t len = strlen(before);
    cr_assert_not_null(text);
    memcpy(text, before, len);
    memset(text + len, open, arrays);
    memset(text + len + arrays, close, arrays);
    memcpy(text + len + 2 * arrays, "}", 2);
    natt_kms_reply *reply = parse(text);
    free(text);
    return reply;
}

static bool takes_nested(size_t arrays, const char *before)
{
    natt_kms_reply *reply = parse_nested(arrays, before, '[', ']');
    natt_kms_reply_free(reply);
    return reply != NULL;
}

Test(kms_reply, limit_of_depth)
{
    cr_expect(takes_nested(NATT_KMS_REPLY_MAX_DEPTH - 2, "{\"a\":") &&
              takes_nested(NATT_KMS_REPLY_MAX_DEPTH - 1, "{\"a\":"));
    cr_expect_not(takes_nested(NATT_KMS_REPLY_MAX_DEPTH, "{\"a\":"));
    cr_expect_str_eq(err.message, "the reply's JSON is nested too deeply");
    cr_expect(takes_nested(1, "{\"a\":[],\"b\":{},\"c\":"));
}

/* Brackets in strings do not count as depth, nor do closed ones. */
Test(kms_reply, what_is_not_depth)
{
    char many[4000] = "{\"a\":[0";
    for (size_t i = 0; i < 200; i++)
        strcat(many, ",[],{}");
    strcat(many, "],\"b\":\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[{{{{{\\\\\"}");
    natt_kms_reply *reply = parse(many);
    cr_expect_not_null(reply, "%s", err.message);
    natt_kms_reply_free(reply);
}

static void *parse_on_small_stack(void *unused)
{
    cr_expect_null(parse_nested(262144, "{\"a\":", '[', ']'));
    cr_expect_null(parse_nested(262144, "{\"a\":", '{', '}'));
    cr_expect_null(parse_nested(262144, "", '[', '['));
    return unused;
}

Test(kms_reply, deep_json_needs_no_stack)
{
    pthread_attr_t attr;
    pthread_t thread;
    cr_assert_eq(pthread_attr_init(&attr), 0);
    cr_assert_eq(pthread_attr_setstacksize(&attr, 65536), 0);
    cr_assert_eq(pthread_create(&thread, &attr, parse_on_small_stack, NULL), 0);
    cr_assert_eq(pthread_join(thread, NULL), 0);
    (void)pthread_attr_destroy(&attr);
}

/* --- members --- */

Test(kms_reply, members_and_their_types)
{
    natt_kms_reply *reply = parse(" {\"KeyId\" : \"arn:x\\u00e9\\n\", \"E\":\"\", \"N\":1.5, \"Z\":null, \"T\":true,"
                                  "\"A\":[\"s\"], \"O\":{\"Inner\":\"i\"}}\n");
    cr_assert_not_null(reply);
    cr_expect(is(natt_kms_reply_text(reply, "KeyId"), "arn:x\xc3\xa9\n") && is(natt_kms_reply_text(reply, "E"), ""));
    for (const char *const *name = (const char *const[]){"N", "T", "A", "O", NULL}; *name != NULL; name++)
        cr_expect(natt_kms_reply_has(reply, *name) && is(natt_kms_reply_text(reply, *name), NULL), "%s", *name);
    for (const char *const *name = (const char *const[]){"Z", "Inner", "keyid", "KeyI", "KeyId2", "", NULL};
         *name != NULL; name++)
        cr_expect(!natt_kms_reply_has(reply, *name) && is(natt_kms_reply_text(reply, *name), NULL), "%s", *name);
    natt_kms_reply_free(reply);
}

/* --- blobs --- */

static bool blob(natt_kms_reply *reply, const char *name, uint8_t *out, size_t capacity, size_t *len)
{
    natt_kms_client_buffer buffer = {out, capacity, 99};
    memset(&err, 0, sizeof err);
    if (out != NULL)
        memset(out, 0xa5, 8);
    const bool good = natt_kms_reply_blob(reply, name, &buffer, &err);
    *len = buffer.len;
    return good;
}

Test(kms_reply, blobs_that_are_taken_and_the_limit_of_their_memory)
{
    static const struct {
        const char *name, *bytes;
    } rows[] = {{"A", "a"}, {"B", "ab"}, {"C", "abc"}, {"D", "abcd"}, {"E", "\xfb\xff\xbf"}};
    natt_kms_reply *reply = parse("{\"A\":\"YQ==\",\"B\":\"YWI=\",\"C\":\"YWJj\",\"D\":\"YWJjZA==\",\"E\":\"+/+\\/\"}");
    uint8_t out[8];
    size_t len;
    cr_assert_not_null(reply);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const size_t wanted = strlen(rows[i].bytes);
        for (size_t capacity = wanted - 1; capacity <= wanted + 1; capacity++) {
            cr_expect_eq(blob(reply, rows[i].name, out, capacity, &len), capacity >= wanted, "%zu", capacity);
            cr_expect_eq(out[capacity], 0xa5);
            cr_expect_eq(len, capacity >= wanted ? wanted : 0);
            if (capacity >= wanted)
                cr_expect_arr_eq(out, rows[i].bytes, wanted);
            else
                cr_expect(err.code == NATT_KMS_CLIENT_E_BUFFER_TOO_SMALL && err.required_len == wanted &&
                          memcmp(out, "\0\0\0\0", capacity) == 0);
        }
        cr_expect_not(blob(reply, rows[i].name, NULL, 0, &len));
        cr_expect_eq(err.required_len, wanted);
    }
    natt_kms_reply_free(reply);
}

Test(kms_reply, blobs_that_are_refused)
{
    static const struct {
        const char *value, *message;
    } rows[] = {
        {"\"\"", "the reply's member B is not base64 of at least one byte"},
        {"\"YQ=\"", "the reply's member B is not base64 of at least one byte"},
        {"\"YQ\"", "the reply's member B is not base64 of at least one byte"},
        {"\"YR==\"", "the reply's member B is not base64 of at least one byte"},
        {"\"YQ==\\n\"", "the reply's member B is not base64 of at least one byte"},
        {"\"YW-_\"", "the reply's member B is not base64 of at least one byte"},
        {"\"YWJjZGVmZ2hpamtsbW5v*A==\"", "the reply's member B is not base64 of at least one byte"},
        {"null", "the reply's member B is missing"},
        {"5", "the reply's member B is not a string"},
        {"[\"YQ==\"]", "the reply's member B is not a string"},
        {"{}", "the reply's member B is not a string"},
    };
    char text[128];
    uint8_t out[8];
    size_t len;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)snprintf(text, sizeof text, "{\"B\":%s}", rows[i].value);
        natt_kms_reply *reply = parse(text);
        cr_assert_not_null(reply);
        cr_expect(!blob(reply, "B", out, 8, &len) && len == 0 && memcmp(out, "\0\0\0\0\0\0\0\0", 8) == 0, "%s", text);
        cr_expect_eq(err.code, NATT_KMS_CLIENT_E_REPLY_MEMBER, "%s", text);
        cr_expect_str_eq(err.message, rows[i].message);
        cr_expect_not(blob(reply, "C", out, 8, &len));
        cr_expect_str_eq(err.message, "the reply's member C is missing");
        natt_kms_reply_free(reply);
    }
}

/* --- errors --- */

Test(kms_reply, names_and_messages_of_errors)
{
    static const struct {
        const char *text, *name, *message;
    } rows[] = {
        {"{}", NULL, NULL},
        {"{\"__type\":\"NotFoundException\"}", "NotFoundException", NULL},
        {"{\"__type\":\"com.amazonaws.kms#NotFoundException\",\"message\":\"m\"}", "NotFoundException", "m"},
        {"{\"__type\":\"a#b#c\",\"Message\":\"M\"}", "c", "M"},
        {"{\"__type\":\"a#\",\"code\":\"c\"}", "", NULL},
        {"{\"__type\":\"\",\"code\":\"c\"}", "", NULL},
        {"{\"code\":\"ThrottlingException\",\"Message\":\"M\",\"message\":\"m\"}", "ThrottlingException", "m"},
        {"{\"code\":\"a\",\"__type\":\"b\"}", "b", NULL},
        {"{\"code\":\"a\",\"__type\":null,\"message\":null,\"Message\":\"M\"}", "a", "M"},
        {"{\"Code\":\"a\",\"type\":\"b\",\"message\":5}", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        natt_kms_reply *reply = parse(rows[i].text);
        cr_assert_not_null(reply);
        cr_expect(is(natt_kms_reply_error_name(reply), rows[i].name), "%s", rows[i].text);
        cr_expect(is(natt_kms_reply_error_message(reply), rows[i].message), "%s", rows[i].text);
        natt_kms_reply_free(reply);
    }
}

/* --- plaintexts and wiping: memory that jansson and kms_reply.c free; the linker wraps free() --- */

#define SECRET "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"

static bool looking;
static unsigned freed, leaks;

static bool contains(const uint8_t *bytes, size_t len, const char *word)
{
    for (size_t i = 0; i + strlen(word) <= len; i++)
        if (memcmp(bytes + i, word, strlen(word)) == 0)
            return true;
    return false;
}

void __real_free(void *memory);
void __wrap_free(void *memory);

static void looking_free(void *memory)
{
    freed += looking && memory != NULL ? 1 : 0;
    leaks += looking && memory != NULL && contains(memory, malloc_usable_size(memory), "c2VjcmV0") ? 1 : 0;
    __real_free(memory);
}

void __wrap_free(void *memory)
{
    leaks += looking && memory != NULL && contains(memory, malloc_usable_size(memory), "c2VjcmV0") ? 1 : 0;
    __real_free(memory);
}

/* Zeroed, since remains of an earlier owner are not a leak. */
static void *zeroed(size_t len)
{
    return calloc(1, len);
}

/* The number of memory blocks that jansson freed with the secret in them. */
static unsigned leaks_of(const char *text, bool when_parsing)
{
    freed = leaks = 0;
    json_set_alloc_funcs(zeroed, looking_free);
    looking = when_parsing;
    natt_kms_reply *reply = parse(text);
    looking = true;
    natt_kms_reply_free(reply);
    looking = false;
    json_set_alloc_funcs(malloc, free);
    cr_assert(freed > 0 && (reply != NULL || when_parsing), "%s", text);
    return leaks;
}

Test(kms_reply, strings_are_wiped_before_they_are_freed)
{
    cr_expect_eq(leaks_of("{\"a\":\"" SECRET "\"}", false), 0);
    cr_expect_eq(leaks_of("{\"a\":[1,{\"b\":[[\"x\",\"" SECRET "\"]]}],\"c\":\"" SECRET "\"}", false), 0);
}

/* Refused before jansson parses it: only the copy contains the string. */
Test(kms_reply, the_copy_of_the_body_is_wiped)
{
    char text[200] = "{\"a\":\"" SECRET "\",\"b\":";
    memset(text + strlen(text), '[', NATT_KMS_REPLY_MAX_DEPTH + 1);
    leaks = 0;
    looking = true;
    natt_kms_reply *reply = parse(text);
    looking = false;
    cr_expect(reply == NULL && leaks == 0);
    uint8_t *copy = malloc(sizeof text);
    cr_assert_not_null(copy);
    memcpy(copy, text, sizeof text);
    looking = true;
    __wrap_free(copy);
    looking = false;
    cr_expect_eq(leaks, 1, "this test could not find any");
}

Test(kms_reply, plaintexts_never_reach_jansson)
{
    static const char *const texts[] = {"{\"Plaintext\":\"" SECRET "\"}",
                                        "{\"KeyId\":\"k\",\"Plaintext\" :\n \"" SECRET "\",\"a\":\"b\"}",
                                        "{\"PrivateKeyPlaintext\":\"" SECRET "\"}",
                                        "{\"SharedSecret\":\"" SECRET "\",\"KeyId\":\"k\"}",
                                        "{\"SharedSecret\":\"\\\"" SECRET "\",\"KeyId\":\"k\"}",
                                        "{\"a\":{\"Plaintext\":\"" SECRET "\"}}",
                                        "{\"Pl\\u0061intext\":\"" SECRET "\"}",
                                        "{\"a\":\"b\\n\",\"\\u0050rivateKeyPlaintext\" : \"" SECRET "\"}",
                                        "{\"a\":[{\"\\u0053haredSecret\":\"" SECRET "\"}]}",
                                        "{\"Plaintext\":[\"" SECRET "\"]}",
                                        "{\"Plaintext\":\"" SECRET "\"} x",
                                        ("{\"Plaintext\":\"" SECRET)};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        cr_expect_eq(leaks_of(texts[i], true), 0, "%s", texts[i]);
    cr_expect_gt(leaks_of("{\"plaintext\":\"" SECRET "\"}", true), 0, "this test could not find any");
}

/* Values may have escapes. Members whose names have other escapes exist, but without a value. */
Test(kms_reply, escapes_of_names_hide_the_value_alone)
{
    natt_kms_reply *reply = parse("{\"message\":\"a\\nb\",\"KeyId\":\"k\\/\",\"L\":[\"\\n\",\"c\"],\"B\":\"YWJj\","
                                  "\"\\u0043\":\"YWJj\",\"Pl\\u0061intext\":\"YWJj\",\"D\":\"d\"}");
    cr_assert_not_null(reply);
    cr_expect(is(natt_kms_reply_text(reply, "message"), "a\nb") && is(natt_kms_reply_text(reply, "KeyId"), "k/"));
    cr_expect(is(natt_kms_reply_text(reply, "B"), "YWJj") && is(natt_kms_reply_text(reply, "D"), "d"));
    cr_expect(is(natt_kms_reply_text(reply, "C"), "****"));
    cr_expect(natt_kms_reply_has(reply, "Plaintext") && is(natt_kms_reply_text(reply, "Plaintext"), "****"));
    natt_kms_reply_free(reply);
}

Test(kms_reply, plaintexts_are_there_but_cannot_be_read)
{
    natt_kms_reply *reply =
        parse("{\"Plaintext\":\"YWJj\",\"SharedSecret\":\"\",\"PrivateKeyPlaintext\":5,\"A\":\"Plaintext\","
              "\"B\":\"YWJj\",\"Plaintexts\":\"YWJj\",\"L\":[\"Plaintext\",\"c\"]}");
    uint8_t out[8];
    size_t len;
    cr_assert_not_null(reply);
    cr_expect(natt_kms_reply_has(reply, "Plaintext") && natt_kms_reply_has(reply, "SharedSecret"));
    cr_expect(is(natt_kms_reply_text(reply, "Plaintext"), "****") &&
              is(natt_kms_reply_text(reply, "SharedSecret"), ""));
    cr_expect(natt_kms_reply_has(reply, "PrivateKeyPlaintext"));
    cr_expect(!blob(reply, "Plaintext", out, 8, &len) && err.code == NATT_KMS_CLIENT_E_REPLY_MEMBER);
    cr_expect(blob(reply, "B", out, 8, &len) && blob(reply, "Plaintexts", out, 8, &len));
    natt_kms_reply_free(reply);
}
