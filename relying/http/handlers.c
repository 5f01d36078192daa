/* See handlers.h. */
#define _GNU_SOURCE
#include "relying/http/handlers.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { UNAVAILABLE = 503 };

bool natt_http_thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
    sigset_t all, before;
    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool ok = pthread_create(thread, NULL, run, argument) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

/* NULL: the server is stopping. */
static struct natt_http_exchange *take(struct natt_http_handlers *handlers)
{
    (void)pthread_mutex_lock(&handlers->mutex);
    while (handlers->first == NULL && !handlers->ending)
        (void)pthread_cond_wait(&handlers->changed, &handlers->mutex);
    struct natt_http_exchange *x = handlers->first;
    if (x != NULL)
        handlers->first = x->next;
    if (x != NULL && handlers->ending)
        x->refusal = UNAVAILABLE;
    (void)pthread_mutex_unlock(&handlers->mutex);
    return x;
}

static void *run_handlers(void *argument)
{
    struct natt_http_handlers *handlers = argument;
    struct natt_http_exchange *x;
    while ((x = take(handlers)) != NULL) {
        natt_http_exchange_run(x, handlers->handler, handlers->context);
        MHD_resume_connection(x->mhd); /* from here on the exchange belongs to libmicrohttpd's thread */
    }
    return NULL;
}

static unsigned processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 && count < 1024 ? (unsigned)count : 1;
}

bool natt_http_handlers_start(struct natt_http_handlers *handlers, unsigned threads, natt_http_handler *handler,
                              void *context)
{
    unsigned wanted = threads > 0 ? threads : processors();
    *handlers = (struct natt_http_handlers){.handler = handler, .context = context};
    handlers->threads = calloc(wanted, sizeof *handlers->threads);
    if (handlers->threads == NULL)
        return false;
    (void)pthread_mutex_init(&handlers->mutex, NULL);
    (void)pthread_cond_init(&handlers->changed, NULL);
    while (handlers->count < wanted &&
           natt_http_thread_start(&handlers->threads[handlers->count], run_handlers, handlers))
        handlers->count++;
    if (handlers->count == wanted)
        return true;
    natt_http_handlers_stop(handlers);
    return false;
}

bool natt_http_handlers_add(struct natt_http_handlers *handlers, struct natt_http_exchange *x)
{
    (void)pthread_mutex_lock(&handlers->mutex);
    bool ok = !handlers->ending;
    x->next = NULL;
    if (ok && handlers->first == NULL)
        handlers->first = x;
    else if (ok)
        handlers->last->next = x;
    if (ok)
        handlers->last = x;
    (void)pthread_cond_signal(&handlers->changed);
    (void)pthread_mutex_unlock(&handlers->mutex);
    return ok;
}

void natt_http_handlers_stop(struct natt_http_handlers *handlers)
{
    (void)pthread_mutex_lock(&handlers->mutex);
    handlers->ending = true;
    (void)pthread_cond_broadcast(&handlers->changed);
    (void)pthread_mutex_unlock(&handlers->mutex);
    for (unsigned i = 0; i < handlers->count; i++)
        (void)pthread_join(handlers->threads[i], NULL);
    free(handlers->threads);
    (void)pthread_cond_destroy(&handlers->changed);
    (void)pthread_mutex_destroy(&handlers->mutex);
}
