/* See launcher_syscalls.h. If a call does not concern the device, or an argument is invalid, the kernel handles it. */
#define _GNU_SOURCE
#include "nsm/front/launcher/launcher_syscalls.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>

#include "nsm/front/launcher/launcher_kernel.h"
#include "nsm/front/launcher/launcher_path.h"

/* On these machines, libc uses the kernel's layouts. */
static_assert(sizeof(struct stat) == NATT_LAUNCH_STAT_SIZE, "struct stat is the kernel's");
static_assert(sizeof(struct statx) == 256, "struct statx is the kernel's");

/* One trapped call. */
struct call {
    const struct natt_launcher_device *device;
    const struct natt_target *target;
    const struct call_shape *shape;
    const __u64 *args;
    int folder;
    uint64_t flags; /* open flags or AT_* flags, depending on the call */
    char path[4096];
};

/* The positions of a call's arguments; -1 = absent. */
struct call_shape {
    int number;
    signed char folder, path, flags, out;
    signed char third; /* mode, mask or size; for answer_error, the errno value */
    uint64_t flags_always;
    struct natt_answer (*answer)(const struct call *call);
    bool shows_open_files; /* an empty or missing path means `folder` itself */
};

static struct natt_answer continued(void)
{
    return (struct natt_answer){.kind = NATT_ANSWER_CONTINUE};
}

static struct natt_answer result(int error)
{
    return (struct natt_answer){.kind = NATT_ANSWER_RESULT, .error = error};
}

static uint64_t argument(const struct call *call, int index)
{
    return index < 0 ? 0 : call->args[index];
}

static struct natt_answer opened(int fd, bool close_on_exec)
{
    if (fd < 0)
        return result(errno);
    return (struct natt_answer){.kind = NATT_ANSWER_FILE, .fd = fd, .close_on_exec = close_on_exec};
}

static struct natt_answer answer_open(const struct call *call)
{
    return opened(natt_launcher_device_open(call->device, call->flags, argument(call, call->shape->third)),
                  (call->flags & O_CLOEXEC) != 0);
}

/* The kernel checks the rest of the program's open_how. */
static struct natt_answer answer_openat2(const struct call *call)
{
    char how[4096];
    uint64_t size = argument(call, call->shape->third);
    if (size > sizeof how || !natt_target_read(call->target, how, argument(call, call->shape->out), (size_t)size))
        return continued();
    return opened(natt_launcher_device_open_how(call->device, how, (size_t)size), (call->flags & O_CLOEXEC) != 0);
}

static struct natt_answer put(const struct call *call, const void *bytes, size_t len)
{
    bool ok = natt_target_write(call->target, argument(call, call->shape->out), bytes, len);
    return result(ok ? 0 : EFAULT);
}

static struct natt_answer answer_stat(const struct call *call)
{
    struct stat st;
    int error = natt_launcher_device_stat(call->device, &st, (int)call->flags);
    return error != 0 ? result(error) : put(call, &st, sizeof st);
}

static struct natt_answer answer_statx(const struct call *call)
{
    struct statx st;
    int error =
        natt_launcher_device_statx(call->device, &st, (int)call->flags, (unsigned)argument(call, call->shape->third));
    return error != 0 ? result(error) : put(call, &st, sizeof st);
}

static struct natt_answer answer_access(const struct call *call)
{
    return result(natt_launcher_device_access(call->device, (int)argument(call, call->shape->third), (int)call->flags));
}

/* The device is not a symbolic link and has no extended attributes: reading one fails, and the list is empty. */
static struct natt_answer answer_error(const struct call *call)
{
    return result(call->shape->third);
}

#define LINK AT_SYMLINK_NOFOLLOW

/* clang-format off */
static const struct call_shape shapes[] = {
/*   number            folder path flags out third always */
    NATT_LAUNCH_OWN_CALLS
    {__NR_openat,        0, 1,  2, -1,  3, 0, answer_open, false},
    {__NR_openat2,       0, 1, -1,  2,  3, 0, answer_openat2, false},
    {__NR_newfstatat,    0, 1,  3,  2, -1, 0, answer_stat, true},
    {__NR_fstat,         0, -1, -1, 1, -1, AT_EMPTY_PATH, answer_stat, true},
    {__NR_statx,         0, 1,  2,  4,  3, 0, answer_statx, true},
    {__NR_faccessat,     0, 1, -1, -1,  2, 0, answer_access, false},
    {__NR_faccessat2,    0, 1,  3, -1,  2, 0, answer_access, false},
    {__NR_readlinkat,    0, 1, -1, -1, EINVAL, LINK, answer_error, false},
    {__NR_getxattr,     -1, 0, -1, -1, ENODATA, 0, answer_error, false},
    {__NR_lgetxattr,    -1, 0, -1, -1, ENODATA, LINK, answer_error, false},
    {__NR_listxattr,    -1, 0, -1, -1, 0, 0, answer_error, false},
    {__NR_llistxattr,   -1, 0, -1, -1, 0, LINK, answer_error, false},
};
/* clang-format on */

#define SHAPES (sizeof shapes / sizeof shapes[0])

size_t natt_syscalls_count(void)
{
    return SHAPES;
}

int natt_syscalls_number(size_t index)
{
    return shapes[index].number;
}

int natt_syscalls_open_flags(size_t index)
{
    return shapes[index].answer == answer_open ? shapes[index].flags : -1;
}

static const struct call_shape *shape_of(int number)
{
    for (size_t i = 0; i < SHAPES; i++)
        if (shapes[i].number == number)
            return &shapes[i];
    return NULL;
}

static bool opens(const struct call *call)
{
    return call->shape->answer == answer_open || call->shape->answer == answer_openat2;
}

static bool follows_links(const struct call *call)
{
    return (call->flags & (opens(call) ? O_NOFOLLOW : AT_SYMLINK_NOFOLLOW)) == 0;
}

/* fstat and its variants with an empty path. */
static bool asks_for_open_file(const struct call *call, bool have_path)
{
    return call->shape->shows_open_files && (call->flags & AT_EMPTY_PATH) != 0 && (!have_path || call->path[0] == '\0');
}

static bool concerns_path(const struct call *call, uint64_t resolve, struct natt_answer *answer)
{
    enum natt_path found = natt_path_classify(call->device, call->target, call->folder, call->path, resolve);
    *answer = found == NATT_PATH_AS_FOLDER ? result(ENOTDIR) : continued();
    return found == NATT_PATH_DEVICE || (found == NATT_PATH_OPEN_FILE && follows_links(call));
}

/* openat2's flags are in the program's memory. Returns false if the kernel must handle the call. */
static bool read_flags(struct call *call, uint64_t *resolve)
{
    struct open_how how = {0};
    *resolve = 0;
    call->flags = call->shape->flags_always | (uint32_t)argument(call, call->shape->flags);
    if (call->shape->answer != answer_openat2)
        return true;
    if (argument(call, call->shape->third) < sizeof how ||
        !natt_target_read(call->target, &how, argument(call, call->shape->out), sizeof how))
        return false;
    call->flags = how.flags;
    *resolve = how.resolve;
    return true;
}

struct natt_answer natt_syscalls_answer(const struct natt_launcher_device *device, const struct natt_target *target,
                                        const struct seccomp_data *data)
{
    struct call call = {.device = device, .target = target, .shape = shape_of(data->nr), .args = data->args};
    struct natt_answer answer = continued();
    uint64_t resolve;
    if (call.shape == NULL)
        return answer;
    call.folder = call.shape->folder < 0 ? AT_FDCWD : (int)call.args[call.shape->folder];
    bool have_path = call.shape->path >= 0 &&
                     natt_target_read_text(target, call.path, sizeof call.path, argument(&call, call.shape->path));
    if (!read_flags(&call, &resolve))
        return answer;
    if (asks_for_open_file(&call, have_path))
        return natt_launcher_device_is_fd(device, target, call.folder) ? call.shape->answer(&call) : answer;
    return have_path && concerns_path(&call, resolve, &answer) ? call.shape->answer(&call) : answer;
}
