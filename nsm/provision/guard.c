/* See guard.h. */
#define _GNU_SOURCE /* dup3, pipe2, ppoll, environ */
#include "nsm/provision/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436 /* Linux 5.9, on every machine */
#endif

#define WATCHED    3     /* the descriptor by which a process detects the end of the process that it depends on */
#define TIMER      4     /* readable when the group must end */
#define MAX_CLOSED 65536 /* for older kernels: higher descriptors stay open */

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
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0) {
        (void)dup2(null, STDIN_FILENO);
        (void)dup2(null, STDOUT_FILENO); /* p11-kit prints variables for a shell */
    }
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)execvp(argv[0], argv);
    _exit(127);
}

/* Also ends this process: kill(0) signals the whole group. */
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

static void keep_as(int fd, int number)
{
    if (fd != number && dup3(fd, number, O_CLOEXEC) < 0)
        end_own_group();
}

/*
 * Guard and witness keep no descriptor of the program: otherwise they would keep its locks while they run, and another
 * guard would not detect the end of the program.
 */
static void keep_only(int watched)
{
    keep_as(watched, WATCHED);
    close_from(WATCHED + 1);
}

/* The end of the guard closes the other end of the pipe. A stopped guard (SIGSTOP) cannot act at the set time, but this
 * process can. */
static void watch_guard(void)
{
    struct pollfd ends[2] = {{WATCHED, POLLIN, 0}, {TIMER, POLLIN, 0}};
    while (poll(ends, 2, -1) <= 0)
        continue;
    end_own_group();
}

/* False: there is no witness, so no process would detect the end of the guard. Only the guard keeps the writing end of
 * the pipe. */
static bool start_witness(void)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    pid_t witness = fork();
    if (witness == 0) {
        keep_as(ends[0], WATCHED);
        close_from(TIMER + 1);
        watch_guard();
    }
    (void)close(ends[0]);
    return witness > 0;
}

static void wake_up(int signal_number)
{
    (void)signal_number;
}

/* An absolute time; zero would stop the timer. CLOCK_BOOTTIME also counts while the system is suspended. */
static bool set_timer(int timer, uint64_t until_ms)
{
    struct itimerspec at = {{0, 0}, {(time_t)(until_ms / 1000), (long)(until_ms % 1000 * 1000000)}};
    if (until_ms == 0)
        at.it_value.tv_nsec = 1;
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL) == 0;
}

/* False: the program has ended. */
static bool take_end(void)
{
    uint64_t until_ms;
    return recv(WATCHED, &until_ms, sizeof until_ms, MSG_DONTWAIT) == (ssize_t)sizeof until_ms &&
           set_timer(TIMER, until_ms);
}

/* SIGCHLD arrives in ppoll alone, so that no child ends between waitpid and it. */
static void watch_program(const sigset_t *unblocked)
{
    struct pollfd fds[2] = {{WATCHED, POLLIN, 0}, {TIMER, POLLIN, 0}};
    bool go_on = true;
    while (go_on && waitpid(-1, NULL, WNOHANG) == 0)
        if (ppoll(fds, 2, NULL, unblocked) > 0)
            go_on = fds[0].revents != 0 && take_end();
    end_own_group();
}

/* Called before the witness is started, since the witness also uses the timer. */
static bool start_timer(uint64_t until_ms)
{
    int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC);
    if (timer < 0)
        return false;
    keep_as(timer, TIMER);
    return set_timer(TIMER, until_ms);
}

/* Wipes the copies that fork made: this process's own, and the one that /proc/PID/environ shows. */
void natt_guard_forget_credentials(void)
{
    size_t kept = 0;
    for (size_t i = 0; environ != NULL && environ[i] != NULL; i++)
        if (strncmp(environ[i], "AWS_", 4) == 0)
            explicit_bzero(environ[i], strlen(environ[i]));
        else
            environ[kept++] = environ[i];
    if (environ != NULL)
        environ[kept] = NULL;
}

static void leave_no_dump(void)
{
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static void run_guard(char *const argv[], int alive, uint64_t until_ms)
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
    natt_guard_forget_credentials();
    leave_no_dump();
    if (!start_timer(until_ms) || !start_witness())
        _exit(127);
    pid_t server = fork();
    if (server == 0)
        exec_server(argv);
    if (server > 0)
        watch_program(&none);
    end_own_group();
}

/* Both processes set the group, so that it exists before either continues. */
bool natt_guard_start(natt_guard *guard, char *const argv[], uint64_t until_ms, natt_provision_error *err)
{
    int ends[2];
    *guard = (natt_guard){0, -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return fail_errno(err, "create a socket pair");
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[1]);
        run_guard(argv, ends[0], until_ms);
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

void natt_guard_set_end(natt_guard *guard, uint64_t until_ms)
{
    if (guard->pid != 0 &&
        send(guard->alive, &until_ms, sizeof until_ms, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)sizeof until_ms)
        natt_guard_stop(guard);
}

/* Before waitpid, since until then no other group can get its number. */
static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

/* If SIGCHLD is ignored, the system has reaped the guard, and its number may already belong to another group. */
static bool is_child(pid_t pid)
{
    siginfo_t info;
    int result;
    do
        result = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
    while (result != 0 && errno == EINTR);
    return result == 0;
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
    if (is_child(pid))
        (void)kill(-pid, SIGKILL);
    (void)close(guard->alive);
    *guard = (natt_guard){0, -1};
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}
