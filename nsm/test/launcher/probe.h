/*
 * A program that is launched and looks at /dev/nsm through raw system calls, as every libc and language may make them.
 * One word selects the check, a second the way the device is shown; it tells each wrong thing and exits with 1.
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

/* The program was told that its /dev is its own, with the device's node in it; else calls are trapped. */
extern bool probe_private;

/* Counts and tells. */
void probe_expect(const char *what, int line, long got, long wanted);

#define EXPECT(wanted, got) probe_expect(#got, __LINE__, (got), (wanted))

/* The call's result as a whole: its value, or minus errno. */
long probe_call(long number, ...);

#define DEVICE "/dev/nsm"

/* Each takes a call's result: it has to be the device's file, with these FD_ flags, or to have filled in its stat. */
void probe_expect_device(const char *what, int line, long fd, int descriptor_flags);
void probe_expect_stat(const char *what, int line, long got, const struct stat *st);
#define OPENS(flags, call) probe_expect_device(#call, __LINE__, (call), (flags))
#define STATS(st, call)    (memset((st), 0xff, sizeof *(st)), probe_expect_stat(#call, __LINE__, (call), (st)))

int probe_open(void);
/* 0 or minus errno; *len is the room, then the length. */
long probe_request(int fd, const void *request, size_t request_len, void *response, size_t *len);
/* The device answers a request as it should: DescribeNSM; 0 = yes. */
long probe_describe(int fd);

void probe_opens(void);
void probe_paths(void);
void probe_stats(void);
void probe_names(void); /* access, readlink, attributes */
void probe_requests(void);
void probe_inherit(void);
void probe_inherited(void); /* on file 9 */
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
void probe_changes(void);   /* prints what calls return that the launcher does not answer */

/* The calls that only x86-64 still has. */
void probe_old_opens(void);
void probe_old_stats(struct stat *st);
void probe_old_names(char *room);

#endif
