/*
 * Threads that run the handler. The thread that reads and writes is a separate one, so that a slow handler does not
 * delay other connections.
 */
#ifndef NATT_RELYING_HTTP_HANDLERS_H
#define NATT_RELYING_HTTP_HANDLERS_H

#include <pthread.h>

#include "relying/http/exchange.h"

struct natt_http_handlers {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct natt_http_exchange *first, *last; /* queue; its length is that of the connections */
    bool ending;
    natt_http_handler *handler;
    void *context;
    unsigned count;
    pthread_t *threads;
};

/* threads  0 = one for each processor */
bool natt_http_handlers_start(struct natt_http_handlers *handlers, unsigned threads, natt_http_handler *handler,
                              void *context);
/* Queues a suspended request; its connection is resumed when the reply is ready. False: the server is stopping, and the
 * request was not queued. */
bool natt_http_handlers_add(struct natt_http_handlers *handlers, struct natt_http_exchange *x);
/* Waits for running handlers; requests in the queue get status 503. */
void natt_http_handlers_stop(struct natt_http_handlers *handlers);

/* Blocks all signals, so that the program's own threads receive them. */
bool natt_http_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);

#endif
