/*
 * What the program sees as the device: open files of the stand-in (launcher_stand_in.h). The kernel handles flags,
 * modes and their errors; only the name, the numbers and ioctl are the NSM's.
 *
 * A separate inode distinguishes them from all other files. If the host's inode must be used, O_ASYNC marks them: the
 * drivers in question ignore it, fcntl cannot remove it there, and no other program sets it. dup, fork, exec and
 * sockets preserve the mark, so the launcher does not have to track files.
 */
#ifndef NATT_NSM_LAUNCHER_DEVICE_H
#define NATT_NSM_LAUNCHER_DEVICE_H

#include <sys/stat.h>

#include "nsm/front/launcher/launcher_stand_in.h"
#include "nsm/front/launcher/launcher_target.h"

struct statx;

struct natt_launcher_device {
    struct natt_stand_in stand_in;
    dev_t dev; /* of the stand-in */
    ino_t ino;
    struct timespec since;
};

/* Returns false if there is no stand-in, or marks are not visible; *why is a text. Call natt_launcher_device_close in
 * either case. */
bool natt_launcher_device_init(struct natt_launcher_device *device, const char **why);
void natt_launcher_device_close(struct natt_launcher_device *device);

/* Return a new open file, or -1 and errno as the kernel returns it for a device. `how` is an open_how of `size`
 * bytes. */
int natt_launcher_device_open(const struct natt_launcher_device *device, uint64_t flags, uint64_t mode);
int natt_launcher_device_open_how(const struct natt_launcher_device *device, const void *how, size_t size);

/* Returns true if the file is one of these. */
bool natt_launcher_device_is_fd(const struct natt_launcher_device *device, const struct natt_target *target, int fd);

/* Returns 0 or an errno value. */
int natt_launcher_device_stat(const struct natt_launcher_device *device, struct stat *out, int flags);
int natt_launcher_device_statx(const struct natt_launcher_device *device, struct statx *out, int flags, unsigned mask);
int natt_launcher_device_access(const struct natt_launcher_device *device, int mode, int flags);

#endif
