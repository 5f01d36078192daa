/*
 * One at a time, as the driver's mutex: who has the lock may also wait with it, and all others wait behind. Waits can
 * be cut short, which a mutex cannot.
 */
#ifndef NATT_NSM_DEVICE_LOCK_H
#define NATT_NSM_DEVICE_LOCK_H

#include <pthread.h>

#include "nitro_attest/base.h"

struct natt_device_lock {
    pthread_mutex_t mutex; /* over the fields below, never held for long */
    pthread_cond_t changed;
    bool taken;
    unsigned skipping; /* how many want waits to end at once */
    uint64_t cuts;     /* how often somebody began to want that */
};

bool natt_device_lock_init(struct natt_device_lock *lock);
void natt_device_lock_free(struct natt_device_lock *lock);

/* A number for natt_device_lock_wait: when the caller came. */
uint64_t natt_device_lock_acquire(struct natt_device_lock *lock);
void natt_device_lock_release(struct natt_device_lock *lock);
/* For the caller that has the lock and came at `arrival`. */
void natt_device_lock_wait(struct natt_device_lock *lock, uint64_t arrival, uint64_t ms);

/* From true to false no wait takes time. Waits of callers that came before end, even if false follows at once. */
void natt_device_lock_skip_waits(struct natt_device_lock *lock, bool skip);

#endif
