/* HTTP replies that are refused, each with its message; and dates. */
#include <string.h>

#include "nsm/kms/test/http_support.h"

#define OK_LINE "HTTP/1.1 200 OK\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"
#define LENGTH  "Content-Length: 1\r\n"

#define FOREIGN    "the reply does not begin with HTTP/1.1 or HTTP/1.0"
#define STATUS     "the status is not three digits after one space"
#define RANGE      "the status is not 100 or 102 to 599"
#define BARE_LF    "a line ends with LF, not CRLF"
#define CONTROL    "a line has a control character"
#define FOLDED     "a header is folded"
#define COLON      "a header has no colon"
#define NAME       "a header's name is not a token"
#define NUMBER     "Content-Length is not a number of at most 19 digits"
#define DIFFER     "two Content-Length headers differ"
#define BESIDE     "both Content-Length and Transfer-Encoding"
#define ENCODING   "Transfer-Encoding is not \"chunked\""
#define ENCODINGS  "two Transfer-Encoding headers"
#define OLD        "Transfer-Encoding in HTTP/1.0"
#define CHUNK_SIZE "a chunk's size is not a hexadecimal number of at most 16 digits"
#define CHUNK_LONG "a chunk is longer than its size"

#define ROW(text, where)                                                                                               \
    {                                                                                                                  \
        {(const uint8_t *)(text), sizeof(text) - 1}, where                                                             \
    }

static const struct row {
    natt_bytes text;
    const char *where;
} rows[] = {
    ROW("\r\n" OK_LINE "\r\n", FOREIGN),
    ROW("\n", BARE_LF),
    ROW(" HTTP/1.1 200 OK\r\n\r\n", FOREIGN),
    ROW("http/1.1 200 OK\r\n\r\n", FOREIGN),
    ROW("HTTP/1.2 200 OK\r\n\r\n", FOREIGN),
    ROW("HTTP/1.9 200 OK\r\n\r\n", FOREIGN),
    ROW("HTTP/1./ 200 OK\r\n\r\n", FOREIGN),
    ROW("HTTP/1.\r\n\r\n", FOREIGN),
    ROW("HTTP/2.0 200 OK\r\n\r\n", FOREIGN),
    ROW("HTTP/0.9 200 OK\r\n\r\n", FOREIGN),
    ROW("HTTP 200 OK\r\n\r\n", FOREIGN),
    ROW("ICY 200 OK\r\n\r\n", FOREIGN),
    ROW("SSH-2.0-OpenSSH_9.2\r\n", FOREIGN),
    ROW("<html>", FOREIGN),
    ROW("\x15\x03\x01\x00\x02\x02\x46", FOREIGN), /* an alert of TLS */
    ROW("HTTP/1.10 200 OK\r\n\r\n", STATUS),
    ROW("HTTP/1.1\r\n\r\n", STATUS),
    ROW("HTTP/1.1 \r\n\r\n", STATUS),
    ROW("HTTP/1.1  200 OK\r\n\r\n", STATUS),
    ROW("HTTP/1.1\t200 OK\r\n\r\n", STATUS),
    ROW("HTTP/1.1200 OK\r\n\r\n", STATUS),
    ROW("HTTP/1.1 20\r\n\r\n", STATUS),
    ROW("HTTP/1.1 20 OK\r\n\r\n", STATUS),
    ROW("HTTP/1.1 2000 OK\r\n\r\n", STATUS),
    ROW("HTTP/1.1 200OK\r\n\r\n", STATUS),
    ROW("HTTP/1.1 200\tOK\r\n\r\n", STATUS),
    ROW("HTTP/1.1 2x0 OK\r\n\r\n", STATUS),
    ROW("HTTP/1.1 +20 OK\r\n\r\n", STATUS),
    ROW("HTTP/1.1 20: OK\r\n\r\n", STATUS),
    ROW("HTTP/1.1 20/ OK\r\n\r\n", STATUS),
    ROW("HTTP/1.1 101 Switching\r\n\r\n", RANGE),
    ROW("HTTP/1.1 099 OK\r\n\r\n", RANGE),
    ROW("HTTP/1.1 000 OK\r\n\r\n", RANGE),
    ROW("HTTP/1.1 600 OK\r\n\r\n", RANGE),
    ROW("HTTP/1.1 999 OK\r\n\r\n", RANGE),
    ROW("HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 101 Switching\r\n\r\n", RANGE),
    ROW("HTTP/1.1 100 Go\r\n\r\nHTTP/2", FOREIGN),
    ROW("HTTP/1.1 100 Go\r\n" LENGTH "\r\nxHTTP/1.1 200 OK\r\n\r\n", FOREIGN),
    ROW("HTTP/1.1 100 Go\r\n" LENGTH CHUNKED, BESIDE),
    ROW("HTTP/1.1 200 OK\n\r\n", BARE_LF),
    ROW("HTTP/1.1 200 O\rK\r\n\r\n", CONTROL),
    ROW("HTTP/1.1 200 OK\r\r\n\r\n", CONTROL),
    ROW("HTTP/1.1 200 O\0K\r\n\r\n", CONTROL),
    ROW("HTTP/1.1 200 O\x7fK\r\n\r\n", CONTROL),
    ROW("HTTP/1.1 200 O\x1bK\r\n\r\n", CONTROL),
    ROW(OK_LINE "X: a\n\r\n", BARE_LF),
    ROW(OK_LINE LENGTH "\nx", BARE_LF),
    ROW(OK_LINE "X: a\rb\r\n\r\n", CONTROL),
    ROW(OK_LINE "X: a\r" LENGTH "\r\n", CONTROL),
    ROW(OK_LINE "X: a\0b\r\n\r\n", CONTROL),
    ROW(OK_LINE "X\0: a\r\n\r\n", CONTROL),
    ROW(OK_LINE "X: a\x0b\r\n\r\n", CONTROL),
    ROW(OK_LINE "X: a\x0c"
                "b\r\n\r\n",
        CONTROL),
    ROW(OK_LINE "X: \x1f\r\n\r\n", CONTROL),
    ROW(OK_LINE "X: \x7f\r\n\r\n", CONTROL),
    ROW(OK_LINE "X: a\r\n b\r\n\r\n", FOLDED),
    ROW(OK_LINE "X: a\r\n\tb: c\r\n\r\n", FOLDED),
    ROW(OK_LINE " X: a\r\n\r\n", FOLDED),
    ROW(OK_LINE " \r\n\r\n", FOLDED),
    ROW(OK_LINE "X\r\n\r\n", COLON),
    ROW(OK_LINE "Content-Length 1\r\n\r\n", COLON),
    ROW(OK_LINE ": a\r\n\r\n", NAME),
    ROW(OK_LINE ":\r\n\r\n", NAME),
    ROW(OK_LINE "X : a\r\n\r\n", NAME),
    ROW(OK_LINE "X\t: a\r\n\r\n", NAME),
    ROW(OK_LINE "Content-Length : 1\r\n\r\nx", NAME),
    ROW(OK_LINE "A B: a\r\n\r\n", NAME),
    ROW(OK_LINE "X(y): a\r\n\r\n", NAME),
    ROW(OK_LINE "\xc3\xa9: a\r\n\r\n", NAME),
    ROW(OK_LINE "Content-Length:\r\n\r\n", NUMBER),
    ROW(OK_LINE "Content-Length: \t\r\n\r\n", NUMBER),
    ROW(OK_LINE "Content-Length: -1\r\n\r\n", NUMBER),
    ROW(OK_LINE "Content-Length: +1\r\n\r\nx", NUMBER),
    ROW(OK_LINE "Content-Length: 1 1\r\n\r\nx", NUMBER),
    ROW(OK_LINE "Content-Length: 1,1\r\n\r\nx", NUMBER),
    ROW(OK_LINE "Content-Length: 1, 1\r\n\r\nx", NUMBER),
    ROW(OK_LINE "Content-Length: 0x1\r\n\r\nx", NUMBER),
    ROW(OK_LINE "Content-Length: 1.0\r\n\r\nx", NUMBER),
    ROW(OK_LINE "Content-Length: 1;\r\n\r\nx", NUMBER),
    ROW(OK_LINE "Content-Length: 1:\r\n\r\nx", NUMBER),
    ROW(OK_LINE "Content-Length: /1\r\n\r\nx", NUMBER),
    ROW(OK_LINE "Content-Length: one\r\n\r\nx", NUMBER),
    ROW(OK_LINE "Content-Length: \"1\"\r\n\r\nx", NUMBER),
    ROW(OK_LINE "Content-Length: 18446744073709551617\r\n\r\nx", NUMBER),
    ROW(OK_LINE "Content-Length: 00000000000000000001\r\n\r\nx", NUMBER),
    ROW(OK_LINE LENGTH "Content-Length: 2\r\n\r\nx", DIFFER),
    ROW(OK_LINE "Content-Length: 2\r\nX: y\r\ncontent-length: 1\r\n\r\nx", DIFFER),
    ROW(OK_LINE LENGTH "Content-Length: \r\n\r\nx", NUMBER),
    ROW(OK_LINE LENGTH CHUNKED "0\r\n\r\n", BESIDE),
    ROW(OK_LINE "Transfer-Encoding: chunked\r\n" LENGTH "\r\n0\r\n\r\n", BESIDE),
    ROW("HTTP/1.1 204 No\r\n" LENGTH CHUNKED, BESIDE),
    ROW("HTTP/1.1 304 No\r\nContent-Length: x\r\n\r\n", NUMBER),
    ROW(OK_LINE "Transfer-Encoding:\r\n\r\n", ENCODING),
    ROW(OK_LINE "Transfer-Encoding: identity\r\n\r\n", ENCODING),
    ROW(OK_LINE "Transfer-Encoding: gzip, chunked\r\n\r\n", ENCODING),
    ROW(OK_LINE "Transfer-Encoding: chunked, identity\r\n\r\n", ENCODING),
    ROW(OK_LINE "Transfer-Encoding: chunked, chunked\r\n\r\n", ENCODING),
    ROW(OK_LINE "Transfer-Encoding: chunked;q=1\r\n\r\n", ENCODING),
    ROW(OK_LINE "Transfer-Encoding: xchunked\r\n\r\n", ENCODING),
    ROW(OK_LINE "Transfer-Encoding: \"chunked\"\r\n\r\n", ENCODING),
    ROW(OK_LINE "Transfer-Encoding: gzip\r\n" CHUNKED, ENCODING),
    ROW(OK_LINE "Transfer-Encoding: chunked\r\n" CHUNKED, ENCODINGS),
    ROW(OK_LINE "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n", ENCODINGS),
    ROW("HTTP/1.0 200 OK\r\n" CHUNKED "0\r\n\r\n", OLD),
    ROW(OK_LINE CHUNKED "\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED ";a\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED " 1\r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "1 \r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "1 ;a\r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "1\t\r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "+1\r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "-1\r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "0x1\r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "1g\r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "1:\r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "1@\r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "1,a\r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "1_0\r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "10000000000000001\r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "00000000000000001\r\nx\r\n0\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "1\nx\r\n0\r\n\r\n", BARE_LF),
    ROW(OK_LINE CHUNKED "1\r\nx\n0\r\n\r\n", BARE_LF),
    ROW(OK_LINE CHUNKED "1\r\nx\r\n0\n\r\n", BARE_LF),
    ROW(OK_LINE CHUNKED "1\r\nx\r\n0\r\n\n", BARE_LF),
    ROW(OK_LINE CHUNKED "1;a\rb\r\nx\r\n0\r\n\r\n", CONTROL),
    ROW(OK_LINE CHUNKED "1;\0\r\nx\r\n0\r\n\r\n", CONTROL),
    ROW(OK_LINE CHUNKED "1\r\r\nx\r\n0\r\n\r\n", CONTROL),
    ROW(OK_LINE CHUNKED "1\r\nxy\r\n0\r\n\r\n", CHUNK_LONG),
    ROW(OK_LINE CHUNKED "1\r\nxyz\r\n0\r\n\r\n", CHUNK_LONG),
    ROW(OK_LINE CHUNKED "1\r\nx0\r\n\r\n", CHUNK_LONG),
    ROW(OK_LINE CHUNKED "1\r\nx\r\r\n0\r\n\r\n", CHUNK_LONG),
    ROW(OK_LINE CHUNKED "1\r\nx\r\n\r\n", CHUNK_SIZE),
    ROW(OK_LINE CHUNKED "0\r\n folded\r\n\r\n", FOLDED),
    ROW(OK_LINE CHUNKED "0\r\nX\r\n\r\n", COLON),
    ROW(OK_LINE CHUNKED "0\r\nX : a\r\n\r\n", NAME),
    ROW(OK_LINE CHUNKED "0\r\nX: a\0\r\n\r\n", CONTROL),
};

Test(http_malformed, each_says_what_is_wrong_in_all_pieces)
{
    static struct read x;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        test_read_every_way(&x, rows[i].text, 64);
        cr_expect(x.result == NATT_HTTP_RESPONSE_MALFORMED && x.r.where != NULL &&
                      strcmp(x.r.where, rows[i].where) == 0,
                  "%s: %d, %s", (const char *)rows[i].text.ptr, (int)x.result, x.r.where);
    }
    cr_expect_geq(sizeof rows / sizeof rows[0], 120);
}

/* The message is not "too large", since it is not HTTP. */
Test(http_malformed, bytes_without_lines_are_foreign)
{
    static struct made m;
    static struct read x;
    m.len = 0;
    test_fill(&m, 'x', NATT_HTTP_RESPONSE_MAX_HEAD + 1);
    test_read(&x, test_made(&m), 64, 0, 1000);
    cr_expect(x.result == NATT_HTTP_RESPONSE_MALFORMED && strcmp(x.r.where, FOREIGN) == 0);
    m.len = 0;
    test_add(&m, "HTTP/1.1 200 ");
    test_fill(&m, 'x', NATT_HTTP_RESPONSE_MAX_HEAD);
    test_read(&x, test_made(&m), 64, 0, 1000);
    cr_expect(x.result == NATT_HTTP_RESPONSE_TOO_LARGE && x.r.where == NULL);
}

/* --- dates --- */

Test(http_date, dates_of_the_preferred_form)
{
    static const struct {
        const char *text;
        uint64_t seconds;
    } dates[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},    {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799}, {"Tue, 29 Feb 2000 12:00:00 GMT", 951825600},
        {"Thu, 29 Feb 2024 23:59:59 GMT", 1709251199},   {"Fri, 01 Mar 2024 00:00:00 GMT", 1709251200},
        {"Mon, 30 Nov 2026 07:17:59 GMT", 1796023079},   {"Mon, 01 Mar 2100 00:00:00 GMT", 4107542400},
        {"Wed, 31 Dec 2025 23:59:59 GMT", 1767225599},   {"Sat, 31 Jan 2026 00:00:00 GMT", 1769817600},
        {"Thu, 30 Apr 2026 00:00:00 GMT", 1777507200},   {"Sun, 31 May 2026 00:00:00 GMT", 1780185600},
        {"Tue, 30 Jun 2026 00:00:00 GMT", 1782777600},   {"Fri, 31 Jul 2026 00:00:00 GMT", 1785456000},
        {"Mon, 31 Aug 2026 00:00:00 GMT", 1788134400},   {"Wed, 30 Sep 2026 00:00:00 GMT", 1790726400},
        {"Sat, 31 Oct 2026 00:00:00 GMT", 1793404800},
    };
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        uint64_t seconds = 1;
        cr_expect(natt_http_date_parse(test_text(dates[i].text), &seconds), "%s", dates[i].text);
        cr_expect_eq(seconds, dates[i].seconds, "%s", dates[i].text);
    }
}

Test(http_date, other_forms_and_days_that_are_none)
{
    static const char *const wrong[] = {
        "",
        "Sun, 06 Nov 1994 08:49:37 GM",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        " Sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 gmt",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "sun, 06 Nov 1994 08:49:37 GMT",
        "Mon, 06 Nov 1994 08:49:37 GMT",
        "Xyz, 06 Nov 1994 08:49:37 GMT",
        "unM, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 anF 1994 08:49:37 GMT",
        "Sun. 06 Nov 1994 08:49:37 GMT",
        "Sun,006 Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov-1994 08:49:37 GMT",
        "Sun, 06 Nov 1994T08:49:37 GMT",
        "Sun, 06 Nov 1994 08-49:37 GMT",
        "Sun, 06 Nov 1994 08:49-37 GMT",
        "Sun, 06 Nov 1994 08:49:37+GMT",
        "Sun,  6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:60 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Thu, 31 Nov 1994 08:49:37 GMT",
        "Wed, 29 Feb 2023 00:00:00 GMT",
        "Mon, 29 Feb 2100 00:00:00 GMT",
        "Wed, 31 Dec 1969 23:59:59 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994     ",
        "Sun, 06 Nov +994 08:49:37 GMT",
        "Sun, 06 Nov 19x4 08:49:37 GMT",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        uint64_t seconds = 1;
        cr_expect(!natt_http_date_parse(test_text(wrong[i]), &seconds) && seconds == 0, "%s", wrong[i]);
    }
}
