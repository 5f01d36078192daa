/*
 * A launched program that uses /dev/nsm through raw system calls, as any libc and language may make them. One word
 * selects the check, a second one how the device is provided. It reports each unexpected result, and then exits with 1.
 */
#ifndef NATT_NSM_TEST_PROBE_H
#define NATT_NSM_TEST_PROBE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NSM_RAW UINT32_C(0xC0200A00)

struct probe_raw {
    uint64_t request, request_len, response, response_len;
};

/* The program's argument says that its /dev is private, with the device's node in it; otherwise calls are trapped. */
extern bool probe_private;

/* Counts and reports a failure. */
void probe_expect(const char *what, int line, long got, long wanted);

#define EXPECT(wanted, got) probe_expect(#got, __LINE__, (got), (wanted))

/* The call's result: its value, or minus errno. */
long probe_call(long number, ...);

#define DEVICE "/dev/nsm"

/* Each checks a call's result: it must be the device's file, with these FD_ flags, or the call must have filled in the
 * device's stat. */
void probe_expect_device(const char *what, int line, long fd, int descriptor_flags);
void probe_expect_stat(const char *what, int line, long got, const struct stat *st);
#define OPENS(flags, call) probe_expect_device(#call, __LINE__, (call), (flags))
#define STATS(st, call)    (memset((st), 0xff, sizeof *(st)), probe_expect_stat(#call, __LINE__, (call), (st)))

int probe_open(void);
/* Returns 0 or minus errno; *len is the room on entry, and the length on return. */
long probe_request(int fd, const void *request, size_t request_len, void *response, size_t *len);
/* Returns 0 if the device answers DescribeNSM correctly. */
long probe_describe(int fd);

void probe_opens(void);
void probe_paths(void);
void probe_stats(void);
void probe_names(void); /* access, readlink, attributes */
void probe_requests(void);
void probe_inherit(void);
void probe_inherited(void); /* on descriptor 9 */
void probe_hidden(void);    /* from its own user */
void probe_terminals(void);
void probe_threads(void);
void probe_signals(void);
void probe_interrupts(void);  /* requests, handlers that do not restart */
void probe_undisturbed(void); /* other files, handlers */
void probe_limits(void);
void probe_other_abi(void);
void probe_delegates(void); /* slow and quick requests at once */
void probe_error(void);     /* EIO from the device */
void probe_changes(void);   /* prints the results of calls that the kernel answers */

/* The calls that only x86-64 still has. */
void probe_old_opens(void);
void probe_old_stats(struct stat *st);
void probe_old_names(char *room);

#endif
