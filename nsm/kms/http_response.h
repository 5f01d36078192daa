/*
 * Reads one HTTP/1.1 response from a stream of bytes [RFC9112]: status line, headers, a body by Content-Length, by
 * chunks, or up to the end of the connection. It accepts bytes in pieces of any size, with the same result; it
 * allocates nothing. A response that programs could parse differently is refused: two different Content-Length,
 * Content-Length beside Transfer-Encoding, a Transfer-Encoding other than "chunked", folded headers, bare CR, bare LF
 * or NUL in the head or in lines of chunks, signs or blanks in sizes.
 */
#ifndef NATT_NSM_KMS_HTTP_RESPONSE_H
#define NATT_NSM_KMS_HTTP_RESPONSE_H

#include "nitro_attest/base.h"

/* Bytes of status line, headers and trailers together, with those of interim responses (status 1xx) before them. */
#define NATT_HTTP_RESPONSE_MAX_HEAD    16384
#define NATT_HTTP_RESPONSE_MAX_HEADERS 64
#define NATT_HTTP_RESPONSE_MAX_CHUNK   256 /* bytes of a chunk's size line with its extensions and its end */

typedef enum natt_http_response_result {
    NATT_HTTP_RESPONSE_MORE = 0, /* give more bytes */
    NATT_HTTP_RESPONSE_DONE,     /* complete; *used bytes belonged to it */
    NATT_HTTP_RESPONSE_MALFORMED,
    NATT_HTTP_RESPONSE_TOO_LARGE, /* the head, or the body: more than the caller's memory takes */
    NATT_HTTP_RESPONSE_TRUNCATED  /* the stream ended too early */
} natt_http_response_result;

typedef struct natt_http_response {
    /* The caller's. */
    uint8_t *body;
    size_t body_capacity;
    /* Results, complete with DONE. Headers are views into head[]. */
    unsigned status; /* 200 to 599; 100 to 199 are skipped, except 101, which is malformed here */
    size_t body_len;
    bool keep_alive;   /* the connection may carry another request */
    const char *where; /* what is malformed: a constant text; NULL otherwise */
    struct natt_http_response_header {
        natt_bytes name, value;
    } headers[NATT_HTTP_RESPONSE_MAX_HEADERS];
    size_t header_count;
    /* The reader's own state. */
    uint8_t head[NATT_HTTP_RESPONSE_MAX_HEAD + NATT_HTTP_RESPONSE_MAX_CHUNK];
    size_t head_len;
    uint64_t remaining; /* of the body, or of a chunk */
    size_t line_len;    /* of the incomplete line, after head_len */
    unsigned state;
} natt_http_response;

void natt_http_response_init(natt_http_response *r, uint8_t *body, size_t body_capacity);

/* Takes bytes[0 .. *used); after DONE or an error it must not be called again. */
natt_http_response_result natt_http_response_feed(natt_http_response *r, natt_bytes bytes, size_t *used);

/* The stream has ended: DONE for a body without a length, else TRUNCATED. */
natt_http_response_result natt_http_response_end(natt_http_response *r);

/* The value of the only header of that name, compared without regard to case; absent: none, or more than one. */
natt_bytes natt_http_response_value(const natt_http_response *r, const char *name);

/* Seconds since 1970 of an HTTP date in its preferred form, "Sun, 06 Nov 1994 08:49:37 GMT" [RFC9110 5.6.7]. */
bool natt_http_date_parse(natt_bytes text, uint64_t *seconds);

#endif
