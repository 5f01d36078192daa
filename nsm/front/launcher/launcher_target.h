/*
 * A thread of the launched program that waits inside a system call, and its memory. The program controls everything
 * read from there, and may change it at any time; this affects only the reply to that program.
 */
#ifndef NATT_NSM_LAUNCHER_TARGET_H
#define NATT_NSM_LAUNCHER_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NATT_TARGET_HELD                                                                                               \
    (-1) /* replaces a listener: the kernel keeps the thread, even a killed one, until the call is answered */

struct seccomp_notif;

struct natt_target {
    int listener; /* the listener that reported the call, or NATT_TARGET_HELD */
    uint64_t id;  /* of this call only */
    pid_t thread;
};

/* Makes an ioctl on the listener, again if a signal or a stop of the launcher interrupts it. Returns -1 and errno on
 * failure. */
int natt_listener_ask(int listener, unsigned long what, const void *argument);

/* Waits for the next call. Returns false and errno on failure. */
bool natt_listener_receive(int listener, struct seccomp_notif *out);

/* Returns true if the thread still waits in this call, so that `thread` still identifies it. */
bool natt_target_waits(const struct natt_target *target);

/* Transfer all `len` bytes with the program's own rights on its pages. Return false on EFAULT, or if it no longer
 * waits. */
bool natt_target_read(const struct natt_target *target, void *to, uint64_t address, size_t len);
bool natt_target_write(const struct natt_target *target, uint64_t address, const void *from, size_t len);

/* Reads text up to its NUL. Returns false if there is no NUL within `capacity` bytes. */
bool natt_target_read_text(const struct natt_target *target, char *to, size_t capacity, uint64_t address);

/* Opens /proc/<thread>/<name>. Returns -1 and errno on failure. */
int natt_target_open(const struct natt_target *target, const char *name, int flags);
int natt_target_open_fd(const struct natt_target *target, int fd, int flags);

/* "/proc/<thread>/<folder>/<fd>" */
#define NATT_TARGET_PATH 64
void natt_target_fd_path(const struct natt_target *target, char path[NATT_TARGET_PATH], const char *folder, int fd);

#endif
