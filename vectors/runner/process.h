/*
 * One child process of the runner: a shell command in its own process group, with three non-blocking pipes.
 * natt_process_stop ends the whole group in any case and leaves no zombie.
 */
#ifndef NATT_RUNNER_PROCESS_H
#define NATT_RUNNER_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct natt_process {
    pid_t pid;        /* of the shell, and of the group; 0 = none */
    int in, out, err; /* the runner's ends of its standard streams; -1 = closed */
};

/*
 * Starts `sh -c command`. False with errno: the pipes or the process cannot be created. If the shell does not find the
 * command, the process ends with status 127.
 */
bool natt_process_start(struct natt_process *p, const char *command);

/* Closes an end, if it is open. */
void natt_process_close(int *end);

/* True if the shell has ended. It is not reaped yet, so that the group keeps its number. */
bool natt_process_ended(const struct natt_process *p);

/* Kills the rest of the group, reaps the shell and closes the pipes. Returns the wait status, 0 for no process. */
int natt_process_stop(struct natt_process *p);

#define NATT_PROCESS_STATUS_LEN 64

/* "ended with exit status 3", "was killed by signal 11" */
const char *natt_process_status_text(char out[NATT_PROCESS_STATUS_LEN], int status);

/*
 * Between guard and unguard, a signal that ends this process (Ctrl-C, SIGTERM, SIGHUP, SIGQUIT) first kills the group
 * of the running child. A write to a child that closed its input fails instead of raising SIGPIPE. One run at a time.
 */
void natt_process_guard(void);
void natt_process_unguard(void);

#endif
