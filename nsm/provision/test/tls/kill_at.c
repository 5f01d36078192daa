/*
 * Kills a program just before its Nth system call that changes a file: kill_at N PROGRAM ARGUMENTS... Exit code 0: it
 * was killed; 3: it ended before; 2: it cannot be traced. N = 0 lets it end. On standard error: "calls COUNT".
 * Between two such calls only the program's memory changes, so that all N cover all states that a kill can leave.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#ifndef SYS_renameat
#define SYS_renameat SYS_renameat2 /* newer machines have only this one */
#endif

/* Older machines also have calls without a directory descriptor. */
#ifdef SYS_unlink
static const long older[] = {SYS_rename, SYS_unlink, SYS_mkdir, SYS_rmdir, SYS_creat};
static const long open_file = SYS_open;
#else
static const long older[] = {-1};
static const long open_file = -1;
#endif

static unsigned long target, calls;
static pid_t program;

/* A socket or a pipe has no lasting state. */
static bool is_file(pid_t thread, unsigned long fd)
{
    char path[64];
    struct stat s;
    (void)snprintf(path, sizeof path, "/proc/%d/fd/%lu", (int)thread, fd);
    return stat(path, &s) == 0 && S_ISREG(s.st_mode);
}

static bool is_one_of(long number, const long *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (number == numbers[i])
            return true;
    return false;
}

static bool changes_a_file(pid_t thread, const struct ptrace_syscall_info *call)
{
    static const long names[] = {SYS_ftruncate, SYS_truncate, SYS_renameat, SYS_renameat2, SYS_unlinkat, SYS_mkdirat};
    long number = (long)call->entry.nr;
    if (number == SYS_write || number == SYS_pwrite64 || number == SYS_writev)
        return is_file(thread, call->entry.args[0]);
    if (number == SYS_openat)
        return (call->entry.args[2] & (O_CREAT | O_TRUNC)) != 0;
    if (number == open_file)
        return (call->entry.args[1] & (O_CREAT | O_TRUNC)) != 0;
    return is_one_of(number, names, sizeof names / sizeof names[0]) ||
           is_one_of(number, older, sizeof older / sizeof older[0]);
}

static void fail(const char *what)
{
    perror(what);
    if (program > 0)
        (void)kill(program, SIGKILL);
    exit(2);
}

static void count(pid_t thread)
{
    struct ptrace_syscall_info call;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof call, &call) <= 0 || call.op != PTRACE_SYSCALL_INFO_ENTRY ||
        !changes_a_file(thread, &call))
        return;
    if (++calls == target)
        (void)kill(program, SIGKILL);
}

/* The reason of a stop: a system call, a new thread, or a signal to the program. */
static void go_on(pid_t thread, int status)
{
    int got = WSTOPSIG(status), pass = 0;
    if (got == (SIGTRAP | 0x80))
        count(thread);
    else if (got != SIGTRAP && got != SIGSTOP)
        pass = got;
    (void)ptrace(PTRACE_SYSCALL, thread, NULL, (void *)(intptr_t)pass);
}

static void start(char **words)
{
    int status;
    program = fork();
    if (program == 0) {
        (void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        (void)raise(SIGSTOP);
        (void)execvp(words[0], words);
        _exit(127);
    }
    if (program < 0 || waitpid(program, &status, 0) != program)
        fail("fork");
    if (ptrace(PTRACE_SETOPTIONS, program, NULL,
               (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL)) != 0)
        fail("ptrace");
    (void)ptrace(PTRACE_SYSCALL, program, NULL, NULL);
}

int main(int argc, char **argv)
{
    int status = 0, last = 0;
    if (argc < 3)
        return 2;
    target = strtoul(argv[1], NULL, 10);
    start(argv + 2);
    for (pid_t thread; (thread = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR;) {
        if (thread > 0 && WIFSTOPPED(status))
            go_on(thread, status);
        else if (thread == program)
            last = status;
    }
    (void)fprintf(stderr, "calls %lu\n", calls);
    if (target == 0)
        return WIFEXITED(last) ? WEXITSTATUS(last) : 2;
    return WIFSIGNALED(last) && WTERMSIG(last) == SIGKILL ? 0 : 3;
}
