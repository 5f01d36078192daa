/*
 * See launcher_filter.h. The filter for all calls ignores those of another ABI (i386 and x32 on x86-64, arm on
 * aarch64): such programs run, but do not find /dev/nsm. Only async-signal-safe functions are called, since this code
 * runs between fork and exec.
 */
#define _GNU_SOURCE
#include "nsm/front/launcher/launcher_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "nsm/front/launcher/launcher_kernel.h"
#include "nsm/front/launcher/launcher_request.h"
#include "nsm/front/launcher/launcher_syscalls.h"

#define ROOM 64
#define LOAD(what)                                                                                                     \
    ((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offsetof(struct seccomp_data, what)))
#define GIVE(what) ((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, (what)))
#define JUMP_IF(value, yes, no)                                                                                        \
    ((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(value), (uint8_t)(yes), (uint8_t)(no)))

/* The number of instructions from each label to the end. */
enum { IOCTL = 6, ALLOW = 2, NOTIFY = 1 };

/* A folder cannot be the device, so the kernel handles such opens. A call that may also create a file is trapped. */
static size_t ask_unless_folder(struct sock_filter *out, int number, int flags, size_t left)
{
    out[0] = JUMP_IF(number, 0, 3);
    out[1] = LOAD(args[0]);
    out[1].k += (uint32_t)flags * 8u;
    out[2] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, O_DIRECTORY | O_CREAT);
    out[3] = JUMP_IF(O_DIRECTORY, left - 4 - ALLOW, left - 4 - NOTIFY);
    return 4;
}

static size_t ask(struct sock_filter *out, int number, size_t left)
{
    out[0] = JUMP_IF(number, left - 1 - NOTIFY, 0);
    return 1;
}

/* Writes IOCTL - 1 instructions; every path ends in one of the last two. */
static size_t ask_if_type(struct sock_filter *out)
{
    out[0] = LOAD(args[1]);
    out[1] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xff00);
    out[2] = JUMP_IF(NATT_NSM_IOCTL_TYPE << 8, 1, 0);
    out[3] = GIVE(SECCOMP_RET_ALLOW);
    out[4] = GIVE(SECCOMP_RET_USER_NOTIF);
    return 5;
}

static size_t length_of_calls(void)
{
    size_t len = 0;
    for (size_t i = 0; i < natt_syscalls_count(); i++)
        len += natt_syscalls_open_flags(i) < 0 ? 1 : 4;
    return len;
}

/*
 * The low word of a 64-bit argument comes first in memory, since both machines are little-endian. Of an ioctl number or
 * open flags, the kernel uses only that word.
 */
static unsigned short build(struct sock_filter out[ROOM])
{
    size_t n = 0, len = 4 + length_of_calls() + IOCTL;
    out[n++] = LOAD(arch);
    out[n++] = JUMP_IF(NATT_LAUNCH_ARCH, 1, 0);
    out[n++] = GIVE(SECCOMP_RET_ALLOW);
    out[n++] = LOAD(nr);
    for (size_t i = 0; i < natt_syscalls_count(); i++) {
        int number = natt_syscalls_number(i), flags = natt_syscalls_open_flags(i);
        n += flags < 0 ? ask(out + n, number, len - n) : ask_unless_folder(out + n, number, flags, len - n);
    }
    out[n++] = JUMP_IF(__NR_ioctl, 0, 3);
    n += ask_if_type(out + n);
    return (unsigned short)n;
}

/* The device's ioctl has the same number and structure in all ABIs. */
static unsigned short build_for_requests(struct sock_filter out[ROOM])
{
    size_t n = 0;
    out[n++] = LOAD(arch);
    out[n++] = JUMP_IF(NATT_LAUNCH_ARCH, 2, 0);
    out[n++] = JUMP_IF(NATT_LAUNCH_OTHER_ARCH, 4, 0);
    out[n++] = GIVE(SECCOMP_RET_ALLOW);
    out[n++] = LOAD(nr);
    out[n++] = JUMP_IF(__NR_ioctl, 4, 0);
    out[n++] = JUMP_IF(NATT_LAUNCH_X32_IOCTL, 3, 2);
    out[n++] = LOAD(nr);
    out[n++] = JUMP_IF(NATT_LAUNCH_OTHER_IOCTL, 1, 0);
    out[n++] = GIVE(SECCOMP_RET_ALLOW);
    n += ask_if_type(out + n);
    return (unsigned short)n;
}

/* WAIT_KILLABLE_RECV: a signal handler must not interrupt a request that has begun, or it would be executed twice. */
int natt_filter_install(enum natt_filter filter)
{
    struct sock_filter code[ROOM];
    struct sock_fprog program = {filter == NATT_FILTER_ALL_CALLS ? build(code) : build_for_requests(code), code};
    unsigned flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
    if (filter != NATT_FILTER_REQUESTS && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    int fd =
        (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &program);
    if (fd < 0 && errno == EINVAL)
        fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
    return fd;
}

int natt_filter_probe(void)
{
    struct seccomp_notif_sizes sizes;
    return syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) == 0 ? 0 : errno;
}
