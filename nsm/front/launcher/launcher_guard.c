/*
 * See launcher_guard.h. The caller may have threads, so only async-signal-safe functions are used until exec: no stdio,
 * no malloc, folders with getdents64.
 */
#define _GNU_SOURCE
#include "nsm/front/launcher/launcher_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nsm/front/launcher/launcher_filter.h"
#include "nsm/front/launcher/launcher_kernel.h"

/* --- messages --- */

bool natt_guard_send(int socket, struct natt_guard_message message, int fd)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {&message, sizeof message};
    struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
    memset(&control, 0, sizeof control);
    if (fd >= 0) {
        control.head =
            (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
        memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
        packet.msg_control = &control;
        packet.msg_controllen = sizeof control.room;
    }
    return sendmsg(socket, &packet, MSG_NOSIGNAL) == (ssize_t)sizeof message;
}

static int file_of(struct msghdr *packet)
{
    int fd = -1;
    struct cmsghdr *head = CMSG_FIRSTHDR(packet);
    if (head != NULL && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
        head->cmsg_len == CMSG_LEN(sizeof fd))
        memcpy(&fd, CMSG_DATA(head), sizeof fd);
    return fd;
}

struct natt_guard_message natt_guard_receive(int socket, int *fd)
{
    union {
        struct cmsghdr head;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct natt_guard_message message;
    struct iovec part = {&message, sizeof message};
    struct msghdr packet = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.room};
    ssize_t len;
    do
        len = recvmsg(socket, &packet, MSG_CMSG_CLOEXEC);
    while (len < 0 && errno == EINTR);
    *fd = len < 0 ? -1 : file_of(&packet);
    if (len != (ssize_t)sizeof message)
        return (struct natt_guard_message){.kind = NATT_GUARD_GONE};
    return message;
}

int natt_guard_file_of_child(void (*send_file)(int socket))
{
    int pair[2], fd = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return -1;
    pid_t child = fork();
    int error = errno;
    if (child == 0) {
        send_file(pair[1]);
        _exit(0);
    }
    close(pair[1]);
    if (child > 0)
        error = natt_guard_receive(pair[0], &fd).error;
    close(pair[0]);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    errno = error;
    return fd;
}

bool natt_guard_release(int socket)
{
    return send(socket, "", 1, MSG_NOSIGNAL) == 1;
}

/* --- the program until exec --- */

static _Noreturn void fail_with(int socket, struct natt_guard_message message)
{
    natt_guard_send(socket, message, -1);
    _exit(127);
}

static _Noreturn void fail(int socket, enum natt_guard_kind kind, int error)
{
    fail_with(socket, (struct natt_guard_message){.kind = kind, .error = error});
}

/* Waits until the launcher is ready to reply: after exec, any call may need a reply. */
static bool wait_for_release(int socket)
{
    char go;
    ssize_t len;
    do
        len = recv(socket, &go, 1, 0);
    while (len < 0 && errno == EINTR);
    return len == 1;
}

/* The program ends when the guard ends. A change of identity resets this, so it is set twice. */
static void end_with(pid_t guard)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != guard)
        _exit(127);
}

static int enter_private_dev(int socket)
{
    struct natt_guard_message message = {.kind = NATT_GUARD_NO_PRIVATE};
    int node;
    if (natt_private_dev_enter(&node, &message.step))
        return node;
    message.error = errno;
    fail_with(socket, message);
}

static void send_listener(int socket, enum natt_filter filter, int node)
{
    static const char sample[] = NATT_GUARD_SAMPLE;
    int listener = natt_filter_install(filter);
    struct natt_guard_message message = {
        .kind = NATT_GUARD_LISTENER, .program = getpid(), .node = node, .sample = (uintptr_t)sample};
    if (listener < 0)
        fail(socket, NATT_GUARD_NO_FILTER, errno);
    if (!natt_guard_send(socket, message, listener))
        _exit(127);
    close(listener);
}

static _Noreturn void run_program(int socket, const struct natt_guard_program *program,
                                  const struct sigaction *on_child, pid_t guard)
{
    enum natt_filter filter = !program->private_dev         ? NATT_FILTER_ALL_CALLS
                              : natt_private_dev_is_admin() ? NATT_FILTER_REQUESTS
                                                            : NATT_FILTER_REQUESTS_UNPRIVILEGED;
    end_with(guard);
    int node = program->private_dev ? enter_private_dev(socket) : -1;
    end_with(guard);
    sigaction(SIGCHLD, on_child, NULL); /* the caller's own setting */
    send_listener(socket, filter, node);
    if (!wait_for_release(socket))
        _exit(127);
    sigprocmask(SIG_SETMASK, program->mask, NULL);
    execvp(program->argv[0], program->argv);
    fail(socket, NATT_GUARD_NO_EXEC, errno);
}

/* --- the guard --- */

char *natt_guard_write_number(char *out, unsigned number)
{
    char digits[16];
    int count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0)
        *out++ = digits[--count];
    *out = '\0';
    return out;
}

/* Field 4 of /proc/<pid>/stat. The name before it may contain any characters, including parentheses. [proc(5)] */
static pid_t parent_of(const char *pid)
{
    char path[64] = "/proc/", text[512];
    if (strlen(pid) > 16)
        return -1;
    strcat(strcat(path, pid), "/stat");
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    natt_close(fd);
    text[len > 0 ? len : 0] = '\0';
    const char *behind_name = strrchr(text, ')');
    return behind_name != NULL && strlen(behind_name) > 4 ? (pid_t)atoi(behind_name + 4) : -1;
}

static void kill_child(const char *name, pid_t guard)
{
    if (parent_of(name) == guard)
        kill((pid_t)atoi(name), SIGKILL);
}

/* SIGCONT follows because a stopped process would not handle SIGTERM. The walk ends at process 1, or at an ancestor
 * that has just ended. */
static void terminate_descendant(const char *name, pid_t guard)
{
    char ancestor[16];
    pid_t parent = parent_of(name);
    while (parent > 1 && parent != guard) {
        natt_guard_write_number(ancestor, (unsigned)parent);
        parent = parent_of(ancestor);
    }
    if (parent != guard)
        return;
    kill((pid_t)atoi(name), SIGTERM);
    kill((pid_t)atoi(name), SIGCONT);
}

static void for_each_process(void (*act)(const char *name, pid_t guard), pid_t guard)
{
    _Alignas(struct natt_guard_entry) char room[4096];
    long len = 0;
    int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (fd >= 0 && (len = syscall(SYS_getdents64, fd, room, sizeof room)) > 0) {
        for (long at = 0; at < len;) {
            const struct natt_guard_entry *entry = (const void *)(room + at);
            if (entry->name[0] >= '1' && entry->name[0] <= '9')
                act(entry->name, guard);
            at += entry->len;
        }
    }
    natt_close(fd);
}

void natt_guard_terminate(pid_t guard)
{
    for_each_process(terminate_descendant, guard);
}

/* A dead child's children become the guard's own, so the next round finds them. */
static _Noreturn void end_everything(void)
{
    do
        for_each_process(kill_child, getpid());
    while (waitpid(-1, NULL, 0) > 0);
    _exit(0);
}

/* Returns false if no child is left. */
static bool reap(int socket, pid_t program)
{
    int status;
    for (;;) {
        pid_t ended = waitpid(-1, &status, WNOHANG);
        if (ended <= 0)
            return ended == 0;
        if (ended == program)
            natt_guard_send(socket, (struct natt_guard_message){.kind = NATT_GUARD_EXITED, .wait_status = status}, -1);
    }
}

static _Noreturn void watch(int socket, pid_t program, int signals)
{
    struct signalfd_siginfo info;
    struct pollfd polled[] = {{signals, POLLIN, 0}, {socket, 0, 0}};
    while (poll(polled, 2, -1) >= 0 || errno == EINTR) {
        if (polled[1].revents != 0) /* the launcher closed its socket: it has ended, or it stops the program */
            end_everything();
        if (polled[0].revents != 0 && read(signals, &info, sizeof info) > 0 && !reap(socket, program))
            _exit(0);
    }
    end_everything();
}

_Noreturn void natt_guard_run(int socket, const struct natt_guard_program *program)
{
    struct sigaction on_child, by_default = {.sa_handler = SIG_DFL};
    sigset_t all, child;
    pid_t guard = getpid();
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);       /* the terminal's signals are for the program only */
    sigaction(SIGCHLD, &by_default, &on_child); /* if SIGCHLD were ignored, the exit status would be lost */
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    int signals = signalfd(-1, &child, SFD_CLOEXEC);
    pid_t pid = signals < 0 ? -1 : fork();
    if (pid < 0)
        fail(socket, NATT_GUARD_NO_FORK, errno);
    if (pid == 0)
        run_program(socket, program, &on_child, guard);
    setpgid(0, 0); /* signals to the program's group must not reach the guard, which ends the rest */
    watch(socket, pid, signals);
}
