/*
 * See resolver.h. A name is looked up in a separate thread, which cannot be cancelled: a caller that gives up leaves
 * the lookup to that thread.
 */
#define _POSIX_C_SOURCE 200809L

#include "nsm/kms/resolver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nsm/kms/address.h"
#include "nsm/kms/connection.h"
#include "nsm/kms/error.h"
#include "nsm/threads.h"

struct lookup {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool done, abandoned; /* the caller that sets `abandoned` frees nothing; the thread does */
    char host[NATT_ENDPOINT_MAX_HOST + 1], service[6];
    int result, errno_value; /* of getaddrinfo */
    struct addrinfo *found;
};

static int ask(struct lookup *l, int flags)
{
    const struct addrinfo hints = {.ai_flags = flags | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    l->result = getaddrinfo(l->host, l->service, &hints, &l->found);
    l->errno_value = errno;
    return l->result;
}

static void lookup_free(struct lookup *l)
{
    if (l->result == 0 && l->found != NULL)
        freeaddrinfo(l->found);
    (void)pthread_cond_destroy(&l->changed);
    (void)pthread_mutex_destroy(&l->lock);
    free(l);
}

static struct lookup *lookup_new(const char *host, uint16_t port)
{
    struct lookup *l = calloc(1, sizeof *l);
    if (l == NULL || !natt_monitor_init(&l->lock, &l->changed)) {
        free(l);
        return NULL;
    }
    (void)snprintf(l->host, sizeof l->host, "%s", host);
    (void)snprintf(l->service, sizeof l->service, "%u", (unsigned)port);
    return l;
}

static void *run(void *lookup)
{
    struct lookup *l = lookup;
    (void)ask(l, AI_ADDRCONFIG);
    (void)pthread_mutex_lock(&l->lock);
    l->done = true;
    const bool abandoned = l->abandoned;
    (void)pthread_cond_signal(&l->changed);
    (void)pthread_mutex_unlock(&l->lock);
    if (abandoned)
        lookup_free(l);
    return NULL;
}

static bool start(struct lookup *l, natt_kms_client_error *err)
{
    pthread_t thread;
    const int error = natt_thread_start(&thread, run, l);
    if (error == 0)
        (void)pthread_detach(thread);
    return error == 0 || natt_kms_client_fail_errno(err, NATT_KMS_CLIENT_E_RESOLVE, error,
                                                    "the thread that resolves names cannot be started");
}

/* False: from now on the thread owns it. */
static bool await(struct lookup *l, uint64_t deadline_ms, natt_kms_client_error *err)
{
    const uint64_t now_ms = natt_monotonic_ms();
    const struct timespec end = natt_time_in(deadline_ms > now_ms ? deadline_ms - now_ms : 0);
    (void)pthread_mutex_lock(&l->lock);
    while (!l->done && pthread_cond_timedwait(&l->changed, &l->lock, &end) != ETIMEDOUT)
        ;
    const bool done = l->done;
    l->abandoned = !done;
    (void)pthread_mutex_unlock(&l->lock);
    return done || natt_kms_client_fail(err, NATT_KMS_CLIENT_E_TIMEOUT,
                                        "the deadline passed while the host's name was being resolved");
}

static bool fail(const struct lookup *l, natt_kms_client_error *err)
{
    char message[NATT_ENDPOINT_MAX_HOST + 192];
    if (l->result == EAI_MEMORY)
        return natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
    (void)snprintf(message, sizeof message, "cannot resolve %s: %s", l->host, gai_strerror(l->result));
    return natt_kms_client_fail_errno(err, NATT_KMS_CLIENT_E_RESOLVE, l->result == EAI_SYSTEM ? l->errno_value : 0,
                                      message);
}

/* The lookup is complete. */
static struct addrinfo *take(struct lookup *l, natt_kms_client_error *err)
{
    struct addrinfo *found = l->result == 0 ? l->found : NULL;
    if (l->result != 0)
        (void)fail(l, err);
    l->found = NULL;
    lookup_free(l);
    return found;
}

static struct addrinfo *resolve_name(struct lookup *l, uint64_t deadline_ms, natt_kms_client_error *err)
{
    if (!start(l, err)) {
        lookup_free(l);
        return NULL;
    }
    return await(l, deadline_ms, err) ? take(l, err) : NULL;
}

struct addrinfo *natt_resolve(const char *host, uint16_t port, uint64_t deadline_ms, natt_kms_client_error *err)
{
    struct lookup *l = lookup_new(host, port);
    if (l == NULL) {
        (void)natt_kms_client_fail(err, NATT_KMS_CLIENT_E_MEMORY, NULL);
        return NULL;
    }
    return ask(l, AI_NUMERICHOST) == 0 ? take(l, err) : resolve_name(l, deadline_ms, err);
}
