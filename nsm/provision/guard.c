/* See guard.h. */
#define _GNU_SOURCE /* dup3, pipe2, ppoll */
#include "nsm/provision/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436 /* Linux 5.9, on every machine */
#endif

#define WATCHED    3     /* the descriptor through which a process sees the end of the one that it depends on */
#define MAX_CLOSED 65536 /* where the kernel is older: descriptors beyond stay open */

static bool fail_errno(natt_provision_error *err, const char *what)
{
    int errno_value = errno;
    (void)natt_provision_fail(err, NATT_PROVISION_E_SYSTEM, "cannot %s", what);
    if (err != NULL)
        err->errno_value = errno_value;
    return false;
}

static void reset_signals(void)
{
    sigset_t none;
    (void)sigemptyset(&none);
    for (int signal_number = 1; signal_number < NSIG; signal_number++)
        (void)signal(signal_number, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void exec_server(char *const argv[])
{
    sigset_t none;
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null >= 0)
        (void)dup2(null, STDIN_FILENO);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)dup2(STDERR_FILENO, STDOUT_FILENO);
    (void)execvp(argv[0], argv);
    _exit(127);
}

/* Its own end included: kill(0) reaches the whole group. */
static void end_own_group(void)
{
    (void)kill(0, SIGKILL);
    _exit(1);
}

static void close_from(int first)
{
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0) == 0)
        return;
    long most = sysconf(_SC_OPEN_MAX);
    for (int fd = first; fd < (most > 0 && most < MAX_CLOSED ? (int)most : MAX_CLOSED); fd++)
        (void)close(fd);
}

/*
 * Guard and witness keep no descriptor of the program: a lock would be held as long as they run, and another guard
 * would not see the end of the program.
 */
static void keep_only(int watched)
{
    if (watched != WATCHED && dup3(watched, WATCHED, O_CLOEXEC) < 0)
        end_own_group();
    close_from(WATCHED + 1);
}

/* Ends the group when the guard has ended: then the other end of the pipe is closed. */
static void watch_guard(void)
{
    struct pollfd end = {WATCHED, POLLIN, 0};
    while (poll(&end, 1, -1) <= 0)
        continue;
    end_own_group();
}

/* False: nobody would notice the end of the guard. The writing end of the pipe stays open in the guard alone. */
static bool start_witness(void)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    pid_t witness = fork();
    if (witness == 0) {
        keep_only(ends[0]);
        watch_guard();
    }
    (void)close(ends[0]);
    return witness > 0;
}

static void wake_up(int signal_number)
{
    (void)signal_number;
}

/* SIGCHLD arrives in ppoll alone, so that no child ends between waitpid and it. */
static void watch_program(const sigset_t *unblocked)
{
    struct pollfd end = {WATCHED, POLLIN, 0};
    while (waitpid(-1, NULL, WNOHANG) == 0)
        if (ppoll(&end, 1, NULL, unblocked) > 0)
            break;
    end_own_group();
}

static void run_guard(char *const argv[], int alive)
{
    sigset_t child, none;
    reset_signals();
    (void)signal(SIGCHLD, wake_up);
    (void)sigemptyset(&none);
    (void)sigemptyset(&child);
    (void)sigaddset(&child, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &child, NULL);
    (void)setpgid(0, 0);
    keep_only(alive);
    if (!start_witness())
        _exit(127);
    pid_t server = fork();
    if (server == 0)
        exec_server(argv);
    if (server > 0)
        watch_program(&none);
    end_own_group();
}

/* Both sides set the group, so that neither runs before it is there. */
bool natt_guard_start(natt_guard *guard, char *const argv[], natt_provision_error *err)
{
    int ends[2];
    *guard = (natt_guard){0, -1};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return fail_errno(err, "make a pipe");
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[1]);
        run_guard(argv, ends[0]);
    }
    (void)close(ends[0]);
    if (pid < 0) {
        (void)close(ends[1]);
        return fail_errno(err, "fork");
    }
    (void)setpgid(pid, pid);
    *guard = (natt_guard){pid, ends[1]};
    return true;
}

/* Not waited for yet: while its number is taken, no other group can have it. */
static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

bool natt_guard_is_running(natt_guard *guard)
{
    if (guard->pid != 0 && has_ended(guard->pid))
        natt_guard_stop(guard);
    return guard->pid != 0;
}

void natt_guard_stop(natt_guard *guard)
{
    pid_t pid = guard->pid;
    if (pid == 0)
        return;
    (void)kill(-pid, SIGKILL);
    (void)close(guard->alive);
    *guard = (natt_guard){0, -1};
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}
