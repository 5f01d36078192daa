/* See nitro_attest/launcher.h. The sequence of steps, and their errors. */
#define _GNU_SOURCE
#include "nitro_attest/launcher.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nsm/front/launcher/launcher_device.h"
#include "nsm/front/launcher/launcher_filter.h"
#include "nsm/front/launcher/launcher_kernel.h"
#include "nsm/front/launcher/notify_loop.h"
#include "nsm/front/launcher/private_node.h"

/* --- errors --- */

static bool fail(natt_launch_error *err, natt_launch_code code, int system_error, const char *text)
{
    const char *reason = system_error != 0 ? strerror(system_error) : "";
    err->code = code;
    err->system_error = system_error;
    snprintf(err->message, sizeof err->message, "%s%s%s", text, system_error != 0 ? ": " : "", reason);
    return false;
}

static bool fail_filter(natt_launch_error *err, int error)
{
    if (error == EBUSY)
        return fail(err, NATT_LAUNCH_NESTED, error,
                    "another process already receives the system calls of programs started here: a launcher (then "
                    "/dev/nsm is already there) or a sandbox; start this launcher outside it");
    if (error == ENOSYS || error == EINVAL)
        return fail(
            err, NATT_LAUNCH_UNSUPPORTED, error,
            "this kernel lacks seccomp user notification; Linux 5.9 or newer with CONFIG_SECCOMP_FILTER is needed");
    return fail(
        err, NATT_LAUNCH_UNSUPPORTED, error,
        "seccomp user notification was refused; a container needs a profile that allows the seccomp system call");
}

static bool fail_exec(natt_launch_error *err, const char *name, int error)
{
    natt_launch_code code = error == ENOENT ? NATT_LAUNCH_NOT_FOUND : NATT_LAUNCH_NOT_EXECUTABLE;
    const char *advice = error != ENOENT             ? "it cannot be executed"
                         : strchr(name, '/') != NULL ? "the program or its interpreter does not exist"
                                                     : "there is no such program in PATH";
    char text[300];
    snprintf(text, sizeof text, "%.200s: %s", name, advice);
    return fail(err, code, error, text);
}

static bool fail_start(natt_launch_error *err, struct natt_guard_message message)
{
    if (message.kind == NATT_GUARD_NO_FILTER)
        return fail_filter(err, message.error);
    return fail(err, NATT_LAUNCH_SYSTEM, message.error, "the program's process could not be started");
}

static int exit_status_for(natt_launch_code code)
{
    if (code == NATT_LAUNCH_NOT_FOUND)
        return 127;
    if (code == NATT_LAUNCH_DEADLINE)
        return NATT_LAUNCH_EXIT_DEADLINE;
    return code == NATT_LAUNCH_NOT_EXECUTABLE ? 126 : NATT_LAUNCH_EXIT_FAILED;
}

/* --- one launch --- */

struct launch {
    const natt_launch_options *options;
    char *const *argv;
    struct natt_launcher_device device; /* when calls are trapped */
    struct natt_private_node node;      /* when /dev is private */
    bool is_private;
    char refused[160];             /* why /dev is not private; empty = it is, or was not requested */
    struct natt_notify_loop serve; /* its descriptors are -1 until they are opened */
    sigset_t mask;                 /* the caller's signal mask */
};

static bool check(const natt_launch_options *options, char *const argv[], natt_launch_error *err)
{
    if (options == NULL || options->struct_size != sizeof *options)
        return fail(err, NATT_LAUNCH_USAGE, 0,
                    "natt_launch: struct_size is wrong; start from NATT_LAUNCH_OPTIONS_INIT");
    if (options->transport == NULL || options->transport->exchange == NULL)
        return fail(err, NATT_LAUNCH_USAGE, 0, "natt_launch: a transport with an exchange function is needed");
    if (options->dev > NATT_LAUNCH_DEV_TRAP)
        return fail(err, NATT_LAUNCH_USAGE, 0, "natt_launch: dev is not a value of NATT_LAUNCH_DEV_*");
    if (argv == NULL || argv[0] == NULL)
        return fail(err, NATT_LAUNCH_USAGE, 0, "natt_launch: name the program to run");
    return true;
}

/* Signals must be blocked, so that they can be read and passed on. The options give the program's own mask. */
static bool catch_signals(struct launch *launch)
{
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGHUP);
    sigaddset(&ours, SIGQUIT);
    pthread_sigmask(SIG_BLOCK, &ours, NULL);
    launch->serve.signals = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
    return launch->serve.signals >= 0;
}

static bool prepare(struct launch *launch, natt_launch_error *err)
{
    int error = natt_filter_probe();
    if (error != 0)
        return fail_filter(err, error);
    launch->serve.transport = launch->options->transport;
    launch->serve.skip_delays = launch->options->skip_delays;
    launch->serve.workers = natt_thread_pool_new();
    if (launch->serve.workers == NULL)
        return fail(err, NATT_LAUNCH_SYSTEM, ENOMEM, "out of memory");
    launch->serve.timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (launch->serve.timer < 0 || !natt_notify_loop_set_timer(&launch->serve, launch->options->deadline_ms))
        return fail(err, NATT_LAUNCH_SYSTEM, errno, "cannot create a timer");
    return catch_signals(launch) || fail(err, NATT_LAUNCH_SYSTEM, errno, "cannot create a signalfd");
}

static bool start_guard(struct launch *launch, natt_launch_error *err)
{
    struct natt_guard_program program = {launch->argv, &launch->mask, launch->is_private};
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return fail(err, NATT_LAUNCH_SYSTEM, errno, "cannot create a socket pair");
    launch->serve.socket = pair[0];
    launch->serve.guard = fork();
    int error = errno;
    if (launch->serve.guard == 0) {
        close(pair[0]);
        natt_guard_run(pair[1], &program);
    }
    close(pair[1]);
    return launch->serve.guard > 0 || fail(err, NATT_LAUNCH_SYSTEM, error, "cannot start a process");
}

static void close_file(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* When the guard loses its socket, it ends all remaining processes. */
static void end_guard(struct launch *launch)
{
    close_file(&launch->serve.socket);
    while (launch->serve.guard > 0 && waitpid(launch->serve.guard, NULL, 0) < 0 && errno == EINTR)
        ;
    launch->serve.guard = -1;
}

/* --- private /dev or trapped calls --- */

/* The launcher must be able to distinguish the program's files and to read its memory. */
static bool sees_program(struct launch *launch, const struct natt_guard_message *message)
{
    struct natt_target target = {NATT_TARGET_HELD, 0, message->program};
    char sample[sizeof NATT_GUARD_SAMPLE] = "";
    return natt_private_node_init(&launch->node, message->program, message->node) &&
           natt_target_read(&target, sample, message->sample, sizeof sample) &&
           memcmp(sample, NATT_GUARD_SAMPLE, sizeof sample) == 0;
}

static void note_refusal(struct launch *launch, enum natt_private_step step, int error)
{
    static const char *const steps[] = {[NATT_PRIVATE_NAMESPACE] = "creating a mount namespace",
                                        [NATT_PRIVATE_IDENTITY] = "mapping the user and group ids",
                                        [NATT_PRIVATE_MOUNT] = "mounting a tmpfs",
                                        [NATT_PRIVATE_ENTRY] = "mounting the host's devices",
                                        [NATT_PRIVATE_NODE] = "creating the device node",
                                        [NATT_PRIVATE_LOCK] = "locking the mounts",
                                        [NATT_PRIVATE_FOLDER] = "returning to the working directory",
                                        [NATT_PRIVATE_SEEN] = "accessing the program's files and memory"};
    snprintf(launch->refused, sizeof launch->refused, "no private /dev: %s: %s", steps[step], strerror(error));
}

/* Returns false if there is no private /dev; launch->refused then contains the reason, and nothing has changed. */
static bool start_private(struct launch *launch, struct natt_guard_message *message, natt_launch_error *err)
{
    if (!start_guard(launch, err))
        return false;
    *message = natt_guard_receive(launch->serve.socket, &launch->serve.listener);
    if (message->kind == NATT_GUARD_NO_PRIVATE)
        note_refusal(launch, message->step, message->error);
    else if (message->kind == NATT_GUARD_LISTENER && !sees_program(launch, message))
        note_refusal(launch, NATT_PRIVATE_SEEN, errno);
    if (launch->refused[0] == '\0')
        return true;
    close_file(&launch->serve.listener);
    end_guard(launch);
    return false;
}

static bool start_trapped(struct launch *launch, struct natt_guard_message *message, natt_launch_error *err)
{
    launch->is_private = false;
    if (!start_guard(launch, err))
        return false;
    *message = natt_guard_receive(launch->serve.socket, &launch->serve.listener);
    return true;
}

/* If a private /dev takes rights from the program, the caller must request it explicitly. */
static bool wants_private(struct launch *launch)
{
    if (launch->options->dev != NATT_LAUNCH_DEV_AUTO || natt_private_dev_keeps_rights())
        return launch->options->dev != NATT_LAUNCH_DEV_TRAP;
    snprintf(launch->refused, sizeof launch->refused, "no private /dev: the program would lose capabilities");
    return false;
}

static bool start_either(struct launch *launch, struct natt_guard_message *message, natt_launch_error *err)
{
    launch->is_private = wants_private(launch);
    if (launch->is_private && start_private(launch, message, err))
        return true;
    if (launch->is_private && launch->refused[0] == '\0')
        return false;
    if (launch->is_private && launch->options->dev == NATT_LAUNCH_DEV_PRIVATE)
        return fail(err, NATT_LAUNCH_UNSUPPORTED, 0, launch->refused);
    return start_trapped(launch, message, err);
}

static bool start_receivers(struct launch *launch, natt_launch_error *err)
{
    launch->serve.receivers = natt_receivers_new(&launch->node, launch->serve.transport);
    return (launch->serve.receivers != NULL && natt_receivers_start(launch->serve.receivers, launch->serve.listener)) ||
           fail(err, NATT_LAUNCH_SYSTEM, errno, "cannot start a receiver thread");
}

/* The stand-in is created only now: inside another launcher, the error must name that launcher. */
static bool start_answering(struct launch *launch, natt_launch_error *err)
{
    const char *why;
    if (launch->is_private)
        return start_receivers(launch, err);
    if (!natt_notify_loop_can_hand_over(launch->serve.listener))
        return fail(err, NATT_LAUNCH_UNSUPPORTED, 0,
                    "this kernel cannot pass open files to a trapped program; Linux 5.9 or newer is needed");
    launch->serve.device = &launch->device;
    return natt_launcher_device_init(&launch->device, &why) || fail(err, NATT_LAUNCH_UNSUPPORTED, 0, why);
}

static void tell(const struct launch *launch)
{
    if (launch->options->on_start != NULL)
        launch->options->on_start(launch->options->transport->context,
                                  launch->is_private ? NATT_LAUNCH_DEV_PRIVATE : NATT_LAUNCH_DEV_TRAP,
                                  launch->refused[0] != '\0' ? launch->refused : NULL);
}

/* The program waits until the launcher releases it. */
static bool start_program(struct launch *launch, natt_launch_error *err)
{
    struct natt_guard_message message;
    if (!start_either(launch, &message, err))
        return false;
    if (message.kind != NATT_GUARD_LISTENER || launch->serve.listener < 0)
        return fail_start(err, message);
    if (!start_answering(launch, err))
        return false;
    launch->serve.program = (int)syscall(SYS_pidfd_open, message.program, 0);
    if (launch->serve.program < 0)
        return fail(err, NATT_LAUNCH_UNSUPPORTED, errno,
                    "pidfd_open was refused; the launcher needs it to pass signals on");
    tell(launch);
    if (!natt_guard_release(launch->serve.socket))
        return fail(err, NATT_LAUNCH_SYSTEM, errno, "the program's process was lost before it began");
    return true;
}

static bool run(struct launch *launch, int *exit_status, natt_launch_error *err)
{
    struct natt_notify_loop *serve = &launch->serve;
    if (!prepare(launch, err) || !start_program(launch, err))
        return false;
    natt_notify_loop_run(serve);
    if (serve->exec_error != 0)
        return fail_exec(err, launch->argv[0], serve->exec_error);
    if (serve->fault != 0)
        return fail(err, NATT_LAUNCH_SYSTEM, serve->fault,
                    "the program's system calls could not be received; it was killed");
    if (serve->too_late)
        return fail(err, NATT_LAUNCH_DEADLINE, 0, "the program was still running at the deadline, and was terminated");
    if (!serve->exited)
        return fail(err, NATT_LAUNCH_SYSTEM, 0, "the launcher's guard process was killed, and the program with it");
    *exit_status =
        WIFSIGNALED(serve->wait_status) ? 128 + WTERMSIG(serve->wait_status) : WEXITSTATUS(serve->wait_status);
    return true;
}

/* The listener is closed last, so that no program sees its calls fail without a reason. */
static void finish(struct launch *launch)
{
    end_guard(launch);
    natt_notify_loop_skip_waits(&launch->serve, true);
    natt_receivers_free(launch->serve.receivers);
    natt_thread_pool_free(launch->serve.workers);
    natt_notify_loop_skip_waits(&launch->serve, false);
    natt_launcher_device_close(&launch->device);
    close_file(&launch->serve.listener);
    close_file(&launch->serve.program);
    close_file(&launch->serve.signals);
    close_file(&launch->serve.timer);
    pthread_sigmask(SIG_SETMASK, &launch->mask, NULL);
}

bool natt_launch(const natt_launch_options *options, char *const argv[], int *exit_status, natt_launch_error *err)
{
    natt_launch_error ignored;
    natt_launch_error *error = err != NULL ? err : &ignored;
    memset(error, 0, sizeof *error);
    if (exit_status == NULL)
        return fail(error, NATT_LAUNCH_USAGE, 0, "natt_launch: exit_status is needed");
    *exit_status = NATT_LAUNCH_EXIT_FAILED;
    if (!check(options, argv, error))
        return false;
    struct launch launch = {.options = options, .argv = argv};
    launch.device.stand_in.fd = -1;
    launch.serve.listener = launch.serve.socket = launch.serve.signals = launch.serve.program = launch.serve.timer = -1;
    pthread_sigmask(SIG_BLOCK, NULL, &launch.mask);
    bool ok = run(&launch, exit_status, error);
    finish(&launch);
    if (!ok)
        *exit_status = exit_status_for(error->code);
    return ok;
}
