/*
 * One holder at a time, like the driver's mutex: the holder may also wait, and all others wait until it releases the
 * lock. Unlike a mutex, waits can be ended early.
 */
#ifndef NATT_NSM_DEVICE_LOCK_H
#define NATT_NSM_DEVICE_LOCK_H

#include <pthread.h>

#include "nitro_attest/base.h"

struct natt_device_lock {
    pthread_mutex_t mutex; /* protects the members below, only briefly */
    pthread_cond_t changed;
    bool taken;
    unsigned skipping; /* number of requests to end waits */
    uint64_t cuts;     /* how many times such a request began */
};

bool natt_device_lock_init(struct natt_device_lock *lock);
void natt_device_lock_free(struct natt_device_lock *lock);

/* A number for natt_device_lock_wait: the caller's position in time. */
uint64_t natt_device_lock_acquire(struct natt_device_lock *lock);
void natt_device_lock_release(struct natt_device_lock *lock);
/* For the caller that has the lock and arrived at `arrival`. */
void natt_device_lock_wait(struct natt_device_lock *lock, uint64_t arrival, uint64_t ms);

/* Between true and false, waits end at once. Waits of earlier callers end even if false follows immediately. */
void natt_device_lock_skip_waits(struct natt_device_lock *lock, bool skip);

#endif
