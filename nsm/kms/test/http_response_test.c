/* The parser of HTTP replies: accepted replies, in pieces of every size, and limits. */
#include <string.h>

#include "nsm/kms/test/http_support.h"

#define OK_LINE "HTTP/1.1 200 OK\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"

/* --- accepted replies; \001 marks the end of the reply --- */

static const struct valid {
    const char *text, *body;
    unsigned status;
    bool keep_alive;
} valid[] = {
    {OK_LINE "Content-Length: 5\r\n\r\nhello", "hello", 200, true},
    {OK_LINE "Content-Length: 5\r\n\r\nhello\001HTTP/1.1 200", "hello", 200, true},
    {OK_LINE "content-LENGTH:5\r\n\r\nhello", "hello", 200, true},
    {OK_LINE "Content-Length: \t 0000000000000000005 \t\r\n\r\nhello", "hello", 200, true},
    {OK_LINE "Content-Length: 5\r\nContent-Length: 05\r\n\r\nhello", "hello", 200, true},
    {OK_LINE "Content-Length: 0\r\n\r\n", "", 200, true},
    {OK_LINE "Content-Length: 0\r\n\r\n\001rest", "", 200, true},
    {"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", "x", 200, true},
    {"HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx", "x", 200, true},
    {"HTTP/1.1 599 Gr\xc3\xbc\xdf\te\r\nContent-Length: 1\r\n\r\nx", "x", 599, true},
    {"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}", "{}", 400, true},
    {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", "x", 200, false},
    {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx", "x", 200, false},
    {"HTTP/1.0 200 OK\r\n\r\nto the end", "to the end", 200, false},
    {OK_LINE "\r\nto the end\r\n", "to the end\r\n", 200, false},
    {OK_LINE "\r\n", "", 200, false},
    {OK_LINE "Connection: close\r\nContent-Length: 1\r\n\r\nx", "x", 200, false},
    {OK_LINE "Connection: keep-alive ,\tClOsE, x\r\nContent-Length: 1\r\n\r\nx", "x", 200, false},
    {OK_LINE "Connection: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", "x", 200, false},
    {OK_LINE "Connection: closed, closing\r\nContent-Length: 1\r\n\r\nx", "x", 200, true},
    {OK_LINE "Proxy-Connection: close\r\nContent-Length: 1\r\n\r\nx", "x", 200, true},
    {"HTTP/1.1 204 No Content\r\n\r\n\001x", "", 204, true},
    {"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n\001abc", "", 204, true},
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9999999999999999999\r\n\r\n", "", 304, true},
    {"HTTP/1.1 304 Not Modified\r\n" CHUNKED "\001"
     "0\r\n\r\n",
     "", 304, true},
    {"HTTP/1.1 100 Continue\r\n\r\n" OK_LINE "Content-Length: 1\r\n\r\nx", "x", 200, true},
    {"HTTP/1.1 103 Hints\r\nLink: a\r\nContent-Length: 7\r\n\r\nHTTP/1.1 199\r\n\r\n" OK_LINE
     "Content-Length: 1\r\n\r\nx",
     "x", 200, true},
    {"HTTP/1.0 100 Continue\r\n\r\n" OK_LINE "Content-Length: 1\r\n\r\nx", "x", 200, true},
    {"HTTP/1.1 102 Processing\r\nConnection: close\r\n\r\n" OK_LINE "Content-Length: 1\r\n\r\nx", "x", 200, true},
    {OK_LINE CHUNKED "5\r\nhello\r\n0\r\n\r\n", "hello", 200, true},
    {OK_LINE CHUNKED "5\r\nhello\r\n0\r\n\r\n\001HTTP", "hello", 200, true},
    {OK_LINE "transfer-encoding:  CHUNKED \r\n\r\n1\r\nx\r\n0\r\n\r\n", "x", 200, true},
    {OK_LINE CHUNKED "0\r\n\r\n", "", 200, true},
    {OK_LINE CHUNKED "0000000000000000\r\n\r\n", "", 200, true},
    {OK_LINE CHUNKED "000000000000000A\r\n0123456789\r\n00\r\n\r\n", "0123456789", 200, true},
    {OK_LINE CHUNKED "b\r\n0123456789a\r\n0\r\n\r\n", "0123456789a", 200, true},
    {OK_LINE CHUNKED "2;a\r\nhe\r\n3;b=\"c;\x20\t\xff\"\r\nllo\r\n0;last\r\n\r\n", "hello", 200, true},
    {OK_LINE CHUNKED "2; a\r\nhe\r\n0;\r\n\r\n", "he", 200, true},
    {OK_LINE CHUNKED "4\r\n\r\n0\r\r\n0\r\n\r\n", "\r\n0\r", 200, true},
    {OK_LINE CHUNKED "1\r\nx\r\n0\r\nContent-Length: 9\r\nConnection: close\r\nX:\r\n\r\n\001y", "x", 200, true},
    {OK_LINE "X:\r\nY: \t\r\nContent-Length: 1\r\n\r\nx", "x", 200, true},
    {OK_LINE "!#$%&'*+-.^_`|~09azAZ: v\r\nContent-Length: 1\r\n\r\nx", "x", 200, true},
    {OK_LINE "X: a\xff\x80 \"b\":;\tc\r\nContent-Length: 1\r\n\r\nx", "x", 200, true},
};

/* Returns the text without the mark; *end is the position of the mark. */
static natt_bytes unmark(char *out, const char *text, size_t *end)
{
    const char *mark = strchr(text, '\001');
    *end = mark == NULL ? strlen(text) : (size_t)(mark - text);
    memcpy(out, text, *end);
    if (mark != NULL)
        memcpy(out + *end, mark + 1, strlen(mark + 1));
    return (natt_bytes){(const uint8_t *)out, strlen(text) - (mark != NULL ? 1 : 0)};
}

Test(http_response, valid_replies_are_the_same_in_all_pieces)
{
    static struct read x;
    char text[512];
    size_t end;
    for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++) {
        test_read_every_way(&x, unmark(text, valid[i].text, &end), 64);
        cr_expect_eq(x.result, NATT_HTTP_RESPONSE_DONE, "%s: %d, %s", valid[i].text, (int)x.result, x.r.where);
        cr_expect(x.used == end && x.r.status == valid[i].status && x.r.keep_alive == valid[i].keep_alive,
                  "%s: used %zu of %zu, %u, %d", valid[i].text, x.used, end, x.r.status, x.r.keep_alive);
        cr_expect(x.r.body_len == strlen(valid[i].body) && memcmp(x.body, valid[i].body, x.r.body_len) == 0, "%s",
                  valid[i].text);
    }
}

static bool has_end(const char *text)
{
    return strstr(text, "ength") != NULL || strstr(text, "LENGTH") != NULL || strstr(text, "ncoding") != NULL ||
           strstr(text, " 204 ") != NULL;
}

/* Every proper prefix of a reply with a length is truncated, in pieces of any size. */
Test(http_response, a_reply_that_is_cut_is_truncated)
{
    static struct read x;
    char text[512];
    size_t end;
    for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++) {
        natt_bytes in = unmark(text, valid[i].text, &end);
        for (size_t len = 0; has_end(valid[i].text) && len < end; len++) {
            test_read(&x, (natt_bytes){in.ptr, len}, 64, 0, 512);
            cr_expect(x.result == NATT_HTTP_RESPONSE_TRUNCATED && x.used == len && x.r.where == NULL, "%s at %zu: %d",
                      valid[i].text, len, (int)x.result);
            test_read(&x, (natt_bytes){in.ptr, len}, 64, 0, 1);
            cr_expect(x.result == NATT_HTTP_RESPONSE_TRUNCATED, "%s at %zu", valid[i].text, len);
        }
    }
}

Test(http_response, no_bytes_are_no_progress)
{
    static struct read x;
    size_t used = 1;
    natt_http_response_init(&x.r, x.body, 1);
    cr_assert_eq(natt_http_response_feed(&x.r, (natt_bytes){NULL, 0}, &used), NATT_HTTP_RESPONSE_MORE);
    cr_assert_eq(used, 0);
    cr_assert_eq(natt_http_response_end(&x.r), NATT_HTTP_RESPONSE_TRUNCATED);
    cr_assert_eq(natt_http_response_feed(&x.r, TEXT("HTTP"), &used), NATT_HTTP_RESPONSE_MALFORMED);
    cr_assert_eq(used, 0);
}

Test(http_response, after_its_end_nothing_is_taken)
{
    static const char *const ended[] = {OK_LINE "Content-Length: 1\r\n\r\nx", OK_LINE CHUNKED "x\r\n",
                                        OK_LINE "Content-Length: 65\r\n\r\n"};
    static struct read x;
    for (size_t i = 0; i < sizeof ended / sizeof ended[0]; i++) {
        size_t used = 1;
        test_read(&x, test_text(ended[i]), 64, 0, 100);
        cr_expect_neq(x.result, NATT_HTTP_RESPONSE_TRUNCATED);
        const size_t body_len = x.r.body_len;
        cr_expect_eq(natt_http_response_feed(&x.r, TEXT("0\r\n\r\nyz"), &used), NATT_HTTP_RESPONSE_MALFORMED);
        cr_expect(used == 0 && x.r.body_len == body_len);
        cr_expect_eq(natt_http_response_end(&x.r), NATT_HTTP_RESPONSE_TRUNCATED);
    }
}

/* --- headers --- */

static bool value_is(const struct read *x, const char *name, const char *wanted)
{
    natt_bytes value = natt_http_response_value(&x->r, name);
    if (wanted == NULL)
        return value.ptr == NULL && value.len == 0;
    return value.ptr != NULL && value.len == strlen(wanted) && memcmp(value.ptr, wanted, value.len) == 0;
}

Test(http_response, values_are_found_without_regard_to_case_and_only_when_single)
{
    static struct read x;
    test_read_every_way(&x,
                        TEXT("HTTP/1.1 100 Go\r\nInterim: i\r\n\r\n" OK_LINE
                             "x-amzn-RequestId: \t a b \t\r\nDate: d:e\r\n"
                             "TWICE: 1\r\nTwice: 1\r\nEmpty:\r\nContent-Length: 0\r\n\r\n"),
                        0);
    cr_assert_eq(x.result, NATT_HTTP_RESPONSE_DONE);
    cr_assert_eq(x.r.header_count, 6);
    cr_expect(value_is(&x, "X-AMZN-REQUESTID", "a b") && value_is(&x, "date", "d:e") && value_is(&x, "empty", ""));
    cr_expect(value_is(&x, "twice", NULL) && value_is(&x, "interim", NULL) && value_is(&x, "dat", NULL));
    cr_expect(value_is(&x, "dates", NULL) && value_is(&x, "", NULL));
}

/* --- limits --- */

static natt_http_response_result read_made(struct read *x, const struct made *m, size_t capacity)
{
    static struct read y;
    test_read(x, test_made(m), capacity, 0, m->len);
    test_read(&y, test_made(m), capacity, 0, 61);
    cr_assert(x->result == y.result && x->used == y.used && x->r.where == y.r.where);
    return x->result;
}

/* A head of exactly this many bytes, including its empty line, with two headers. */
static void make_head(struct made *m, size_t len)
{
    m->len = 0;
    test_add(m, OK_LINE "Content-Length: 1\r\nX: ");
    test_fill(m, 'x', len - m->len - 4);
    test_add(m, "\r\n\r\n");
    cr_assert_eq(m->len, len);
}

Test(http_response, limit_of_the_head)
{
    static struct made m;
    static struct read x;
    for (size_t len = NATT_HTTP_RESPONSE_MAX_HEAD - 1; len <= NATT_HTTP_RESPONSE_MAX_HEAD + 1; len++) {
        make_head(&m, len);
        test_add(&m, "b");
        cr_expect_eq(read_made(&x, &m, 1),
                     len <= NATT_HTTP_RESPONSE_MAX_HEAD ? NATT_HTTP_RESPONSE_DONE : NATT_HTTP_RESPONSE_TOO_LARGE, "%zu",
                     len);
        cr_expect(len <= NATT_HTTP_RESPONSE_MAX_HEAD || x.used == NATT_HTTP_RESPONSE_MAX_HEAD, "%zu", x.used);
    }
}

Test(http_response, limit_of_interim_heads_and_the_head_together)
{
    static struct made m;
    static struct read x;
    for (size_t more = 0; more < 3; more++) {
        m.len = 0;
        while (m.len + 200 < NATT_HTTP_RESPONSE_MAX_HEAD)
            test_add(&m, "HTTP/1.1 100 Continue\r\n\r\n");
        test_add(&m, OK_LINE "Content-Length: 1\r\nX: ");
        test_fill(&m, 'x', NATT_HTTP_RESPONSE_MAX_HEAD - 5 - m.len + more);
        test_add(&m, "\r\n\r\nb");
        cr_expect_eq(read_made(&x, &m, 1), more < 2 ? NATT_HTTP_RESPONSE_DONE : NATT_HTTP_RESPONSE_TOO_LARGE, "%zu",
                     more);
    }
}

Test(http_response, interim_replies_do_not_go_on_for_ever)
{
    static struct made m;
    static struct read x;
    m.len = 0;
    while (m.len < 2 * NATT_HTTP_RESPONSE_MAX_HEAD)
        test_add(&m, "HTTP/1.1 100 Continue\r\n\r\n");
    cr_expect_eq(read_made(&x, &m, 1), NATT_HTTP_RESPONSE_TOO_LARGE);
    cr_expect_eq(x.used, NATT_HTTP_RESPONSE_MAX_HEAD);
}

Test(http_response, limit_of_headers)
{
    static struct made m;
    static struct read x;
    for (size_t count = NATT_HTTP_RESPONSE_MAX_HEADERS - 1; count <= NATT_HTTP_RESPONSE_MAX_HEADERS + 1; count++) {
        m.len = 0;
        test_add(&m, "HTTP/1.1 103 Hints\r\nX: interim\r\n\r\n" OK_LINE "Content-Length: 0\r\n");
        for (size_t i = 1; i < count; i++)
            test_add(&m, "X: x\r\n");
        test_add(&m, "\r\n");
        cr_expect_eq(read_made(&x, &m, 1),
                     count <= NATT_HTTP_RESPONSE_MAX_HEADERS ? NATT_HTTP_RESPONSE_DONE : NATT_HTTP_RESPONSE_TOO_LARGE);
        cr_expect_eq(x.r.header_count, count < 64 ? count : 64);
    }
}

/* The limit is that of a line with its end, even if the head has the maximum length. */
Test(http_response, limit_of_the_line_of_a_chunk)
{
    static struct made m;
    static struct read x;
    for (size_t len = NATT_HTTP_RESPONSE_MAX_CHUNK - 1; len <= NATT_HTTP_RESPONSE_MAX_CHUNK + 1; len++) {
        m.len = 0;
        test_add(&m, OK_LINE "X: ");
        test_fill(&m, 'x', NATT_HTTP_RESPONSE_MAX_HEAD - m.len - 2 - strlen(CHUNKED) - 2);
        test_add(&m, "\r\n" CHUNKED "1;");
        test_fill(&m, 'e', len - 4);
        test_add(&m, "\r\nb\r\n0\r\n");
        cr_expect_eq(read_made(&x, &m, 1),
                     len <= NATT_HTTP_RESPONSE_MAX_CHUNK ? NATT_HTTP_RESPONSE_TRUNCATED : NATT_HTTP_RESPONSE_MALFORMED);
        cr_expect(len <= NATT_HTTP_RESPONSE_MAX_CHUNK
                      ? x.r.where == NULL && x.r.body_len == 1
                      : strcmp(x.r.where, "the line of a chunk's size is too long") == 0);
    }
}

Test(http_response, limit_of_trailers_is_that_of_the_head)
{
    static struct made m;
    static struct read x;
    for (size_t more = 0; more < 3; more++) {
        m.len = 0;
        test_add(&m, OK_LINE CHUNKED);
        const size_t head = m.len;
        test_add(&m, "1\r\nb\r\n0\r\n");
        const size_t behind = m.len;
        test_add(&m, "T: ");
        test_fill(&m, 't', NATT_HTTP_RESPONSE_MAX_HEAD - head - 3 - 5 + more);
        test_add(&m, "\r\n\r\n");
        cr_assert_eq(head + m.len - behind, NATT_HTTP_RESPONSE_MAX_HEAD - 1 + more);
        cr_expect_eq(read_made(&x, &m, 1), more < 2 ? NATT_HTTP_RESPONSE_DONE : NATT_HTTP_RESPONSE_TOO_LARGE, "%zu",
                     more);
    }
}

Test(http_response, limit_of_the_body)
{
    static const char *const bodies[] = {OK_LINE "Content-Length: 10\r\n\r\n0123456789", OK_LINE "\r\n0123456789",
                                         OK_LINE CHUNKED "a\r\n0123456789\r\n0\r\n\r\n",
                                         OK_LINE CHUNKED "7\r\n0123456\r\n3\r\n789\r\n0\r\n\r\n"};
    static struct read x;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        for (size_t capacity = 9; capacity <= 11; capacity++) {
            test_read_every_way(&x, test_text(bodies[i]), capacity);
            cr_expect_eq(x.result, capacity >= 10 ? NATT_HTTP_RESPONSE_DONE : NATT_HTTP_RESPONSE_TOO_LARGE, "%s, %zu",
                         bodies[i], capacity);
            cr_expect(x.r.body_len <= capacity && x.r.where == NULL);
        }
}

Test(http_response, sizes_that_do_not_fit_into_memory_are_too_large)
{
    static const char *const replies[] = {OK_LINE "Content-Length: 9999999999999999999\r\n\r\n",
                                          OK_LINE "Content-Length: 4294967296\r\n\r\n",
                                          OK_LINE "Content-Length: 65\r\n\r\n",
                                          OK_LINE CHUNKED "ffffffffffffffff\r\n",
                                          OK_LINE CHUNKED "1\r\nx\r\nffffffffffffffff\r\n",
                                          OK_LINE CHUNKED "1\r\nx\r\n40\r\n",
                                          OK_LINE CHUNKED "100000000\r\n"};
    static struct read x;
    for (size_t i = 0; i < sizeof replies / sizeof replies[0]; i++) {
        test_read_every_way(&x, test_text(replies[i]), 64);
        cr_expect(x.result == NATT_HTTP_RESPONSE_TOO_LARGE && x.r.where == NULL, "%s", replies[i]);
    }
}

Test(http_response, a_body_without_memory)
{
    static struct read x;
    size_t used;
    natt_http_response_init(&x.r, NULL, 0);
    cr_expect_eq(natt_http_response_feed(&x.r, TEXT(OK_LINE "\r\n"), &used), NATT_HTTP_RESPONSE_MORE);
    cr_expect_eq(natt_http_response_feed(&x.r, TEXT("x"), &used), NATT_HTTP_RESPONSE_TOO_LARGE);
    natt_http_response_init(&x.r, NULL, 0);
    cr_expect_eq(natt_http_response_feed(&x.r, TEXT(OK_LINE CHUNKED "0\r\n\r\n"), &used), NATT_HTTP_RESPONSE_DONE);
}
