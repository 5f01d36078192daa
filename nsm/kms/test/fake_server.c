/* See fake_server.h. */
#define _GNU_SOURCE /* strncasecmp, gmtime_r */

#include "nsm/kms/test/fake_server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <mbedtls/md.h>

#include "nsm/kms/error.h"
#include "nsm/kms/system.h"

struct fake fake;

struct natt_connection {
    int unused;
};
struct natt_tls {
    int unused;
};

/* --- clocks --- */

uint64_t natt_monotonic_ms(void)
{
    return fake.monotonic_ms;
}

uint64_t natt_wall_clock_ms(void)
{
    return fake.wall_ms;
}

static void pass(uint64_t ms)
{
    fake.monotonic_ms += ms;
    fake.wall_ms += ms;
}

void natt_sleep_ms(uint64_t ms)
{
    fake.sleeps++;
    fake.slept_ms += ms;
    pass(ms);
}

uint32_t natt_jitter_random(void)
{
    return fake.random;
}

/* False: the wait is too long; the clock then shows the deadline. */
static bool wait_ms(uint64_t ms, uint64_t deadline_ms, natt_kms_client_error *err)
{
    if (deadline_ms > fake.monotonic_ms && ms < deadline_ms - fake.monotonic_ms) {
        pass(ms);
        return true;
    }
    pass(deadline_ms > fake.monotonic_ms ? deadline_ms - fake.monotonic_ms : 0);
    return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_TIMEOUT, NULL);
}

/* --- connections --- */

natt_tls *natt_tls_new(natt_bytes ca, natt_nsm *nsm, natt_kms_client_error *err)
{
    (void)nsm;
    if (ca.len == 0)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_CA_FORM, NULL), NULL;
    return calloc(1, sizeof(natt_tls));
}

void natt_tls_free(natt_tls *tls)
{
    free(tls);
}

natt_connection *natt_connection_open(const natt_address *address, const natt_endpoint *endpoint, natt_tls *tls,
                                      uint64_t deadline_ms, natt_kms_client_error *err)
{
    (void)address, (void)endpoint, (void)tls;
    if (!wait_ms(fake.open_takes_ms, deadline_ms, err))
        return NULL;
    if (fake.open_failures > 0) {
        fake.open_failures--;
        return natt_kms_client_fail(err, fake.open_code, NULL), NULL;
    }
    fake.opened++;
    return calloc(1, sizeof(natt_connection));
}

void natt_connection_close(natt_connection *connection)
{
    fake.closed += connection != NULL ? 1 : 0;
    free(connection);
}

bool natt_connection_is_stale(natt_connection *connection)
{
    (void)connection;
    return fake.stale;
}

static void take_request(natt_bytes bytes)
{
    size_t head_len = 0;
    while (head_len + 4 < bytes.len && memcmp(bytes.ptr + head_len, "\r\n\r\n", 4) != 0)
        head_len++;
    (void)mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), bytes.ptr + head_len + 4, bytes.len - head_len - 4,
                     fake.body_hash);
    if (!fake.keep_requests || bytes.len >= sizeof fake.request)
        return;
    memcpy(fake.request, bytes.ptr, bytes.len);
    fake.request_len = bytes.len;
    fake.request[bytes.len] = '\0';
}

bool natt_connection_send(natt_connection *connection, natt_bytes bytes, uint64_t deadline_ms,
                          natt_kms_client_error *err)
{
    (void)connection, (void)deadline_ms;
    fake.reply_len = fake.reply_at = 0;
    fake.requests++;
    take_request(bytes);
    if (fake.answer != NULL)
        fake.answer(fake.requests);
    return fake.send_code == NATT_KMS_CLIENT_OK || natt_kms_client_fail(err, fake.send_code, NULL);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

bool natt_connection_receive(natt_connection *connection, uint8_t *out, size_t capacity, size_t *len,
                             uint64_t deadline_ms, natt_kms_client_error *err)
{
    (void)connection;
    *len = 0;
    if (!wait_ms(fake.piece_takes_ms, deadline_ms, err))
        return false;
    if (fake.reply_at < fake.reply_len) {
        *len = least(least(fake.reply_len - fake.reply_at, capacity), fake.piece > 0 ? fake.piece : capacity);
        memcpy(out, fake.reply + fake.reply_at, *len);
        fake.reply_at += *len;
        return true;
    }
    if (fake.receive_code != NATT_KMS_CLIENT_OK)
        return natt_kms_client_fail(err, fake.receive_code, NULL);
    return fake.closes || wait_ms(UINT64_MAX, deadline_ms, err);
}

/* --- for tests --- */

void fake_begin(void)
{
    memset(&fake, 0, sizeof fake);
    fake.monotonic_ms = 1000;
    fake.wall_ms = FAKE_NOW;
    fake.random = UINT32_MAX;
    fake.keep_requests = true;
}

natt_kms_client_options fake_options(void)
{
    natt_kms_client_options options = NATT_KMS_CLIENT_OPTIONS_INIT;
    options.region = "eu-central-1";
    options.endpoint = "http://kms.test";
    options.allow_insecure_http = true;
    options.credentials.access_key = (natt_bytes){(const uint8_t *)FAKE_ACCESS_KEY, strlen(FAKE_ACCESS_KEY)};
    options.credentials.secret_key = (natt_bytes){(const uint8_t *)FAKE_SECRET, strlen(FAKE_SECRET)};
    return options;
}

natt_kms_client *fake_client(void)
{
    natt_kms_client_error err;
    const natt_kms_client_options options = fake_options();
    natt_kms_client *client = natt_kms_client_new(NULL, &options, &err);
    if (client == NULL)
        (void)fprintf(stderr, "natt_kms_client_new: %s\n", err.message);
    return client;
}

void fake_reply(unsigned status, const char *headers, const char *body)
{
    const time_t seconds = (time_t)((fake.wall_ms + fake.server_ahead_ms) / 1000);
    struct tm date;
    char text[64];
    (void)gmtime_r(&seconds, &date);
    (void)strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &date);
    int len = snprintf((char *)fake.reply, sizeof fake.reply,
                       "HTTP/1.1 %u Status\r\nx-amzn-RequestId: r-%05u\r\nDate: %s\r\nContent-Type: "
                       "application/x-amz-json-1.1\r\nContent-Length: %zu\r\n%s\r\n%s",
                       status, fake.requests, text, strlen(body), headers, body);
    fake.reply_len = len > 0 && (size_t)len < sizeof fake.reply ? (size_t)len : 0;
}

void fake_error(unsigned status, const char *name, const char *message)
{
    char body[1024];
    (void)snprintf(body, sizeof body, "{\"__type\":\"%s\",\"message\":\"%s\"}", name, message);
    fake_reply(status, "", body);
}

const char *fake_body(void)
{
    const char *end = strstr((const char *)fake.request, "\r\n\r\n");
    return end != NULL ? end + 4 : "";
}

/* The lines of the head after the first one. */
static size_t read_headers(natt_sigv4_header *out, size_t most)
{
    size_t count = 0;
    const char *line = strstr((const char *)fake.request, "\r\n") + 2;
    for (; strncmp(line, "\r\n", 2) != 0 && count < most; line = strstr(line, "\r\n") + 2, count++) {
        const char *colon = strchr(line, ':'), *end = strstr(line, "\r\n");
        out[count] = (natt_sigv4_header){{(const uint8_t *)line, (size_t)(colon - line)},
                                         {(const uint8_t *)colon + 2, (size_t)(end - colon - 2)}};
    }
    return count;
}

const char *fake_header(const char *name)
{
    static char value[16384];
    natt_sigv4_header headers[32];
    const size_t count = read_headers(headers, 32);
    for (size_t i = 0; i < count; i++)
        if (headers[i].name.len == strlen(name) &&
            strncasecmp((const char *)headers[i].name.ptr, name, headers[i].name.len) == 0) {
            (void)snprintf(value, sizeof value, "%.*s", (int)headers[i].value.len, (const char *)headers[i].value.ptr);
            return value;
        }
    return NULL;
}

natt_sigv4_result fake_verify(const char *secret, const char *session_token)
{
    natt_sigv4_header headers[32];
    natt_sigv4_authorization authorization;
    const char *where;
    const natt_bytes method = {(const uint8_t *)"POST", 4}, path = {(const uint8_t *)"/", 1};
    const natt_bytes body = {(const uint8_t *)fake_body(),
                             fake.request_len - (size_t)(fake_body() - (const char *)fake.request)};
    const natt_sigv4_request request = {
        .method = method, .path = path, .headers = headers, .header_count = read_headers(headers, 32), .body = body};
    const natt_sigv4_key key = {{(const uint8_t *)FAKE_ACCESS_KEY, strlen(FAKE_ACCESS_KEY)},
                                {(const uint8_t *)secret, strlen(secret)},
                                {(const uint8_t *)session_token, session_token != NULL ? strlen(session_token) : 0}};
    const natt_sigv4_result parsed = natt_sigv4_parse(&authorization, &request, &where);
    if (parsed != NATT_SIGV4_OK)
        return parsed;
    return natt_sigv4_verify(&authorization, &request, &key, (natt_bytes){(const uint8_t *)"kms", 3},
                             (natt_bytes){(const uint8_t *)"eu-central-1", 12}, fake.wall_ms + fake.server_ahead_ms,
                             300000, &where);
}
