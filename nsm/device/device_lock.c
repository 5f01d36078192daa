/* See device_lock.h. */
#define _POSIX_C_SOURCE 200809L
#include "nsm/device/device_lock.h"

#include "nsm/threads.h"

bool natt_device_lock_init(struct natt_device_lock *lock)
{
    lock->taken = false;
    lock->skipping = 0;
    lock->cuts = 0;
    return natt_monitor_init(&lock->mutex, &lock->changed);
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

void natt_device_lock_wait(struct natt_device_lock *lock, uint64_t arrival, uint64_t ms)
{
    const struct timespec until = natt_time_in(ms);
    int answer = 0;
    pthread_mutex_lock(&lock->mutex);
    while (lock->skipping == 0 && lock->cuts == arrival && answer == 0)
        answer = pthread_cond_timedwait(&lock->changed, &lock->mutex, &until);
    pthread_mutex_unlock(&lock->mutex);
}

void natt_device_lock_skip_waits(struct natt_device_lock *lock, bool skip)
{
    pthread_mutex_lock(&lock->mutex);
    if (skip) {
        lock->skipping++;
        lock->cuts++;
        pthread_cond_broadcast(&lock->changed);
    } else {
        lock->skipping--;
    }
    pthread_mutex_unlock(&lock->mutex);
}
