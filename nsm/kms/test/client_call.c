/* See client_call.h. */
#include "nsm/kms/test/client_call.h"

#include <string.h>

#include <criterion/criterion.h>

struct client_call c;
const char *error_name;
unsigned error_status;

natt_bytes view(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

void grant(unsigned number)
{
    (void)number;
    fake_reply(200, "", GRANTED);
}

void refuse(unsigned number)
{
    (void)number;
    fake_error(error_status, error_name, "a \\u00e9 text\\n");
}

void client_call_begin(void)
{
    fake_begin();
    fake.answer = grant;
    c.client = fake_client();
    cr_assert_not_null(c.client);
}

void client_call_end(void)
{
    natt_kms_client_free(c.client);
    cr_expect_eq(fake.opened, fake.closed);
}

void client_call_renew(const natt_kms_client_options *options)
{
    natt_kms_client_free(c.client);
    c.client = natt_kms_client_new(NULL, options, &c.err);
    cr_assert_not_null(c.client, "%s", c.err.message);
}

void client_call_one_attempt(void)
{
    natt_kms_client_options options = fake_options();
    options.max_attempts = 1;
    client_call_renew(&options);
}

bool call(void)
{
    static const uint8_t zeros[sizeof c.out];
    natt_kms_client_encrypt_request request = NATT_KMS_CLIENT_ENCRYPT_REQUEST_INIT;
    request.key_id = "alias/a";
    request.plaintext = view("secret");
    memset(c.out, 0x55, sizeof c.out);
    c.ciphertext = (natt_kms_client_buffer){c.out, sizeof c.out, 99};
    const bool ok = natt_kms_client_encrypt(c.client, &c.ciphertext, &request, &c.reply, &c.err);
    cr_expect_eq(ok, c.err.code == NATT_KMS_CLIENT_OK);
    cr_expect(ok || (c.ciphertext.len == 0 && memcmp(c.out, zeros, sizeof c.out) == 0), "a result was left");
    cr_expect_eq(c.reply.attempts, c.err.attempts);
    cr_expect_str_eq(c.reply.request_id, c.err.request_id);
    return ok;
}
