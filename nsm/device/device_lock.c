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

bool natt_turn_init(struct natt_turn *turn)
{
    turn->taken = false;
    turn->hurry = 0;
    turn->cuts = 0;
    if (!init_condition(&turn->changed))
        return false;
    if (pthread_mutex_init(&turn->mutex, NULL) == 0)
        return true;
    pthread_cond_destroy(&turn->changed);
    return false;
}

void natt_turn_free(struct natt_turn *turn)
{
    pthread_cond_destroy(&turn->changed);
    pthread_mutex_destroy(&turn->mutex);
}

uint64_t natt_turn_take(struct natt_turn *turn)
{
    pthread_mutex_lock(&turn->mutex);
    uint64_t arrival = turn->cuts;
    while (turn->taken)
        pthread_cond_wait(&turn->changed, &turn->mutex);
    turn->taken = true;
    pthread_mutex_unlock(&turn->mutex);
    return arrival;
}

void natt_turn_give(struct natt_turn *turn)
{
    pthread_mutex_lock(&turn->mutex);
    turn->taken = false;
    pthread_cond_broadcast(&turn->changed);
    pthread_mutex_unlock(&turn->mutex);
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

void natt_turn_wait(struct natt_turn *turn, uint64_t arrival, uint64_t ms)
{
    const struct timespec until = in_ms(ms);
    int answer = 0;
    pthread_mutex_lock(&turn->mutex);
    while (turn->hurry == 0 && turn->cuts == arrival && answer == 0)
        answer = pthread_cond_timedwait(&turn->changed, &turn->mutex, &until);
    pthread_mutex_unlock(&turn->mutex);
}

void natt_turn_hurry_begin(struct natt_turn *turn)
{
    pthread_mutex_lock(&turn->mutex);
    turn->hurry++;
    turn->cuts++;
    pthread_cond_broadcast(&turn->changed);
    pthread_mutex_unlock(&turn->mutex);
}

void natt_turn_hurry_end(struct natt_turn *turn)
{
    pthread_mutex_lock(&turn->mutex);
    turn->hurry--;
    pthread_mutex_unlock(&turn->mutex);
}
