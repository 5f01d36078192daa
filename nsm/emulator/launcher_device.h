/*
 * What the program sees as the device: an open /dev/null, a real character device that anybody may open. Flags, modes
 * and their errors are those of the kernel; only the name, the numbers and ioctl are the NSM's.
 *
 * Its open files are known by O_ASYNC, which /dev/null ignores, which fcntl cannot remove there and nobody else sets:
 * so the mark stays with the open file through dup, fork, exec and sockets, and nothing has to be remembered or
 * forgotten.
 */
#ifndef NATT_NSM_LAUNCHER_DEVICE_H
#define NATT_NSM_LAUNCHER_DEVICE_H

#include <sys/stat.h>

#include "nsm/emulator/launcher_target.h"

struct statx;

struct natt_launcher_device {
    dev_t null_dev; /* of /dev/null */
    ino_t null_ino;
    struct timespec since;
};

/* False when /dev/null is not what it should be, or marks cannot be seen; *why is a text. */
bool natt_launcher_device_init(struct natt_launcher_device *device, const char **why);

/* New open files, marked; -1 and errno as the kernel gives them for a device. `how` is an open_how of `size` bytes. */
int natt_launcher_device_open(uint64_t flags, uint64_t mode);
int natt_launcher_device_open_how(const void *how, size_t size);

/* The file is one of those. */
bool natt_launcher_device_is_fd(const struct natt_launcher_device *device, const struct natt_target *target, int fd);

/* 0 or an errno value. */
int natt_launcher_device_stat(const struct natt_launcher_device *device, struct stat *out, int flags);
int natt_launcher_device_statx(const struct natt_launcher_device *device, struct statx *out, int flags, unsigned mask);
int natt_launcher_device_access(int mode, int flags);

#endif
