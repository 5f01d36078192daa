/*
 * Included before every source of the NSM library, only in builds that measure coverage: a process that calls _exit or
 * exec writes its counters first. Otherwise the launcher's code between fork and exec, and its guard, would appear as
 * never executed. The sources do not refer to it, and other builds do not use it.
 *
 * Writing counters uses malloc, which glibc allows in the child of a fork. No system header is included here: a
 * source's _GNU_SOURCE must come before the first of them.
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

/* Returns if the program does not exist; counting then restarts at zero. */
static inline int natt_coverage_execvp(const char *file, char *const argv[])
{
    __gcov_dump();
    __gcov_reset();
    return execvp(file, argv);
}

#define _exit  natt_coverage_exit
#define execvp natt_coverage_execvp

#endif
