/*
 * The open connections, what each waits for, and its deadline. libmicrohttpd closes an idle connection, but not one
 * whose client sends a byte now and then.
 */
#ifndef NATT_RELYING_HTTP_CONNECTIONS_H
#define NATT_RELYING_HTTP_CONNECTIONS_H

#include <pthread.h>

#include "relying/http/listener.h"

#define NATT_HTTP_TICK_MS   250  /* the precision of deadlines */
#define NATT_HTTP_SPARED_MS 1000 /* a connection of this age may be closed to make room for a new one */

enum natt_http_phase {
    NATT_HTTP_WAITING,  /* for a request line */
    NATT_HTTP_READING,  /* the rest of a request */
    NATT_HTTP_RUNNING,  /* a handler runs it, or will run it */
    NATT_HTTP_REPLYING, /* the reply is being sent */
    NATT_HTTP_PHASES
};

struct natt_http_connection {
    struct natt_http_connection *previous, *next;
    int fd; /* libmicrohttpd closes it after it was removed here */
    enum natt_http_phase phase;
    uint64_t since_ms; /* when the phase began, on the monotonic clock */
    char client[NATT_HTTP_MAX_ADDRESS];
};

struct natt_http_connections {
    pthread_mutex_t mutex;
    pthread_cond_t changed;                    /* something was added, removed, or began to wait */
    struct natt_http_connection *first, *last; /* in the order in which their phases began */
    unsigned count, in_phase[NATT_HTTP_PHASES];
    uint64_t added;      /* since the start */
    uint64_t policed_ms; /* the last check of deadlines */
    unsigned max;
    uint64_t limits_ms[NATT_HTTP_PHASES]; /* UINT64_MAX = none */
};

bool natt_http_connections_init(struct natt_http_connections *all, const natt_http_options *options);
void natt_http_connections_destroy(struct natt_http_connections *all);

/* Returns NULL if there is no memory. */
struct natt_http_connection *natt_http_connection_add(struct natt_http_connections *all, int fd, const char *client);
void natt_http_connection_remove(struct natt_http_connections *all, struct natt_http_connection *connection);
void natt_http_connection_enter(struct natt_http_connections *all, struct natt_http_connection *connection,
                                enum natt_http_phase phase);

/*
 * Closes connections that have exceeded a deadline or were abandoned and, if all places are taken, the one that has
 * waited longest. Does so at most once per tick.
 */
void natt_http_connections_police(struct natt_http_connections *all);
unsigned natt_http_connections_count(struct natt_http_connections *all);
uint64_t natt_http_connections_added(struct natt_http_connections *all);
/* Waits until `added` connections have been added, or ms have passed. */
void natt_http_connections_await_added(struct natt_http_connections *all, uint64_t added, unsigned ms);
/* Waits until no connection is in that phase or a later one, or ms have passed. */
void natt_http_connections_await_none(struct natt_http_connections *all, enum natt_http_phase phase, uint64_t ms);

#endif
