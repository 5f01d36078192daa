/* The i386 calls of a 64-bit program: they pass, and there is no device. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "nsm/test/launcher/probe.h"

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
