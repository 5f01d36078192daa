/* The client over a scripted network: its requests, and the results of replies. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/kms/client.h"
#include "nsm/kms/test/client_call.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

TestSuite(client, .init = client_call_begin, .fini = client_call_end);

/* --- requests --- */

Test(client, requests_have_the_headers_of_kms)
{
    cr_assert(call(), "%s", c.err.message);
    cr_expect(c.ciphertext.len == 3 && memcmp(c.out, "\1\2\3", 3) == 0);
    cr_expect_str_eq(c.reply.key_arn, "arn:aws:kms:key/1");
    cr_expect_str_eq(c.reply.request_id, "r-00001");
    cr_expect(c.reply.attempts == 1 && c.err.http_status == 200);
    cr_expect_eq(strncmp((const char *)fake.request, "POST / HTTP/1.1\r\nHost: kms.test\r\n", 33), 0);
    cr_expect_str_eq(fake_header("content-type"), "application/x-amz-json-1.1");
    cr_expect_str_eq(fake_header("x-amz-target"), "TrentService.Encrypt");
    cr_expect_str_eq(fake_header("x-amz-date"), "20261130T121456Z");
    cr_expect_str_eq(fake_header("user-agent"), "nitro-attest/0.1.0");
    cr_expect_str_eq(fake_header("accept-encoding"), "identity");
    cr_expect_eq((size_t)atoi(fake_header("content-length")), strlen(fake_body()));
    cr_expect_null(fake_header("x-amz-security-token"));
    cr_expect_str_eq(fake_body(), "{\"KeyId\":\"alias/a\",\"Plaintext\":\"c2VjcmV0\"}");
    cr_expect_eq(fake_verify(FAKE_SECRET, NULL), NATT_SIGV4_OK);
    cr_expect_not_null(
        strstr(fake_header("authorization"), "SignedHeaders=content-type;host;x-amz-date;x-amz-target,"));
}

Test(client, session_tokens_are_sent_and_signed)
{
    natt_kms_client_options options = fake_options();
    options.credentials.session_token = view("IQoJ/+=");
    client_call_renew(&options);
    cr_assert(call());
    cr_expect_str_eq(fake_header("x-amz-security-token"), "IQoJ/+=");
    cr_expect_eq(fake_verify(FAKE_SECRET, "IQoJ/+="), NATT_SIGV4_OK);
}

/* The head has room for the longest value of each header. */
Test(client, the_longest_head_fits)
{
    static char token[NATT_AWS_CREDENTIALS_MAX_TOKEN], key[NATT_AWS_CREDENTIALS_MAX_KEY];
    natt_kms_client_options options = fake_options();
    memset(token, 't', sizeof token);
    memset(key, 'K', sizeof key);
    options.credentials.session_token = (natt_bytes){(uint8_t *)token, sizeof token};
    options.credentials.access_key = (natt_bytes){(uint8_t *)key, sizeof key};
    client_call_renew(&options);
    cr_assert(call(), "%s", c.err.message);
    cr_expect_eq(strlen(fake_header("x-amz-security-token")), sizeof token);
}

Test(client, connections_are_kept)
{
    for (int i = 0; i < 5; i++)
        cr_assert(call());
    cr_expect(fake.opened == 1 && fake.closed == 0 && fake.requests == 5);
}

/* --- refusals --- */

Test(client, errors_of_kms_have_their_code_name_and_text)
{
#define CODE(name, number, text, remedy) {name, text},
    static const struct {
        natt_kms_client_code code;
        const char *text;
    } codes[] = {NATT_KMS_CLIENT_CODE_LIST(CODE)};
    natt_kms_client_options options = fake_options();
    options.max_attempts = 1;
    client_call_renew(&options);
    fake.answer = refuse;
    error_status = 400;
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        if (strncmp(codes[i].text, "KMS: ", 5) != 0)
            continue;
        error_name = codes[i].text + 5;
        cr_expect_not(call());
        cr_expect(c.err.code == codes[i].code && c.err.http_status == 400 && c.err.attempts == 1, "%s", error_name);
        cr_expect_str_eq(c.err.kms_name, error_name);
        cr_expect_str_eq(c.err.message, "a ?? text?");
        cr_expect_neq(c.err.request_id[0], '\0');
        cr_expect_str_eq(c.reply.key_arn, "");
    }
    cr_expect_eq(fake.opened, 1, "the connection is still usable");
}

#define TOKEN "IQoJb3JpZ2luX2VjEBYaCWV1LWNlbnRyYWwtMSJHMEUCIQD+/=="

/* AWS's message about a wrong signature quotes the request. The test puts the token there, and into every other text of
 * a reply. */
static void echo_secrets(unsigned number)
{
    static const char *const bodies[] = {
        "{\"__type\":\"InvalidSignatureException\",\"message\":\"The Canonical String should have been\\n"
        "x-amz-security-token:" TOKEN "\\n, signed with " FAKE_SECRET "\"}",
        "{\"__type\":\"" TOKEN "\",\"message\":\"" FAKE_SECRET "\"}", "{\"code\":\"a" FAKE_SECRET "b\"}", ""};
    fake_reply(400, "x-amzn-RequestId: " TOKEN "\r\nx-amzn-ErrorType: X" TOKEN "\r\n", bodies[(number - 1) % 4]);
    char *own = strstr((char *)fake.reply, "x-amzn-RequestId: r-");
    memcpy(own, "y", 1);
}

Test(client, secrets_that_a_server_sends_back_are_not_shown)
{
    static const char *const names[] = {"InvalidSignatureException", "***", "a***b", "X***"};
    natt_kms_client_options options = fake_options();
    options.max_attempts = 1;
    options.credentials.session_token = view(TOKEN);
    client_call_renew(&options);
    fake.answer = echo_secrets;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char text[2048];
        cr_expect_not(call());
        cr_expect_str_eq(c.err.kms_name, names[i]);
        cr_expect_str_eq(c.err.request_id, "***");
        (void)natt_kms_client_error_format(text, sizeof text, &c.err);
        cr_expect_null(strstr(text, "IQoJ"), "%s", text);
        cr_expect_null(strstr(text, "wJal"), "%s", text);
        if (i == 0)
            cr_expect_str_eq(c.err.message, "The Canonical String should have been?x-amz-security-token:***?, "
                                            "signed with ***");
    }
}

static void deny(unsigned number)
{
    (void)number;
    fake_reply(400, "", "{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}");
}

/* The masked name does not change the error code. */
Test(client, errors_are_classified_by_what_the_server_sent)
{
    static const struct {
        const char *token, *shown;
    } rows[] = {{"e", "AccessDeniedException"}, {"AccessDe", "***niedException"}, {"AccessDeniedException", "***"}};
    natt_kms_client_options options = fake_options();
    options.max_attempts = 1;
    fake.answer = deny;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        options.credentials.session_token = view(rows[i].token);
        client_call_renew(&options);
        cr_expect_not(call());
        cr_expect(c.err.code == NATT_KMS_CLIENT_E_KMS_ACCESS_DENIED, "%s: %d", rows[i].token, (int)c.err.code);
        cr_expect_str_eq(c.err.kms_name, rows[i].shown);
    }
}

static const char *plain_status_headers, *plain_status_body;

static void answer_plainly(unsigned number)
{
    (void)number;
    fake_reply(error_status, plain_status_headers, plain_status_body);
}

Test(client, errors_without_json_are_typed)
{
    static const struct {
        unsigned status;
        const char *headers, *body;
        natt_kms_client_code code;
        unsigned attempts;
    } rows[] = {
        {502, "", "<html>Bad Gateway</html>", NATT_KMS_CLIENT_E_HTTP_STATUS, 3},
        {403, "", "<html>Forbidden</html>", NATT_KMS_CLIENT_E_HTTP_STATUS, 1},
        {404, "", "", NATT_KMS_CLIENT_E_HTTP_STATUS, 1},
        {400, "", "{}", NATT_KMS_CLIENT_E_HTTP_STATUS, 1},
        {400, "", "{\"__type\":5}", NATT_KMS_CLIENT_E_HTTP_STATUS, 1},
        {301, "Location: http://evil.test/\r\n", "", NATT_KMS_CLIENT_E_HTTP_STATUS, 1},
        {201, "", GRANTED, NATT_KMS_CLIENT_E_HTTP_STATUS, 1},
        {400, "x-amzn-ErrorType: AccessDeniedException\r\n", "", NATT_KMS_CLIENT_E_KMS_ACCESS_DENIED, 1},
        {400, "X-Amzn-Errortype: a.b#DisabledException:http://x/\r\n", "{}", NATT_KMS_CLIENT_E_KMS_DISABLED, 1},
        {400, "", "{\"__type\":\"a.b#NotFoundException\"}", NATT_KMS_CLIENT_E_KMS_NOT_FOUND, 1},
        {200, "", "", NATT_KMS_CLIENT_E_REPLY_JSON, 1},
        {200, "", "[]", NATT_KMS_CLIENT_E_REPLY_JSON, 1},
        {200, "", "{\"CiphertextBlob\":\"AQID\"", NATT_KMS_CLIENT_E_REPLY_JSON, 1},
        {200, "", "{}", NATT_KMS_CLIENT_E_REPLY_MEMBER, 1},
        {200, "", "{\"CiphertextBlob\":7}", NATT_KMS_CLIENT_E_REPLY_MEMBER, 1},
        {200, "", "{\"CiphertextBlob\":\"AQI\"}", NATT_KMS_CLIENT_E_REPLY_MEMBER, 1},
    };
    fake.answer = answer_plainly;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        error_status = rows[i].status;
        plain_status_headers = rows[i].headers;
        plain_status_body = rows[i].body;
        cr_expect_not(call());
        cr_expect_eq(c.err.code, rows[i].code, "row %zu: %s", i, natt_kms_client_code_name(c.err.code));
        cr_expect(c.err.attempts == rows[i].attempts && c.err.http_status == rows[i].status, "row %zu: %u", i,
                  c.err.attempts);
    }
}

/* --- valid and invalid replies --- */

static size_t cut_at;

static void grant_cut(unsigned number)
{
    grant(number);
    fake.reply_len = cut_at < fake.reply_len ? cut_at : fake.reply_len;
    fake.closes = true;
}

Test(client, replies_that_are_cut_are_refused_at_every_byte)
{
    client_call_one_attempt();
    grant(0);
    const size_t whole = fake.reply_len;
    fake.answer = grant_cut;
    for (cut_at = 0; cut_at < whole; cut_at++) {
        fake.receive_code = NATT_KMS_CLIENT_OK;
        cr_expect_not(call(), "%zu", cut_at);
        cr_expect_eq(c.err.code, NATT_KMS_CLIENT_E_HTTP_TRUNCATED, "%zu: %s", cut_at,
                     natt_kms_client_code_name(c.err.code));
        fake.receive_code = NATT_KMS_CLIENT_E_SOCKET;
        cr_expect_not(call(), "%zu", cut_at);
        cr_expect_eq(c.err.code, NATT_KMS_CLIENT_E_SOCKET, "%zu", cut_at);
    }
    fake.receive_code = NATT_KMS_CLIENT_OK;
    cut_at = SIZE_MAX;
    cr_expect(call());
}

Test(client, replies_in_pieces_are_read)
{
    for (fake.piece = 1; fake.piece < 400; fake.piece += fake.piece < 60 ? 1 : 37) {
        cr_expect(call());
        cr_expect(c.ciphertext.len == 3 && memcmp(c.out, "\1\2\3", 3) == 0);
    }
}

static void answer_raw(unsigned number)
{
    (void)number;
    fake.reply_len = strlen(plain_status_body);
    memcpy(fake.reply, plain_status_body, fake.reply_len);
    fake.closes = true;
}

Test(client, replies_that_are_not_http_are_refused)
{
    static const char *const texts[] = {"\r\n\r\n",
                                        "SSH-2.0-OpenSSH_9.2\r\n",
                                        "HTTP/2 200\r\n\r\n",
                                        "{}",
                                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                                        "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}",
                                        "HTTP/1.1 200 OK\r\n folded\r\n\r\n{}"};
    client_call_one_attempt();
    fake.answer = answer_raw;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        plain_status_body = texts[i];
        cr_expect_not(call());
        cr_expect(c.err.code == NATT_KMS_CLIENT_E_HTTP_MALFORMED || c.err.code == NATT_KMS_CLIENT_E_HTTP_TRUNCATED,
                  "%zu: %s", i, natt_kms_client_code_name(c.err.code));
        cr_expect_eq(fake.opened, fake.closed);
    }
}

static size_t padded_len;

/* GRANTED with blanks, padded_len bytes in all. */
static void grant_padded(unsigned number)
{
    static char body[NATT_KMS_CLIENT_MAX_REPLY + 2];
    (void)number;
    memset(body, ' ', sizeof body);
    memcpy(body, GRANTED, strlen(GRANTED));
    body[padded_len] = '\0';
    fake_reply(200, "", body);
}

Test(client, replies_are_bounded)
{
    fake.answer = grant_padded;
    for (padded_len = NATT_KMS_CLIENT_MAX_REPLY - 1; padded_len <= NATT_KMS_CLIENT_MAX_REPLY + 1; padded_len++) {
        const bool fits = padded_len <= NATT_KMS_CLIENT_MAX_REPLY;
        cr_expect_eq(call(), fits);
        cr_expect_eq(c.err.code, fits ? NATT_KMS_CLIENT_OK : NATT_KMS_CLIENT_E_HTTP_TOO_LARGE);
    }
    cr_expect_eq(c.err.attempts, 1);
}

static void flood(unsigned number)
{
    (void)number;
    fake.reply_len = sizeof fake.reply;
    memset(fake.reply, 'a', sizeof fake.reply);
    memcpy(fake.reply, "HTTP/1.1 200 OK\r\n", 17);
}

Test(client, heads_are_bounded)
{
    client_call_one_attempt();
    fake.answer = flood;
    cr_expect_not(call());
    cr_expect_eq(c.err.code, NATT_KMS_CLIENT_E_HTTP_TOO_LARGE, "%s", natt_kms_client_code_name(c.err.code));
}

/* The reply is wiped when the call ends. */
Test(client, replies_are_wiped)
{
    cr_assert(call());
    cr_expect_eq(c.client->body[0], 0);
    fake.answer = refuse;
    error_status = 400;
    error_name = "DisabledException";
    cr_expect_not(call());
    cr_expect_eq(c.client->body[0], 0);
}
