/*
 * Threads that run jobs, so that a slow request does not delay others. They are started when needed, up to a limit, and
 * run until the end.
 */
#ifndef NATT_NSM_THREAD_POOL_H
#define NATT_NSM_THREAD_POOL_H

#include <stdbool.h>

/* The first member of every job; jobs are on the heap. */
struct natt_thread_pool_job {
    struct natt_thread_pool_job *next;
    /* Runs the job and frees it. If `closing`, the pool stops: free the job without running it. */
    void (*run)(struct natt_thread_pool_job *job, bool closing);
};

struct natt_thread_pool;

/* Returns NULL if there is no memory. */
struct natt_thread_pool *natt_thread_pool_new(void);
/* Runs the job later, or immediately if no thread can be started. */
void natt_thread_pool_add(struct natt_thread_pool *workers, struct natt_thread_pool_job *job);
/* Waits for jobs in progress; jobs not started yet are run with `closing`. */
void natt_thread_pool_free(struct natt_thread_pool *workers);

#endif
