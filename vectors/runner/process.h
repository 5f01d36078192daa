/*
 * One child process of the runner: a shell command in a process group of its own, with three pipes that never block us.
 * Whatever it does, natt_process_stop ends all of the group and leaves no zombie.
 */
#ifndef NATT_RUNNER_PROCESS_H
#define NATT_RUNNER_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct natt_process {
    pid_t pid;        /* of the shell, and of the group; 0 = none */
    int in, out, err; /* our ends of its standard streams; -1 = closed */
};

/*
 * Starts `sh -c command`. False with errno when pipes or process cannot be had; a command that the shell cannot find is
 * a process that ends with status 127.
 */
bool natt_process_start(struct natt_process *p, const char *command);

/* The shell itself has ended; it is not reaped yet, so that the group keeps its number. */
bool natt_process_ended(const struct natt_process *p);

/* Kills what is left of the group, reaps the shell, closes the pipes. Gives the wait status, 0 for no process. */
int natt_process_stop(struct natt_process *p);

#define NATT_PROCESS_STATUS_LEN 64

/* "ended with exit status 3", "was killed by signal 11" */
const char *natt_process_status_text(char out[NATT_PROCESS_STATUS_LEN], int status);

/*
 * From guard to unguard a signal that ends this process (Ctrl-C, SIGTERM, SIGHUP, SIGQUIT) ends the running child's
 * group first, and writing to a child that has closed its input is an error instead of SIGPIPE. One run at a time.
 */
void natt_process_guard(void);
void natt_process_unguard(void);

#endif
