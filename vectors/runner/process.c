/* See process.h. */
#include "vectors/runner/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- signals ---- */

static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define DEADLY (sizeof deadly / sizeof deadly[0])

static volatile sig_atomic_t running_group; /* 0 = none */
static struct sigaction before[DEADLY], before_pipe;

/* Ctrl-C does not reach the child, which is in its own process group. Kills the group, then ends by the same signal. */
static void die_with_child(int number)
{
    if (running_group != 0)
        (void)kill((pid_t)-running_group, SIGKILL);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

void natt_process_guard(void)
{
    struct sigaction act;
    memset(&act, 0, sizeof act);
    (void)sigemptyset(&act.sa_mask);
    act.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &act, &before_pipe);
    act.sa_handler = die_with_child;
    for (size_t i = 0; i < DEADLY; i++) {
        (void)sigaction(deadly[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN) /* keeps the effect of nohup */
            (void)sigaction(deadly[i], &act, NULL);
    }
}

void natt_process_unguard(void)
{
    (void)sigaction(SIGPIPE, &before_pipe, NULL);
    for (size_t i = 0; i < DEADLY; i++)
        (void)sigaction(deadly[i], &before[i], NULL);
}

static void block_signals(sigset_t *old)
{
    sigset_t set;
    (void)sigemptyset(&set);
    for (size_t i = 0; i < DEADLY; i++)
        (void)sigaddset(&set, deadly[i]);
    (void)sigprocmask(SIG_BLOCK, &set, old);
}

/* ---- start ---- */

struct pipes {
    int fds[3][2]; /* standard input, output, error: read end and write end */
};

static void close_pipes(struct pipes *p)
{
    for (size_t i = 0; i < 3; i++)
        for (size_t end = 0; end < 2; end++)
            if (p->fds[i][end] >= 0)
                (void)close(p->fds[i][end]);
}

/* A child must not inherit other ends: if one stayed open, no reader would see the end of file. */
static bool open_pipes(struct pipes *p)
{
    memset(p, -1, sizeof *p);
    for (size_t i = 0; i < 3; i++) {
        if (pipe(p->fds[i]) != 0 || fcntl(p->fds[i][0], F_SETFD, FD_CLOEXEC) != 0 ||
            fcntl(p->fds[i][1], F_SETFD, FD_CLOEXEC) != 0 || fcntl(p->fds[i][i == 0], F_SETFL, O_NONBLOCK) != 0) {
            close_pipes(p);
            return false;
        }
    }
    return true;
}

/* Its own process group, the caller's signal mask, and the default action for SIGPIPE. */
static void run_child(const char *command, const struct pipes *p, const sigset_t *mask)
{
    (void)setpgid(0, 0);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)sigprocmask(SIG_SETMASK, mask, NULL);
    for (int i = 0; i < 3; i++) /* an end that has the right number already would close at exec */
        if (dup2(p->fds[i][i != 0], i) < 0 || fcntl(i, F_SETFD, 0) != 0)
            _exit(126);
    (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static void take_end(int *ours, int *slot)
{
    *ours = *slot;
    *slot = -1;
}

bool natt_process_start(struct natt_process *p, const char *command)
{
    struct pipes pipes;
    sigset_t mask;
    *p = (struct natt_process){0, -1, -1, -1};
    if (!open_pipes(&pipes))
        return false;
    block_signals(&mask); /* a signal before running_group is set would not kill the child */
    pid_t pid = fork();
    int failed = pid < 0 ? errno : 0;
    if (pid == 0)
        run_child(command, &pipes, &mask);
    if (pid > 0) {
        (void)setpgid(pid, pid); /* like the child, because a kill may come before it runs */
        running_group = (sig_atomic_t)pid;
        p->pid = pid;
        take_end(&p->in, &pipes.fds[0][1]);
        take_end(&p->out, &pipes.fds[1][0]);
        take_end(&p->err, &pipes.fds[2][0]);
    }
    (void)sigprocmask(SIG_SETMASK, &mask, NULL);
    close_pipes(&pipes);
    errno = failed;
    return failed == 0;
}

/* ---- end ---- */

bool natt_process_ended(const struct natt_process *p)
{
    siginfo_t info;
    memset(&info, 0, sizeof info);
    return p->pid != 0 && waitid(P_PID, (id_t)p->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == p->pid;
}

void natt_process_close(int *end)
{
    if (*end >= 0)
        (void)close(*end);
    *end = -1;
}

int natt_process_stop(struct natt_process *p)
{
    int status = 0;
    natt_process_close(&p->in);
    natt_process_close(&p->out);
    natt_process_close(&p->err);
    if (p->pid == 0)
        return 0;
    /* Until the shell is reaped, the system does not reuse the number of the group. */
    (void)kill(-p->pid, SIGKILL);
    running_group = 0;
    while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    p->pid = 0;
    return status;
}

const char *natt_process_status_text(char out[NATT_PROCESS_STATUS_LEN], int status)
{
    if (WIFSIGNALED(status))
        (void)snprintf(out, NATT_PROCESS_STATUS_LEN, "was killed by signal %d", WTERMSIG(status));
    else
        (void)snprintf(out, NATT_PROCESS_STATUS_LEN, "ended with exit status %d", WEXITSTATUS(status));
    return out;
}
