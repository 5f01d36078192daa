/* See thread_pool.h. */
#define _GNU_SOURCE
#include "nsm/front/launcher/thread_pool.h"

#include <stdlib.h>

#include "nsm/threads.h"

#define MAX_THREADS 64

struct natt_thread_pool {
    pthread_mutex_t lock; /* protects all members below */
    pthread_cond_t wake;
    struct natt_thread_pool_job *first, **end;
    size_t queued, idle, thread_count;
    bool closing;
    pthread_t threads[MAX_THREADS];
};

struct natt_thread_pool *natt_thread_pool_new(void)
{
    struct natt_thread_pool *workers = calloc(1, sizeof *workers);
    if (workers == NULL)
        return NULL;
    workers->end = &workers->first;
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->wake, NULL);
    return workers;
}

/* Returns the next job, or NULL if there will be none. */
static struct natt_thread_pool_job *take(struct natt_thread_pool *workers)
{
    pthread_mutex_lock(&workers->lock);
    workers->idle++;
    while (workers->first == NULL && !workers->closing)
        pthread_cond_wait(&workers->wake, &workers->lock);
    workers->idle--;
    struct natt_thread_pool_job *job = workers->closing ? NULL : workers->first;
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
    struct natt_thread_pool *workers = argument;
    for (struct natt_thread_pool_job *job = take(workers); job != NULL; job = take(workers))
        job->run(job, false);
    return NULL;
}

static bool start_thread(struct natt_thread_pool *workers)
{
    bool ok = workers->thread_count < MAX_THREADS &&
              natt_thread_start(&workers->threads[workers->thread_count], work, workers) == 0;
    workers->thread_count += ok ? 1 : 0;
    return ok;
}

/* Returns false if no thread can ever take it. */
static bool enqueue(struct natt_thread_pool *workers, struct natt_thread_pool_job *job)
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

void natt_thread_pool_add(struct natt_thread_pool *workers, struct natt_thread_pool_job *job)
{
    job->next = NULL;
    if (!enqueue(workers, job))
        job->run(job, false);
}

void natt_thread_pool_free(struct natt_thread_pool *workers)
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
        struct natt_thread_pool_job *job = workers->first;
        workers->first = job->next;
        job->run(job, true);
    }
    pthread_cond_destroy(&workers->wake);
    pthread_mutex_destroy(&workers->lock);
    free(workers);
}
