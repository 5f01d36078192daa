/*
 * Threads that do jobs, so that a slow request keeps nothing else waiting. They come when needed, up to a limit, and stay
 * until the end.
 */
#ifndef NATT_NSM_WORKERS_H
#define NATT_NSM_WORKERS_H

#include <stdbool.h>

/* The start of whatever the job consists of, on the heap. */
struct natt_job {
    struct natt_job *next;
    /* Does the job and frees it; `closing` = there is nobody left to do it for, so it is to be ended and freed only. */
    void (*run)(struct natt_job *job, bool closing);
};

struct natt_workers;

/* NULL without memory. */
struct natt_workers *natt_workers_new(void);
/* Does the job later; or now, when there can be no thread at all. */
void natt_workers_add(struct natt_workers *workers, struct natt_job *job);
/* Waits for jobs under way; those not begun are run as closing. */
void natt_workers_free(struct natt_workers *workers);

#endif
