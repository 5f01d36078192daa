/* See private_entries.h. */
#define _GNU_SOURCE
#include "nsm/front/launcher/private_entries.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "nsm/front/launcher/launcher_guard.h"
#include "nsm/front/launcher/launcher_kernel.h"

#define NODE   "nsm"
#define DRIVER "null" /* harmless, available everywhere, and allows seeking, which Python does when it opens "r+" */
#define HIDDEN ".host"

/* --- one entry --- */

static bool close_with(int fd, bool ok)
{
    int error = errno;
    natt_close(fd);
    errno = error;
    return ok;
}

/* Copies with the mounts below: the kernel does not allow copies without them. */
static int copy_of(int folder, const char *name)
{
    return (int)syscall(__NR_open_tree, folder, name,
                        OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW);
}

/*
 * Sets the flags before any process can reach the copy. Later mounts of the host in these folders would lack the flags,
 * so they do not appear.
 */
static bool mount_at(const struct natt_private_entries *entries, int copy, const char *name, unsigned recursive,
                     uint64_t flags)
{
    struct natt_mount_attr attr = {.attr_set = flags, .propagation = MS_PRIVATE};
    return copy >= 0 && syscall(__NR_mount_setattr, copy, "", AT_EMPTY_PATH | recursive, &attr, sizeof attr) == 0 &&
           syscall(__NR_move_mount, copy, "", entries->dev, name, MOVE_MOUNT_F_EMPTY_PATH) == 0;
}

static bool show_at(const struct natt_private_entries *entries, const char *name, const char *at, unsigned recursive,
                    uint64_t flags)
{
    int copy = copy_of(entries->host, name);
    return close_with(copy, mount_at(entries, copy, at, recursive, flags));
}

static bool show_link(const struct natt_private_entries *entries, const char *name)
{
    char target[4096];
    ssize_t len = readlinkat(entries->host, name, target, sizeof target - 1);
    if (len >= 0)
        target[len] = '\0';
    return len >= 0 && symlinkat(target, entries->dev, name) == 0;
}

static bool is_shared_type(const struct statfs *fs, bool may_be_tmpfs)
{
    switch ((unsigned long)fs->f_type) {
    case DEVPTS_SUPER_MAGIC:
    case MQUEUE_MAGIC:
    case HUGETLBFS_MAGIC:
        return true;
    case TMPFS_MAGIC:
        return may_be_tmpfs;
    default:
        return false;
    }
}

/* Returns true if programs share files there, and it contains no nodes of the host. A devtmpfs also reports itself as
 * tmpfs. */
static bool is_shared(const struct natt_private_entries *entries, const char *name)
{
    int fd = openat(entries->host, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    struct stat dev, st;
    struct statfs fs;
    bool known = fd >= 0 && fstat(entries->host, &dev) == 0 && fstat(fd, &st) == 0 && fstatfs(fd, &fs) == 0;
    return close_with(fd, known && (fs.f_flags & ST_RDONLY) == 0 &&
                              is_shared_type(&fs, strcmp(name, "shm") == 0 && st.st_dev != dev.st_dev));
}

/* Mounts below it remain read-only. */
static bool make_writable(const struct natt_private_entries *entries, const char *path)
{
    struct natt_mount_attr attr = {.attr_clr = MOUNT_ATTR_RDONLY};
    return syscall(__NR_mount_setattr, entries->dev, path, AT_SYMLINK_NOFOLLOW, &attr, sizeof attr) == 0;
}

/* Any other folder may contain nodes of the host, even one of another file system or one that everyone may write to. */
static bool show_folder(const struct natt_private_entries *entries, const char *name)
{
    return mkdirat(entries->dev, name, 0755) == 0 && show_at(entries, name, name, AT_RECURSIVE, MOUNT_ATTR_RDONLY) &&
           (!is_shared(entries, name) || make_writable(entries, name));
}

static bool show_file(const struct natt_private_entries *entries, const char *name, const char *at, uint64_t flags)
{
    return mknodat(entries->dev, at, S_IFREG | 0444, 0) == 0 &&
           show_at(entries, name, at, 0, MOUNT_ATTR_RDONLY | flags);
}

/* Sets the mode explicitly, since the umask reduces the mode of mknod. */
static bool make_own(const struct natt_private_entries *entries, const char *name, mode_t mode, dev_t driver)
{
    if (mknodat(entries->dev, name, S_IFCHR | (mode & 0777), driver) != 0)
        return false;
    if (fchmodat(entries->dev, name, mode & 0777, 0) == 0)
        return true;
    unlinkat(entries->dev, name, 0);
    return false;
}

/*
 * The kernel looks for pts in the folder in which the node was opened, and a mount of the node alone has no such
 * folder. So the link leads to a copy of the host's whole folder, since only root may be allowed to open the node
 * inside pts. Its terminals can be changed like those in our pts.
 */
static bool show_ptmx(const struct natt_private_entries *entries, const char *name, const struct stat *st)
{
    return make_own(entries, name, st->st_mode, st->st_rdev) ||
           (mkdirat(entries->dev, HIDDEN, 0755) == 0 &&
            mount_at(entries, entries->whole, HIDDEN, AT_RECURSIVE, MOUNT_ATTR_RDONLY) &&
            (!is_shared(entries, "pts") || make_writable(entries, HIDDEN "/pts")) &&
            symlinkat(HIDDEN "/ptmx", entries->dev, name) == 0);
}

static bool show_entry(const struct natt_private_entries *entries, const char *name)
{
    struct stat st;
    if (fstatat(entries->host, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) != 0)
        return errno == ENOENT; /* removed since it was listed */
    if (S_ISLNK(st.st_mode))
        return show_link(entries, name);
    if (S_ISDIR(st.st_mode))
        return show_folder(entries, name);
    if (strcmp(name, "ptmx") == 0 && S_ISCHR(st.st_mode))
        return show_ptmx(entries, name, &st);
    return show_file(entries, name, name, 0);
}

/* --- all entries --- */

bool natt_private_entries_open(struct natt_private_entries *entries)
{
    entries->host = open("/dev", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    entries->whole = copy_of(AT_FDCWD, "/dev");
    if (entries->host < 0 || entries->whole < 0 ||
        syscall(SYS_mount, "nitro-attest", "/dev", "tmpfs", MS_NOSUID, "mode=755") != 0)
        return false;
    entries->dev = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return entries->dev >= 0;
}

static bool is_skipped(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, NODE) == 0 || strcmp(name, HIDDEN) == 0;
}

bool natt_private_entries_show(const struct natt_private_entries *entries)
{
    _Alignas(struct natt_guard_entry) char room[4096];
    long len;
    while ((len = syscall(SYS_getdents64, entries->host, room, sizeof room)) > 0) {
        for (long at = 0; at < len;) {
            const struct natt_guard_entry *entry = (const void *)(room + at);
            if (!is_skipped(entry->name) && !show_entry(entries, entry->name))
                return false;
            at += entry->len;
        }
    }
    return len == 0;
}

static bool opens(const struct natt_private_entries *entries)
{
    int fd = openat(entries->dev, NODE, O_RDWR | O_CLOEXEC | O_NOCTTY);
    return close_with(fd, fd >= 0);
}

bool natt_private_entries_make_node(const struct natt_private_entries *entries)
{
    if (make_own(entries, NODE, 0666, makedev(1, 3))) {
        if (opens(entries))
            return true;
        unlinkat(entries->dev, NODE, 0); /* a container's rules may forbid the driver */
    }
    return show_file(entries, DRIVER, NODE, MOUNT_ATTR_NOSYMFOLLOW);
}

bool natt_private_entries_close(struct natt_private_entries *entries, bool writable)
{
    struct natt_mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    bool ok =
        writable || syscall(__NR_mount_setattr, entries->dev, "", AT_EMPTY_PATH, &read_only, sizeof read_only) == 0;
    ok = close_with(entries->dev, ok);
    ok = close_with(entries->whole, ok);
    return close_with(entries->host, ok);
}
