/* See launcher_workers.h. */
#define _GNU_SOURCE
#include "nsm/emulator/launcher_workers.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "nsm/emulator/launcher_kernel.h"

#define MAX_THREADS 64

struct job {
    struct job *next;
    struct natt_target target;
    uint64_t address;
};

struct natt_workers {
    const natt_nsm_transport *transport;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t wake;
    struct job *first, **end;
    size_t queued, idle, thread_count;
    bool closing;
    pthread_t threads[MAX_THREADS];
};

/* Fails only when the thread does not wait any more: killed, for instance. Then there is nobody to tell. */
static void respond(const struct natt_target *target, struct seccomp_notif_resp response)
{
    response.id = target->id;
    (void)ioctl(target->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

void natt_target_answer(const struct natt_target *target, int value, int error)
{
    respond(target, (struct seccomp_notif_resp){.val = value, .error = -error});
}

void natt_target_continue(const struct natt_target *target)
{
    respond(target, (struct seccomp_notif_resp){.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE});
}

static void do_job(const natt_nsm_transport *transport, const struct job *job)
{
    natt_target_answer(&job->target, 0, natt_request_serve(&job->target, job->address, transport));
}

struct natt_workers *natt_workers_new(const natt_nsm_transport *transport)
{
    struct natt_workers *workers = calloc(1, sizeof *workers);
    if (workers == NULL)
        return NULL;
    workers->transport = transport;
    workers->end = &workers->first;
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->wake, NULL);
    return workers;
}

/* The next job; NULL when there will be none. */
static struct job *take(struct natt_workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    workers->idle++;
    while (workers->first == NULL && !workers->closing)
        pthread_cond_wait(&workers->wake, &workers->lock);
    workers->idle--;
    struct job *job = workers->closing ? NULL : workers->first;
    if (job != NULL) {
        workers->first = job->next;
        workers->queued--;
    }
    if (workers->first == NULL)
        workers->end = &workers->first;
    pthread_mutex_unlock(&workers->lock);
    return job;
}

static void *work(void *argument)
{
    struct natt_workers *workers = argument;
    for (struct job *job = take(workers); job != NULL; job = take(workers)) {
        do_job(workers->transport, job);
        free(job);
    }
    return NULL;
}

/* Signals are for the thread that called natt_launch. */
static bool start_thread(struct natt_workers *workers)
{
    sigset_t all, before;
    sigfillset(&all);
    if (workers->thread_count == MAX_THREADS || pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return false;
    bool ok = pthread_create(&workers->threads[workers->thread_count], NULL, work, workers) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (ok)
        workers->thread_count++;
    return ok;
}

/* False when no thread will ever take it. */
static bool enqueue(struct natt_workers *workers, struct job *job)
{
    pthread_mutex_lock(&workers->lock);
    bool ok = workers->idle > workers->queued || start_thread(workers) || workers->thread_count > 0;
    if (ok) {
        *workers->end = job;
        workers->end = &job->next;
        workers->queued++;
        pthread_cond_signal(&workers->wake);
    }
    pthread_mutex_unlock(&workers->lock);
    return ok;
}

void natt_workers_serve(struct natt_workers *workers, const struct natt_target *target, uint64_t address)
{
    struct job *job = malloc(sizeof *job);
    if (job == NULL) {
        natt_target_answer(target, 0, ENOMEM);
        return;
    }
    *job = (struct job){NULL, *target, address};
    if (enqueue(workers, job))
        return;
    do_job(workers->transport, job);
    free(job);
}

void natt_workers_free(struct natt_workers *workers)
{
    if (workers == NULL)
        return;
    pthread_mutex_lock(&workers->lock);
    workers->closing = true;
    pthread_cond_broadcast(&workers->wake);
    pthread_mutex_unlock(&workers->lock);
    for (size_t i = 0; i < workers->thread_count; i++)
        pthread_join(workers->threads[i], NULL);
    while (workers->first != NULL) {
        struct job *job = workers->first;
        workers->first = job->next;
        free(job);
    }
    pthread_cond_destroy(&workers->wake);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
}
