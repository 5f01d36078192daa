/*
 * Threads of the libraries, and waits with a deadline: client and emulator share them.
 */
#ifndef NATT_NSM_THREADS_H
#define NATT_NSM_THREADS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* 0, or an errno value. All signals are blocked in the thread, so that only the program's own threads handle them. */
int natt_thread_start(pthread_t *thread, void *(*run)(void *), void *argument);

/* A mutex, and a condition to wait for with natt_time_in: setting the system's clock does not change such waits. */
bool natt_monitor_init(pthread_mutex_t *mutex, pthread_cond_t *condition);

/* Milliseconds from now. */
struct timespec natt_time_in(uint64_t ms);

#endif
