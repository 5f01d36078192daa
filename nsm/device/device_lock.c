/* See device_lock.h. */
#define _POSIX_C_SOURCE 200809L /* pthread_condattr_setclock */
#include "nsm/device/device_lock.h"

#include <time.h>

/* Waits are spans: setting the system's clock must not change them. */
static bool init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return false;
    bool ok =
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 && pthread_cond_init(condition, &attributes) == 0;
    pthread_condattr_destroy(&attributes);
    return ok;
}

bool natt_device_lock_init(struct natt_device_lock *lock)
{
    lock->taken = false;
    lock->skipping = 0;
    lock->cuts = 0;
    if (!init_condition(&lock->changed))
        return false;
    if (pthread_mutex_init(&lock->mutex, NULL) == 0)
        return true;
    pthread_cond_destroy(&lock->changed);
    return false;
}

void natt_device_lock_free(struct natt_device_lock *lock)
{
    pthread_cond_destroy(&lock->changed);
    pthread_mutex_destroy(&lock->mutex);
}

uint64_t natt_device_lock_acquire(struct natt_device_lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
    uint64_t arrival = lock->cuts;
    while (lock->taken)
        pthread_cond_wait(&lock->changed, &lock->mutex);
    lock->taken = true;
    pthread_mutex_unlock(&lock->mutex);
    return arrival;
}

void natt_device_lock_release(struct natt_device_lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
    lock->taken = false;
    pthread_cond_broadcast(&lock->changed);
    pthread_mutex_unlock(&lock->mutex);
}

static struct timespec in_ms(uint64_t ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)(ms / 1000);
    at.tv_nsec += (long)(ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

void natt_device_lock_wait(struct natt_device_lock *lock, uint64_t arrival, uint64_t ms)
{
    const struct timespec until = in_ms(ms);
    int answer = 0;
    pthread_mutex_lock(&lock->mutex);
    while (lock->skipping == 0 && lock->cuts == arrival && answer == 0)
        answer = pthread_cond_timedwait(&lock->changed, &lock->mutex, &until);
    pthread_mutex_unlock(&lock->mutex);
}

void natt_device_lock_skip_waits(struct natt_device_lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
    lock->skipping++;
    lock->cuts++;
    pthread_cond_broadcast(&lock->changed);
    pthread_mutex_unlock(&lock->mutex);
}

void natt_device_lock_allow_waits(struct natt_device_lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
    lock->skipping--;
    pthread_mutex_unlock(&lock->mutex);
}
