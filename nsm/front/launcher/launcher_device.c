/* See launcher_device.h. */
#define _GNU_SOURCE
#include "nsm/front/launcher/launcher_device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "nsm/front/launcher/launcher_kernel.h"

#define MAJOR 10       /* miscellaneous devices */
#define MINOR 147      /* the first driver's number; later drivers use any free one */
#define INODE 0x4e534d /* "NSM" */
#define MARK  O_ASYNC

/* The kernel ignores all other flags of an O_PATH open. [open(2)] */
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

/* A separate inode suffices to recognize the files, and the program could see a mark. */
static int mark_of(const struct natt_launcher_device *device)
{
    return device->stand_in.own ? 0 : MARK;
}

static const char *fault_of(const struct natt_launcher_device *device)
{
    char path[NATT_TARGET_PATH];
    int fd = natt_launcher_device_open(device, O_RDONLY, 0);
    if (fd < 0)
        return "/proc/self/fd cannot be opened; the launcher needs /proc mounted";
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
    bool seen = device->stand_in.own || has_mark(path);
    close(fd);
    return seen ? NULL : "/proc does not show the flags of open files; the launcher needs it mounted";
}

bool natt_launcher_device_init(struct natt_launcher_device *device, const char **why)
{
    struct stat st;
    clock_gettime(CLOCK_REALTIME, &device->since);
    if (!natt_stand_in_make(&device->stand_in) || fstat(device->stand_in.fd, &st) != 0) {
        *why = "no file for the device could be created: mknod, a read-only mount of /dev/null and memfd_create failed";
        return false;
    }
    device->dev = st.st_dev;
    device->ino = st.st_ino;
    *why = fault_of(device);
    return *why == NULL;
}

void natt_launcher_device_close(struct natt_launcher_device *device)
{
    if (device->stand_in.fd >= 0)
        close(device->stand_in.fd);
    device->stand_in.fd = -1;
}

/* The kernel does not pass O_PATH files to another process, so the program gets a readable one. Our path is a link, so
 * O_NOFOLLOW is removed. */
static uint64_t flags_for_ours(const struct natt_launcher_device *device, uint64_t flags)
{
    uint64_t wanted = (flags & O_PATH) != 0 ? (flags & O_PATH_FLAGS) : flags;
    return (wanted & ~(uint64_t)O_NOFOLLOW) | (uint64_t)mark_of(device) | O_CLOEXEC | O_NOCTTY;
}

int natt_launcher_device_open(const struct natt_launcher_device *device, uint64_t flags, uint64_t mode)
{
    char path[NATT_TARGET_PATH];
    natt_stand_in_path(path, device->stand_in.fd);
    return (int)syscall(SYS_openat, AT_FDCWD, path, (int)flags_for_ours(device, flags), (mode_t)mode);
}

int natt_launcher_device_open_how(const struct natt_launcher_device *device, const void *how, size_t size)
{
    char copy[4096]; /* the kernel's maximum [openat2(2)] */
    char path[NATT_TARGET_PATH];
    struct open_how ours;
    if (size < sizeof ours || size > sizeof copy) {
        errno = size < sizeof ours ? EINVAL : E2BIG;
        return -1;
    }
    memcpy(copy, how, size);
    memcpy(&ours, how, sizeof ours);
    ours.flags = flags_for_ours(device, ours.flags);
    ours.resolve = 0; /* already applied on the way to the folder */
    memcpy(copy, &ours, sizeof ours);
    natt_stand_in_path(path, device->stand_in.fd);
    return (int)syscall(SYS_openat2, AT_FDCWD, path, copy, size);
}

bool natt_launcher_device_is_fd(const struct natt_launcher_device *device, const struct natt_target *target, int fd)
{
    struct stat st;
    char path[NATT_TARGET_PATH];
    natt_target_fd_path(target, path, "fd", fd);
    if (stat(path, &st) != 0 || st.st_dev != device->dev || st.st_ino != device->ino)
        return false;
    natt_target_fd_path(target, path, "fdinfo", fd);
    return (device->stand_in.own || has_mark(path)) && natt_target_waits(target);
}

/* With a separate inode, the program sees its own changes; with the host's inode, it sees a new device. */
int natt_launcher_device_stat(const struct natt_launcher_device *device, struct stat *out, int flags)
{
    char path[NATT_TARGET_PATH];
    memset(out, 0, sizeof *out);
    natt_stand_in_path(path, device->stand_in.fd);
    if (fstatat(AT_FDCWD, path, out, flags & ~AT_SYMLINK_NOFOLLOW) != 0)
        return errno;
    out->st_mode = S_IFCHR | (device->stand_in.own ? out->st_mode & 07777 : 0666);
    out->st_ino = INODE;
    out->st_nlink = 1;
    out->st_rdev = makedev(MAJOR, MINOR);
    if (!device->stand_in.own)
        out->st_atim = out->st_mtim = out->st_ctim = device->since;
    return 0;
}

int natt_launcher_device_statx(const struct natt_launcher_device *device, struct statx *out, int flags, unsigned mask)
{
    struct statx_timestamp since = {.tv_sec = device->since.tv_sec, .tv_nsec = (uint32_t)device->since.tv_nsec};
    char path[NATT_TARGET_PATH];
    memset(out, 0, sizeof *out);
    natt_stand_in_path(path, device->stand_in.fd);
    if (syscall(SYS_statx, AT_FDCWD, path, flags & ~AT_SYMLINK_NOFOLLOW, mask, out) != 0)
        return errno;
    out->stx_mode = (uint16_t)(S_IFCHR | (device->stand_in.own ? out->stx_mode & 07777 : 0666));
    out->stx_ino = INODE;
    out->stx_nlink = 1;
    out->stx_rdev_major = MAJOR;
    out->stx_rdev_minor = MINOR;
    if (!device->stand_in.own)
        out->stx_atime = out->stx_mtime = out->stx_ctime = out->stx_btime = since;
    return 0;
}

int natt_launcher_device_access(const struct natt_launcher_device *device, int mode, int flags)
{
    char path[NATT_TARGET_PATH];
    natt_stand_in_path(path, device->stand_in.fd);
    return syscall(__NR_faccessat2, AT_FDCWD, path, mode, flags & ~AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno;
}
