/*
 * See notify_loop.h. The loop runs in one thread and never waits for the device; only requests do (launcher_request).
 * With a private /dev, other threads reply (receivers), and this one does the rest.
 */
#define _GNU_SOURCE
#include "nsm/front/launcher/notify_loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "nitro_attest/launcher.h"
#include "nsm/front/launcher/launcher_kernel.h"
#include "nsm/front/launcher/launcher_syscalls.h"

/* --- passing an open file --- */

/* An id that does not exist: the kernel checks everything else first. */
bool natt_notify_loop_can_hand_over(int listener)
{
    struct seccomp_notif_addfd add = {.id = UINT64_MAX, .srcfd = (unsigned)listener};
    return natt_listener_ask(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add) < 0 && errno == ENOENT;
}

/*
 * Passes the file in two steps. SECCOMP_ADDFD_FLAG_SEND needs only one, but if the launcher is stopped during it, the
 * kernel closes the file again and makes the program's open return 0. Before Linux 5.19, a signal between the steps may
 * leave the program with a descriptor that it does not know.
 */
static void hand_over(const struct natt_target *target, const struct natt_answer *answer)
{
    struct seccomp_notif_addfd add = {
        .id = target->id, .srcfd = (unsigned)answer->fd, .newfd_flags = answer->close_on_exec ? O_CLOEXEC : 0};
    int fd = natt_listener_ask(target->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
    if (fd >= 0)
        natt_target_answer(target, fd, 0);
    else if (errno != ENOENT)
        natt_target_answer(target, 0, errno);
}

/* --- one call --- */

/* An unknown number of the device's type is EINVAL, as with the driver. The kernel handles ioctls of other files. */
static struct natt_answer answer_ioctl(struct natt_notify_loop *serve, const struct natt_target *target,
                                       const __u64 *args)
{
    if (!natt_launcher_device_is_fd(serve->device, target, (int)args[0]))
        return (struct natt_answer){.kind = NATT_ANSWER_CONTINUE};
    if ((uint32_t)args[1] != NATT_NSM_IOCTL_RAW)
        return (struct natt_answer){.kind = NATT_ANSWER_RESULT, .error = EINVAL};
    natt_target_serve(target, args[2], serve->transport, serve->workers);
    return (struct natt_answer){.kind = NATT_ANSWER_LATER};
}

static void send_answer(const struct natt_target *target, const struct natt_answer *answer)
{
    switch (answer->kind) {
    case NATT_ANSWER_CONTINUE:
        natt_target_continue(target);
        break;
    case NATT_ANSWER_RESULT:
        natt_target_answer(target, answer->value, answer->error);
        break;
    case NATT_ANSWER_FILE:
        hand_over(target, answer);
        close(answer->fd);
        break;
    case NATT_ANSWER_LATER:
        break;
    }
}

static void serve_call(struct natt_notify_loop *serve)
{
    struct seccomp_notif in;
    if (!natt_listener_receive(serve->listener, &in)) {
        if (errno != ENOENT && errno != EINTR && errno != EAGAIN) /* ENOENT: the thread was just killed */
            serve->fault = errno;
        return;
    }
    struct natt_target target = {serve->listener, in.id, (pid_t)in.pid};
    struct natt_answer answer = in.data.nr == __NR_ioctl ? answer_ioctl(serve, &target, in.data.args)
                                                         : natt_syscalls_answer(serve->device, &target, &in.data);
    send_answer(&target, &answer);
}

static void serve_requests(struct natt_notify_loop *serve)
{
    if (serve->receivers == NULL)
        serve_call(serve);
    else
        serve->fault = natt_receivers_relieve(serve->receivers);
}

/* --- the rest of the loop --- */

bool natt_notify_loop_set_timer(const struct natt_notify_loop *serve, uint64_t ms)
{
    struct itimerspec when = {.it_value = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000}};
    return timerfd_settime(serve->timer, 0, &when, NULL) == 0;
}

void natt_notify_loop_skip_waits(struct natt_notify_loop *serve, bool skip)
{
    if (serve->skip_delays != NULL && serve->skipping != skip)
        serve->skip_delays(serve->transport->context, skip);
    serve->skipping = skip;
}

static void cut_waits(struct natt_notify_loop *serve)
{
    if (serve->skipping)
        return;
    natt_notify_loop_skip_waits(serve, true);
    natt_notify_loop_skip_waits(serve, false);
}

static void kill_everything(struct natt_notify_loop *serve)
{
    shutdown(serve->socket, SHUT_RDWR); /* the guard kills the processes */
}

/*
 * If processes remain, they are killed when the timer expires again. The signals are sent first, so that a process that
 * they kill no longer receives a reply.
 */
static void end_everything(struct natt_notify_loop *serve)
{
    serve->stage = NATT_NOTIFY_LOOP_ENDING;
    natt_guard_terminate(serve->guard);
    natt_notify_loop_skip_waits(serve, true);
    if (!natt_notify_loop_set_timer(serve, NATT_LAUNCH_GRACE_MS))
        kill_everything(serve);
}

static void handle_timer(struct natt_notify_loop *serve)
{
    uint64_t count;
    if (read(serve->timer, &count, sizeof count) != (ssize_t)sizeof count)
        return;
    if (serve->stage == NATT_NOTIFY_LOOP_ENDING) {
        kill_everything(serve);
        return;
    }
    serve->too_late = !serve->exited;
    end_everything(serve);
}

static void pass_on(struct natt_notify_loop *serve, int number)
{
    syscall(SYS_pidfd_send_signal, serve->program, number, NULL, 0);
    if ((number != SIGINT && number != SIGTERM) || serve->stage != NATT_NOTIFY_LOOP_RUNS)
        return;
    serve->stage = NATT_NOTIFY_LOOP_TOLD;
    natt_notify_loop_skip_waits(serve, true);
}

/* The terminal also sends its signals to the program's process group; only signals sent to this process alone are
 * passed on. */
static void handle_signal(struct natt_notify_loop *serve)
{
    struct signalfd_siginfo info;
    if (read(serve->signals, &info, sizeof info) != (ssize_t)sizeof info)
        return;
    if (serve->exited)
        kill_everything(serve);
    else if (info.ssi_code <= 0)
        pass_on(serve, (int)info.ssi_signo);
    cut_waits(serve);
}

static void handle_exit(struct natt_notify_loop *serve, int wait_status)
{
    serve->exited = true;
    serve->wait_status = wait_status;
    natt_notify_loop_skip_waits(serve, true);
    if (serve->stage == NATT_NOTIFY_LOOP_TOLD)
        end_everything(serve);
}

/* Returns false if all processes have ended. */
static bool handle_guard(struct natt_notify_loop *serve)
{
    int fd;
    struct natt_guard_message message = natt_guard_receive(serve->socket, &fd);
    natt_close(fd);
    if (message.kind == NATT_GUARD_NO_EXEC)
        serve->exec_error = message.error;
    if (message.kind == NATT_GUARD_EXITED)
        handle_exit(serve, message.wait_status);
    return message.kind != NATT_GUARD_GONE;
}

void natt_notify_loop_run(struct natt_notify_loop *serve)
{
    int requests = serve->receivers != NULL ? natt_receivers_timer(serve->receivers) : serve->listener;
    struct pollfd polled[] = {
        {requests, POLLIN, 0}, {serve->socket, POLLIN, 0}, {serve->signals, POLLIN, 0}, {serve->timer, POLLIN, 0}};
    /* An optimization: the kernel then switches to the other process at once. Linux 6.6. */
    (void)ioctl(serve->listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP);
    for (;;) {
        if (poll(polled, 4, -1) < 0 && errno != EINTR)
            serve->fault = errno;
        if (serve->fault != 0)
            return;
        if ((polled[0].revents & POLLIN) != 0)
            serve_requests(serve);
        else if (polled[0].revents != 0)
            polled[0].fd = -1; /* no process uses the filter any longer */
        if (polled[2].revents != 0)
            handle_signal(serve);
        if (polled[3].revents != 0)
            handle_timer(serve);
        if (polled[1].revents != 0 && !handle_guard(serve))
            return;
    }
}
