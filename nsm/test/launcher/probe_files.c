/* Opens, examines and names the device by every system call that can do so. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "nsm/test/launcher/probe.h"

/* --- open --- */

/* Checks a call that must open the device: the device answers, and close-on-exec is as requested. */
void probe_expect_device(const char *what, int line, long fd, int descriptor_flags)
{
    probe_expect(what, line, fd >= 0, 1);
    if (fd < 0)
        return;
    probe_expect("F_GETFD", line, fcntl((int)fd, F_GETFD), descriptor_flags);
    probe_expect("DescribeNSM", line, probe_describe((int)fd), 0);
    close((int)fd);
}

static long openat2_with(int folder, const char *path, uint64_t flags, uint64_t resolve, size_t size)
{
    struct {
        struct open_how how;
        char more[64];
    } how = {{.flags = flags, .resolve = resolve}, {0}};
    return probe_call(SYS_openat2, (long)folder, path, &how, size);
}

static void probe_openat2(void)
{
    size_t size = sizeof(struct open_how);
    OPENS(0, openat2_with(AT_FDCWD, DEVICE, O_RDONLY, 0, size));
    OPENS(FD_CLOEXEC, openat2_with(-1, DEVICE, O_RDWR | O_CLOEXEC, 0, size));
    OPENS(0, openat2_with(AT_FDCWD, DEVICE, O_RDWR, RESOLVE_NO_SYMLINKS, size));
    OPENS(0, openat2_with(AT_FDCWD, DEVICE, O_RDWR, 0, size + 16));
    EXPECT(-EXDEV, openat2_with(AT_FDCWD, DEVICE, O_RDWR, RESOLVE_BENEATH, size));
    EXPECT(-EINVAL, openat2_with(AT_FDCWD, DEVICE, O_RDWR, 0, size - 8));
    EXPECT(-EINVAL, openat2_with(AT_FDCWD, DEVICE, O_RDWR | (UINT64_C(1) << 40), 0, size));
    EXPECT(-EFAULT, probe_call(SYS_openat2, (long)AT_FDCWD, DEVICE, 8L, size));
    int dev = open("/dev", O_RDONLY | O_DIRECTORY), root = open("/", O_RDONLY | O_DIRECTORY);
    OPENS(0, openat2_with(dev, "nsm", O_RDWR, RESOLVE_BENEATH, size));
    OPENS(0, openat2_with(root, DEVICE, O_RDWR, RESOLVE_IN_ROOT, size));
    EXPECT(-ENOENT, openat2_with(dev, DEVICE, O_RDWR, RESOLVE_IN_ROOT, size));
    close(dev);
    close(root);
}

void probe_opens(void)
{
    int plain = probe_open();
    if (plain < 0)
        return; /* without the device, the calls below would create a file with its name */
    close(plain);
    probe_old_opens();
    OPENS(0, probe_call(SYS_openat, (long)AT_FDCWD, DEVICE, O_RDONLY));
    OPENS(FD_CLOEXEC, probe_call(SYS_openat, -1L, DEVICE, O_RDWR | O_CLOEXEC));
    OPENS(0, probe_call(SYS_openat, -1L, DEVICE, O_RDWR | O_NOFOLLOW | O_NONBLOCK));
    OPENS(0, probe_call(SYS_openat, (long)AT_FDCWD, DEVICE, O_RDWR | O_CREAT, 0600L));
    EXPECT(-EEXIST, probe_call(SYS_openat, (long)AT_FDCWD, DEVICE, O_RDWR | O_CREAT | O_EXCL, 0600L));
    long as_folder = probe_private ? -ENOTDIR : -ENOENT; /* a driver's node: ENOTDIR */
    EXPECT(as_folder, probe_call(SYS_openat, (long)AT_FDCWD, DEVICE, O_RDONLY | O_DIRECTORY));
    EXPECT(as_folder, probe_call(SYS_openat, (long)AT_FDCWD, DEVICE, O_RDWR | O_TMPFILE, 0600L));
    long both = probe_call(SYS_openat, (long)AT_FDCWD, DEVICE, O_RDWR | O_CREAT | O_DIRECTORY, 0600L);
    EXPECT(1, both == -EINVAL || both == -ENOTDIR); /* depends on the kernel; no file is created */
    EXPECT(-EFAULT, probe_call(SYS_openat, (long)AT_FDCWD, 8L, O_RDONLY));
    EXPECT(-EFAULT, probe_call(SYS_openat, (long)AT_FDCWD, NULL, O_RDONLY));
    probe_openat2();
    int fd = (int)probe_call(SYS_openat, (long)AT_FDCWD, DEVICE, O_RDONLY | O_APPEND);
    EXPECT(O_RDONLY | O_APPEND, fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK));
    EXPECT(0, fcntl(fd, F_SETFL, O_NONBLOCK)); /* tries to remove the mark */
    EXPECT(0, probe_describe(fd));
    EXPECT(0, isatty(fd));
    close(fd);
    EXPECT(-EBADF, probe_describe(fd));
}

/* --- paths that lead to the device, or do not --- */

void probe_paths(void)
{
    static const char *const there[] = {"/dev/../dev/nsm", "//dev//nsm", "/dev/./nsm", "/proc/../dev/nsm"};
    static const char *const nowhere[] = {"/dev/nsm0", "/dev/ns",      "/nsm",         "/tmp/nsm", "nsm",
                                          "./nsm",     "/dev/shm/nsm", "/nowhere/nsm", "",         "/dev/null/nsm"};
    char long_path[5000];
    for (size_t i = 0; i < 4; i++)
        OPENS(0, probe_call(SYS_openat, (long)AT_FDCWD, there[i], O_RDWR));
    EXPECT(0, chdir("/"));
    for (size_t i = 0; i < sizeof nowhere / sizeof nowhere[0]; i++) {
        long wanted = strncmp(nowhere[i], "/dev/null/", 10) == 0 ? -ENOTDIR : -ENOENT;
        EXPECT(wanted, probe_call(SYS_openat, (long)AT_FDCWD, nowhere[i], O_RDWR));
    }
    EXPECT(-ENOTDIR, probe_call(SYS_openat, (long)AT_FDCWD, "/dev/nsm/", O_RDWR));
    memset(long_path, '/', sizeof long_path);
    strcpy(long_path + sizeof long_path - 8, "dev/nsm");
    EXPECT(-ENAMETOOLONG, probe_call(SYS_openat, (long)AT_FDCWD, long_path, O_RDWR));
    OPENS(0, probe_call(SYS_openat, (long)AT_FDCWD, long_path + 1000, O_RDWR));
    OPENS(0, probe_call(SYS_openat, (long)AT_FDCWD, "dev/nsm", O_RDWR));
    int dev = open("/dev", O_PATH | O_DIRECTORY), tmp = open("/tmp", O_RDONLY | O_DIRECTORY);
    OPENS(0, probe_call(SYS_openat, (long)dev, "nsm", O_RDWR));
    OPENS(0, probe_call(SYS_openat, (long)dev, "../dev//nsm", O_RDWR));
    EXPECT(-ENOENT, probe_call(SYS_openat, (long)tmp, "nsm", O_RDWR));
    EXPECT(-EBADF, probe_call(SYS_openat, 999L, "nsm", O_RDWR));
    EXPECT(0, chdir("/dev"));
    OPENS(0, probe_call(SYS_openat, (long)AT_FDCWD, "nsm", O_RDWR));
    OPENS(0, probe_call(SYS_openat, (long)AT_FDCWD, "./nsm", O_RDWR));
}

/* --- stat --- */

/* A private node has the numbers of the driver behind it. */
static long device_major(void)
{
    return probe_private ? 1 : 10;
}

void probe_expect_stat(const char *what, int line, long got, const struct stat *st)
{
    probe_expect(what, line, got, 0);
    probe_expect("st_mode", line, (long)st->st_mode, S_IFCHR | 0666);
    probe_expect("major", line, (long)major(st->st_rdev), device_major());
    probe_expect("st_nlink", line, (long)st->st_nlink, 1);
    probe_expect("st_size", line, (long)st->st_size, 0);
}

static void probe_statx(int fd)
{
    struct statx st;
    memset(&st, 0xff, sizeof st);
    EXPECT(0, probe_call(SYS_statx, (long)AT_FDCWD, DEVICE, 0L, (long)STATX_ALL, &st));
    EXPECT(S_IFCHR | 0666, st.stx_mode);
    EXPECT(device_major(), st.stx_rdev_major);
    uint64_t inode = st.stx_ino;
    memset(&st, 0xff, sizeof st);
    EXPECT(0, probe_call(SYS_statx, (long)fd, "", (long)AT_EMPTY_PATH, (long)STATX_BASIC_STATS, &st));
    EXPECT(1, inode == st.stx_ino);
    EXPECT(device_major(), st.stx_rdev_major);
    EXPECT(-EINVAL, probe_call(SYS_statx, (long)AT_FDCWD, DEVICE, 1L << 30, (long)STATX_ALL, &st));
    EXPECT(-EFAULT, probe_call(SYS_statx, (long)AT_FDCWD, DEVICE, 0L, (long)STATX_ALL, 8L));
}

void probe_stats(void)
{
    struct stat st, null;
    int fd = probe_open(), other = open("/dev/null", O_RDONLY);
    probe_old_stats(&st);
    STATS(&st, probe_call(SYS_newfstatat, (long)AT_FDCWD, DEVICE, &st, 0L));
    STATS(&st, probe_call(SYS_newfstatat, -1L, DEVICE, &st, (long)AT_SYMLINK_NOFOLLOW));
    ino_t inode = st.st_ino;
    STATS(&st, probe_call(SYS_newfstatat, (long)fd, "", &st, (long)AT_EMPTY_PATH));
    EXPECT(1, inode == st.st_ino);
    STATS(&st, probe_call(SYS_fstat, (long)fd, &st));
    EXPECT(1, inode == st.st_ino);
    EXPECT(-ENOTDIR, probe_call(SYS_newfstatat, -1L, "/dev/nsm/", &st, 0L));
    EXPECT(-EINVAL, probe_call(SYS_newfstatat, -1L, DEVICE, &st, 1L << 30));
    EXPECT(-EFAULT, probe_call(SYS_newfstatat, -1L, DEVICE, 8L, 0L));
    EXPECT(-EFAULT, probe_call(SYS_fstat, (long)fd, 8L));
    EXPECT(0, probe_call(SYS_fstat, (long)other, &null));
    EXPECT(1, (long)major(null.st_rdev));
    EXPECT(1, probe_private || inode != null.st_ino); /* a private node may be the host's /dev/null */
    probe_statx(fd);
    close(fd);
    close(other);
    EXPECT(-EBADF, probe_call(SYS_fstat, (long)fd, &st));
}

/* --- access, links, attributes --- */

static void probe_names_of_open_file(int fd)
{
    EXPECT(0, dup2(fd, STDIN_FILENO));
    EXPECT(7, dup2(fd, 7));
    OPENS(0, probe_call(SYS_openat, (long)AT_FDCWD, "/dev/stdin", O_RDWR));
    OPENS(0, probe_call(SYS_openat, (long)AT_FDCWD, "/dev/fd/7", O_RDWR));
    OPENS(0, probe_call(SYS_openat, (long)AT_FDCWD, "/proc/self/fd/7", O_RDWR));
    EXPECT(-ELOOP, probe_call(SYS_openat, (long)AT_FDCWD, "/proc/self/fd/7", O_RDWR | O_NOFOLLOW));
    EXPECT(-ENOENT, probe_call(SYS_openat, (long)AT_FDCWD, "/proc/self/fd/77", O_RDWR));
    close(STDIN_FILENO);
    close(7);
}

void probe_names(void)
{
    char room[64];
    int fd = probe_open();
    probe_old_names(room);
    EXPECT(0, probe_call(SYS_faccessat, (long)AT_FDCWD, DEVICE, (long)(R_OK | W_OK)));
    EXPECT(-EACCES, probe_call(SYS_faccessat, (long)AT_FDCWD, DEVICE, (long)X_OK));
    EXPECT(0, probe_call(SYS_faccessat2, (long)AT_FDCWD, DEVICE, (long)R_OK, (long)AT_EACCESS));
    EXPECT(-EINVAL, probe_call(SYS_faccessat2, (long)AT_FDCWD, DEVICE, (long)R_OK, 1L << 30));
    EXPECT(-EINVAL, probe_call(SYS_readlinkat, (long)AT_FDCWD, DEVICE, room, 64L));
    EXPECT(-ENODATA, probe_call(SYS_getxattr, DEVICE, "security.selinux", room, 64L));
    EXPECT(-ENODATA, probe_call(SYS_lgetxattr, DEVICE, "system.posix_acl_access", room, 64L));
    EXPECT(0, probe_call(SYS_listxattr, DEVICE, room, 64L));
    EXPECT(0, probe_call(SYS_llistxattr, DEVICE, NULL, 0L));
    probe_names_of_open_file(fd);
    close(fd);
}

/* --- the limit of open files --- */

void probe_limits(void)
{
    struct rlimit before, few;
    int fd, count = 0;
    EXPECT(0, getrlimit(RLIMIT_NOFILE, &before));
    few = (struct rlimit){16, before.rlim_max};
    EXPECT(0, setrlimit(RLIMIT_NOFILE, &few));
    while ((fd = open(DEVICE, O_RDWR)) >= 0 && count < 100)
        count++;
    EXPECT(EMFILE, errno);
    EXPECT(0, probe_describe(15));
    close(15);
    EXPECT(15, open(DEVICE, O_RDWR));
    EXPECT(0, setrlimit(RLIMIT_NOFILE, &before)); /* sanitizers open files at the end */
    for (fd = 3; fd < 16; fd++)
        close(fd);
}

/* --- terminals, whose nodes the kernel looks up beside the opened one --- */

void probe_terminals(void)
{
    char text[8] = "";
    int one = posix_openpt(O_RDWR | O_NOCTTY);
    EXPECT(1, one >= 0);
    EXPECT(0, grantpt(one));
    EXPECT(0, unlockpt(one));
    int other = open(ptsname(one), O_RDWR | O_NOCTTY);
    EXPECT(1, other >= 0 && isatty(other) == 1 && ttyname(other) != NULL);
    EXPECT(3, write(one, "hi\n", 3));
    EXPECT(3, read(other, text, sizeof text));
    close(other);
    close(one);
}
