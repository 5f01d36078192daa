/* See rpc_frame.h. */
#include "nsm/provision/rpc_frame.h"

#include <stdio.h>
#include <string.h>

#define REQUEST_LINE  "POST /rpc/v1 HTTP/1.1"
#define HEAD_TOO_LONG "the head is longer than 8192 bytes"

struct head {
    size_t body_len;
    unsigned lengths, headers;
    bool ordinary; /* a header, or a spelling, that the genuine client does not send */
};

static bool fail(natt_rpc_frame *out, const char *where)
{
    out->where = where;
    return false;
}

static natt_rpc_frame_state malformed(natt_rpc_frame *out, const char *where)
{
    out->where = where;
    return NATT_RPC_FRAME_MALFORMED;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_name(natt_bytes line, const char *name)
{
    size_t len = strlen(name);
    if (line.len <= len || line.ptr[len] != ':')
        return false;
    for (size_t i = 0; i < len; i++)
        if (lower((char)line.ptr[i]) != lower(name[i]))
            return false;
    return true;
}

static bool is_exactly(natt_bytes line, const char *text)
{
    return line.len == strlen(text) && memcmp(line.ptr, text, line.len) == 0;
}

/* Digits only, at most five of them: the largest body has 65536 bytes. */
static bool read_length(size_t *out, natt_bytes value)
{
    while (value.len > 0 && (value.ptr[0] == ' ' || value.ptr[0] == '\t'))
        value = (natt_bytes){value.ptr + 1, value.len - 1};
    *out = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] < '0' || value.ptr[i] > '9')
            return false;
        *out = *out * 10 + (size_t)(value.ptr[i] - '0');
    }
    return value.len >= 1 && value.len <= 5 && *out <= NATT_RPC_MAX_BODY;
}

/* The characters of a header's name [RFC9110 5.6.2]. */
static bool is_token(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/*
 * NAME: VALUE, without a blank before the colon, folding, or control characters in the value, which parsers interpret
 * differently [RFC9112 2.2, 5.1, 5.2].
 */
static bool check_header(natt_rpc_frame *out, natt_bytes line)
{
    size_t colon = 0;
    while (colon < line.len && is_token(line.ptr[colon]))
        colon++;
    if (memchr(line.ptr, ':', line.len) == NULL)
        return fail(out, "a header has no colon");
    if (colon == 0 || line.ptr[colon] != ':')
        return fail(out, "the name of a header has a character that is not allowed");
    for (size_t i = colon; i < line.len; i++)
        if ((line.ptr[i] < 0x20 && line.ptr[i] != '\t') || line.ptr[i] == 0x7f)
            return fail(out, "a header has a control character");
    return true;
}

static bool read_header(natt_rpc_frame *out, struct head *head, natt_bytes line)
{
    head->headers++;
    if (!check_header(out, line))
        return false;
    if (is_name(line, "transfer-encoding"))
        return fail(out, "Transfer-Encoding is not supported");
    if (is_name(line, "content-length")) {
        head->lengths++;
        head->ordinary = head->ordinary || memcmp(line.ptr, "Content-Length: ", 16) != 0;
        natt_bytes value = {line.ptr + 15, line.len - 15};
        return read_length(&head->body_len, value) || fail(out, "Content-Length is not a number up to 65536");
    }
    head->ordinary = head->ordinary || !is_exactly(line, "Content-Type: application/json");
    return true;
}

/* The line at *at, without CR LF; *at moves to its end. False: it is not complete yet. */
static bool next_line(natt_bytes *line, size_t *at, natt_bytes bytes)
{
    for (size_t i = *at; i + 1 < bytes.len; i++)
        if (bytes.ptr[i] == '\r' && bytes.ptr[i + 1] == '\n') {
            *line = (natt_bytes){bytes.ptr + *at, i - *at};
            *at = i + 2;
            return true;
        }
    return false;
}

/* Refuses the beginning of a different request line at once. */
static bool begins_well(natt_bytes bytes)
{
    size_t len = sizeof REQUEST_LINE - 1;
    return bytes.len == 0 || memcmp(bytes.ptr, REQUEST_LINE, bytes.len < len ? bytes.len : len) == 0;
}

static natt_rpc_frame_state read_head(natt_rpc_frame *out, struct head *head, size_t *at, natt_bytes bytes)
{
    natt_bytes line;
    if (!begins_well(bytes))
        return malformed(out, "the request line is not " REQUEST_LINE);
    for (bool first = true; next_line(&line, at, bytes); first = false) {
        if (line.len == 0 && !first)
            return *at > NATT_RPC_MAX_HEAD ? malformed(out, HEAD_TOO_LONG) : NATT_RPC_FRAME_DONE;
        if (first && !is_exactly(line, REQUEST_LINE))
            return malformed(out, "the request line is not " REQUEST_LINE);
        if (!first && !read_header(out, head, line))
            return NATT_RPC_FRAME_MALFORMED;
    }
    return bytes.len > NATT_RPC_MAX_HEAD ? malformed(out, HEAD_TOO_LONG) : NATT_RPC_FRAME_MORE;
}

natt_rpc_frame_state natt_rpc_frame_parse(natt_rpc_frame *out, natt_bytes bytes)
{
    struct head head = {0};
    size_t at = 0;
    *out = (natt_rpc_frame){.where = NULL};
    natt_rpc_frame_state state = read_head(out, &head, &at, bytes);
    if (state != NATT_RPC_FRAME_DONE)
        return state;
    if (head.lengths != 1)
        return malformed(out, "Content-Length must be given once");
    if (bytes.len - at > head.body_len)
        return malformed(out, "bytes follow the body");
    out->body = (natt_bytes){bytes.ptr + at, head.body_len};
    out->ordinary_http = head.ordinary || head.headers != 2;
    return bytes.len - at == head.body_len ? NATT_RPC_FRAME_DONE : NATT_RPC_FRAME_MORE;
}

size_t natt_rpc_reply_head(char out[NATT_RPC_MAX_REPLY_HEAD], size_t body_len, bool ordinary_http)
{
    const char *status = ordinary_http ? "HTTP/1.1 200 OK" : "200 OK",
               *more = ordinary_http ? "Connection: close\r\n" : "";
    int len = snprintf(out, NATT_RPC_MAX_REPLY_HEAD,
                       "%s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n%s\r\n", status, body_len, more);
    return (size_t)len;
}

/* ---- refusals ---- */

#define MAX_METHOD 16

/* Bytes at `at` that are from first to last. */
static size_t span(natt_bytes bytes, size_t at, uint8_t first, uint8_t last)
{
    size_t len = 0;
    while (at + len < bytes.len && bytes.ptr[at + len] >= first && bytes.ptr[at + len] <= last)
        len++;
    return len;
}

/* METHOD TARGET HTTP/1.1, or the beginning of it. */
static natt_rpc_frame_state read_request_line(natt_bytes *method, natt_bytes *target, natt_bytes bytes)
{
    static const char version[] = " HTTP/1.1\r\n";
    *method = (natt_bytes){bytes.ptr, span(bytes, 0, 'A', 'Z')};
    size_t at = method->len;
    if (at == bytes.len && at <= MAX_METHOD)
        return NATT_RPC_FRAME_MORE;
    if (at == 0 || at > MAX_METHOD || bytes.ptr[at] != ' ')
        return NATT_RPC_FRAME_MALFORMED;
    *target = (natt_bytes){bytes.ptr + at + 1, span(bytes, at + 1, 0x21, 0x7e)};
    at += 1 + target->len;
    size_t left = bytes.len - at, len = left < sizeof version - 1 ? left : sizeof version - 1;
    if (memcmp(bytes.ptr + at, version, len) != 0 || (target->len == 0 && left > 0))
        return NATT_RPC_FRAME_MALFORMED;
    return left < sizeof version - 1 ? NATT_RPC_FRAME_MORE : NATT_RPC_FRAME_DONE;
}

static natt_rpc_frame_state find_host(bool *has_host, natt_bytes bytes)
{
    natt_bytes line;
    size_t at = 0;
    *has_host = false;
    while (next_line(&line, &at, bytes)) {
        if (line.len == 0)
            return NATT_RPC_FRAME_DONE;
        *has_host = *has_host || is_name(line, "host");
    }
    return bytes.len > NATT_RPC_MAX_HEAD ? NATT_RPC_FRAME_DONE : NATT_RPC_FRAME_MORE;
}

natt_rpc_frame_state natt_rpc_refusal(unsigned *status, const char **why, natt_bytes bytes)
{
    natt_bytes method, target;
    bool has_host = false;
    *status = 0;
    natt_rpc_frame_state state = read_request_line(&method, &target, bytes);
    if (state == NATT_RPC_FRAME_DONE)
        state = find_host(&has_host, bytes);
    if (state != NATT_RPC_FRAME_DONE || !has_host)
        return state;
    *status = 400;
    if (!is_exactly(target, "/rpc/v1")) {
        *status = 404;
        *why = "the path is not /rpc/v1";
    } else if (!is_exactly(method, "POST")) {
        *status = 405;
        *why = "the method is not POST";
    }
    return state;
}

size_t natt_rpc_refusal_write(char out[NATT_RPC_MAX_REFUSAL], unsigned status, const char *why)
{
    const char *name = status == 404 ? "Not Found" : status == 405 ? "Method Not Allowed" : "Bad Request";
    int len = snprintf(out, NATT_RPC_MAX_REFUSAL,
                       "HTTP/1.1 %u %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n%sConnection: close\r\n"
                       "\r\n%.100s\n",
                       status, name, strlen(why) + 1, status == 405 ? "Allow: POST\r\n" : "", why);
    return (size_t)len;
}
