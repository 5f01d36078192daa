/* Frames of the RPC: the bytes of the genuine client and server, and ordinary HTTP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/provision/rpc_frame.h"
#include "nsm/provision/test/support.h"

/* The request of the genuine client. */
#define LINE   "POST /rpc/v1 HTTP/1.1\r\n"
#define TYPE   "Content-Type: application/json\r\n"
#define LENGTH "Content-Length: "
#define GOLDEN LINE TYPE LENGTH "16\r\n\r\n\"DescribeDevice\""

static natt_rpc_frame frame;

/* Parses a copy of exact size, so that sanitizers detect an over-read. */
static natt_rpc_frame_state parse_bytes(const char *text, size_t len)
{
    static uint8_t *copy;
    free(copy);
    copy = malloc(len > 0 ? len : 1);
    cr_assert_not_null(copy);
    memcpy(copy, text, len);
    return natt_rpc_frame_parse(&frame, (natt_bytes){copy, len});
}

static natt_rpc_frame_state parse(const char *text)
{
    return parse_bytes(text, strlen(text));
}

Test(rpc_frame, request_of_the_genuine_client)
{
    cr_assert_eq(parse(GOLDEN), NATT_RPC_FRAME_DONE);
    cr_expect(bytes_are(frame.body, "\"DescribeDevice\"") && !frame.ordinary_http);
}

Test(rpc_frame, reply_of_the_genuine_server)
{
    char head[NATT_RPC_MAX_REPLY_HEAD];
    size_t len = natt_rpc_reply_head(head, 13, false);
    cr_expect_str_eq(head, "200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n");
    cr_expect_eq(len, strlen(head));
}

Test(rpc_frame, reply_of_ordinary_http)
{
    char head[NATT_RPC_MAX_REPLY_HEAD];
    size_t len = natt_rpc_reply_head(head, SIZE_MAX, true);
    cr_expect(contains(head, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "));
    cr_expect(contains(head, "\r\nConnection: close\r\n\r\n"));
    cr_expect_eq(len, strlen(head));
}

Test(rpc_frame, every_prefix_is_more)
{
    static const char *const requests[] = {GOLDEN, LINE "Host: a\r\n" LENGTH "2\r\n\r\n{}"};
    for (size_t i = 0; i < COUNT_OF(requests); i++)
        for (size_t len = 0; len < strlen(requests[i]); len++)
            cr_expect_eq(parse_bytes(requests[i], len), NATT_RPC_FRAME_MORE, "%zu", len);
    cr_expect_eq(natt_rpc_frame_parse(&frame, (natt_bytes){NULL, 0}), NATT_RPC_FRAME_MORE);
}

static void expect_malformed(const char *text, const char *where)
{
    cr_expect_eq(parse(text), NATT_RPC_FRAME_MALFORMED, "%s", text);
    cr_expect_str_eq(frame.where == NULL ? "" : frame.where, where, "%s", text);
}

Test(rpc_frame, one_byte_more_is_malformed)
{
    expect_malformed(GOLDEN " ", "bytes follow the body");
    expect_malformed(LINE TYPE LENGTH "0\r\n\r\nx", "bytes follow the body");
    cr_expect_eq(parse(LINE TYPE LENGTH "0\r\n\r\n"), NATT_RPC_FRAME_DONE);
    cr_expect_eq(frame.body.len, 0);
}

/* The first byte that differs is enough. */
Test(rpc_frame, other_request_lines_are_refused_at_once)
{
    static const char *const lines[] = {
        "G",       "POST /rpc/v2", "POST /rpc/v1 HTTP/1.0\r\n",  "post",
        "POST  /", "\r\n",         "POST /rpc/v1 HTTP/1.1 \r\n", "POST /rpc/v1 HTTP/1.11\r\n"};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        expect_malformed(lines[i], "the request line is not POST /rpc/v1 HTTP/1.1");
}

Test(rpc_frame, any_other_header_is_ordinary_http)
{
    static const struct {
        const char *head;
        bool ordinary;
    } cases[] = {
        {TYPE LENGTH "2\r\n", false},
        {LENGTH "2\r\n" TYPE, false},
        {LENGTH "2\r\n", true},
        {TYPE LENGTH "2\r\nHost: a\r\n", true},
        {"Host:\r\n" LENGTH "2\r\n", true},
        {TYPE TYPE LENGTH "2\r\n", true},
        {TYPE "content-length: 2\r\n", true},
        {TYPE "Content-Length:2\r\n", true},
        {TYPE "Content-Length:\t  2\r\n", true},
        {"content-type: application/json\r\n" LENGTH "2\r\n", true},
        {"Content-Type: application/json; charset=utf-8\r\n" LENGTH "2\r\n", true},
    };
    char text[512];
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        (void)snprintf(text, sizeof text, LINE "%s\r\n{}", cases[i].head);
        cr_expect_eq(parse(text), NATT_RPC_FRAME_DONE, "%zu: %s", i, frame.where);
        cr_expect_eq(frame.ordinary_http, cases[i].ordinary, "%zu", i);
        cr_expect(bytes_are(frame.body, "{}"), "%zu", i);
    }
}

#define NO_NUMBER "Content-Length is not a number up to 65536"

Test(rpc_frame, wrong_heads_are_named)
{
    expect_malformed(LINE TYPE LENGTH "2\r\n" LENGTH "2\r\n\r\n{}", "Content-Length must be given once");
    expect_malformed(LINE TYPE LENGTH "2\r\ncontent-LENGTH: 2\r\n\r\n{}", "Content-Length must be given once");
    expect_malformed(LINE TYPE "\r\n", "Content-Length must be given once");
    expect_malformed(LINE "\r\n", "Content-Length must be given once");
    expect_malformed(LINE "Transfer-Encoding: chunked\r\n", "Transfer-Encoding is not supported");
    expect_malformed(LINE "TRANSFER-ENCODING:identity\r\n", "Transfer-Encoding is not supported");
    expect_malformed(LINE "Host\r\n", "a header has no colon");
    expect_malformed(LINE LENGTH "\r\n", NO_NUMBER);
    expect_malformed(LINE "Content-Length:\r\n", NO_NUMBER);
    expect_malformed(LINE LENGTH "-1\r\n", NO_NUMBER);
    expect_malformed(LINE LENGTH "+1\r\n", NO_NUMBER);
    expect_malformed(LINE LENGTH "0x1\r\n", NO_NUMBER);
    expect_malformed(LINE LENGTH "1:\r\n", NO_NUMBER);
    expect_malformed(LINE LENGTH "1/\r\n", NO_NUMBER);
    expect_malformed(LINE LENGTH "2 2\r\n", NO_NUMBER);
    expect_malformed(LINE LENGTH "65537\r\n", NO_NUMBER);
    expect_malformed(LINE LENGTH "000002\r\n", NO_NUMBER);
    expect_malformed(LINE LENGTH "18446744073709551618\r\n", NO_NUMBER);
}

#define NO_NAME "the name of a header has a character that is not allowed"
#define CONTROL "a header has a control character"

/* Parsers could read a header that does not exist, or miss one that exists. */
Test(rpc_frame, ambiguous_headers_are_refused)
{
    expect_malformed(LINE "Content-Length : 2\r\n\r\n{}", NO_NAME);
    expect_malformed(LINE LENGTH "2\r\nTransfer-Encoding : chunked\r\n\r\n{}", NO_NAME);
    expect_malformed(LINE LENGTH "2\r\nTransfer-Encoding\t: chunked\r\n\r\n{}", NO_NAME);
    expect_malformed(LINE "X: a\r\n Transfer-Encoding: chunked\r\n" LENGTH "2\r\n\r\n{}", NO_NAME);
    expect_malformed(LINE "X: a\r\n\tb: c\r\n" LENGTH "2\r\n\r\n{}", NO_NAME);
    expect_malformed(LINE ": a\r\n" LENGTH "2\r\n\r\n{}", NO_NAME);
    expect_malformed(LINE "a\"b: a\r\n" LENGTH "2\r\n\r\n{}", NO_NAME);
    expect_malformed(LINE "X: a\nTransfer-Encoding: chunked\r\n" LENGTH "2\r\n\r\n{}", CONTROL);
    expect_malformed(LINE "X: a\rb\r\n" LENGTH "2\r\n\r\n{}", CONTROL);
    expect_malformed(LINE "X: \x7f\r\n" LENGTH "2\r\n\r\n{}", CONTROL);
    expect_malformed(LINE TYPE LENGTH "2\n\r\n{}", CONTROL);
    cr_expect_eq(parse(LINE "X-1!#$%&'*+.^_`|~: \t\xe9 \"()\r\n" LENGTH "2\r\n\r\n{}"), NATT_RPC_FRAME_DONE);
}

Test(rpc_frame, nul_in_a_header_is_refused)
{
    static const char name[] = LINE "X\0Y: a\r\n" LENGTH "2\r\n\r\n{}", value[] = LINE "X: \0\r\n" LENGTH "2\r\n\r\n{}";
    cr_expect_eq(parse_bytes(name, sizeof name - 1), NATT_RPC_FRAME_MALFORMED);
    cr_expect_str_eq(frame.where, NO_NAME);
    cr_expect_eq(parse_bytes(value, sizeof value - 1), NATT_RPC_FRAME_MALFORMED);
    cr_expect_str_eq(frame.where, CONTROL);
}

/* A body of `len` bytes after the genuine head. */
static char *with_body(size_t len, size_t *all)
{
    char *text = malloc(256 + len);
    cr_assert_not_null(text);
    size_t head = (size_t)sprintf(text, LINE TYPE LENGTH "%zu\r\n\r\n", len);
    memset(text + head, 'x', len);
    *all = head + len;
    return text;
}

Test(rpc_frame, body_limits)
{
    for (size_t len = NATT_RPC_MAX_BODY - 1; len <= NATT_RPC_MAX_BODY + 1; len++) {
        size_t all;
        char *text = with_body(len, &all);
        bool fits = len <= NATT_RPC_MAX_BODY;
        cr_expect_eq(parse_bytes(text, all), fits ? NATT_RPC_FRAME_DONE : NATT_RPC_FRAME_MALFORMED);
        cr_expect(!fits || frame.body.len == len);
        cr_expect_eq(parse_bytes(text, all - 1), fits ? NATT_RPC_FRAME_MORE : NATT_RPC_FRAME_MALFORMED);
        free(text);
    }
}

/* A head of `len` bytes, its empty line included. */
static void fill_head(char *text, size_t len)
{
    static const char start[] = LINE TYPE LENGTH "0\r\nA:";
    memset(text, 'x', len);
    memcpy(text, start, sizeof start - 1);
    memcpy(text + len - 4, "\r\n\r\n", 4);
}

Test(rpc_frame, head_limits)
{
    char text[NATT_RPC_MAX_HEAD + 2];
    for (size_t len = NATT_RPC_MAX_HEAD - 1; len <= NATT_RPC_MAX_HEAD + 1; len++) {
        fill_head(text, len);
        cr_expect_eq(parse_bytes(text, len), len <= NATT_RPC_MAX_HEAD ? NATT_RPC_FRAME_DONE : NATT_RPC_FRAME_MALFORMED,
                     "%zu", len);
    }
    memset(text + NATT_RPC_MAX_HEAD - 4, 'x', 6);
    cr_expect_eq(parse_bytes(text, NATT_RPC_MAX_HEAD), NATT_RPC_FRAME_MORE);
    cr_expect_eq(parse_bytes(text, NATT_RPC_MAX_HEAD + 1), NATT_RPC_FRAME_MALFORMED);
    cr_expect_str_eq(frame.where, "the head is longer than 8192 bytes");
}

/* ---- replies to malformed requests ---- */

#define HOST "Host: a\r\n"

static const char *why;

static unsigned refusal(const char *text, natt_rpc_frame_state expected)
{
    unsigned status = 1;
    (void)parse(text);
    why = frame.where;
    cr_expect_eq(natt_rpc_refusal(&status, &why, view(text)), expected, "%s", text);
    return status;
}

/* The genuine client sends no Host, and its server closes the connection. */
Test(rpc_frame, malformed_requests_without_host_get_no_reply)
{
    static const char *const requests[] = {"GET /rpc/v1 HTTP/1.1\r\n\r\n", "POST /rpc/v2 HTTP/1.1\r\n" TYPE "\r\n",
                                           LINE TYPE "\r\n", LINE TYPE LENGTH "2\r\n\r\n{}x", LINE "Hosts: a\r\n\r\n"};
    for (size_t i = 0; i < COUNT_OF(requests); i++)
        cr_expect_eq(refusal(requests[i], NATT_RPC_FRAME_DONE), 0, "%s", requests[i]);
}

Test(rpc_frame, clients_of_http_are_told_what_is_wrong)
{
    static const struct {
        const char *request, *why;
        unsigned status;
    } cases[] = {
        {"POST / HTTP/1.1\r\n" HOST "\r\n", "the path is not /rpc/v1", 404},
        {"GET /rpc/v11 HTTP/1.1\r\n" HOST "\r\n", "the path is not /rpc/v1", 404},
        {"GET /rpc/v1 HTTP/1.1\r\n" HOST "\r\n", "the method is not POST", 405},
        {"POSTS /rpc/v1 HTTP/1.1\r\nhost:\r\n\r\n", "the method is not POST", 405},
        {LINE HOST "\r\n", "Content-Length must be given once", 400},
        {LINE TYPE HOST LENGTH "2\r\n\r\n{}x", "bytes follow the body", 400},
        {LINE "Transfer-Encoding: chunked\r\n" HOST "\r\n", "Transfer-Encoding is not supported", 400},
    };
    char text[NATT_RPC_MAX_REFUSAL], status[32];
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        cr_expect_eq(refusal(cases[i].request, NATT_RPC_FRAME_DONE), cases[i].status, "%s", cases[i].request);
        cr_expect_str_eq(why, cases[i].why);
        cr_expect_eq(natt_rpc_refusal_write(text, cases[i].status, why), strlen(text));
        (void)snprintf(status, sizeof status, "HTTP/1.1 %u ", cases[i].status);
        cr_expect(strncmp(text, status, strlen(status)) == 0 && contains(text, "\r\nConnection: close\r\n"), "%s",
                  text);
        cr_expect_eq(contains(text, "\r\nAllow: POST\r\n"), cases[i].status == 405);
    }
    (void)natt_rpc_refusal_write(text, 404, "no");
    cr_expect_str_eq(text, "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n"
                           "Connection: close\r\n\r\nno\n");
}

/* The Host may follow. */
Test(rpc_frame, heads_of_http_are_read_to_their_end)
{
    static const char request[] = "GET / HTTP/1.1\r\nX: a\r\n" HOST "\r\n";
    char text[sizeof request];
    for (size_t len = 0; len < sizeof request - 1; len++) {
        memcpy(text, request, len);
        text[len] = '\0';
        cr_expect_eq(refusal(text, NATT_RPC_FRAME_MORE), 0, "%s", text);
    }
    cr_expect_eq(refusal(request, NATT_RPC_FRAME_DONE), 404);
}

Test(rpc_frame, what_is_no_http_is_refused_at_once)
{
    static const char *const lines[] = {
        "\r\n",   "get / HTTP/1.1",      "POST  /",         "ABCDEFGHIJKLMNOPQ",          "GET /\x80", "GET / HTTP/1.0",
        "GET\t/", "GET / HTTP/1.1 \r\n", "GET / HTTP/1.11", "\x16\x03\x01 a client hello"};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        cr_expect_eq(refusal(lines[i], NATT_RPC_FRAME_MALFORMED), 0, "%s", lines[i]);
    cr_expect_eq(refusal("ABCDEFGHIJKLMNOP", NATT_RPC_FRAME_MORE), 0);
}

Test(rpc_frame, endless_heads_of_http_are_refused)
{
    char text[NATT_RPC_MAX_HEAD + 2];
    for (size_t len = NATT_RPC_MAX_HEAD; len <= NATT_RPC_MAX_HEAD + 1; len++) {
        memset(text, 'x', len);
        memcpy(text, LINE HOST, sizeof LINE HOST - 1);
        text[len] = '\0';
        const bool more = len == NATT_RPC_MAX_HEAD;
        cr_expect_eq(refusal(text, more ? NATT_RPC_FRAME_MORE : NATT_RPC_FRAME_DONE), more ? 0 : 400);
    }
}
