/* The client over a scripted network: what it sends, what it makes of replies, when it tries again. */
#define _GNU_SOURCE /* mkdtemp */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/kms/client.h"
#include "nsm/kms/error.h"
#include "nsm/kms/test/fake_server.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define HOUR            UINT64_C(3600000)
#define GRANTED         "{\"CiphertextBlob\":\"AQID\",\"KeyId\":\"arn:aws:kms:key/1\"}"

static natt_kms_client *client;
static natt_kms_client_error err;
static natt_kms_client_reply reply;
static uint8_t out[64];
static natt_kms_client_buffer ciphertext;

static natt_bytes view(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

static void grant(unsigned number)
{
    (void)number;
    fake_reply(200, "", GRANTED);
}

static void begin(void)
{
    fake_begin();
    fake.answer = grant;
    client = fake_client();
    cr_assert_not_null(client);
}

static void end(void)
{
    natt_kms_client_free(client);
    cr_expect_eq(fake.opened, fake.closed);
}

TestSuite(client, .init = begin, .fini = end);

/* Encrypt is the operation without a document, so the shortest one. */
static bool call(void)
{
    natt_kms_client_encrypt_request request = NATT_KMS_CLIENT_ENCRYPT_REQUEST_INIT;
    request.key_id = "alias/a";
    request.plaintext = view("secret");
    memset(out, 0x55, sizeof out);
    ciphertext = (natt_kms_client_buffer){out, sizeof out, 99};
    const bool ok = natt_kms_client_encrypt(client, &ciphertext, &request, &reply, &err);
    static const uint8_t zeros[sizeof out];
    cr_expect_eq(ok, err.code == NATT_KMS_CLIENT_OK);
    cr_expect(ok || (ciphertext.len == 0 && memcmp(out, zeros, sizeof out) == 0), "a result was left");
    cr_expect_eq(reply.attempts, err.attempts);
    cr_expect_str_eq(reply.request_id, err.request_id);
    return ok;
}

static void renew_client(const natt_kms_client_options *options)
{
    natt_kms_client_free(client);
    client = natt_kms_client_new(NULL, options, &err);
    cr_assert_not_null(client, "%s", err.message);
}

/* --- requests --- */

Test(client, requests_have_the_headers_of_kms)
{
    cr_assert(call(), "%s", err.message);
    cr_expect(ciphertext.len == 3 && memcmp(out, "\1\2\3", 3) == 0);
    cr_expect_str_eq(reply.key_arn, "arn:aws:kms:key/1");
    cr_expect_str_eq(reply.request_id, "r-00001");
    cr_expect(reply.attempts == 1 && err.http_status == 200);
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
    renew_client(&options);
    cr_assert(call());
    cr_expect_str_eq(fake_header("x-amz-security-token"), "IQoJ/+=");
    cr_expect_eq(fake_verify(FAKE_SECRET, "IQoJ/+="), NATT_SIGV4_OK);
}

/* The longest of everything goes into the head. */
Test(client, the_longest_head_fits)
{
    static char token[NATT_AWS_CREDENTIALS_MAX_TOKEN], key[NATT_AWS_CREDENTIALS_MAX_KEY];
    natt_kms_client_options options = fake_options();
    memset(token, 't', sizeof token);
    memset(key, 'K', sizeof key);
    options.credentials.session_token = (natt_bytes){(uint8_t *)token, sizeof token};
    options.credentials.access_key = (natt_bytes){(uint8_t *)key, sizeof key};
    renew_client(&options);
    cr_assert(call(), "%s", err.message);
    cr_expect_eq(strlen(fake_header("x-amz-security-token")), sizeof token);
}

Test(client, connections_are_kept)
{
    for (int i = 0; i < 5; i++)
        cr_assert(call());
    cr_expect(fake.opened == 1 && fake.closed == 0 && fake.requests == 5);
}

/* --- refusals --- */

static const char *error_name;
static unsigned error_status;

static void refuse(unsigned number)
{
    (void)number;
    fake_error(error_status, error_name, "a \\u00e9 text\\n");
}

Test(client, errors_of_kms_have_their_code_name_and_text)
{
#define CODE(name, number, text, remedy) {name, text},
    static const struct {
        natt_kms_client_code code;
        const char *text;
    } codes[] = {NATT_KMS_CLIENT_CODE_LIST(CODE)};
    natt_kms_client_options options = fake_options();
    options.max_attempts = 1;
    renew_client(&options);
    fake.answer = refuse;
    error_status = 400;
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        if (strncmp(codes[i].text, "KMS: ", 5) != 0)
            continue;
        error_name = codes[i].text + 5;
        cr_expect_not(call());
        cr_expect(err.code == codes[i].code && err.http_status == 400 && err.attempts == 1, "%s", error_name);
        cr_expect_str_eq(err.kms_name, error_name);
        cr_expect_str_eq(err.message, "a ?? text?");
        cr_expect_neq(err.request_id[0], '\0');
        cr_expect_str_eq(reply.key_arn, "");
    }
    cr_expect_eq(fake.opened, 1, "the connection is as good as before");
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
        cr_expect_eq(err.code, rows[i].code, "row %zu: %s", i, natt_kms_client_code_name(err.code));
        cr_expect(err.attempts == rows[i].attempts && err.http_status == rows[i].status, "row %zu: %u", i,
                  err.attempts);
    }
}

/* --- trying again --- */

Test(client, storms_end_after_the_attempts_that_are_allowed)
{
    static const unsigned statuses[] = {500, 502, 503, 504};
    fake.answer = refuse;
    error_name = "SomethingException";
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        fake.slept_ms = fake.sleeps = 0;
        error_status = statuses[i];
        cr_expect_not(call());
        cr_expect(err.code == NATT_KMS_CLIENT_E_KMS_OTHER && err.attempts == 3 && err.http_status == statuses[i]);
        cr_expect(fake.sleeps == 2 && fake.slept_ms == 50 + 100, "%u sleeps, %u ms", fake.sleeps,
                  (unsigned)fake.slept_ms);
    }
}

Test(client, pauses_are_random)
{
    fake.answer = refuse;
    error_name = "KMSInternalException";
    error_status = 500;
    fake.random = 0;
    cr_expect_not(call());
    cr_expect_eq(fake.slept_ms, 0);
    fake.random = UINT32_MAX / 2 + 1;
    cr_expect_not(call());
    cr_expect_eq(fake.slept_ms, 25 + 50);
}

static uint8_t first_hash[32];
static char first_date[32];

static void throttle_first(unsigned number)
{
    if (number > 1) {
        cr_expect_arr_eq(fake.body_hash, first_hash, sizeof first_hash, "the body has changed");
        cr_expect_str_neq(fake_header("x-amz-date"), first_date);
        fake_reply(200, "", GRANTED);
        return;
    }
    memcpy(first_hash, fake.body_hash, sizeof first_hash);
    (void)snprintf(first_date, sizeof first_date, "%s", fake_header("x-amz-date"));
    fake_error(400, "ThrottlingException", "Rate exceeded");
}

Test(client, throttled_requests_are_sent_again_as_they_were)
{
    fake.answer = throttle_first;
    cr_assert(call(), "%s", err.message);
    cr_expect(err.attempts == 2 && fake.sleeps == 1 && fake.slept_ms == 1000);
    cr_expect_eq(fake_verify(FAKE_SECRET, NULL), NATT_SIGV4_OK);
    cr_expect_str_eq(err.kms_name, "");
    cr_expect_str_eq(reply.request_id, "r-00002");
}

Test(client, a_pause_beyond_the_deadline_is_not_made)
{
    natt_kms_client_options options = fake_options();
    options.max_attempts = 10;
    options.total_ms = 3000;
    renew_client(&options);
    fake.answer = refuse;
    error_name = "ThrottlingException";
    error_status = 400;
    cr_expect_not(call());
    cr_expect(err.code == NATT_KMS_CLIENT_E_KMS_THROTTLING && err.attempts == 2, "1 s, and 2 s would be too long");
    cr_expect_eq(fake.slept_ms, 1000);
    options.total_ms = 3001;
    renew_client(&options);
    cr_expect_not(call());
    cr_expect_eq(err.attempts, 3);
}

static const char *asked;

static void throttle_with_header(unsigned number)
{
    if (number % 2 == 0)
        fake_reply(200, "", GRANTED);
    else
        fake_reply(400, asked, "{\"__type\":\"ThrottlingException\"}");
}

Test(client, servers_may_ask_for_longer_pauses)
{
    static const struct {
        const char *header;
        uint64_t ms;
    } rows[] = {
        {"x-amz-retry-after: 1500\r\n", 1500},
        {"x-amz-retry-after: 999\r\n", 1000},
        {"Retry-After: 3\r\n", 3000},
        {"Retry-After: 4000000000000000000000\r\n", 6000},
        {"Retry-After: Mon, 30 Nov 2026 12:34:56 GMT\r\n", 1000},
        {"x-amz-retry-after: -1\r\n", 1000},
        {"x-amz-retry-after: 20000\r\nRetry-After: 1\r\n", 6000},
        {"", 1000},
    };
    fake.answer = throttle_with_header;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        asked = rows[i].header;
        fake.slept_ms = 0;
        cr_expect(call());
        cr_expect_eq(fake.slept_ms, rows[i].ms, "row %zu: %u", i, (unsigned)fake.slept_ms);
    }
}

/* --- clocks --- */

static void verify_signature(unsigned number)
{
    (void)number;
    if (fake_verify(FAKE_SECRET, NULL) == NATT_SIGV4_OK)
        fake_reply(200, "", GRANTED);
    else
        fake_error(400, "InvalidSignatureException", "Signature expired");
}

Test(client, clocks_that_differ_are_corrected_once)
{
    static const uint64_t ahead[] = {HOUR, UINT64_C(0) - HOUR, 24 * 365 * HOUR};
    fake.answer = verify_signature;
    for (size_t i = 0; i < COUNT_OF(ahead); i++) {
        fake.server_ahead_ms = ahead[i];
        cr_expect(call(), "%s", err.message);
        cr_expect(err.attempts == 2 && fake.sleeps == 0);
        cr_expect(call());
        cr_expect_eq(err.attempts, 1, "the correction was forgotten");
    }
}

Test(client, wrong_secrets_are_not_taken_for_clocks)
{
    natt_kms_client_options options = fake_options();
    options.credentials.secret_key = view("another");
    renew_client(&options);
    fake.answer = verify_signature;
    cr_expect_not(call());
    cr_expect(err.code == NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE && err.attempts == 1);
    fake.server_ahead_ms = HOUR;
    cr_expect_not(call());
    cr_expect(err.code == NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE && err.attempts == 2);
}

/* --- connections --- */

static void fail_second(unsigned number)
{
    fake.send_code = number == 2 ? NATT_KMS_CLIENT_E_SOCKET : NATT_KMS_CLIENT_OK;
    fake_reply(200, "", GRANTED);
}

static void close_second(unsigned number)
{
    fake.closes = number == 2;
    if (number != 2)
        fake_reply(200, "", GRANTED);
}

/* While the request was on its way, and before. */
Test(client, idle_connections_that_the_server_closed_are_replaced)
{
    void (*const answers[])(unsigned) = {fail_second, close_second};
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        end();
        begin();
        fake.answer = answers[i];
        cr_assert(call());
        cr_assert(call(), "%s", err.message);
        cr_expect(err.attempts == 2 && fake.sleeps == 0 && fake.opened == 2 && fake.closed == 1);
        fake.stale = true;
        cr_assert(call());
        fake.stale = false;
        cr_expect(err.attempts == 1 && fake.opened == 3 && fake.closed == 2);
    }
}

static void close_after(unsigned number)
{
    (void)number;
    fake_reply(200, "Connection: close\r\n", GRANTED);
}

static void add_bytes(unsigned number)
{
    (void)number;
    fake_reply(200, "", GRANTED);
    fake.reply[fake.reply_len++] = 'H';
}

Test(client, connections_that_cannot_be_used_again_are_closed)
{
    fake.answer = close_after;
    cr_assert(call());
    cr_expect(fake.opened == 1 && fake.closed == 1);
    fake.answer = add_bytes;
    cr_assert(call());
    cr_expect(fake.opened == 2 && fake.closed == 2);
}

Test(client, servers_that_cannot_be_reached_are_tried_again)
{
    fake.open_code = NATT_KMS_CLIENT_E_CONNECT;
    fake.open_failures = 2;
    cr_expect(call());
    cr_expect(err.attempts == 3 && fake.requests == 1 && fake.sleeps == 2);
    end();
    begin();
    fake.open_code = NATT_KMS_CLIENT_E_CONNECT;
    fake.open_failures = 3;
    cr_expect_not(call());
    cr_expect(err.code == NATT_KMS_CLIENT_E_CONNECT && err.attempts == 3 && fake.requests == 0);
    cr_expect(err.http_status == 0 && err.request_id[0] == '\0');
}

Test(client, untrusted_servers_are_not_tried_again)
{
    static const natt_kms_client_code codes[] = {NATT_KMS_CLIENT_E_TLS_NAME, NATT_KMS_CLIENT_E_TLS_UNTRUSTED,
                                                 NATT_KMS_CLIENT_E_TLS_VALIDITY, NATT_KMS_CLIENT_E_TLS_HANDSHAKE};
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        fake.open_code = codes[i];
        fake.open_failures = 3;
        cr_expect_not(call());
        cr_expect(err.code == codes[i] && err.attempts == 1 && fake.requests == 0);
    }
}

/* --- time --- */

Test(client, slow_connections_have_their_own_deadline)
{
    fake.open_takes_ms = 3000;
    cr_expect_not(call());
    cr_expect(err.code == NATT_KMS_CLIENT_E_TIMEOUT && err.attempts == 3);
    cr_expect_eq(fake.monotonic_ms, 1000 + 3 * 3000 + 150);
    end();
    begin();
    fake.open_takes_ms = 2999;
    cr_expect(call());
}

Test(client, slow_replies_end_at_the_deadline)
{
    fake.piece = 1;
    fake.piece_takes_ms = 1000;
    cr_expect_not(call());
    cr_expect(err.code == NATT_KMS_CLIENT_E_TIMEOUT && err.attempts == 1);
    cr_expect_eq(fake.monotonic_ms, 1000 + 30000);
    end();
    begin();
    fake.answer = NULL;
    cr_expect_not(call());
    cr_expect(err.code == NATT_KMS_CLIENT_E_TIMEOUT && fake.monotonic_ms == 1000 + 30000);
}

/* --- replies, right and wrong --- */

static void only_one_attempt(void)
{
    natt_kms_client_options options = fake_options();
    options.max_attempts = 1;
    renew_client(&options);
}

static size_t cut_at;

static void grant_cut(unsigned number)
{
    grant(number);
    fake.reply_len = cut_at < fake.reply_len ? cut_at : fake.reply_len;
    fake.closes = true;
}

Test(client, replies_that_are_cut_are_refused_at_every_byte)
{
    only_one_attempt();
    grant(0);
    const size_t whole = fake.reply_len;
    fake.answer = grant_cut;
    for (cut_at = 0; cut_at < whole; cut_at++) {
        fake.receive_code = NATT_KMS_CLIENT_OK;
        cr_expect_not(call(), "%zu", cut_at);
        cr_expect_eq(err.code, NATT_KMS_CLIENT_E_HTTP_TRUNCATED, "%zu: %s", cut_at,
                     natt_kms_client_code_name(err.code));
        fake.receive_code = NATT_KMS_CLIENT_E_SOCKET;
        cr_expect_not(call(), "%zu", cut_at);
        cr_expect_eq(err.code, NATT_KMS_CLIENT_E_SOCKET, "%zu", cut_at);
    }
    fake.receive_code = NATT_KMS_CLIENT_OK;
    cut_at = SIZE_MAX;
    cr_expect(call());
}

Test(client, replies_in_pieces_are_read)
{
    for (fake.piece = 1; fake.piece < 400; fake.piece += fake.piece < 60 ? 1 : 37) {
        cr_expect(call());
        cr_expect(ciphertext.len == 3 && memcmp(out, "\1\2\3", 3) == 0);
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
    only_one_attempt();
    fake.answer = answer_raw;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        plain_status_body = texts[i];
        cr_expect_not(call());
        cr_expect(err.code == NATT_KMS_CLIENT_E_HTTP_MALFORMED || err.code == NATT_KMS_CLIENT_E_HTTP_TRUNCATED,
                  "%zu: %s", i, natt_kms_client_code_name(err.code));
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
        cr_expect_eq(err.code, fits ? NATT_KMS_CLIENT_OK : NATT_KMS_CLIENT_E_HTTP_TOO_LARGE);
    }
    cr_expect_eq(err.attempts, 1);
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
    only_one_attempt();
    fake.answer = flood;
    cr_expect_not(call());
    cr_expect_eq(err.code, NATT_KMS_CLIENT_E_HTTP_TOO_LARGE, "%s", natt_kms_client_code_name(err.code));
}

/* A reply stays in memory no longer than the call. */
Test(client, replies_are_wiped)
{
    cr_assert(call());
    cr_expect_eq(client->body[0], 0);
    fake.answer = refuse;
    error_status = 400;
    error_name = "DisabledException";
    cr_expect_not(call());
    cr_expect_eq(client->body[0], 0);
}

/* --- credentials that change --- */

static char path[64];

static void write_credentials(const char *token)
{
    char text[256];
    (void)snprintf(text, sizeof text,
                   "{\"AccessKeyId\":\"" FAKE_ACCESS_KEY "\",\"SecretAccessKey\":\"" FAKE_SECRET
                   "\",\"Token\":\"%s\",\"Expiration\":\"2026-11-30T18:00:00Z\"}",
                   token);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    (void)close(fd);
}

static void take_new_token_alone(unsigned number)
{
    if (number == 1)
        write_credentials("new");
    if (strcmp(fake_header("x-amz-security-token"), "new") == 0)
        fake_reply(200, "", GRANTED);
    else
        fake_error(400, "ExpiredTokenException", "The security token included in the request is expired");
}

static void expire_every_token(unsigned number)
{
    (void)number;
    fake_error(400, "ExpiredTokenException", "The security token included in the request is expired");
}

Test(client, expired_tokens_are_renewed_from_their_file)
{
    natt_kms_client_options options = fake_options();
    (void)snprintf(path, sizeof path, "/tmp/natt-kms-token-%d", (int)getpid());
    options.credentials = (natt_kms_client_credentials){.descriptor = -1, .file = path};
    write_credentials("old");
    renew_client(&options);
    fake.answer = take_new_token_alone;
    cr_expect(call(), "%s", err.message);
    cr_expect(err.attempts == 2 && fake.sleeps == 0);
    cr_expect_eq(fake_verify(FAKE_SECRET, "new"), NATT_SIGV4_OK);
    fake.answer = expire_every_token;
    cr_expect_not(call());
    cr_expect(err.code == NATT_KMS_CLIENT_E_KMS_EXPIRED_TOKEN && err.attempts == 2);
    fake.wall_ms = FAKE_NOW + 24 * HOUR;
    cr_expect_not(call());
    cr_expect(err.code == NATT_KMS_CLIENT_E_CREDENTIALS_EXPIRED && err.attempts == 0, "nothing was sent");
    (void)unlink(path);
}

Test(client, expired_tokens_of_other_sources_are_not_tried_again)
{
    fake.answer = expire_every_token;
    cr_expect_not(call());
    cr_expect(err.code == NATT_KMS_CLIENT_E_KMS_EXPIRED_TOKEN && err.attempts == 1);
}
