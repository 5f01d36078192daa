/* See operations_support.h. */
#include "nsm/kms/test/operations_support.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>
#include <mbedtls/base64.h>

struct operation_state s;

static void grant(unsigned number)
{
    char body[4096];
    (void)number;
    (void)snprintf(body, sizeof body,
                   "{\"KeyId\":\"arn:key\",\"CiphertextForRecipient\":\"%s\",\"CiphertextBlob\":\"AQID\","
                   "\"PrivateKeyCiphertextBlob\":\"AQID\",\"PublicKey\":\"BAU=\",\"KeyMaterialId\":\"x\",\"New\":[{}]}",
                   s.sealed);
    fake_reply(200, "", s.answer_body != NULL ? s.answer_body : body);
}

natt_bytes view(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

void seal(const struct test_message *m)
{
    size_t len = 0;
    const natt_bytes message = test_message_write(m);
    cr_assert_eq(mbedtls_base64_encode((unsigned char *)s.sealed, sizeof s.sealed, &len, message.ptr, message.len), 0);
}

void set_buffers(void)
{
    memset(s.room, 0x55, sizeof s.room);
    for (size_t i = 0; i < 3; i++)
        s.buffers[i] = (natt_kms_client_buffer){s.room[i], ROOM, 99};
}

void operations_begin(void)
{
    static struct test_message m;
    test_message_init(&m);
    seal(&m);
    fake_begin();
    fake.answer = grant;
    s.client = fake_client();
    cr_assert_not_null(s.client);
    set_buffers();
    s.in = (natt_kms_members){.recipient = {test_recipient_key(), view("document")}};
}

void operations_end(void)
{
    natt_kms_client_free(s.client);
}

/* --- the six calls, as one type --- */

bool call_decrypt(void)
{
    natt_kms_client_decrypt_request request = NATT_KMS_CLIENT_DECRYPT_REQUEST_INIT;
    request.ciphertext = s.in.ciphertext;
    request.key_id = s.in.key_id;
    request.encryption_algorithm = s.in.encryption_algorithm;
    request.context = s.in.context;
    request.recipient = s.in.recipient;
    return natt_kms_client_decrypt(s.client, &s.buffers[0], &request, &s.reply, &s.err);
}

bool call_data_key(void)
{
    natt_kms_client_data_key_request request = NATT_KMS_CLIENT_DATA_KEY_REQUEST_INIT;
    request.key_id = s.in.key_id;
    request.key_spec = s.in.key_spec;
    request.number_of_bytes = s.in.number_of_bytes;
    request.context = s.in.context;
    request.recipient = s.in.recipient;
    return natt_kms_client_generate_data_key(s.client, &s.buffers[0], &s.buffers[1], &request, &s.reply, &s.err);
}

bool call_key_pair(void)
{
    natt_kms_client_key_pair_request request = NATT_KMS_CLIENT_KEY_PAIR_REQUEST_INIT;
    request.key_id = s.in.key_id;
    request.key_pair_spec = s.in.key_pair_spec;
    request.context = s.in.context;
    request.recipient = s.in.recipient;
    return natt_kms_client_generate_data_key_pair(s.client, &s.buffers[0], &s.buffers[1], &s.buffers[2], &request,
                                                  &s.reply, &s.err);
}

bool call_random(void)
{
    natt_kms_client_random_request request = NATT_KMS_CLIENT_RANDOM_REQUEST_INIT;
    request.number_of_bytes = s.in.number_of_bytes;
    request.recipient = s.in.recipient;
    return natt_kms_client_generate_random(s.client, &s.buffers[0], &request, &s.reply, &s.err);
}

bool call_derive(void)
{
    natt_kms_client_derive_request request = NATT_KMS_CLIENT_DERIVE_REQUEST_INIT;
    request.key_id = s.in.key_id;
    request.public_key = s.in.public_key;
    request.recipient = s.in.recipient;
    return natt_kms_client_derive_shared_secret(s.client, &s.buffers[0], &request, &s.reply, &s.err);
}

bool call_encrypt(void)
{
    natt_kms_client_encrypt_request request = NATT_KMS_CLIENT_ENCRYPT_REQUEST_INIT;
    request.key_id = s.in.key_id;
    request.plaintext = s.in.plaintext;
    request.encryption_algorithm = s.in.encryption_algorithm;
    request.context = s.in.context;
    return natt_kms_client_encrypt(s.client, &s.buffers[0], &request, &s.reply, &s.err);
}

static const natt_kms_client_pair pairs[] = {{"app", "a\"b"}, {"\xc3\xa9", ""}};

const struct operation_row rows[ROWS] = {
    {call_decrypt,
     "TrentService.Decrypt",
     1,
     {.ciphertext = {(const uint8_t *)"abc", 3},
      .key_id = "alias/a",
      .encryption_algorithm = "RSAES_OAEP_SHA_256",
      .context = {pairs, 2}},
     "{\"KeyId\":\"alias/a\",\"CiphertextBlob\":\"YWJj\",\"EncryptionAlgorithm\":\"RSAES_OAEP_SHA_256\"," CONTEXT
     "," RECIPIENT "}"},
    {call_data_key,
     "TrentService.GenerateDataKey",
     2,
     {.key_id = "alias/a", .key_spec = "AES_256", .context = {pairs, 2}},
     "{\"KeyId\":\"alias/a\",\"KeySpec\":\"AES_256\"," CONTEXT "," RECIPIENT "}"},
    {call_key_pair,
     "TrentService.GenerateDataKeyPair",
     3,
     {.key_id = "alias/a", .key_pair_spec = "RSA_2048", .context = {pairs, 2}},
     "{\"KeyId\":\"alias/a\",\"KeyPairSpec\":\"RSA_2048\"," CONTEXT "," RECIPIENT "}"},
    {call_random, "TrentService.GenerateRandom", 1, {.number_of_bytes = 32}, "{\"NumberOfBytes\":32," RECIPIENT "}"},
    {call_derive,
     "TrentService.DeriveSharedSecret",
     1,
     {.key_id = "alias/a", .public_key = {(const uint8_t *)"abc", 3}},
     "{\"KeyId\":\"alias/a\",\"KeyAgreementAlgorithm\":\"ECDH\",\"PublicKey\":\"YWJj\"," RECIPIENT "}"},
    {call_encrypt,
     "TrentService.Encrypt",
     1,
     {.key_id = "alias/a",
      .plaintext = {(const uint8_t *)"abc", 3},
      .encryption_algorithm = "SYMMETRIC_DEFAULT",
      .context = {pairs, 2}},
     "{\"KeyId\":\"alias/a\",\"Plaintext\":\"YWJj\",\"EncryptionAlgorithm\":\"SYMMETRIC_DEFAULT\"," CONTEXT "}"},
};

void take(size_t row)
{
    s.in = rows[row].whole;
    s.in.recipient = (natt_kms_client_recipient){test_recipient_key(), view("document")};
    set_buffers();
}

bool all_zero(size_t count)
{
    static const uint8_t zeros[ROOM];
    bool zero = true;
    for (size_t i = 0; i < count; i++)
        zero = zero && s.buffers[i].len == 0 && memcmp(s.room[i], zeros, s.buffers[i].capacity) == 0;
    return zero;
}

void expect_refused(size_t row, natt_kms_client_code code)
{
    cr_expect_not(rows[row].call(), "%s", rows[row].target);
    cr_expect_eq(s.err.code, code, "%s: %s", rows[row].target, natt_kms_client_code_name(s.err.code));
    cr_expect(all_zero(rows[row].buffer_count), "%s: an output is left", rows[row].target);
    cr_expect_str_eq(s.reply.key_arn, "");
}
