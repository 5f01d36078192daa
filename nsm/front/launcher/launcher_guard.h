/*
 * The processes between the launcher and the program. The guard is the parent of the program and, as a subreaper, of
 * every process that the program leaves behind. All of them remain descendants of the launcher, so it may read their
 * memory, and none of them survives it. The program itself starts with the filter.
 *
 *     launcher --- guard --- program --- ...
 *         \____socket____/
 */
#ifndef NATT_NSM_LAUNCHER_GUARD_H
#define NATT_NSM_LAUNCHER_GUARD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "nsm/front/launcher/private_dev.h"

/* Messages from guard and program to the launcher. */
enum natt_guard_kind {
    NATT_GUARD_LISTENER,   /* program, with the listener's descriptor; the program then waits for a byte */
    NATT_GUARD_NO_FORK,    /* error */
    NATT_GUARD_NO_PRIVATE, /* error, step */
    NATT_GUARD_NO_FILTER,
    NATT_GUARD_NO_EXEC,
    NATT_GUARD_EXITED, /* wait_status, of the program */
    NATT_GUARD_GONE    /* no process is left */
};

struct natt_guard_message {
    enum natt_guard_kind kind;
    int error;
    int wait_status;
    pid_t program;
    enum natt_private_step step;
    /* With a private /dev: the program's open file of /dev/nsm, and the address of NATT_GUARD_SAMPLE, which the
     * launcher tries to read. */
    int node;
    uint64_t sample;
};

#define NATT_GUARD_SAMPLE "the memory of the program"

/* Arguments of the program's process. */
struct natt_guard_program {
    char *const *argv;
    const sigset_t *mask; /* the program's signal mask */
    bool private_dev;
};

/* Runs in the guard's process. Never returns. */
_Noreturn void natt_guard_run(int socket, const struct natt_guard_program *program);

/* *fd is -1 if no file was passed. */
struct natt_guard_message natt_guard_receive(int socket, int *fd);
/* fd: a file to pass, -1 = none. Async-signal-safe. */
bool natt_guard_send(int socket, struct natt_guard_message message, int fd);
/* Returns a file that a child of this process sends, if only a child can open it; -1 and errno on failure.
 * Async-signal-safe. */
int natt_guard_file_of_child(void (*send_file)(int socket));
/* Called by the launcher: sends SIGTERM, then SIGCONT, to all processes below the guard. */
void natt_guard_terminate(pid_t guard);
/* Lets the program start. */
bool natt_guard_release(int socket);

/* Writes a number without stdio, which is not async-signal-safe, and returns the end of the text. The structure is an
 * entry of getdents64. */
char *natt_guard_write_number(char *out, unsigned number);
struct natt_guard_entry { /* linux_dirent64 */
    uint64_t inode;
    int64_t offset;
    uint16_t len;
    uint8_t type;
    char name[];
};

#endif
