/* The operations: members of requests and replies, refusals, outputs. The server is scripted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/kms/client.h"
#include "nsm/kms/test/operations_support.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

TestSuite(operations, .init = operations_begin, .fini = operations_end);

/* --- requests and results --- */

Test(operations, requests_have_the_members_of_kms)
{
    for (size_t i = 0; i < ROWS; i++) {
        take(i);
        cr_assert(rows[i].call(), "%s: %s", rows[i].target, s.err.message);
        cr_expect_str_eq(fake_header("x-amz-target"), rows[i].target);
        cr_expect_str_eq(fake_body(), rows[i].whole_body);
        cr_expect_eq(fake_verify(FAKE_SECRET, NULL), NATT_SIGV4_OK);
    }
}

Test(operations, what_is_not_given_is_not_sent)
{
    s.in.ciphertext = view("abc");
    cr_assert(call_decrypt());
    cr_expect_str_eq(fake_body(), "{\"CiphertextBlob\":\"YWJj\"," RECIPIENT "}");
    take(1);
    s.in.key_spec = NULL;
    s.in.number_of_bytes = 1024;
    s.in.context.count = 0;
    cr_assert(call_data_key());
    cr_expect_str_eq(fake_body(), "{\"KeyId\":\"alias/a\",\"NumberOfBytes\":1024," RECIPIENT "}");
}

Test(operations, results_are_opened_and_decoded)
{
    static const char *const others[] = {"\1\2\3", "\4\5"};
    for (size_t i = 0; i < ROWS; i++) {
        take(i);
        cr_assert(rows[i].call());
        const size_t first = i == ENCRYPT ? 0 : 1;
        if (first == 1)
            cr_expect(s.buffers[0].len == 32 && s.room[0][0] == 0 && s.room[0][31] == 31, "%s", rows[i].target);
        for (size_t k = first; k < rows[i].buffer_count; k++)
            cr_expect(s.buffers[k].len == strlen(others[k - first]) &&
                          memcmp(s.room[k], others[k - first], s.buffers[k].len) == 0,
                      "%s, result %zu", rows[i].target, k);
        cr_expect_str_eq(s.reply.key_arn, "arn:key");
        cr_expect(s.reply.attempts == 1 && s.err.http_status == 200 && s.reply.request_id[0] == 'r');
    }
}

Test(operations, reply_and_error_may_be_null)
{
    natt_kms_client_random_request request = NATT_KMS_CLIENT_RANDOM_REQUEST_INIT;
    request.number_of_bytes = 32;
    request.recipient = s.in.recipient;
    cr_expect(natt_kms_client_generate_random(s.client, &s.buffers[0], &request, NULL, NULL));
    request.number_of_bytes = 0;
    cr_expect_not(natt_kms_client_generate_random(s.client, &s.buffers[0], &request, NULL, NULL));
    cr_expect_not(natt_kms_client_generate_random(s.client, &s.buffers[0], NULL, NULL, NULL));
    cr_expect_not(natt_kms_client_generate_random(NULL, NULL, NULL, NULL, NULL));
}

/* --- replies that are refused --- */

static void expect_body_refused(size_t row, const char *body, natt_kms_client_code code)
{
    take(row);
    s.answer_body = body;
    expect_refused(row, code);
    s.answer_body = NULL;
}

Test(operations, plaintexts_in_the_open_are_refused)
{
    static const char *const names[] = {"Plaintext", "PrivateKeyPlaintext", "SharedSecret"};
    for (size_t row = 0; row < ENCRYPT; row++)
        for (size_t i = 0; i < COUNT_OF(names); i++) {
            char body[4096];
            (void)snprintf(body, sizeof body, "{\"KeyId\":\"k\",\"%s\":\"AAAA\",\"CiphertextBlob\":\"AQID\"}",
                           names[i]);
            expect_body_refused(row, body, NATT_KMS_CLIENT_E_NOT_SEALED);
            (void)snprintf(body, sizeof body, "{\"%s\":[1],\"CiphertextForRecipient\":\"%s\"}", names[i], s.sealed);
            expect_body_refused(row, body, NATT_KMS_CLIENT_E_NOT_SEALED);
            (void)snprintf(
                body, sizeof body,
                "{\"CiphertextForRecipient\":\"%s\",\"CiphertextBlob\":\"AQID\",\"PrivateKeyCiphertextBlob\":"
                "\"AQID\",\"PublicKey\":\"BAU=\",\"%s\":\"AAAA\"}",
                s.sealed, names[i]);
            expect_body_refused(row, body, NATT_KMS_CLIENT_E_NOT_SEALED);
        }
}

/* KMS's reference allows "null or empty". */
Test(operations, empty_plaintexts_are_none)
{
    static const char *const empty[] = {"null", "\"\""};
    for (size_t i = 0; i < COUNT_OF(empty); i++) {
        static char body[4096];
        (void)snprintf(body, sizeof body, "{\"Plaintext\":%s,\"CiphertextForRecipient\":\"%s\"}", empty[i], s.sealed);
        s.answer_body = body;
        take(3);
        cr_expect(call_random(), "%s", s.err.message);
        cr_expect_str_eq(s.reply.key_arn, "");
    }
    s.answer_body = NULL;
}

Test(operations, replies_without_a_result_are_refused)
{
    static char body[4096];
    for (size_t row = 0; row < ROWS; row++) {
        expect_body_refused(row, "{}", NATT_KMS_CLIENT_E_REPLY_MEMBER);
        expect_body_refused(row, "{\"KeyId\":\"k\",\"CiphertextForRecipient\":null,\"CiphertextBlob\":null}",
                            NATT_KMS_CLIENT_E_REPLY_MEMBER);
    }
    (void)snprintf(body, sizeof body, "{\"CiphertextForRecipient\":\"%s\"}", s.sealed);
    expect_body_refused(1, body, NATT_KMS_CLIENT_E_REPLY_MEMBER);
    expect_body_refused(2, body, NATT_KMS_CLIENT_E_REPLY_MEMBER);
    expect_body_refused(1, "{\"CiphertextBlob\":\"AQID\"}", NATT_KMS_CLIENT_E_REPLY_MEMBER);
    expect_body_refused(3, "{\"CiphertextForRecipient\":\"====\"}", NATT_KMS_CLIENT_E_REPLY_MEMBER);
}

Test(operations, messages_that_do_not_open_are_refused)
{
    static struct test_message m;
    take(3);
    s.in.recipient.key = test_other_recipient_key();
    expect_refused(3, NATT_KMS_CLIENT_E_RECIPIENT);
    cr_expect_eq(s.err.recipient.code, NATT_RECIPIENT_E_MESSAGE_RECIPIENT, "%s",
                 natt_recipient_code_name(s.err.recipient.code));
    test_message_init(&m);
    m.garbled_key = true;
    seal(&m);
    take(3);
    expect_refused(3, NATT_KMS_CLIENT_E_RECIPIENT);
    cr_expect_eq(s.err.recipient.code, NATT_RECIPIENT_E_DECRYPT);
    expect_body_refused(3, "{\"CiphertextForRecipient\":\"AQID\"}", NATT_KMS_CLIENT_E_RECIPIENT);
    cr_expect_neq(s.err.recipient.code, NATT_RECIPIENT_OK);
}

/* The base64 of n zero bytes. */
static char *zeros_of(size_t len, const char *member)
{
    const size_t digits = (len + 2) / 3 * 4, pad = (3 - len % 3) % 3;
    char *body = calloc(1, digits + 64);
    int at = sprintf(body, "{\"%s\":\"", member);
    memset(body + at, 'A', digits);
    memset(body + (size_t)at + digits - pad, '=', pad);
    (void)strcat(body, "\"}");
    return body;
}

Test(operations, messages_are_bounded)
{
    for (size_t len = NATT_RECIPIENT_MAX_MESSAGE - 1; len <= NATT_RECIPIENT_MAX_MESSAGE + 1; len++) {
        char *body = zeros_of(len, "CiphertextForRecipient");
        expect_body_refused(
            3, body, len <= NATT_RECIPIENT_MAX_MESSAGE ? NATT_KMS_CLIENT_E_RECIPIENT : NATT_KMS_CLIENT_E_REPLY_MEMBER);
        free(body);
    }
}

Test(operations, key_ids_of_replies_are_bounded)
{
    for (size_t len = NATT_KMS_CLIENT_MAX_ID - 1; len <= NATT_KMS_CLIENT_MAX_ID + 1; len++) {
        char *body = calloc(1, len + 64);
        (void)sprintf(body, "{\"CiphertextBlob\":\"AQID\",\"KeyId\":\"%0*d\"}", (int)len, 7);
        take(ENCRYPT);
        s.answer_body = body;
        cr_expect_eq(call_encrypt(), len <= NATT_KMS_CLIENT_MAX_ID, "%zu: %s", len, s.err.message);
        cr_expect_eq(strlen(s.reply.key_arn), len <= NATT_KMS_CLIENT_MAX_ID ? len : 0);
        free(body);
    }
    s.answer_body = NULL;
}

/* --- outputs that are too small --- */

/* Each buffer has n-1, n and n+1 bytes: if one is too small, the call clears all results. */
Test(operations, small_buffers_get_nothing)
{
    static const size_t sizes[] = {32, 3, 2};
    for (size_t row = 0; row < ROWS; row++)
        for (size_t k = 0; k < rows[row].buffer_count; k++) {
            const size_t size = row == ENCRYPT ? 3 : sizes[k];
            for (size_t capacity = size - 1; capacity <= size + 1; capacity++) {
                take(row);
                s.buffers[k].capacity = capacity;
                if (capacity >= size) {
                    cr_expect(rows[row].call(), "%s, result %zu: %s", rows[row].target, k, s.err.message);
                    continue;
                }
                expect_refused(row, NATT_KMS_CLIENT_E_BUFFER_TOO_SMALL);
                cr_expect_eq(s.err.required_len, size);
                cr_expect_eq(s.room[k][capacity], 0x55, "bytes after the buffer were written");
            }
        }
}

Test(operations, messages_name_the_small_buffer)
{
    take(2);
    s.buffers[2].capacity = 0;
    s.buffers[2].ptr = NULL;
    cr_expect_not(call_key_pair());
    cr_expect_str_eq(s.err.message, "the output buffer for PublicKey is too small");
    take(2);
    s.buffers[0].capacity = 31;
    cr_expect_not(call_key_pair());
    cr_expect_str_eq(s.err.message, "the output buffer for the plaintext is too small");
    take(3);
    s.buffers[0] = (natt_kms_client_buffer){NULL, 0, 5};
    cr_expect_not(call_random());
    cr_expect(s.err.required_len == 32 && s.buffers[0].len == 0);
}
