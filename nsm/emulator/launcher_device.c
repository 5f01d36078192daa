/* See launcher_device.h. */
#define _GNU_SOURCE
#include "nsm/emulator/launcher_device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "nsm/emulator/launcher_kernel.h"

#define STAND_IN "/dev/null"
#define MAJOR    10       /* miscellaneous devices */
#define MINOR    147      /* what the first driver had; the later one takes any that is free */
#define INODE    0x4e534d /* "NSM" */
#define MARK     O_ASYNC

/* Of an O_PATH open the kernel looks at these only. [open(2)] */
#define O_PATH_FLAGS (O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static bool has_mark(const char *fdinfo_path)
{
    char text[256];
    int fd = open(fdinfo_path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t len = read(fd, text, sizeof text - 1);
    close(fd);
    text[len > 0 ? len : 0] = '\0';
    const char *flags = strstr(text, "flags:");
    return flags != NULL && (strtoul(flags + strlen("flags:"), NULL, 8) & MARK) != 0;
}

static const char *fault_of(struct natt_launcher_device *device, int fd)
{
    struct stat st;
    char path[NATT_TARGET_PATH];
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3))
        return "/dev/null cannot be opened or is not the null device; the launcher needs it";
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
    if (!has_mark(path))
        return "/proc does not show the flags of open files; the launcher needs it mounted";
    device->null_dev = st.st_dev;
    device->null_ino = st.st_ino;
    return NULL;
}

bool natt_launcher_device_init(struct natt_launcher_device *device, const char **why)
{
    int fd = natt_launcher_device_open(O_RDONLY, 0);
    *why = fault_of(device, fd);
    if (fd >= 0)
        close(fd);
    clock_gettime(CLOCK_REALTIME, &device->since);
    return *why == NULL;
}

/* An O_PATH file cannot be handed over; a readable one serves whoever asked for it. */
static uint64_t flags_for_ours(uint64_t flags)
{
    uint64_t wanted = (flags & O_PATH) != 0 ? (flags & O_PATH_FLAGS) : flags;
    return wanted | MARK | O_CLOEXEC | O_NOCTTY;
}

int natt_launcher_device_open(uint64_t flags, uint64_t mode)
{
    return (int)syscall(SYS_openat, AT_FDCWD, STAND_IN, (int)flags_for_ours(flags), (mode_t)mode);
}

int natt_launcher_device_open_how(const void *how, size_t size)
{
    char copy[4096]; /* the kernel takes no more [openat2(2)] */
    struct open_how ours;
    if (size < sizeof ours || size > sizeof copy) {
        errno = size < sizeof ours ? EINVAL : E2BIG;
        return -1;
    }
    memcpy(copy, how, size);
    memcpy(&ours, how, sizeof ours);
    ours.flags = flags_for_ours(ours.flags);
    ours.resolve = 0; /* heeded already, on the way to the folder */
    memcpy(copy, &ours, sizeof ours);
    return (int)syscall(SYS_openat2, AT_FDCWD, STAND_IN, copy, size);
}

bool natt_launcher_device_is_fd(const struct natt_launcher_device *device, const struct natt_target *target, int fd)
{
    struct stat st;
    char path[NATT_TARGET_PATH];
    natt_target_fd_path(target, path, "fd", fd);
    if (stat(path, &st) != 0 || st.st_dev != device->null_dev || st.st_ino != device->null_ino)
        return false;
    natt_target_fd_path(target, path, "fdinfo", fd);
    return has_mark(path) && natt_target_waits(target);
}

int natt_launcher_device_stat(const struct natt_launcher_device *device, struct stat *out, int flags)
{
    memset(out, 0, sizeof *out);
    if (fstatat(AT_FDCWD, STAND_IN, out, flags) != 0)
        return errno;
    out->st_mode = S_IFCHR | 0666;
    out->st_ino = INODE;
    out->st_rdev = makedev(MAJOR, MINOR);
    out->st_atim = out->st_mtim = out->st_ctim = device->since;
    return 0;
}

int natt_launcher_device_statx(const struct natt_launcher_device *device, struct statx *out, int flags, unsigned mask)
{
    struct statx_timestamp since = {.tv_sec = device->since.tv_sec, .tv_nsec = (uint32_t)device->since.tv_nsec};
    memset(out, 0, sizeof *out);
    if (syscall(SYS_statx, AT_FDCWD, STAND_IN, flags, mask, out) != 0)
        return errno;
    out->stx_mode = S_IFCHR | 0666;
    out->stx_ino = INODE;
    out->stx_rdev_major = MAJOR;
    out->stx_rdev_minor = MINOR;
    out->stx_atime = out->stx_mtime = out->stx_ctime = out->stx_btime = since;
    return 0;
}

int natt_launcher_device_access(int mode, int flags)
{
    return syscall(SYS_faccessat2, AT_FDCWD, STAND_IN, mode, flags) == 0 ? 0 : errno;
}
