/* Bodies of requests to KMS: escapes, sizes, omitted members; base64 compared with mbedTLS. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <jansson.h>
#include <mbedtls/base64.h>

#include "nsm/kms/kms_json.h"
#include "nsm/recipient/base64.h"

#define ROOM 4096

/* Writes the members of one test; count() does the same with a counting writer. */
typedef void write_members(natt_json_writer *w);

static size_t count(write_members *members)
{
    natt_json_writer w = {NULL, 0, 0, false, false};
    natt_json_begin(&w);
    members(&w);
    natt_json_end(&w);
    cr_assert_not(w.failed);
    return w.len;
}

/* Writes into memory of exactly its size. Every smaller size fails, and nothing is written after the end. */
static void expect(write_members *members, const char *wanted)
{
    const size_t len = count(members);
    cr_expect_eq(len, strlen(wanted), "%s: %zu", wanted, len);
    for (size_t capacity = 0; capacity <= len + 1; capacity++) {
        char *out = malloc(len + 2);
        cr_assert_not_null(out);
        memset(out, '#', len + 2);
        natt_json_writer w = {out, capacity, 0, false, false};
        natt_json_begin(&w);
        members(&w);
        natt_json_end(&w);
        cr_expect_eq(w.failed, capacity < len, "%s, %zu", wanted, capacity);
        cr_expect(w.failed || (w.len == len && memcmp(out, wanted, len) == 0), "%s: %.*s", wanted, (int)len, out);
        cr_expect(w.len <= capacity && out[capacity < len ? capacity : len] == '#', "%s, %zu", wanted, capacity);
        free(out);
    }
}

static void no_members(natt_json_writer *w)
{
    natt_json_text(w, "Absent", NULL);
    natt_json_blob(w, "Absent", (natt_bytes){NULL, 0});
    natt_json_context(w, &(natt_kms_client_context){NULL, 0});
    natt_json_recipient(w, (natt_bytes){NULL, 0});
}

static void all_kinds(natt_json_writer *w)
{
    static const natt_kms_client_pair pairs[] = {{"app", "a"}, {"", ""}, {"tier\n", "\"1\""}};
    natt_json_text(w, "KeyId", "alias/app");
    natt_json_number(w, "NumberOfBytes", 32);
    natt_json_blob(w, "CiphertextBlob", (natt_bytes){(const uint8_t *)"\xfb\xff\x00\x01", 4});
    natt_json_context(w, &(natt_kms_client_context){pairs, 3});
    natt_json_recipient(w, (natt_bytes){(const uint8_t *)"doc", 3});
    natt_json_text(w, "KeySpec", "");
}

static void recipient_first(natt_json_writer *w)
{
    static const natt_kms_client_pair pairs[] = {{"a", "b"}};
    natt_json_recipient(w, (natt_bytes){(const uint8_t *)"d", 1});
    natt_json_context(w, &(natt_kms_client_context){pairs, 1});
    natt_json_blob(w, "Empty", (natt_bytes){(const uint8_t *)"", 0});
}

static void numbers(natt_json_writer *w)
{
    natt_json_number(w, "a", 0);
    natt_json_number(w, "b", 9);
    natt_json_number(w, "c", 10);
    natt_json_number(w, "d", 4294967295U);
}

static void escapes(natt_json_writer *w)
{
    natt_json_text(w, "a", "\x01\x1f\t\n\r\b\f\"\\/\x7f'<\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    natt_json_text(w, "\"\\", "\\\"");
}

Test(kms_json, members_in_their_order_in_any_memory)
{
    expect(no_members, "{}");
    expect(all_kinds,
           "{\"KeyId\":\"alias/app\",\"NumberOfBytes\":32,\"CiphertextBlob\":\"+/8AAQ==\","
           "\"EncryptionContext\":{\"app\":\"a\",\"\":\"\",\"tier\\u000a\":\"\\\"1\\\"\"},"
           "\"Recipient\":{\"KeyEncryptionAlgorithm\":\"RSAES_OAEP_SHA_256\",\"AttestationDocument\":\"ZG9j\"},"
           "\"KeySpec\":\"\"}");
    expect(recipient_first, "{\"Recipient\":{\"KeyEncryptionAlgorithm\":\"RSAES_OAEP_SHA_256\",\"AttestationDocument\":"
                            "\"ZA==\"},\"EncryptionContext\":{\"a\":\"b\"},\"Empty\":\"\"}");
    expect(numbers, "{\"a\":0,\"b\":9,\"c\":10,\"d\":4294967295}");
    expect(escapes, "{\"a\":\"\\u0001\\u001f\\u0009\\u000a\\u000d\\u0008\\u000c\\\"\\\\/\x7f'<\xc3\xa9\xe2\x82\xac"
                    "\xf0\x9f\x98\x80\",\"\\\"\\\\\":\"\\\\\\\"\"}");
}

/* Every ASCII character is the same after decoding. */
Test(kms_json, jansson_reads_every_character)
{
    char text[128], out[ROOM];
    for (size_t i = 0; i < 127; i++)
        text[i] = (char)(i + 1);
    text[127] = '\0';
    natt_json_writer w = {out, sizeof out, 0, false, false};
    natt_json_begin(&w);
    natt_json_text(&w, text, text);
    natt_json_end(&w);
    json_t *json = json_loadb(out, w.len, 0, NULL);
    cr_assert_not_null(json);
    cr_expect_str_eq(json_string_value(json_object_get(json, text)), text);
    json_decref(json);
}

static bool text_fails(const char *name, const char *value, char *out)
{
    natt_json_writer w = {out, ROOM, 0, false, false};
    natt_json_begin(&w);
    natt_json_text(&w, name, value);
    natt_json_end(&w);
    return w.failed;
}

Test(kms_json, what_is_not_utf8_fails)
{
    static const char *const wrong[] = {"\xff", "a\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"};
    char out[ROOM];
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_expect(text_fails("a", wrong[i], out) && text_fails(wrong[i], "a", out), "%zu", i);
        cr_expect(text_fails("a", wrong[i], NULL), "%zu", i);
    }
    cr_expect_not(text_fails("a", "b", out));
}

static bool pair_fails(natt_kms_client_pair pair)
{
    char out[ROOM];
    natt_json_writer w = {out, sizeof out, 0, false, false};
    natt_json_begin(&w);
    natt_json_context(&w, &(natt_kms_client_context){&pair, 1});
    natt_json_end(&w);
    return w.failed;
}

Test(kms_json, a_pair_without_name_or_value_fails)
{
    cr_expect(pair_fails((natt_kms_client_pair){"a", NULL}) && pair_fails((natt_kms_client_pair){NULL, "a"}));
    cr_expect_not(pair_fails((natt_kms_client_pair){"a", ""}));
}

Test(kms_json, after_a_failure_nothing_is_written)
{
    char out[] = "##########";
    natt_json_writer w = {out, 6, 0, false, false};
    natt_json_begin(&w);
    natt_json_text(&w, "abcdefgh", "x");
    natt_json_end(&w);
    natt_json_number(&w, "a", 1);
    cr_expect(w.failed && w.len <= 6);
    cr_expect_str_eq(out + w.len, &"##########"[w.len]);
}

/* After a text that did not fit, a shorter one would still fit. */
Test(kms_json, after_a_blob_that_does_not_fit_nothing_is_written)
{
    char out[] = "############";
    natt_json_writer w = {out, 12, 0, false, false};
    natt_json_begin(&w);
    natt_json_blob(&w, "a", (natt_bytes){(const uint8_t *)"123456789", 9});
    natt_json_end(&w);
    cr_expect(w.failed && w.len == 6);
    cr_expect_str_eq(out, "{\"a\":\"######");
}

/* A comma follows an object, even an empty one. */
Test(kms_json, a_member_after_an_object)
{
    char out[] = "##########";
    natt_json_writer w = {out, sizeof out - 1, 0, false, false};
    natt_json_begin(&w);
    natt_json_end(&w);
    natt_json_number(&w, "a", 1);
    cr_expect_str_eq(out, "{},\"a\":1##");
}

/* An impossible length: no byte is read, and no sum overflows. */
Test(kms_json, a_blob_of_impossible_length_fails)
{
    natt_json_writer w = {NULL, 0, 0, false, false};
    natt_json_blob(&w, "a", (natt_bytes){(const uint8_t *)"", SIZE_MAX});
    cr_expect(w.failed);
}

/* --- base64 --- */

Test(base64, every_length_and_byte_as_mbedtls_has_it)
{
    uint8_t bytes[300], back[303];
    char ours[NATT_BASE64_LEN(300) + 1];
    unsigned char theirs[NATT_BASE64_LEN(300) + 1];
    size_t len;
    for (size_t n = 0; n <= sizeof bytes; n++) {
        for (size_t i = 0; i < n; i++)
            bytes[i] = (uint8_t)(i * 167 + n * 31 + (i >> 3));
        memset(ours, '#', sizeof ours);
        natt_base64_encode(ours, (natt_bytes){bytes, n});
        cr_assert_eq(mbedtls_base64_encode(theirs, sizeof theirs, &len, bytes, n), 0);
        cr_assert(len == NATT_BASE64_LEN(n) && memcmp(ours, theirs, len) == 0 && ours[len] == '#', "%zu", n);
        cr_assert_eq(natt_base64_decode(back, &len, (natt_bytes){theirs, len}), n > 0);
        cr_assert(len == n && (n == 0 || memcmp(back, bytes, n) == 0), "%zu", n);
    }
}

/* All pairs of characters in a group: a text decodes only if it is the encoding of its bytes. */
static bool is_the_encoding(const uint8_t text[4])
{
    unsigned char again[5];
    uint8_t bytes[3];
    size_t len = 0, n = 0;
    return mbedtls_base64_decode(bytes, sizeof bytes, &len, text, 4) == 0 && len > 0 &&
           mbedtls_base64_encode(again, sizeof again, &n, bytes, len) == 0 && n == 4 && memcmp(again, text, 4) == 0;
}

Test(base64, only_the_one_encoding_is_taken)
{
    unsigned taken = 0;
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        const uint8_t end[4] = {'a', 'Z', (uint8_t)(pair >> 8), (uint8_t)pair};
        const uint8_t begin[4] = {(uint8_t)(pair >> 8), (uint8_t)pair, '9', '+'};
        const uint8_t padded[4] = {(uint8_t)(pair >> 8), (uint8_t)pair, '=', '='};
        uint8_t out[3];
        size_t len;
        const bool good = natt_base64_decode(out, &len, (natt_bytes){end, 4});
        cr_assert_eq(good, is_the_encoding(end), "%04x", pair);
        cr_assert_eq(natt_base64_decode(NULL, &len, (natt_bytes){begin, 4}), is_the_encoding(begin), "%04x", pair);
        cr_assert_eq(natt_base64_decode(NULL, &len, (natt_bytes){padded, 4}), is_the_encoding(padded), "%04x", pair);
        taken += good ? 1 : 0;
    }
    cr_expect_eq(taken, 64 * 64 + 16); /* and "aZx=" with two zero bits; "aZ==" has bits that no byte has */
}

Test(base64, forms_that_are_refused)
{
    static const char *const wrong[] = {
        "",     "A",        "AA",   "AAA",   "AAAAA", "====",     "A===", "AAAA====", "AA==AAAA", "AA=A",
        "=AAA", "AAA=AAAA", "AA A", "AAA\n", " AAAA", "AAAA\r\n", "AA-_", "AB==",     "AAB=",     "AA*="};
    size_t len;
    uint8_t out[9];
    for (size_t n = 0; n <= 8; n++)
        cr_expect_eq(natt_base64_decode(out, &len, (natt_bytes){(const uint8_t *)"AAAAAAAA", n}), n == 4 || n == 8);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        len = 1;
        cr_expect(!natt_base64_decode(out, &len, (natt_bytes){(const uint8_t *)wrong[i], strlen(wrong[i])}) && len == 0,
                  "%s", wrong[i]);
    }
}
