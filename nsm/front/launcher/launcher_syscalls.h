/*
 * The system calls that may name /dev/nsm or show one of its open files, and the result that the program gets from
 * each.
 */
#ifndef NATT_NSM_LAUNCHER_SYSCALLS_H
#define NATT_NSM_LAUNCHER_SYSCALLS_H

#include "nsm/front/launcher/launcher_device.h"

struct seccomp_data;

struct natt_answer {
    enum {
        NATT_ANSWER_CONTINUE, /* does not concern the device: the kernel performs the call */
        NATT_ANSWER_RESULT,   /* `error`, or 0 with `value` returned */
        NATT_ANSWER_FILE,     /* the program gets a copy of `fd`, which the launcher closes */
        NATT_ANSWER_LATER     /* a worker replies later */
    } kind;
    int error;
    int value;
    int fd;
    bool close_on_exec;
};

/* Numbers of these calls, for the filter; ioctl is not included. */
size_t natt_syscalls_count(void);
int natt_syscalls_number(size_t index);
/* Returns which argument contains open flags; -1 = none. */
int natt_syscalls_open_flags(size_t index);

struct natt_answer natt_syscalls_answer(const struct natt_launcher_device *device, const struct natt_target *target,
                                        const struct seccomp_data *data);

#endif
