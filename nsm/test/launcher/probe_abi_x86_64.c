/* What only x86-64 has: older calls, and the i386 calls of a 64-bit program, for which there is no device. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>

#include "nsm/test/launcher/probe.h"

void probe_old_opens(void)
{
    OPENS(0, probe_call(SYS_open, DEVICE, O_RDONLY));
    OPENS(FD_CLOEXEC, probe_call(SYS_open, DEVICE, O_RDWR | O_CLOEXEC));
    OPENS(0, probe_call(SYS_open, DEVICE, O_WRONLY | O_CREAT | O_TRUNC, 0600L));
    OPENS(0, probe_call(SYS_creat, DEVICE, 0600L));
    EXPECT(-EEXIST, probe_call(SYS_open, DEVICE, O_RDWR | O_CREAT | O_EXCL, 0600L));
}

void probe_old_stats(struct stat *st)
{
    STATS(st, probe_call(SYS_stat, DEVICE, st));
    STATS(st, probe_call(SYS_lstat, DEVICE, st));
    EXPECT(-EFAULT, probe_call(SYS_stat, DEVICE, 8L));
    EXPECT(-ENOENT, probe_call(SYS_stat, "/dev/nsm0", st));
}

void probe_old_names(char *room)
{
    EXPECT(0, probe_call(SYS_access, DEVICE, (long)F_OK));
    EXPECT(0, probe_call(SYS_access, DEVICE, (long)(R_OK | W_OK)));
    EXPECT(-EACCES, probe_call(SYS_access, DEVICE, (long)X_OK));
    EXPECT(-EINVAL, probe_call(SYS_access, DEVICE, 64L));
    EXPECT(-ENOENT, probe_call(SYS_access, "/dev/nsm0", (long)F_OK));
    EXPECT(-EINVAL, probe_call(SYS_readlink, DEVICE, room, 64L));
}

#define I386_OPEN   5
#define I386_ACCESS 33

static long i386_call(long number, long a, long b)
{
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(0L)
                     : "memory", "r8", "r9", "r10", "r11");
    return (int)result;
}

void probe_other_abi(void)
{
    char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    strcpy(low, "/dev/null");
    if (i386_call(I386_ACCESS, (long)low, 0) == -ENOSYS)
        return; /* a kernel without them */
    EXPECT(0, i386_call(I386_ACCESS, (long)low, 0));
    strcpy(low, "/dev/nsm");
    EXPECT(-ENOENT, i386_call(I386_ACCESS, (long)low, 0));
    EXPECT(-ENOENT, i386_call(I386_OPEN, (long)low, 0));
    EXPECT(0, probe_call(SYS_access, "/dev/nsm", 0L));
}
