/*
 * Threads that share work, their one lock and its condition; in workers_posix.c and workers_windows.c.
 */
#ifndef NATT_CLI_WORKERS_H
#define NATT_CLI_WORKERS_H

#include <stddef.h>

#define NATT_CLI_MAX_THREADS 1024

/* Processors that this process may use, from 1 to NATT_CLI_MAX_THREADS. */
size_t natt_cli_processors(void);

/*
 * Calls work(context) in `threads` threads at once, one of which is the calling one, and returns when all have
 * returned. If the system refuses a thread, fewer do the work. Returns how many did.
 */
size_t natt_cli_work(size_t threads, void (*work)(void *context), void *context);

/* The lock of the process's workers. */
void natt_cli_lock(void);
void natt_cli_unlock(void);

/* With the lock: releases it, sleeps until natt_cli_wake_all is called, or for no reason, and takes it again. */
void natt_cli_wait(void);
void natt_cli_wake_all(void);

#endif
