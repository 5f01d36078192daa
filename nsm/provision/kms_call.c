/* See kms_call.h. */
#define _POSIX_C_SOURCE 200809L
#include "nsm/provision/kms_call.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAUSE_MS 50

struct work {
    natt_kms_client *client;
    natt_kms_client_buffer out;
    natt_kms_client_decrypt_request request;
    natt_kms_client_error err;
    uint8_t ciphertext[NATT_KMS_CLIENT_MAX_CIPHERTEXT]; /* a copy: the caller's may be freed while the thread runs */
    pthread_mutex_t lock;                               /* of the members below */
    pthread_cond_t ended;
    bool has_ended, done;
};

static void *run(void *argument)
{
    struct work *w = argument;
    bool done = natt_kms_client_decrypt(w->client, &w->out, &w->request, NULL, &w->err);
    (void)pthread_mutex_lock(&w->lock);
    w->done = done;
    w->has_ended = true;
    (void)pthread_cond_signal(&w->ended);
    (void)pthread_mutex_unlock(&w->lock);
    return NULL;
}

static struct timespec in_a_moment(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_REALTIME, &at);
    at.tv_nsec += PAUSE_MS * 1000000L;
    at.tv_sec += at.tv_nsec / 1000000000L;
    at.tv_nsec %= 1000000000L;
    return at;
}

/* False: the program was asked to stop before the call ended. */
static bool wait_for(struct work *w, const natt_limit *limit)
{
    (void)pthread_mutex_lock(&w->lock);
    while (!w->has_ended && !limit->stopped(limit->watcher)) {
        const struct timespec until = in_a_moment();
        (void)pthread_cond_timedwait(&w->ended, &w->lock, &until);
    }
    bool ended = w->has_ended;
    (void)pthread_mutex_unlock(&w->lock);
    return ended;
}

static struct work *work_new(natt_kms_client *client, const natt_kms_client_buffer *out,
                             const natt_kms_client_decrypt_request *request)
{
    struct work *w = request->ciphertext.len <= NATT_KMS_CLIENT_MAX_CIPHERTEXT ? calloc(1, sizeof *w) : NULL;
    if (w == NULL)
        return NULL;
    *w = (struct work){.client = client, .out = *out, .request = *request};
    (void)pthread_mutex_init(&w->lock, NULL);
    (void)pthread_cond_init(&w->ended, NULL);
    if (request->ciphertext.len > 0)
        memcpy(w->ciphertext, request->ciphertext.ptr, request->ciphertext.len);
    w->request.ciphertext.ptr = w->ciphertext;
    return w;
}

static void work_free(struct work *w)
{
    (void)pthread_cond_destroy(&w->ended);
    (void)pthread_mutex_destroy(&w->lock);
    free(w);
}

bool natt_kms_call_decrypt(natt_kms_client *client, natt_kms_client_buffer *out,
                           const natt_kms_client_decrypt_request *request, const natt_limit *limit, bool *left,
                           natt_kms_client_error *err)
{
    pthread_t thread;
    *left = false;
    struct work *w = limit->stopped == NULL ? NULL : work_new(client, out, request);
    if (w == NULL || pthread_create(&thread, NULL, run, w) != 0) {
        if (w != NULL)
            work_free(w);
        return natt_kms_client_decrypt(client, out, request, NULL, err);
    }
    if (!wait_for(w, limit)) {
        (void)pthread_detach(thread);
        *left = true;
        return false;
    }
    (void)pthread_join(thread, NULL);
    bool done = w->done;
    *out = w->out;
    *err = w->err;
    work_free(w);
    return done;
}
