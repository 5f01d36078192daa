/* See threads.h. */
#define _POSIX_C_SOURCE 200809L /* pthread_condattr_setclock */
#include "nsm/threads.h"

#include <signal.h>

int natt_thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(thread, NULL, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

static bool init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;
    if (pthread_condattr_init(&monotonic) != 0)
        return false;
    bool ok =
        pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 && pthread_cond_init(condition, &monotonic) == 0;
    pthread_condattr_destroy(&monotonic);
    return ok;
}

bool natt_monitor_init(pthread_mutex_t *mutex, pthread_cond_t *condition)
{
    if (!init_condition(condition))
        return false;
    if (pthread_mutex_init(mutex, NULL) == 0)
        return true;
    pthread_cond_destroy(condition);
    return false;
}

struct timespec natt_time_in(uint64_t ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += (time_t)(ms / 1000);
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}
