/* See guard.h. */
#define _GNU_SOURCE /* pipe2 */
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

#define WATCHED    3     /* the descriptor through which the guard sees the end of the program */
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
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null >= 0)
        (void)dup2(null, STDIN_FILENO);
    (void)execvp(argv[0], argv);
    _exit(127);
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
 * The guard keeps no descriptor of the program: a lock would be held as long as the guard runs, and another guard
 * would not see the end of the program.
 */
static bool keep_only(int alive)
{
    if (alive != WATCHED && dup2(alive, WATCHED) < 0)
        return false;
    close_from(WATCHED + 1);
    return true;
}

/* Its own end included: kill(0) reaches the whole group. */
static void watch(pid_t server, int alive)
{
    struct pollfd end = {WATCHED, POLLIN, 0};
    if (!keep_only(alive))
        (void)kill(0, SIGKILL);
    while (waitpid(server, NULL, WNOHANG) == 0)
        if (poll(&end, 1, 100) > 0)
            break;
    (void)kill(0, SIGKILL);
    _exit(1);
}

static void run_guard(char *const argv[], int alive)
{
    reset_signals();
    (void)setpgid(0, 0);
    pid_t server = fork();
    if (server == 0)
        exec_server(argv);
    if (server < 0)
        _exit(127);
    watch(server, alive);
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

static void end_group(natt_guard *guard)
{
    (void)kill(-guard->pid, SIGKILL);
    if (guard->alive >= 0)
        (void)close(guard->alive);
    *guard = (natt_guard){0, -1};
}

/* A guard that was killed has left its group behind. */
bool natt_guard_is_running(natt_guard *guard)
{
    if (guard->pid == 0)
        return false;
    pid_t ended = waitpid(guard->pid, NULL, WNOHANG);
    if (ended == 0)
        return true;
    end_group(guard);
    return false;
}

void natt_guard_stop(natt_guard *guard)
{
    pid_t pid = guard->pid;
    if (pid == 0)
        return;
    end_group(guard);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}
