/*
 * One slot, handed back and forth under one lock:
 *
 *   IDLE -- caller puts a request --> ASKED -- thread --> RUNNING -- thread --> DONE -- that caller takes it --> IDLE
 *                                       \-- caller gives up --> IDLE   \-- caller gives up --> ABANDONED -- thread -->
 *                                       IDLE
 *
 * Only the caller that put a request takes or abandons its reply, so replies are never confused.
 */
#define _DEFAULT_SOURCE

#include "nsm/client/worker.h"

#include "nsm/client/channel.h"
#include "nsm/client/error.h"
#include "nsm/threads.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum slot { IDLE, ASKED, RUNNING, ABANDONED, DONE };

struct natt_nsm_worker {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    enum slot slot;
    bool stopping, orphaned;
    uint32_t deadline_ms;
    struct natt_nsm_channel channel; /* used only by the thread, once it runs */
    int result;
    size_t request_len, response_len;
    uint8_t request[NATT_NSM_MAX_REQUEST], response[NATT_NSM_MAX_RESPONSE];
};

static void set_slot(struct natt_nsm_worker *w, enum slot slot)
{
    w->slot = slot;
    pthread_cond_broadcast(&w->changed);
}

/* Requests and replies are wiped as soon as they are not needed. */
static void empty_slot(struct natt_nsm_worker *w)
{
    natt_nsm_wipe(w->request, sizeof w->request);
    natt_nsm_wipe(w->response, sizeof w->response);
    set_slot(w, IDLE);
}

static void free_worker(struct natt_nsm_worker *w)
{
    natt_nsm_channel_close(&w->channel);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    natt_nsm_wipe(w, sizeof *w);
    free(w);
}

/* The caller has the lock, before and after the call; the lock is released while the transport works. */
static void run_request(struct natt_nsm_worker *w)
{
    natt_bytes request = {w->request, w->request_len};
    set_slot(w, RUNNING);
    pthread_mutex_unlock(&w->lock);
    int result = natt_nsm_channel_exchange(&w->channel, request, w->response, &w->response_len);
    pthread_mutex_lock(&w->lock);
    w->result = result;
    if (w->slot == ABANDONED)
        empty_slot(w);
    else
        set_slot(w, DONE);
}

static void *run(void *argument)
{
    struct natt_nsm_worker *w = argument;
    pthread_mutex_lock(&w->lock);
    while (!w->stopping) {
        if (w->slot == ASKED)
            run_request(w);
        else
            pthread_cond_wait(&w->changed, &w->lock);
    }
    bool orphaned = w->orphaned;
    pthread_mutex_unlock(&w->lock);
    if (orphaned)
        free_worker(w);
    return NULL;
}

struct natt_nsm_worker *natt_nsm_worker_start(const natt_nsm_options *options, natt_nsm_error *err)
{
    struct natt_nsm_worker *w = calloc(1, sizeof *w);
    if (w == NULL || !natt_monitor_init(&w->lock, &w->changed)) {
        free(w);
        natt_nsm_fail_errno(err, NATT_NSM_E_THREAD, ENOMEM);
        return NULL;
    }
    w->deadline_ms = options->deadline_ms;
    bool open = natt_nsm_channel_open(&w->channel, options, err);
    int error = open ? natt_thread_start(&w->thread, run, w) : 0;
    if (open && error == 0)
        return w;
    if (!open || options->transport != NULL) /* if opening fails, the caller still owns its transport */
        w->channel.transport.close = NULL;
    natt_nsm_fail_errno(err, NATT_NSM_E_THREAD, error);
    free_worker(w);
    return NULL;
}

void natt_nsm_worker_stop(struct natt_nsm_worker *w)
{
    pthread_t thread = w->thread;
    pthread_mutex_lock(&w->lock);
    bool held = w->slot == ABANDONED || w->slot == RUNNING;
    w->orphaned = held;
    w->stopping = true;
    pthread_cond_broadcast(&w->changed);
    if (held)
        pthread_detach(thread);
    pthread_mutex_unlock(&w->lock);
    if (held)
        return;
    pthread_join(thread, NULL);
    free_worker(w);
}

void natt_nsm_worker_set_deadline(struct natt_nsm_worker *w, uint32_t deadline_ms)
{
    pthread_mutex_lock(&w->lock);
    w->deadline_ms = deadline_ms;
    pthread_mutex_unlock(&w->lock);
}

/* False: the deadline has passed. */
static bool await(struct natt_nsm_worker *w, enum slot slot, const struct timespec *end)
{
    int answer = 0;
    while (w->slot != slot && answer != ETIMEDOUT)
        answer = pthread_cond_timedwait(&w->changed, &w->lock, end);
    return w->slot == slot;
}

/* A request that the thread has not started can still be withdrawn. */
static bool give_up(struct natt_nsm_worker *w, natt_nsm_error *err)
{
    if (w->slot == RUNNING) {
        w->slot = ABANDONED;
        return natt_nsm_fail(err, NATT_NSM_E_TIMEOUT);
    }
    empty_slot(w);
    return natt_nsm_fail(err, NATT_NSM_E_BUSY);
}

static void put_request(struct natt_nsm_worker *w, natt_bytes request)
{
    memcpy(w->request, request.ptr, request.len);
    w->request_len = request.len;
    set_slot(w, ASKED);
}

static void take_answer(struct natt_nsm_worker *w, int *result, uint8_t *response, size_t *response_len)
{
    *result = w->result;
    *response_len = w->response_len;
    memcpy(response, w->response, sizeof w->response);
    empty_slot(w);
}

bool natt_nsm_worker_exchange(struct natt_nsm_worker *w, int *result, uint8_t *response, size_t *response_len,
                              natt_bytes request, natt_nsm_error *err)
{
    pthread_mutex_lock(&w->lock);
    struct timespec end = natt_time_in(w->deadline_ms);
    bool ok = await(w, IDLE, &end) || natt_nsm_fail(err, NATT_NSM_E_BUSY);
    if (ok) {
        put_request(w, request);
        ok = await(w, DONE, &end) || give_up(w, err);
    }
    if (ok)
        take_answer(w, result, response, response_len);
    pthread_mutex_unlock(&w->lock);
    return ok;
}
