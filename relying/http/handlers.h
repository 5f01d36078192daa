/*
 * Threads that run the handler, apart from the one that reads and writes: a handler that takes long delays nobody's
 * bytes.
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
/* Takes a suspended request; its connection is resumed when the reply is there. False: ending, and nothing was done. */
bool natt_http_handlers_add(struct natt_http_handlers *handlers, struct natt_http_exchange *x);
/* Those that run are waited for; what is in the queue is answered 503. */
void natt_http_handlers_stop(struct natt_http_handlers *handlers);

/* Blocks all signals, which are the business of the program's own threads. */
bool natt_http_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);

#endif
