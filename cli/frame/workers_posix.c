/* See workers.h. */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* sched_getaffinity */
#endif
#include "cli/frame/workers.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/frame/bytes.h"

/* More than verification and reports need, and more than the default of musl. */
#define STACK ((size_t)1 << 20)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

#ifdef __linux__
#include <sched.h>

/* taskset and containers restrict them. 0: unknown, such as with more processors than cpu_set_t has. */
static long allowed(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}
#else
static long allowed(void)
{
    return 0;
}
#endif

size_t natt_cli_processors(void)
{
    long count = allowed();
    if (count <= 0)
        count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > NATT_CLI_MAX_THREADS ? NATT_CLI_MAX_THREADS : (size_t)count;
}

struct task {
    void (*work)(void *context);
    void *context;
};

static void *run(void *given)
{
    const struct task *task = given;
    task->work(task->context);
    return NULL;
}

size_t natt_cli_work(size_t threads, void (*work)(void *context), void *context)
{
    struct task task = {work, context};
    pthread_t *started = natt_cli_alloc(threads, sizeof *started, 0);
    pthread_attr_t attributes;
    size_t count = 0;
    if (pthread_attr_init(&attributes) != 0)
        natt_cli_out_of_memory();
    (void)pthread_attr_setstacksize(&attributes, STACK);
    while (count + 1 < threads && pthread_create(&started[count], &attributes, run, &task) == 0)
        count++;
    (void)pthread_attr_destroy(&attributes);
    work(context);
    for (size_t i = 0; i < count; i++)
        (void)pthread_join(started[i], NULL);
    free(started);
    return count + 1;
}

void natt_cli_lock(void)
{
    (void)pthread_mutex_lock(&lock);
}

void natt_cli_unlock(void)
{
    (void)pthread_mutex_unlock(&lock);
}

void natt_cli_wait(void)
{
    (void)pthread_cond_wait(&changed, &lock);
}

void natt_cli_wake_all(void)
{
    (void)pthread_cond_broadcast(&changed);
}
