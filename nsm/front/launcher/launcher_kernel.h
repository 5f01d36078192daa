/*
 * Kernel interfaces of the launcher, including those that the headers of older systems lack. [seccomp_unotify(2)]
 */
#ifndef NATT_NSM_LAUNCHER_KERNEL_H
#define NATT_NSM_LAUNCHER_KERNEL_H

#include <linux/audit.h>
#include <linux/mount.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5) /* Linux 5.19 */
#endif
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS      _IOW('!', 4, unsigned long long) /* Linux 6.6 */
#define SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP 1ULL
#endif
#ifndef __NR_faccessat2
#define __NR_faccessat2 439
#endif
#ifndef __NR_mount_setattr
#define __NR_mount_setattr 442 /* Linux 5.12 */
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef __NR_pidfd_getfd
#define __NR_pidfd_getfd 438 /* Linux 5.6 */
#endif
#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000 /* Linux 5.14 */
#endif
#ifndef MQUEUE_MAGIC
#define MQUEUE_MAGIC 0x19800202 /* f_type of a message queue file system; no header defines it */
#endif
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U /* Linux 6.3 */
#endif

/* struct mount_attr, introduced with mount_setattr. */
struct natt_mount_attr {
    uint64_t attr_set, attr_clr, propagation, userns_fd;
};

/* Closes the file unless it is -1. Preserves errno. */
static inline void natt_close(int fd)
{
    if (fd >= 0)
        close(fd);
}

/*
 * For each machine: its name in seccomp, the size of its struct stat, the ioctl numbers of its other ABIs, and the
 * calls that only it has (launcher_syscalls.c).
 */
/* clang-format off */
#if defined(__x86_64__)
#define NATT_LAUNCH_ARCH      AUDIT_ARCH_X86_64
#define NATT_LAUNCH_STAT_SIZE 144
#define NATT_LAUNCH_OTHER_ARCH  AUDIT_ARCH_I386
#define NATT_LAUNCH_OTHER_IOCTL 54
#define NATT_LAUNCH_X32_IOCTL   (0x40000000 + 514)
#define NATT_LAUNCH_OWN_CALLS                                                                                          \
    {__NR_open,         -1, 0,  1, -1,  2, 0, answer_open, false},                                                     \
    {__NR_creat,        -1, 0, -1, -1,  1, O_CREAT | O_WRONLY | O_TRUNC, answer_open, false},                          \
    {__NR_stat,         -1, 0, -1,  1, -1, 0, answer_stat, false},                                                     \
    {__NR_lstat,        -1, 0, -1,  1, -1, LINK, answer_stat, false},                                                  \
    {__NR_access,       -1, 0, -1, -1,  1, 0, answer_access, false},                                                   \
    {__NR_readlink,     -1, 0, -1, -1, EINVAL, LINK, answer_error, false},
#elif defined(__aarch64__)
#define NATT_LAUNCH_ARCH      AUDIT_ARCH_AARCH64
#define NATT_LAUNCH_STAT_SIZE 128
#define NATT_LAUNCH_OTHER_ARCH  AUDIT_ARCH_ARM
#define NATT_LAUNCH_OTHER_IOCTL 54
#define NATT_LAUNCH_X32_IOCTL   __NR_ioctl /* this machine has none */
#define NATT_LAUNCH_OWN_CALLS /* none */
#else
#error "the launcher knows the system calls of x86-64 and aarch64; build launcher_elsewhere.c instead"
#endif
/* clang-format on */

#endif
