/*
 * The HTTP/1.1 server of this project, a thin layer over libmicrohttpd. It listens on a unix socket or a TCP port,
 * accepts small, complete requests, and sends small replies in one segment. Size, time and the number of connections
 * are limited. It has no TLS: a reverse proxy adds that. Requests are untrusted; the handler gets only complete
 * requests.
 *
 * Some requests are refused before the handler gets them: 400 for a request that two programs could read differently
 * (two Content-Length, Content-Length beside Transfer-Encoding, spaces in names, control characters, two Host, none in
 * HTTP/1.1), 413 for a longer body, 414 and 431 for a head of more than 16,384 bytes or 64 headers, 501 for a
 * Transfer-Encoding other than "chunked". Such a connection is closed. README.md lists faults that cannot be refused,
 * since libmicrohttpd 0.9.75 hides them. The most important: a NUL ends a header's value and the target, so the handler
 * does not get the rest.
 */
#ifndef NATT_RELYING_HTTP_H
#define NATT_RELYING_HTTP_H

#include "nitro_attest/base.h"

typedef struct natt_http_server natt_http_server;

typedef struct natt_http_header {
    natt_bytes name, value; /* as sent; names are compared without regard to case */
} natt_http_header;

/* Views are valid while the handler runs. Strings inside are followed by a NUL that is not counted. */
typedef struct natt_http_request {
    natt_bytes method; /* "POST" */
    natt_bytes path;   /* raw, not percent-decoded: the part before "?" in the request line */
    natt_bytes query;  /* raw, after "?"; absent without one */
    const natt_http_header *headers;
    size_t header_count;
    natt_bytes body;
    const char *client; /* "unix", "127.0.0.1:40010": for logs */
} natt_http_request;

/* The value of the only header of that name; absent if there is no such header, or more than one. */
natt_bytes natt_http_header_value(const natt_http_request *request, const char *name);

#define NATT_HTTP_MAX_REPLY_HEADERS 8
#define NATT_HTTP_MAX_CONNECTIONS   16384
#define NATT_HTTP_MAX_THREADS       256

/*
 * Filled by the handler. The body and the headers' values are allocated with malloc; this layer frees them, and wipes
 * the body. Values are copied in transit, so do not put secrets into them. This layer adds Date, Content-Length and
 * Connection.
 */
typedef struct natt_http_reply {
    unsigned status;
    const char *content_type; /* constant; NULL = none */
    uint8_t *body;
    size_t body_len;
    const char *names[NATT_HTTP_MAX_REPLY_HEADERS]; /* constant */
    char *values[NATT_HTTP_MAX_REPLY_HEADERS];
    size_t header_count;
} natt_http_reply;

/*
 * Called by several threads at once, with *reply all zero. A status outside 200 to 599, or a header that cannot be
 * sent, becomes 500 without a body.
 */
typedef void natt_http_handler(void *context, const natt_http_request *request, natt_http_reply *reply);

typedef struct natt_http_options {
    const char *address;    /* "unix:PATH" (mode 0600) or "HOST:PORT"; port 0 takes a free one. No default */
    bool allow_any_address; /* without it only loopback addresses are accepted */
    size_t max_body;        /* bytes; a longer body gets status 413, and none of it is kept */
    unsigned
        max_connections; /* at a time; more wait to be accepted. When all are taken, the one that has waited longest
                                 for a request, at least a second, is closed */
    unsigned idle_s;     /* seconds until an idle connection is closed */
    unsigned request_s;  /* from the request line on: a request that has not arrived whole after so long, or a reply
                                 that is not taken, is closed (slow clients) */
    unsigned threads;    /* that run handlers; 0 = one for each processor. Others wait for a free one */
    natt_http_handler *handler;
    void *context;
} natt_http_options;

typedef struct natt_http_error {
    int errno_value;
    bool not_loopback; /* the address needs allow_any_address */
    char text[256];    /* what is wrong and what to do; without the address */
} natt_http_error;

/* The server listens when this returns, and serves in its own threads. NULL and *err on failure. */
natt_http_server *natt_http_start(const natt_http_options *options, natt_http_error *err);
/* "unix:/run/kms.sock", "127.0.0.1:41234": with the real port. Valid as long as the server. */
const char *natt_http_address(const natt_http_server *server);
/*
 * Accepts no more connections, waits at most grace_s for requests to complete, closes, frees, and removes the socket
 * file. Handlers cannot be interrupted, so it waits for each running one to end. Requests still in the queue get status
 * 503.
 */
void natt_http_stop(natt_http_server *server, unsigned grace_s);

#endif
