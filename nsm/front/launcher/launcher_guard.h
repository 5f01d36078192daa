/*
 * The processes between the launcher and the program. The guard is the program's parent and, as its subreaper, that of
 * every process the program leaves behind: so they remain descendants of the launcher, which may read their memory, and
 * none survives it. The program itself starts with the filter.
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

/* Messages of guard and program to the launcher. */
enum natt_guard_kind {
    NATT_GUARD_LISTENER,   /* program; a file comes along: the kernel's notifications. It waits for a byte */
    NATT_GUARD_NO_FORK,    /* error */
    NATT_GUARD_NO_PRIVATE, /* error, step */
    NATT_GUARD_NO_FILTER,
    NATT_GUARD_NO_EXEC,
    NATT_GUARD_EXITED, /* wait_status, of the program */
    NATT_GUARD_GONE    /* nobody is left */
};

struct natt_guard_message {
    enum natt_guard_kind kind;
    int error;
    int wait_status;
    pid_t program;
    enum natt_private_step step;
    /* With a private /dev: the program's open file of /dev/nsm, and where it has NATT_GUARD_SAMPLE, to be read. */
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

/* In the guard's process. Never returns. */
_Noreturn void natt_guard_run(int socket, const struct natt_guard_program *program);

/* *fd is -1 unless a file came along. */
struct natt_guard_message natt_guard_receive(int socket, int *fd);
/* fd: a file to pass on, -1 = none. Async-signal-safe. */
bool natt_guard_send(int socket, struct natt_guard_message message, int fd);
/* The file that a child of this process sends, where only a child can open it; -1 and errno. Async-signal-safe. */
int natt_guard_file_of_child(void (*send_file)(int socket));
/* In the launcher: sends SIGTERM, then SIGCONT, to all processes below the guard. */
void natt_guard_terminate(pid_t guard);
/* Lets the program begin. */
bool natt_guard_release(int socket);

/* Without stdio, which is not async-signal-safe: the end of the text; and an entry of getdents64. */
char *natt_guard_write_number(char *out, unsigned number);
struct natt_guard_entry { /* linux_dirent64 */
    uint64_t inode;
    int64_t offset;
    uint16_t len;
    uint8_t type;
    char name[];
};

#endif
