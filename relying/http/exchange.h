/*
 * One request and its reply. The request is collected from the pieces that libmicrohttpd delivers, refused if another
 * HTTP program could read it differently (request smuggling), and wiped at the end.
 */
#ifndef NATT_RELYING_HTTP_EXCHANGE_H
#define NATT_RELYING_HTTP_EXCHANGE_H

#include <microhttpd.h>

#include "relying/http/connections.h"

#define NATT_HTTP_MAX_HEADERS 64
#define NATT_HTTP_MAX_HEAD    16384 /* bytes of request line and headers */

enum natt_http_stage {
    NATT_HTTP_TARGET,  /* the request line was received */
    NATT_HTTP_BODY,    /* the headers were received and accepted */
    NATT_HTTP_HANDLED, /* the reply is expected, or exists */
};

struct natt_http_exchange {
    struct natt_http_exchange *next; /* in the handlers' queue */
    struct MHD_Connection *mhd;
    struct natt_http_connection *connection;
    enum natt_http_stage stage;
    unsigned refusal; /* the status of a reply without a handler; 0 = none */
    char *target;     /* path, NUL, query */
    bool has_query;
    const char *version;       /* "HTTP/1.1" */
    size_t max_body, capacity; /* of the body */
    uint8_t *body;             /* and a NUL after it */
    size_t body_len;
    uint64_t surplus; /* bytes received beyond max_body */
    natt_http_header headers[NATT_HTTP_MAX_HEADERS];
    size_t header_count, header_total; /* header_total also counts those that did not fit */
    natt_http_request request;         /* for the handler */
    natt_http_reply reply;
};

/* Returns NULL if there is no memory. */
struct natt_http_exchange *natt_http_exchange_new(struct MHD_Connection *mhd, const char *target, size_t max_body);
/* Wipes and frees; x may be NULL. */
void natt_http_exchange_free(struct natt_http_exchange *x);

/* Call it after all headers were received. False: refused with x->refusal. */
bool natt_http_exchange_accept(struct natt_http_exchange *x, const char *method, const char *version);
/* A piece of the body. False: the connection must be closed. */
bool natt_http_exchange_add(struct natt_http_exchange *x, const char *data, size_t len);
/* Passes the request to a handler, which replies. */
void natt_http_exchange_run(struct natt_http_exchange *x, natt_http_handler *handler, void *context);
/* Sends the reply; libmicrohttpd owns it from then on. last: the reply announces that the connection closes. */
enum MHD_Result natt_http_exchange_reply(struct natt_http_exchange *x, bool last);

#endif
