/*
 * The path where the device is mounted, and its errors.
 */
#ifndef NATT_NSM_FUSE_PLACE_H
#define NATT_NSM_FUSE_PLACE_H

#include <limits.h>
#include <sys/types.h>

#include "nitro_attest/fuse_device.h"

struct natt_fuse_place {
    char path[PATH_MAX]; /* absolute, without symbolic links */
    bool made;           /* by this process, which must remove it */
    dev_t device;
    ino_t inode;
};

/* Fills in *err, which may be NULL. Returns false. If the number is not 0, it is an errno value, and its text is
 * appended. */
bool natt_fuse_fail(natt_fuse_error *err, natt_fuse_code code, int system_error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Returns true if /dev/fuse exists and can be opened. */
bool natt_fuse_check_kernel(natt_fuse_error *err);

/* Returns true if an empty file now exists at the path. */
bool natt_fuse_place_take(struct natt_fuse_place *place, const char *path, natt_fuse_error *err);
/* Call after unmounting. */
void natt_fuse_place_leave(const struct natt_fuse_place *place);

#endif
