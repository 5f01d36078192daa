/* See probe.h. */
#define _GNU_SOURCE
#include "nsm/test/launcher/probe.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool probe_private;
static int faults;

void probe_expect(const char *what, int line, long got, long wanted)
{
    if (got == wanted)
        return;
    __atomic_add_fetch(&faults, 1, __ATOMIC_RELAXED);
    fprintf(stderr, "line %d: %s is %ld instead of %ld\n", line, what, got, wanted);
}

/* A call uses only its own arguments: values that are read after them have no effect, as in libc's syscall. */
__attribute__((no_sanitize("address"))) long probe_call(long number, ...)
{
    va_list list;
    long a[6];
    va_start(list, number);
    for (int i = 0; i < 6; i++)
        a[i] = va_arg(list, long);
    va_end(list);
    long value = syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    return value < 0 ? -(long)errno : value;
}

int probe_open(void)
{
    int fd = open("/dev/nsm", O_RDWR | O_CLOEXEC);
    EXPECT(1, fd >= 0);
    return fd;
}

long probe_request(int fd, const void *request, size_t request_len, void *response, size_t *len)
{
    struct probe_raw raw = {(uintptr_t)request, request_len, (uintptr_t)response, *len};
    long got = syscall(SYS_ioctl, (long)fd, (long)NSM_RAW, &raw);
    *len = (size_t)raw.response_len;
    return got < 0 ? -(long)errno : got;
}

long probe_describe(int fd)
{
    static const char start[] = "\xa1\x6b"
                                "DescribeNSM\xa7";
    char response[0x3000];
    size_t len = sizeof response;
    long got = probe_request(fd,
                             "\x6b"
                             "DescribeNSM",
                             12, response, &len);
    if (got != 0)
        return got;
    return len > 100 && memcmp(response, start, sizeof start - 1) == 0 ? 0 : 1;
}

static const struct {
    const char *name;
    void (*run)(void);
} parts[] = {{"opens", probe_opens},         {"paths", probe_paths},           {"stats", probe_stats},
             {"names", probe_names},         {"requests", probe_requests},     {"inherit", probe_inherit},
             {"inherited", probe_inherited}, {"threads", probe_threads},       {"signals", probe_signals},
             {"limits", probe_limits},       {"other-abi", probe_other_abi},   {"delegates", probe_delegates},
             {"error", probe_error},         {"interrupts", probe_interrupts}, {"undisturbed", probe_undisturbed},
             {"changes", probe_changes},     {"hidden", probe_hidden},         {"terminals", probe_terminals}};

int main(int argc, char **argv)
{
    probe_private = argc == 3 && strcmp(argv[2], "private") == 0;
    for (size_t i = 0; (argc == 2 || probe_private) && i < sizeof parts / sizeof parts[0]; i++) {
        if (strcmp(argv[1], parts[i].name) == 0) {
            parts[i].run();
            return faults == 0 ? 0 : 1;
        }
    }
    fputs("usage: launch-probe PART [private]\n", stderr);
    return 2;
}
