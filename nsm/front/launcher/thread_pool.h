/*
 * Threads that run jobs, so that a slow request does not delay others. They come when needed, up to a limit, and
 * stay until the end.
 */
#ifndef NATT_NSM_THREAD_POOL_H
#define NATT_NSM_THREAD_POOL_H

#include <stdbool.h>

/* The start of whatever the job consists of, on the heap. */
struct natt_thread_pool_job {
    struct natt_thread_pool_job *next;
    /* Does the job and frees it; `closing` = the pool stops: end and free the job without doing it. */
    void (*run)(struct natt_thread_pool_job *job, bool closing);
};

struct natt_thread_pool;

/* NULL without memory. */
struct natt_thread_pool *natt_thread_pool_new(void);
/* Does the job later; or now, when there can be no thread at all. */
void natt_thread_pool_add(struct natt_thread_pool *workers, struct natt_thread_pool_job *job);
/* Waits for jobs under way; those not begun are run as closing. */
void natt_thread_pool_free(struct natt_thread_pool *workers);

#endif
