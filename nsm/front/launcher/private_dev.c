/*
 * See private_dev.h. With CAP_SYS_ADMIN, a mount namespace suffices and the program keeps its rights. Other programs
 * need a user namespace, in which they are the only user.
 *
 * The program may be root, who can unmount and make mounts writable, and could then change the host's nodes. So its
 * final mount namespace is a copy that belongs to a nested user namespace, which a child of ours creates and leaves:
 * the kernel locks the mounts of such a copy for everyone. [mount_namespaces(7)]
 */
#define _GNU_SOURCE
#include "nsm/front/launcher/private_dev.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nsm/front/launcher/launcher_guard.h"
#include "nsm/front/launcher/launcher_kernel.h"
#include "nsm/front/launcher/private_entries.h"

/* --- rights --- */

static bool read_capabilities(struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3])
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    return syscall(SYS_capget, &head, data) == 0;
}

bool natt_private_dev_is_admin(void)
{
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    return read_capabilities(data) && (data[0].effective & (1U << CAP_SYS_ADMIN)) != 0;
}

bool natt_private_dev_keeps_rights(void)
{
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    if (!read_capabilities(data))
        return false;
    return natt_private_dev_is_admin() || (geteuid() != 0 && (data[0].permitted | data[1].permitted) == 0);
}

/* --- the namespaces --- */

static bool write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    int error = errno;
    natt_close(fd);
    errno = error;
    return ok;
}

/* Writes "<id> <id> 1": the same number inside and outside. */
static bool map_to_itself(const char *path, unsigned id)
{
    char text[32] = "";
    char *end = natt_guard_write_number(text, id);
    *end = ' ';
    end = natt_guard_write_number(end + 1, id);
    strcpy(end, " 1");
    return write_file(path, text);
}

/* Must be read before the user namespace is created, since no number is mapped in it at first. */
struct identity {
    unsigned user, group;
    bool is_one; /* real and effective ids are equal */
};

static struct identity identity(void)
{
    return (struct identity){geteuid(), getegid(), getuid() == geteuid() && getgid() == getegid()};
}

/* An unprivileged user may map its own group only after setgroups is denied inside. [user_namespaces(7)] */
static bool be_oneself(const struct identity *identity)
{
    errno = EPERM;
    return identity->is_one && write_file("/proc/self/setgroups", "deny") &&
           map_to_itself("/proc/self/uid_map", identity->user) && map_to_itself("/proc/self/gid_map", identity->group);
}

/* --- locked mounts --- */

/* Runs in a child: the copy belongs to the child's user namespace, so its mounts are locked. */
static void send_locked_copy(int socket)
{
    struct natt_guard_message message = {.kind = NATT_GUARD_LISTENER};
    int copy = unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0 ? -1 : open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    message.error = copy < 0 ? errno : 0;
    natt_guard_send(socket, message, copy);
}

static bool lock_mounts(void)
{
    int copy = natt_guard_file_of_child(send_locked_copy);
    if (copy < 0)
        return false;
    bool ok = setns(copy, CLONE_NEWNS) == 0;
    int error = errno;
    close(copy);
    errno = error;
    return ok;
}

/* --- the working directory --- */

/* Entering a mount namespace changes to its root. The process cannot return to a folder that no longer has a path. */
struct folder {
    char path[4096];
    struct stat st;
};

static bool remember(struct folder *folder)
{
    return getcwd(folder->path, sizeof folder->path) != NULL && folder->path[0] == '/' && stat(".", &folder->st) == 0;
}

static bool is_dev(const char *path)
{
    return strcmp(path, "/dev") == 0;
}

/* /dev is intentionally a different folder now. */
static bool return_to(const struct folder *folder)
{
    struct stat st;
    if (chdir(folder->path) != 0 || stat(".", &st) != 0)
        return false;
    errno = ESTALE;
    return is_dev(folder->path) || (st.st_dev == folder->st.st_dev && st.st_ino == folder->st.st_ino);
}

/* --- all steps --- */

struct entering {
    struct natt_private_entries entries;
    struct folder folder;
    struct identity identity;
    bool has_folder, is_admin, must_lock;
    int node;
};

static bool leave_mounts(struct entering *entering)
{
    return unshare(CLONE_NEWNS | (entering->is_admin ? 0 : CLONE_NEWUSER)) == 0;
}

static bool keep_identity(struct entering *entering)
{
    return entering->is_admin || be_oneself(&entering->identity);
}

/* Later mounts of the host still appear here, but our mounts do not appear there. */
static bool hide_dev(struct entering *entering)
{
    return syscall(SYS_mount, NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == 0 &&
           natt_private_entries_open(&entering->entries);
}

static bool show_entries(struct entering *entering)
{
    return natt_private_entries_show(&entering->entries);
}

static bool make_node(struct entering *entering)
{
    return natt_private_entries_make_node(&entering->entries) &&
           natt_private_entries_close(&entering->entries, entering->is_admin);
}

static bool lock(struct entering *entering)
{
    return !entering->must_lock || lock_mounts();
}

static bool is_below_dev(const char *path)
{
    return is_dev(path) || strncmp(path, "/dev/", strlen("/dev/")) == 0;
}

static bool return_to_folder(struct entering *entering)
{
    if (!entering->must_lock && !(entering->has_folder && is_below_dev(entering->folder.path)))
        return true;
    errno = ENOENT;
    return entering->has_folder && return_to(&entering->folder);
}

static bool open_node(struct entering *entering)
{
    entering->node = open("/dev/nsm", O_RDWR | O_CLOEXEC | O_NOCTTY);
    return entering->node >= 0;
}

bool natt_private_dev_enter(int *node, enum natt_private_step *step)
{
    static const struct {
        enum natt_private_step name;
        bool (*run)(struct entering *entering);
    } steps[] = {{NATT_PRIVATE_NAMESPACE, leave_mounts},  {NATT_PRIVATE_IDENTITY, keep_identity},
                 {NATT_PRIVATE_MOUNT, hide_dev},          {NATT_PRIVATE_ENTRY, show_entries},
                 {NATT_PRIVATE_NODE, make_node},          {NATT_PRIVATE_LOCK, lock},
                 {NATT_PRIVATE_FOLDER, return_to_folder}, {NATT_PRIVATE_NODE, open_node}};
    struct entering entering = {.identity = identity(), .is_admin = natt_private_dev_is_admin()};
    entering.must_lock = entering.is_admin || entering.identity.user == 0;
    entering.has_folder = remember(&entering.folder);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        *step = steps[i].name;
        if (!steps[i].run(&entering))
            return false;
    }
    *node = entering.node;
    return true;
}
