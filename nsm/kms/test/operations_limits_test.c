/* The operations: requests that are refused before anything is sent. */
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/kms/client.h"
#include "nsm/kms/test/operations_support.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

TestSuite(operations_limits, .init = operations_begin, .fini = operations_end);

/* --- limits of requests --- */

static natt_bytes bytes_of(size_t len)
{
    static uint8_t bytes[NATT_RECIPIENT_MAX_DOCUMENT + 1];
    return (natt_bytes){bytes, len};
}

/* 0, 1, n-1, n, n+1 bytes. */
static void check_lengths(size_t row, natt_bytes *member, size_t most, natt_kms_client_code code)
{
    const size_t lengths[] = {0, 1, most - 1, most, most + 1};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        take(row);
        *member = bytes_of(lengths[i]);
        const unsigned before = fake.requests;
        if (lengths[i] >= 1 && lengths[i] <= most) {
            cr_expect(rows[row].call(), "%s, %zu: %s", rows[row].target, lengths[i], s.err.message);
            continue;
        }
        expect_refused(row, code);
        cr_expect_eq(fake.requests, before, "it was sent");
    }
    take(row);
    *member = (natt_bytes){NULL, 0};
    expect_refused(row, code);
    take(row);
    *member = (natt_bytes){NULL, 5};
    expect_refused(row, NATT_KMS_CLIENT_E_USAGE_ARGUMENT);
}

Test(operations_limits, lengths_of_blobs_are_checked)
{
    check_lengths(0, &s.in.ciphertext, 6144, NATT_KMS_CLIENT_E_USAGE_CIPHERTEXT);
    check_lengths(4, &s.in.public_key, 8192, NATT_KMS_CLIENT_E_USAGE_PUBLIC_KEY);
    check_lengths(ENCRYPT, &s.in.plaintext, 4096, NATT_KMS_CLIENT_E_USAGE_PLAINTEXT);
    for (size_t row = 0; row < ENCRYPT; row++)
        check_lengths(row, &s.in.recipient.document, 262144, NATT_KMS_CLIENT_E_USAGE_RECIPIENT);
}

Test(operations_limits, recipients_need_a_key)
{
    for (size_t row = 0; row < ENCRYPT; row++) {
        take(row);
        s.in.recipient.key = NULL;
        expect_refused(row, NATT_KMS_CLIENT_E_USAGE_RECIPIENT);
    }
}

static const char *text_of(size_t len)
{
    static char text[NATT_KMS_CLIENT_MAX_CONTEXT + 2];
    memset(text, 'k', sizeof text);
    text[len] = '\0';
    return text;
}

/* 0, 1, n-1, n, n+1 characters, and NULL. */
static void check_text(size_t row, const char **member, size_t most, bool needed, natt_kms_client_code code)
{
    const size_t lengths[] = {0, 1, most - 1, most, most + 1};
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        take(row);
        *member = text_of(lengths[i]);
        if (lengths[i] >= 1 && lengths[i] <= most)
            cr_expect(rows[row].call(), "%s, %zu: %s", rows[row].target, lengths[i], s.err.message);
        else
            expect_refused(row, code);
    }
    take(row);
    *member = NULL;
    if (needed)
        expect_refused(row, code);
    else
        cr_expect(rows[row].call(), "%s: %s", rows[row].target, s.err.message);
    take(row);
    *member = "a\r\n";
    expect_refused(row, code);
    cr_expect(code != NATT_KMS_CLIENT_E_USAGE_KEY_ID || strstr(s.err.message, "not printable ASCII") != NULL);
    *member = "\xff";
    expect_refused(row, code);
}

Test(operations_limits, texts_are_checked)
{
    check_text(0, &s.in.key_id, 2048, false, NATT_KMS_CLIENT_E_USAGE_KEY_ID);
    check_text(1, &s.in.key_id, 2048, true, NATT_KMS_CLIENT_E_USAGE_KEY_ID);
    check_text(2, &s.in.key_id, 2048, true, NATT_KMS_CLIENT_E_USAGE_KEY_ID);
    check_text(4, &s.in.key_id, 2048, true, NATT_KMS_CLIENT_E_USAGE_KEY_ID);
    check_text(ENCRYPT, &s.in.key_id, 2048, true, NATT_KMS_CLIENT_E_USAGE_KEY_ID);
    check_text(0, &s.in.encryption_algorithm, 64, false, NATT_KMS_CLIENT_E_USAGE_SPEC);
    check_text(ENCRYPT, &s.in.encryption_algorithm, 64, false, NATT_KMS_CLIENT_E_USAGE_SPEC);
    check_text(1, &s.in.key_spec, 64, true, NATT_KMS_CLIENT_E_USAGE_SPEC);
    check_text(2, &s.in.key_pair_spec, 64, true, NATT_KMS_CLIENT_E_USAGE_SPEC);
}

Test(operations_limits, numbers_of_bytes_are_checked)
{
    static const uint32_t numbers[] = {0, 1, 1023, 1024, 1025, UINT32_MAX};
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        const bool ok = numbers[i] >= 1 && numbers[i] <= 1024;
        take(3);
        s.in.number_of_bytes = numbers[i];
        cr_expect_eq(call_random(), ok);
        cr_expect_eq(s.err.code, ok ? NATT_KMS_CLIENT_OK : NATT_KMS_CLIENT_E_USAGE_SPEC);
        take(1);
        s.in.key_spec = NULL;
        s.in.number_of_bytes = numbers[i];
        cr_expect_eq(call_data_key(), ok);
        cr_expect_eq(s.err.code, ok ? NATT_KMS_CLIENT_OK : NATT_KMS_CLIENT_E_USAGE_SPEC);
    }
    take(1);
    s.in.number_of_bytes = 32;
    expect_refused(1, NATT_KMS_CLIENT_E_USAGE_SPEC);
}

static void check_context(size_t row, const natt_kms_client_pair *some, size_t count, natt_kms_client_code code)
{
    take(row);
    s.in.context = (natt_kms_client_context){some, count};
    if (code == NATT_KMS_CLIENT_OK)
        cr_expect(rows[row].call(), "%s", s.err.message);
    else
        expect_refused(row, code);
}

Test(operations_limits, encryption_contexts_are_checked)
{
    static const size_t with_context[] = {0, 1, 2, ENCRYPT};
    const natt_kms_client_pair twice[] = {{"a", "1"}, {"b", "2"}, {"a", "3"}};
    const natt_kms_client_pair wrong[] = {{NULL, "1"}, {"a", NULL}, {"\xff", "1"}, {"a", "\xc0\x80"}};
    for (size_t i = 0; i < COUNT_OF(with_context); i++) {
        const size_t row = with_context[i];
        check_context(row, twice, 3, NATT_KMS_CLIENT_E_USAGE_CONTEXT);
        check_context(row, twice, 2, NATT_KMS_CLIENT_OK);
        check_context(row, twice, 0, NATT_KMS_CLIENT_OK);
        check_context(row, NULL, 1, NATT_KMS_CLIENT_E_USAGE_ARGUMENT);
        for (size_t k = 0; k < COUNT_OF(wrong); k++)
            check_context(row, &wrong[k], 1, NATT_KMS_CLIENT_E_USAGE_CONTEXT);
        for (size_t len = NATT_KMS_CLIENT_MAX_CONTEXT - 1; len <= NATT_KMS_CLIENT_MAX_CONTEXT + 1; len++) {
            const natt_kms_client_pair longest[] = {{"n", ""}, {"m", text_of(len - 2)}};
            check_context(row, longest, 2,
                          len <= NATT_KMS_CLIENT_MAX_CONTEXT ? NATT_KMS_CLIENT_OK : NATT_KMS_CLIENT_E_USAGE_CONTEXT);
        }
    }
}

Test(operations_limits, arguments_are_checked)
{
    natt_kms_client *const whole = s.client;
    for (size_t row = 0; row < ROWS; row++) {
        take(row);
        s.client = NULL;
        expect_refused(row, NATT_KMS_CLIENT_E_USAGE_ARGUMENT);
        s.client = whole;
        for (size_t k = 0; k < rows[row].buffer_count; k++) {
            take(row);
            s.buffers[k].ptr = NULL;
            cr_expect_not(rows[row].call());
            cr_expect_eq(s.err.code, NATT_KMS_CLIENT_E_USAGE_ARGUMENT);
        }
    }
    cr_expect_eq(fake.requests, 0);
}

/* A structure of a different version, or none; outputs are cleared anyway. */
#define EXPECT_SIZES(call_of, type, init)                                                                              \
    do {                                                                                                               \
        type request = init;                                                                                           \
        request.struct_size++;                                                                                         \
        set_buffers();                                                                                                 \
        cr_expect_not(call_of(&request));                                                                              \
        cr_expect_eq(s.err.code, NATT_KMS_CLIENT_E_USAGE_STRUCT_SIZE);                                                 \
        cr_expect(all_zero(1));                                                                                        \
        set_buffers();                                                                                                 \
        cr_expect_not(call_of(NULL));                                                                                  \
        cr_expect_eq(s.err.code, NATT_KMS_CLIENT_E_USAGE_ARGUMENT);                                                    \
        cr_expect(all_zero(1));                                                                                        \
    } while (0)

#define DECRYPT(r)  natt_kms_client_decrypt(s.client, &s.buffers[0], r, &s.reply, &s.err)
#define DATA_KEY(r) natt_kms_client_generate_data_key(s.client, &s.buffers[0], &s.buffers[1], r, &s.reply, &s.err)
#define KEY_PAIR(r)                                                                                                    \
    natt_kms_client_generate_data_key_pair(s.client, &s.buffers[0], &s.buffers[1], &s.buffers[2], r, &s.reply, &s.err)
#define RANDOM(r)     natt_kms_client_generate_random(s.client, &s.buffers[0], r, &s.reply, &s.err)
#define DERIVE(r)     natt_kms_client_derive_shared_secret(s.client, &s.buffers[0], r, &s.reply, &s.err)
#define ENCRYPT_OF(r) natt_kms_client_encrypt(s.client, &s.buffers[0], r, &s.reply, &s.err)

Test(operations_limits, requests_of_other_versions_are_refused)
{
    EXPECT_SIZES(DECRYPT, natt_kms_client_decrypt_request, NATT_KMS_CLIENT_DECRYPT_REQUEST_INIT);
    EXPECT_SIZES(DATA_KEY, natt_kms_client_data_key_request, NATT_KMS_CLIENT_DATA_KEY_REQUEST_INIT);
    EXPECT_SIZES(KEY_PAIR, natt_kms_client_key_pair_request, NATT_KMS_CLIENT_KEY_PAIR_REQUEST_INIT);
    EXPECT_SIZES(RANDOM, natt_kms_client_random_request, NATT_KMS_CLIENT_RANDOM_REQUEST_INIT);
    EXPECT_SIZES(DERIVE, natt_kms_client_derive_request, NATT_KMS_CLIENT_DERIVE_REQUEST_INIT);
    EXPECT_SIZES(ENCRYPT_OF, natt_kms_client_encrypt_request, NATT_KMS_CLIENT_ENCRYPT_REQUEST_INIT);
    cr_expect_eq(fake.requests, 0);
}
