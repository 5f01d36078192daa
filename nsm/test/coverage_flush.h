/*
 * Only in builds that measure coverage, where it is put before every source of the NSM library: a process that ends
 * with _exit, or becomes another program, writes its counters first. Without it whatever the launcher does between fork
 * and exec, and its guard, would seem never to run. The sources know nothing of it, and other builds are without it.
 *
 * Counters are written with malloc, which glibc makes usable in the child of a fork. No system header is included here:
 * a source's _GNU_SOURCE must come before the first of them.
 */
#ifndef NATT_NSM_TEST_COVERAGE_FLUSH_H
#define NATT_NSM_TEST_COVERAGE_FLUSH_H

extern void __gcov_dump(void);
extern void __gcov_reset(void);
extern void _exit(int status) __attribute__((__noreturn__));
extern int execvp(const char *file, char *const argv[]);

static inline _Noreturn void natt_coverage_exit(int status)
{
    __gcov_dump();
    _exit(status);
}

/* Returns when there is no such program; counting goes on from zero. */
static inline int natt_coverage_execvp(const char *file, char *const argv[])
{
    __gcov_dump();
    __gcov_reset();
    return execvp(file, argv);
}

#define _exit  natt_coverage_exit
#define execvp natt_coverage_execvp

#endif
