/* The client over a scripted network: retries, delays, clocks, and renewed tokens. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "nsm/kms/test/client_call.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define HOUR            UINT64_C(3600000)

TestSuite(client_retry, .init = client_call_begin, .fini = client_call_end);

/* --- retries --- */

Test(client_retry, storms_end_after_the_attempts_that_are_allowed)
{
    static const unsigned statuses[] = {500, 502, 503, 504};
    fake.answer = refuse;
    error_name = "SomethingException";
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        fake.slept_ms = fake.sleeps = 0;
        error_status = statuses[i];
        cr_expect_not(call());
        cr_expect(c.err.code == NATT_KMS_CLIENT_E_KMS_OTHER && c.err.attempts == 3 && c.err.http_status == statuses[i]);
        cr_expect(fake.sleeps == 2 && fake.slept_ms == 50 + 100, "%u sleeps, %u ms", fake.sleeps,
                  (unsigned)fake.slept_ms);
    }
}

Test(client_retry, pauses_are_random)
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

Test(client_retry, throttled_requests_are_sent_again_as_they_were)
{
    fake.answer = throttle_first;
    cr_assert(call(), "%s", c.err.message);
    cr_expect(c.err.attempts == 2 && fake.sleeps == 1 && fake.slept_ms == 1000);
    cr_expect_eq(fake_verify(FAKE_SECRET, NULL), NATT_SIGV4_OK);
    cr_expect_str_eq(c.err.kms_name, "");
    cr_expect_str_eq(c.reply.request_id, "r-00002");
}

Test(client_retry, a_pause_beyond_the_deadline_is_not_made)
{
    natt_kms_client_options options = fake_options();
    options.max_attempts = 10;
    options.total_ms = 3000;
    client_call_renew(&options);
    fake.answer = refuse;
    error_name = "ThrottlingException";
    error_status = 400;
    cr_expect_not(call());
    cr_expect(c.err.code == NATT_KMS_CLIENT_E_KMS_THROTTLING && c.err.attempts == 2, "1 s, and 2 s would be too long");
    cr_expect_eq(fake.slept_ms, 1000);
    options.total_ms = 3001;
    client_call_renew(&options);
    cr_expect_not(call());
    cr_expect_eq(c.err.attempts, 3);
}

static const char *asked;

static void throttle_with_header(unsigned number)
{
    if (number % 2 == 0)
        fake_reply(200, "", GRANTED);
    else
        fake_reply(400, asked, "{\"__type\":\"ThrottlingException\"}");
}

Test(client_retry, servers_may_ask_for_longer_pauses)
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

Test(client_retry, clocks_that_differ_are_corrected_once)
{
    static const uint64_t ahead[] = {HOUR, UINT64_C(0) - HOUR, 23 * HOUR};
    fake.answer = verify_signature;
    for (size_t i = 0; i < COUNT_OF(ahead); i++) {
        fake.server_ahead_ms = ahead[i];
        cr_expect(call(), "%s", c.err.message);
        cr_expect(c.err.attempts == 2 && fake.sleeps == 0);
        cr_expect(call());
        cr_expect_eq(c.err.attempts, 1, "the correction was forgotten");
    }
}

Test(client_retry, clocks_are_corrected_by_a_day_at_most)
{
    static const struct {
        uint64_t ahead_ms;
        bool corrected;
    } rows[] = {{24 * HOUR - 1000, true},
                {24 * HOUR, true},
                {24 * HOUR + 1000, false},
                {UINT64_C(0) - 24 * HOUR, true},
                {UINT64_C(0) - 24 * HOUR - 1000, false},
                {24 * 365 * HOUR, false}};
    fake.answer = verify_signature;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        client_call_end();
        c.client = fake_client();
        fake.opened = fake.closed = 0;
        fake.server_ahead_ms = rows[i].ahead_ms;
        cr_expect_eq(call(), rows[i].corrected, "row %zu", i);
        cr_expect_eq(c.err.attempts, rows[i].corrected ? 2 : 1, "row %zu", i);
        cr_expect(rows[i].corrected || c.err.code == NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE, "row %zu", i);
    }
}

static const char *blamed;

/* A server whose Date is wrong in every reply. */
static void blame_the_clock(unsigned number)
{
    const uint64_t right = fake.server_ahead_ms;
    (void)number;
    fake.server_ahead_ms = 20 * HOUR;
    fake_error(400, blamed, "Signature expired: 20261130T121456Z is now earlier than");
    fake.server_ahead_ms = right;
}

Test(client_retry, dates_of_servers_that_take_no_signature_are_forgotten)
{
    static const char *const names[] = {"InvalidSignatureException", "AccessDeniedException", "ExpiredTokenException"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        blamed = names[i];
        fake.answer = blame_the_clock;
        cr_expect_not(call());
        cr_expect_eq(c.err.attempts, 2);
        fake.answer = verify_signature;
        cr_expect(call(), "%s", c.err.message);
        cr_expect_eq(c.err.attempts, 1, "%s: the correction is still there", names[i]);
    }
}

static void correct_then_refuse(unsigned number)
{
    (void)number;
    if (fake_verify(FAKE_SECRET, NULL) == NATT_SIGV4_OK)
        fake_error(400, "AccessDeniedException", "no");
    else
        fake_error(400, "InvalidSignatureException", "Signature expired");
}

Test(client_retry, corrections_stay_when_the_signature_was_taken)
{
    fake.answer = correct_then_refuse;
    fake.server_ahead_ms = HOUR;
    cr_expect_not(call());
    cr_expect(c.err.code == NATT_KMS_CLIENT_E_KMS_ACCESS_DENIED && c.err.attempts == 2);
    cr_expect_not(call());
    cr_expect(c.err.code == NATT_KMS_CLIENT_E_KMS_ACCESS_DENIED && c.err.attempts == 1);
}

Test(client_retry, wrong_secrets_are_not_taken_for_clocks)
{
    natt_kms_client_options options = fake_options();
    options.credentials.secret_key = view("another");
    client_call_renew(&options);
    fake.answer = verify_signature;
    cr_expect_not(call());
    cr_expect(c.err.code == NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE && c.err.attempts == 1);
    fake.server_ahead_ms = HOUR;
    cr_expect_not(call());
    cr_expect(c.err.code == NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE && c.err.attempts == 2);
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

/* The connection ends during the request, or before it. */
Test(client_retry, idle_connections_that_the_server_closed_are_replaced)
{
    void (*const answers[])(unsigned) = {fail_second, close_second};
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        client_call_end();
        client_call_begin();
        fake.answer = answers[i];
        cr_assert(call());
        cr_assert(call(), "%s", c.err.message);
        cr_expect(c.err.attempts == 2 && fake.sleeps == 0 && fake.opened == 2 && fake.closed == 1);
        fake.stale = true;
        cr_assert(call());
        fake.stale = false;
        cr_expect(c.err.attempts == 1 && fake.opened == 3 && fake.closed == 2);
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

Test(client_retry, connections_that_cannot_be_used_again_are_closed)
{
    fake.answer = close_after;
    cr_assert(call());
    cr_expect(fake.opened == 1 && fake.closed == 1);
    fake.answer = add_bytes;
    cr_assert(call());
    cr_expect(fake.opened == 2 && fake.closed == 2);
}

Test(client_retry, servers_that_cannot_be_reached_are_tried_again)
{
    fake.open_code = NATT_KMS_CLIENT_E_CONNECT;
    fake.open_failures = 2;
    cr_expect(call());
    cr_expect(c.err.attempts == 3 && fake.requests == 1 && fake.sleeps == 2);
    client_call_end();
    client_call_begin();
    fake.open_code = NATT_KMS_CLIENT_E_CONNECT;
    fake.open_failures = 3;
    cr_expect_not(call());
    cr_expect(c.err.code == NATT_KMS_CLIENT_E_CONNECT && c.err.attempts == 3 && fake.requests == 0);
    cr_expect(c.err.http_status == 0 && c.err.request_id[0] == '\0');
}

Test(client_retry, untrusted_servers_are_not_tried_again)
{
    static const natt_kms_client_code codes[] = {NATT_KMS_CLIENT_E_TLS_NAME, NATT_KMS_CLIENT_E_TLS_UNTRUSTED,
                                                 NATT_KMS_CLIENT_E_TLS_VALIDITY, NATT_KMS_CLIENT_E_TLS_HANDSHAKE};
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        fake.open_code = codes[i];
        fake.open_failures = 3;
        cr_expect_not(call());
        cr_expect(c.err.code == codes[i] && c.err.attempts == 1 && fake.requests == 0);
    }
}

/* --- time --- */

Test(client_retry, slow_connections_have_their_own_deadline)
{
    fake.open_takes_ms = 3000;
    cr_expect_not(call());
    cr_expect(c.err.code == NATT_KMS_CLIENT_E_TIMEOUT && c.err.attempts == 3);
    cr_expect_eq(fake.monotonic_ms, 1000 + 3 * 3000 + 150);
    client_call_end();
    client_call_begin();
    fake.open_takes_ms = 2999;
    cr_expect(call());
}

Test(client_retry, slow_replies_end_at_the_deadline)
{
    fake.piece = 1;
    fake.piece_takes_ms = 1000;
    cr_expect_not(call());
    cr_expect(c.err.code == NATT_KMS_CLIENT_E_TIMEOUT && c.err.attempts == 1);
    cr_expect_eq(fake.monotonic_ms, 1000 + 30000);
    client_call_end();
    client_call_begin();
    fake.answer = NULL;
    cr_expect_not(call());
    cr_expect(c.err.code == NATT_KMS_CLIENT_E_TIMEOUT && fake.monotonic_ms == 1000 + 30000);
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

Test(client_retry, expired_tokens_are_renewed_from_their_file)
{
    natt_kms_client_options options = fake_options();
    (void)snprintf(path, sizeof path, "/tmp/natt-kms-token-%d", (int)getpid());
    options.credentials = (natt_kms_client_credentials){.descriptor = -1, .file = path};
    write_credentials("old");
    client_call_renew(&options);
    fake.answer = take_new_token_alone;
    cr_expect(call(), "%s", c.err.message);
    cr_expect(c.err.attempts == 2 && fake.sleeps == 0);
    cr_expect_eq(fake_verify(FAKE_SECRET, "new"), NATT_SIGV4_OK);
    fake.answer = expire_every_token;
    cr_expect_not(call());
    cr_expect(c.err.code == NATT_KMS_CLIENT_E_KMS_EXPIRED_TOKEN && c.err.attempts == 2);
    fake.wall_ms = FAKE_NOW + 24 * HOUR;
    cr_expect_not(call());
    cr_expect(c.err.code == NATT_KMS_CLIENT_E_CREDENTIALS_EXPIRED && c.err.attempts == 0, "nothing was sent");
    (void)unlink(path);
}

/* Expiration is 6 hours away, and the server's Date is 20 hours away: the client reports the server's refusal, and the
 * next server succeeds. */
Test(client_retry, a_servers_date_does_not_expire_credentials)
{
    natt_kms_client_options options = fake_options();
    (void)snprintf(path, sizeof path, "/tmp/natt-kms-expiration-%d", (int)getpid());
    options.credentials = (natt_kms_client_credentials){.descriptor = -1, .file = path};
    write_credentials("new");
    client_call_renew(&options);
    blamed = "InvalidSignatureException";
    fake.answer = blame_the_clock;
    cr_expect_not(call());
    cr_expect(c.err.code == NATT_KMS_CLIENT_E_KMS_INVALID_SIGNATURE && c.err.attempts == 2, "%s", c.err.message);
    fake.answer = take_new_token_alone;
    cr_expect(call(), "%s", c.err.message);
    (void)unlink(path);
}

Test(client_retry, expired_tokens_of_other_sources_are_not_tried_again)
{
    fake.answer = expire_every_token;
    cr_expect_not(call());
    cr_expect(c.err.code == NATT_KMS_CLIENT_E_KMS_EXPIRED_TOKEN && c.err.attempts == 1);
}
