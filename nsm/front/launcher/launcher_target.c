/* See launcher_target.h. */
#define _GNU_SOURCE
#include "nsm/front/launcher/launcher_target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "nsm/front/launcher/launcher_kernel.h"
#include "nsm/wire.h"

int natt_listener_ask(int listener, unsigned long what, const void *argument)
{
    int done;
    do
        done = ioctl(listener, (natt_ioctl_number)what, argument);
    while (done < 0 && errno == EINTR);
    return done;
}

/* The kernel's structure may be longer than the one known at compile time, and must be zeroed. */
bool natt_listener_receive(int listener, struct seccomp_notif *out)
{
    union {
        struct seccomp_notif notification;
        char room[1024];
    } in;
    memset(&in, 0, sizeof in);
    if (ioctl(listener, (natt_ioctl_number)SECCOMP_IOCTL_NOTIF_RECV, &in) != 0)
        return false;
    *out = in.notification;
    return true;
}

bool natt_target_waits(const struct natt_target *target)
{
    return target->listener == NATT_TARGET_HELD ||
           natt_listener_ask(target->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &target->id) == 0;
}

/* If process_vm_readv and _writev are missing or forbidden, the memory is also available as a file. */
static bool is_missing(ssize_t done)
{
    return done < 0 && (errno == ENOSYS || errno == EPERM);
}

static ssize_t through_file(const struct natt_target *target, void *bytes, uint64_t address, size_t len, bool writing)
{
    int fd = natt_target_open(target, "mem", writing ? O_RDWR : O_RDONLY);
    ssize_t done = -1;
    if (fd >= 0 && address <= INT64_MAX)
        done = writing ? pwrite(fd, bytes, len, (off_t)address) : pread(fd, bytes, len, (off_t)address);
    natt_close(fd);
    return done;
}

bool natt_target_read(const struct natt_target *target, void *to, uint64_t address, size_t len)
{
    struct iovec local = {to, len}, remote = {(void *)(uintptr_t)address, len};
    if (len == 0)
        return true;
    ssize_t done = process_vm_readv(target->thread, &local, 1, &remote, 1, 0);
    if (is_missing(done))
        done = through_file(target, to, address, len, false);
    return done == (ssize_t)len && natt_target_waits(target);
}

bool natt_target_write(const struct natt_target *target, uint64_t address, const void *from, size_t len)
{
    struct iovec local = {(void *)(uintptr_t)from, len}, remote = {(void *)(uintptr_t)address, len};
    if (len == 0)
        return true;
    if (!natt_target_waits(target)) /* otherwise the number may already belong to another thread */
        return false;
    ssize_t done = process_vm_writev(target->thread, &local, 1, &remote, 1, 0);
    if (is_missing(done))
        done = through_file(target, local.iov_base, address, len, true);
    return done == (ssize_t)len;
}

/* Reads in pieces that never cross a page: the page after the text may not exist. */
bool natt_target_read_text(const struct natt_target *target, char *to, size_t capacity, uint64_t address)
{
    size_t have = 0;
    while (have < capacity) {
        size_t page = 4096 - (size_t)((address + have) & 4095); /* pages have at least this size */
        size_t piece = page < capacity - have ? page : capacity - have;
        if (piece > 256)
            piece = 256; /* most paths are shorter */
        if (!natt_target_read(target, to + have, address + have, piece))
            return false;
        if (memchr(to + have, '\0', piece) != NULL)
            return true;
        have += piece;
    }
    return false;
}

int natt_target_open(const struct natt_target *target, const char *name, int flags)
{
    char path[NATT_TARGET_PATH];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)target->thread, name);
    return open(path, flags | O_CLOEXEC);
}

void natt_target_fd_path(const struct natt_target *target, char path[NATT_TARGET_PATH], const char *folder, int fd)
{
    snprintf(path, NATT_TARGET_PATH, "/proc/%d/%s/%d", (int)target->thread, folder, fd);
}

int natt_target_open_fd(const struct natt_target *target, int fd, int flags)
{
    char path[NATT_TARGET_PATH];
    natt_target_fd_path(target, path, "fd", fd);
    return open(path, flags | O_CLOEXEC);
}
