/*
 * A thread of the launched program that waits inside a system call, and its memory. The program controls everything
 * read from there, and may change it at any time: it determines only the reply to that program.
 */
#ifndef NATT_NSM_LAUNCHER_TARGET_H
#define NATT_NSM_LAUNCHER_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NATT_TARGET_HELD                                                                                               \
    (-1) /* in place of a listener: the kernel holds the thread, killed or not, until it is answered */

struct seccomp_notif;

struct natt_target {
    int listener; /* where the kernel tells of it, or NATT_TARGET_HELD */
    uint64_t id;  /* of this one call */
    pid_t thread;
};

/* An ioctl of the listener, made again when a signal or a stop of the launcher came between; -1 and errno. */
int natt_listener_ask(int listener, unsigned long what, const void *argument);

/* The next call to answer, which is waited for. False: errno. */
bool natt_listener_receive(int listener, struct seccomp_notif *out);

/* The thread still waits in this call, so that `thread` still names it. */
bool natt_target_waits(const struct natt_target *target);

/* All `len` bytes, with the program's own rights on its pages; false = EFAULT, or it no longer waits. */
bool natt_target_read(const struct natt_target *target, void *to, uint64_t address, size_t len);
bool natt_target_write(const struct natt_target *target, uint64_t address, const void *from, size_t len);

/* Text up to its NUL; false when it does not end within `capacity` bytes. */
bool natt_target_read_text(const struct natt_target *target, char *to, size_t capacity, uint64_t address);

/* Opens /proc/<thread>/<name>; -1 and errno when that cannot be done. */
int natt_target_open(const struct natt_target *target, const char *name, int flags);
int natt_target_open_fd(const struct natt_target *target, int fd, int flags);

/* "/proc/<thread>/<folder>/<fd>" */
#define NATT_TARGET_PATH 64
void natt_target_fd_path(const struct natt_target *target, char path[NATT_TARGET_PATH], const char *folder, int fd);

#endif
