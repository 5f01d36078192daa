/*
 * See launcher_stand_in.h. The methods, best first:
 *   1. a node in a tmpfs that is mounted nowhere: root of the initial user namespace;
 *   2. a node made in /tmp or /dev and unlinked at once: root in a container that may make nodes but not mount;
 *   3. the host's node through a read-only mount, made in a user namespace: changes are EROFS;
 *   4. a sealed memfd, which is not a character device but can be changed without harm.
 */
#define _GNU_SOURCE
#include "nsm/front/launcher/launcher_stand_in.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "nsm/front/launcher/launcher_guard.h"
#include "nsm/front/launcher/launcher_kernel.h"

/* The driver of /dev/null is harmless, available everywhere, and allows seeking, which Python does when it opens
 * "r+". */
#define HOST_NODE "/dev/null"

static dev_t driver(void)
{
    return makedev(1, 3);
}

void natt_stand_in_path(char path[NATT_STAND_IN_PATH], int fd)
{
    snprintf(path, NATT_STAND_IN_PATH, "/proc/self/fd/%d", fd);
}

/* Checks that the node exists, has the right type and can be opened: a mount without devices or a container's rules may
 * prevent that. */
static bool opens(int fd)
{
    struct stat st;
    char path[NATT_STAND_IN_PATH];
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISCHR(st.st_mode) || st.st_rdev != driver())
        return false;
    natt_stand_in_path(path, fd);
    int file = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);
    natt_close(file);
    return file >= 0;
}

static int kept_if(bool ok, int fd)
{
    if (!ok && fd >= 0)
        close(fd);
    return ok ? fd : -1;
}

/* Sets the mode explicitly, since the umask reduces the mode of mknod. */
static int make_node(int folder, const char *name)
{
    char path[NATT_STAND_IN_PATH];
    if (mknodat(folder, name, S_IFCHR | 0666, driver()) != 0)
        return -1;
    int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    natt_stand_in_path(path, fd);
    return kept_if(fd >= 0 && opens(fd) && chmod(path, 0666) == 0, fd);
}

/* /proc/self/fd shows the path inside the mount, so the node is named dev/nsm there. */
static int node_in_own_mount(void)
{
    int mount = -1, node = -1, context = (int)syscall(__NR_fsopen, "tmpfs", FSOPEN_CLOEXEC);
    if (context >= 0 && syscall(__NR_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
        mount = (int)syscall(__NR_fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
    if (mount >= 0 && mkdirat(mount, "dev", 0755) == 0)
        node = make_node(mount, "dev/nsm");
    natt_close(mount);
    natt_close(context);
    return node;
}

static int unlinked_node_in(const char *place)
{
    char name[64];
    uint64_t random;
    int folder = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC), node = -1;
    if (folder >= 0 && getrandom(&random, sizeof random, 0) == (ssize_t)sizeof random) {
        snprintf(name, sizeof name, ".nitro-attest-%016llx", (unsigned long long)random);
        node = make_node(folder, name);
        if (node >= 0 || errno != EEXIST)
            unlinkat(folder, name, 0);
    }
    natt_close(folder);
    return node;
}

static int unlinked_node(void)
{
    int node = unlinked_node_in("/tmp");
    return node >= 0 ? node : unlinked_node_in("/dev");
}

/* Runs in a child, since only a process with one thread may enter a user namespace. */
static void send_read_only(int socket)
{
    struct natt_mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    struct natt_guard_message message = {.kind = NATT_GUARD_LISTENER};
    int fd = unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0
                 ? -1
                 : (int)syscall(__NR_open_tree, AT_FDCWD, HOST_NODE, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (fd >= 0 && syscall(__NR_mount_setattr, fd, "", AT_EMPTY_PATH, &read_only, sizeof read_only) == 0)
        natt_guard_send(socket, message, fd);
}

static int host_node(void)
{
    int fd = open(HOST_NODE, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    return kept_if(opens(fd), fd);
}

static int read_only_node(void)
{
    int node = host_node();
    if (node < 0)
        return -1;
    close(node);
    node = natt_guard_file_of_child(send_read_only);
    return kept_if(opens(node), node);
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
    int (*const ways[])(void) = {node_in_own_mount, unlinked_node, read_only_node};
    /* The first two methods require capabilities; a sandbox may kill a process that tries them without. */
    for (size_t way = has_capabilities() ? 0 : 2; way < sizeof ways / sizeof ways[0]; way++) {
        *out = (struct natt_stand_in){ways[way](), way < 2};
        if (out->fd >= 0)
            return true;
    }
    *out = (struct natt_stand_in){sealed_memory(), true};
    return out->fd >= 0;
}
