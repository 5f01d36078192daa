/*
 * See launcher_stand_in.h. The ways, best first:
 *   1. a node in a tmpfs that is mounted nowhere: root of the initial user namespace;
 *   2. a node made in /tmp or /dev and unlinked at once: root in a container, which may make nodes but not mount;
 *   3. the host's node through a read-only mount, made in a user namespace: changes are EROFS;
 *   4. a sealed memfd, which is no character device but can be changed without harm.
 */
#define _GNU_SOURCE
#include "nsm/emulator/launcher_stand_in.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nsm/emulator/launcher_guard.h"
#include "nsm/emulator/launcher_kernel.h"

/* Drivers that do nothing harmful: the first has only ioctl, of another type than the NSM's; the second is everywhere. */
struct driver {
    const char *path;
    unsigned major, minor;
};

#define MISC_MAJOR 10

/* The minor of /dev/vsock is dynamic; a line of /proc/misc is "258 vsock". 0 = this kernel has none. */
static unsigned vsock_minor(void)
{
    char name[32];
    unsigned minor, found = 0;
    FILE *misc = fopen("/proc/misc", "re");
    while (misc != NULL && found == 0 && fscanf(misc, "%u %31s", &minor, name) == 2)
        found = strcmp(name, "vsock") == 0 ? minor : 0;
    if (misc != NULL)
        fclose(misc);
    return found;
}

static void path_of(char path[32], int fd)
{
    snprintf(path, 32, "/proc/self/fd/%d", fd);
}

/* The node exists, is what it should be, and opens: a mount without devices or a container's rules may forbid that. */
static bool opens(int fd, const struct driver *driver)
{
    struct stat st;
    char path[32];
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISCHR(st.st_mode) || st.st_rdev != makedev(driver->major, driver->minor))
        return false;
    path_of(path, fd);
    int file = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (file >= 0)
        close(file);
    return file >= 0;
}

static int kept_if(bool ok, int fd)
{
    if (!ok && fd >= 0)
        close(fd);
    return ok ? fd : -1;
}

/* The mode is set apart: the umask shortens that of mknod. */
static int make_node(int folder, const char *name, const struct driver *driver)
{
    char path[32];
    if (mknodat(folder, name, S_IFCHR | 0666, makedev(driver->major, driver->minor)) != 0)
        return -1;
    int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    path_of(path, fd);
    return kept_if(fd >= 0 && opens(fd, driver) && chmod(path, 0666) == 0, fd);
}

/* /proc/self/fd shows the path inside the mount, so it is called dev/nsm there. */
static int node_in_own_mount(const struct driver *driver)
{
    int mount = -1, node = -1, context = (int)syscall(__NR_fsopen, "tmpfs", FSOPEN_CLOEXEC);
    if (context >= 0 && syscall(__NR_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
        mount = (int)syscall(__NR_fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
    if (mount >= 0 && mkdirat(mount, "dev", 0755) == 0)
        node = make_node(mount, "dev/nsm", driver);
    if (mount >= 0)
        close(mount);
    if (context >= 0)
        close(context);
    return node;
}

static int unlinked_node_in(const char *place, const struct driver *driver)
{
    char name[64];
    uint64_t random;
    int folder = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC), node = -1;
    if (folder >= 0 && getrandom(&random, sizeof random, 0) == (ssize_t)sizeof random) {
        snprintf(name, sizeof name, ".nitro-attest-%016llx", (unsigned long long)random);
        node = make_node(folder, name, driver);
        if (node >= 0 || errno != EEXIST)
            unlinkat(folder, name, 0);
    }
    if (folder >= 0)
        close(folder);
    return node;
}

static int unlinked_node(const struct driver *driver)
{
    int node = unlinked_node_in("/tmp", driver);
    return node >= 0 ? node : unlinked_node_in("/dev", driver);
}

/* In a child, since only a process without other threads may enter a user namespace. */
static _Noreturn void send_read_only(int socket, const char *path)
{
    struct natt_mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    struct natt_guard_message message = {.kind = NATT_GUARD_LISTENER};
    int fd = unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0
                 ? -1
                 : (int)syscall(__NR_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (fd >= 0 && syscall(__NR_mount_setattr, fd, "", AT_EMPTY_PATH, &read_only, sizeof read_only) == 0)
        natt_guard_send(socket, message, fd);
    _exit(0);
}

static int host_node(const struct driver *driver)
{
    int fd = open(driver->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    return kept_if(opens(fd, driver), fd);
}

static int read_only_node(const struct driver *driver)
{
    int pair[2], node = host_node(driver);
    if (node < 0)
        return -1;
    close(node);
    node = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0)
        send_read_only(pair[1], driver->path);
    close(pair[1]);
    if (child > 0)
        natt_guard_receive(pair[0], &node);
    close(pair[0]);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return kept_if(opens(node, driver), node);
}

static bool has_capabilities(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0, 0, 0}};
    return syscall(SYS_capget, &head, data) != 0 || (data[0].permitted | data[1].permitted) != 0;
}

static int sealed_memory(void)
{
    int fd = (int)syscall(SYS_memfd_create, "nsm", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
    if (fd < 0 && errno == EINVAL)
        fd = (int)syscall(SYS_memfd_create, "nsm", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return kept_if(fd >= 0 && fchmod(fd, 0666) == 0 &&
                       fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0,
                   fd);
}

bool natt_stand_in_make(struct natt_stand_in *out)
{
    const struct driver drivers[] = {{"/dev/vsock", MISC_MAJOR, vsock_minor()}, {"/dev/null", 1, 3}};
    int (*const ways[])(const struct driver *) = {node_in_own_mount, unlinked_node, read_only_node};
    /* The first two need capabilities; a sandbox may kill who so much as tries. */
    for (size_t way = has_capabilities() ? 0 : 2; way < sizeof ways / sizeof ways[0]; way++)
        for (size_t i = drivers[0].minor == 0; i < 2; i++) {
            *out = (struct natt_stand_in){ways[way](&drivers[i]), way < 2};
            if (out->fd >= 0)
                return true;
        }
    *out = (struct natt_stand_in){sealed_memory(), true};
    return out->fd >= 0;
}
