/*
 * Prints the result of every system call that has a descriptor or a path of the device, and that the launcher does not
 * answer. A test compares the results with the table in CALLS.md. Run it with a private /dev, since as root some calls
 * create files there.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <termios.h>
#include <unistd.h>

#include "nsm/test/launcher/probe.h"

#define FCHMODAT2 452L /* Linux 6.6; one number on all machines */
#define USER      65534L
#define OTHER     "/dev/nsm-other"

static const struct timespec year_2001[2] = {{1000000000, 0}, {1000000000, 0}};

/* A second name of the device; or its own name, which is then restored. */
static void shown_and_taken_back(const char *name, long result)
{
    printf("%s %ld\n", name, result);
    fflush(stdout);
    if (result == 0)
        (void)(faccessat(AT_FDCWD, DEVICE, F_OK, 0) == 0 ? unlinkat(AT_FDCWD, OTHER, 0) : rename(OTHER, DEVICE));
}

static void show(const char *name, long result)
{
    printf("%s %ld\n", name, result);
    fflush(stdout);
}

/* --- a descriptor --- */

static void data_of(int fd)
{
    char room[16] = "";
    struct pollfd polled = {fd, POLLIN | POLLOUT, 0};
    struct epoll_event event = {.events = EPOLLIN};
    struct statfs fs;
    int pair[2], epoll = epoll_create1(0);
    show("read", probe_call(SYS_read, fd, room, 1L));
    show("pread64", probe_call(SYS_pread64, fd, room, 1L, 0L));
    show("write", probe_call(SYS_write, fd, room, 1L));
    show("pwrite64", probe_call(SYS_pwrite64, fd, room, 1L, 0L));
    show("lseek", probe_call(SYS_lseek, fd, 1L, (long)SEEK_SET));
    void *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    show("mmap shared", shared == MAP_FAILED ? -errno : 0);
    void *private = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    show("mmap private", private == MAP_FAILED ? -errno : 0);
    show("poll", probe_call(SYS_ppoll, &polled, 1L, &year_2001[0], NULL, 0L) == 1 ? polled.revents : -1);
    show("epoll_ctl", probe_call(SYS_epoll_ctl, epoll, (long)EPOLL_CTL_ADD, fd, &event));
    show("ftruncate", probe_call(SYS_ftruncate, fd, 0L));
    show("fallocate", probe_call(SYS_fallocate, fd, 0L, 0L, 1L));
    show("fsync", probe_call(SYS_fsync, fd));
    show("fadvise64", probe_call(SYS_fadvise64, fd, 0L, 0L, 0L));
    show("readahead", probe_call(SYS_readahead, fd, 0L, 1L));
    show("sync_file_range", probe_call(SYS_sync_file_range, fd, 0L, 0L, 0L));
    EXPECT(0, pipe(pair));
    show("splice", probe_call(SYS_splice, fd, NULL, pair[1], NULL, 1L, 0L));
    show("copy_file_range", probe_call(SYS_copy_file_range, fd, NULL, fd, NULL, 1L, 0L));
    show("getdents64", probe_call(SYS_getdents64, fd, room, 16L));
    show("fchdir", probe_call(SYS_fchdir, fd));
    show("fstatfs", probe_call(SYS_fstatfs, fd, &fs));
    close(pair[0]);
    close(pair[1]);
    close(epoll);
}

static void controls_of(int fd)
{
    struct termios terminal;
    struct flock lock = {.l_type = F_WRLCK};
    long flags = 0;
    int waiting = 0;
    show("ioctl TCGETS", probe_call(SYS_ioctl, fd, (long)TCGETS, &terminal));
    show("ioctl FIONREAD", probe_call(SYS_ioctl, fd, (long)FIONREAD, &waiting));
    show("ioctl FS_IOC_GETFLAGS", probe_call(SYS_ioctl, fd, (long)FS_IOC_GETFLAGS, &flags));
    show("flock", probe_call(SYS_flock, fd, (long)(LOCK_EX | LOCK_NB)));
    show("fcntl F_SETLK", probe_call(SYS_fcntl, fd, (long)F_SETLK, &lock));
    show("fcntl F_SETLEASE", probe_call(SYS_fcntl, fd, (long)F_SETLEASE, (long)F_WRLCK));
    (void)probe_call(SYS_fcntl, fd, (long)F_SETLEASE, (long)F_UNLCK); /* otherwise a later open sends SIGIO */
    show("fcntl F_ADD_SEALS", probe_call(SYS_fcntl, fd, (long)F_ADD_SEALS, 0L));
}

static void attributes_of(int fd)
{
    char room[16];
    show("futimens now", probe_call(SYS_utimensat, fd, NULL, NULL, 0L));
    show("futimens", probe_call(SYS_utimensat, fd, NULL, year_2001, 0L));
    show("fsetxattr user", probe_call(SYS_fsetxattr, fd, "user.x", "1", 1L, 0L));
    show("fsetxattr trusted", probe_call(SYS_fsetxattr, fd, "trusted.x", "1", 1L, 0L));
    show("fremovexattr", probe_call(SYS_fremovexattr, fd, "user.x"));
    show("fgetxattr", probe_call(SYS_fgetxattr, fd, "user.x", room, 16L));
    show("fchmod", probe_call(SYS_fchmod, fd, 0640L));
    show("fchmodat2 empty path", probe_call(FCHMODAT2, fd, "", 0640L, (long)AT_EMPTY_PATH));
    show("fchown", probe_call(SYS_fchown, fd, USER, USER));
    show("fchownat empty path", probe_call(SYS_fchownat, fd, "", USER, USER, (long)AT_EMPTY_PATH));
    shown_and_taken_back("linkat empty path",
                         probe_call(SYS_linkat, fd, "", (long)AT_FDCWD, OTHER, (long)AT_EMPTY_PATH));
    show("execveat empty path", probe_call(SYS_execveat, fd, "", NULL, NULL, (long)AT_EMPTY_PATH));
}

/* --- /proc/self/fd/N --- */

static void link_of(int fd)
{
    char path[64];
    int watch = inotify_init1(0);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    show("link: utimensat", probe_call(SYS_utimensat, (long)AT_FDCWD, path, year_2001, 0L));
    show("link: setxattr", probe_call(SYS_setxattr, path, "user.x", "1", 1L, 0L));
    show("link: truncate", probe_call(SYS_truncate, path, 0L));
    show("link: fchmodat", probe_call(SYS_fchmodat, (long)AT_FDCWD, path, 0640L));
    show("link: fchownat", probe_call(SYS_fchownat, (long)AT_FDCWD, path, USER, USER, 0L));
    shown_and_taken_back("link: linkat",
                         probe_call(SYS_linkat, (long)AT_FDCWD, path, (long)AT_FDCWD, OTHER, (long)AT_SYMLINK_FOLLOW));
    show("link: inotify_add_watch",
         probe_call(SYS_inotify_add_watch, (long)watch, path, (long)IN_ATTRIB) > 0 ? 0 : -errno);
    close(watch);
}

/* --- the path --- */

static void changes_by_path(void)
{
    struct statfs fs;
    show("path: fchmodat", probe_call(SYS_fchmodat, (long)AT_FDCWD, DEVICE, 0640L));
    show("path: fchownat", probe_call(SYS_fchownat, (long)AT_FDCWD, DEVICE, USER, USER, 0L));
    show("path: utimensat", probe_call(SYS_utimensat, (long)AT_FDCWD, DEVICE, NULL, 0L));
    show("path: setxattr", probe_call(SYS_setxattr, DEVICE, "user.x", "1", 1L, 0L));
    show("path: removexattr", probe_call(SYS_removexattr, DEVICE, "user.x"));
    show("path: truncate", probe_call(SYS_truncate, DEVICE, 0L));
    show("path: statfs", probe_call(SYS_statfs, DEVICE, &fs));
    show("path: chdir", probe_call(SYS_chdir, DEVICE));
    show("path: execve", probe_call(SYS_execve, DEVICE, NULL, NULL));
    shown_and_taken_back("path: linkat from",
                         probe_call(SYS_linkat, (long)AT_FDCWD, DEVICE, (long)AT_FDCWD, OTHER, 0L));
    shown_and_taken_back("path: renameat2 from", probe_call(SYS_renameat2, (long)AT_FDCWD, DEVICE, (long)AT_FDCWD,
                                                            OTHER, (long)RENAME_NOREPLACE));
}

/* Removes the new file; there is none if the call failed. */
static void shown_and_removed(const char *name, long result, int flags)
{
    show(name, result);
    if (result == 0)
        (void)unlinkat(AT_FDCWD, DEVICE, flags);
}

static void making_the_path(void)
{
    struct sockaddr_un address = {AF_UNIX, DEVICE};
    char from[64];
    int socket_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    (void)snprintf(from, sizeof from, "/dev/probe-%ld", (long)getpid());
    shown_and_removed("path: mknodat", probe_call(SYS_mknodat, (long)AT_FDCWD, DEVICE, (long)S_IFREG | 0600L, 0L), 0);
    shown_and_removed("path: mkdirat", probe_call(SYS_mkdirat, (long)AT_FDCWD, DEVICE, 0700L), AT_REMOVEDIR);
    shown_and_removed("path: symlinkat", probe_call(SYS_symlinkat, "null", (long)AT_FDCWD, DEVICE), 0);
    shown_and_removed("path: bind", probe_call(SYS_bind, socket_fd, &address, (long)sizeof address), 0);
    bool made = probe_call(SYS_mknodat, (long)AT_FDCWD, from, (long)S_IFREG | 0600L, 0L) == 0;
    if (made)
        shown_and_removed("path: linkat to", probe_call(SYS_linkat, (long)AT_FDCWD, from, (long)AT_FDCWD, DEVICE, 0L),
                          0);
    show("path: unlinkat", probe_call(SYS_unlinkat, (long)AT_FDCWD, DEVICE, 0L));
    if (made)
        shown_and_removed("path: renameat to",
                          probe_call(SYS_renameat2, (long)AT_FDCWD, from, (long)AT_FDCWD, DEVICE, 0L), 0);
    (void)unlinkat(AT_FDCWD, from, 0);
    close(socket_fd);
}

void probe_changes(void)
{
    int fd = probe_open();
    if (fd < 0)
        return;
    data_of(fd);
    controls_of(fd);
    attributes_of(fd);
    link_of(fd);
    changes_by_path();
    making_the_path();
    EXPECT(0, probe_describe(fd));
    close(fd);
}
