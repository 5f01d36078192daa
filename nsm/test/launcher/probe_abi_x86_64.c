/* Calls that only x86-64 has: older ones, and the i386 calls of a 64-bit program, which find a device only if it is a
 * node. */
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
#define I386_CLOSE  6
#define I386_ACCESS 33
#define I386_IOCTL  54

static long i386_call(long number, long a, long b, long c)
{
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(c)
                     : "memory", "r8", "r9", "r10", "r11");
    return (int)result;
}

/* All pointers in the low 4 GiB. */
struct low {
    char path[16], request[16];
    struct probe_raw raw;
    uint8_t response[512];
};

static void probe_i386_request(struct low *low)
{
    long fd = i386_call(I386_OPEN, (long)low->path, O_RDWR, 0);
    EXPECT(1, fd >= 0);
    memcpy(low->request, "iGetRandom", 10);
    low->raw = (struct probe_raw){(uintptr_t)low->request, 10, (uintptr_t)low->response, sizeof low->response};
    EXPECT(0, i386_call(I386_IOCTL, fd, (int32_t)NSM_RAW, (long)&low->raw));
    EXPECT(278, (long)low->raw.response_len);
    EXPECT(-EINVAL, i386_call(I386_IOCTL, fd, (int32_t)0xC0100A00, (long)&low->raw));
    EXPECT(0, i386_call(I386_CLOSE, fd, 0, 0));
    EXPECT(-EBADF, i386_call(I386_IOCTL, fd, (int32_t)NSM_RAW, (long)&low->raw));
}

void probe_other_abi(void)
{
    struct low *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    strcpy(low->path, "/dev/null");
    if (i386_call(I386_ACCESS, (long)low->path, 0, 0) == -ENOSYS)
        return; /* the kernel has no i386 calls */
    EXPECT(0, i386_call(I386_ACCESS, (long)low->path, 0, 0));
    strcpy(low->path, DEVICE);
    EXPECT(0, probe_call(SYS_access, DEVICE, 0L));
    if (probe_private) {
        probe_i386_request(low);
        return;
    }
    EXPECT(-ENOENT, i386_call(I386_ACCESS, (long)low->path, 0, 0));
    EXPECT(-ENOENT, i386_call(I386_OPEN, (long)low->path, 0, 0));
}
