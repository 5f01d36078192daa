/* See fuse_place.h. */
#define _GNU_SOURCE
#include "nsm/front/fuse/fuse_place.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define ROOT_INODE 1 /* inode number of the root of every FUSE file system */

bool natt_fuse_fail(natt_fuse_error *err, natt_fuse_code code, int system_error, const char *format, ...)
{
    va_list list;
    if (err == NULL)
        return false;
    err->code = code;
    err->system_error = system_error;
    va_start(list, format);
    (void)vsnprintf(err->message, sizeof err->message, format, list);
    va_end(list);
    size_t len = strlen(err->message);
    if (system_error != 0)
        (void)snprintf(err->message + len, sizeof err->message - len, ": %s", strerror(system_error));
    return false;
}

bool natt_fuse_check_kernel(natt_fuse_error *err)
{
    int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (fd >= 0) {
        close(fd);
        return true;
    }
    if (errno == EACCES || errno == EPERM)
        return natt_fuse_fail(err, NATT_FUSE_REFUSED, errno,
                              "/dev/fuse cannot be opened: run as root, give your user access to /dev/fuse, or allow "
                              "this device in the container");
    return natt_fuse_fail(err, NATT_FUSE_UNSUPPORTED, errno,
                          "there is no usable /dev/fuse: load the kernel's module (modprobe fuse), or give the "
                          "container that device");
}

static bool is_fuse_root(const char *path, const struct stat *st)
{
    struct statfs fs;
    return st->st_ino == ROOT_INODE && statfs(path, &fs) == 0 && fs.f_type == FUSE_SUPER_MAGIC;
}

static bool check_found(const char *path, const struct stat *st, natt_fuse_error *err)
{
    if (!S_ISREG(st->st_mode))
        return natt_fuse_fail(
            err, NATT_FUSE_USAGE, 0,
            "%.200s already exists and is not a regular file: name an empty file, or a path that does not exist", path);
    if (is_fuse_root(path, st))
        return natt_fuse_fail(err, NATT_FUSE_USAGE, 0,
                              "%.200s is already served: stop that server, or name another path", path);
    if (st->st_size != 0)
        return natt_fuse_fail(
            err, NATT_FUSE_USAGE, 0,
            "%.200s is not empty, and would be hidden: name an empty file, or a path that does not exist", path);
    return true;
}

static bool make(struct natt_fuse_place *place, const char *path, natt_fuse_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return natt_fuse_fail(err, NATT_FUSE_USAGE, errno, "%.200s cannot be created", path);
    close(fd);
    place->made = true;
    return true;
}

static bool find(struct natt_fuse_place *place, const char *path, natt_fuse_error *err)
{
    struct stat st;
    if (stat(path, &st) == 0)
        return check_found(path, &st, err);
    if (errno == ENOENT)
        return make(place, path, err);
    if (errno == ENOTCONN)
        return natt_fuse_fail(err, NATT_FUSE_USAGE, errno,
                              "a server that was killed has left its mount on %.200s; remove it with: "
                              "fusermount3 -u PATH, or as root: umount PATH",
                              path);
    return natt_fuse_fail(err, NATT_FUSE_USAGE, errno, "%.200s cannot be examined", path);
}

bool natt_fuse_place_take(struct natt_fuse_place *place, const char *path, natt_fuse_error *err)
{
    struct stat st;
    memset(place, 0, sizeof *place);
    if (!find(place, path, err))
        return false;
    if (realpath(path, place->path) == NULL || stat(place->path, &st) != 0) {
        natt_fuse_fail(err, NATT_FUSE_SYSTEM, errno, "%.200s cannot be examined", path);
        return false;
    }
    place->device = st.st_dev;
    place->inode = st.st_ino;
    return true;
}

void natt_fuse_place_leave(const struct natt_fuse_place *place)
{
    struct stat st;
    if (place->made && lstat(place->path, &st) == 0 && st.st_dev == place->device && st.st_ino == place->inode)
        unlink(place->path);
}
