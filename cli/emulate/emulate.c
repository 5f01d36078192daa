/*
 * nitro-attest emulate: runs a program with a software /dev/nsm, or serves a software NSM to several processes.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <nitro_attest/fuse_device.h>
#include <nitro_attest/launcher.h>

#include "cli/emulate/emulate_request.h"
#include "cli/frame/commands.h"
#include "cli/frame/file.h"
#include "cli/frame/terminal.h"

#define AT(field) offsetof(natt_cli_emulate_args, field)
#define PEM_ROOM  1024 /* issuer.h */

static const natt_cli_option options[] = {
    {"Keys (default: random keys that are not stored)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"pki", "DIR", NATT_CLI_TEXT, AT(pki), "the folder with the keys; verifiers must trust DIR/root.pem"},
    {"init", NULL, NATT_CLI_FLAG, AT(init), "create that folder; existing files are not overwritten"},
    {"seed", "V", NATT_CLI_TEXT, AT(seed), "derive the keys from this seed"},
    {"root-out", "FILE", NATT_CLI_TEXT, AT(root_out), "write the root certificate as PEM"},
    {"The enclave (values: hex, base64:<text>, @<file>)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"pcr", "N=V", NATT_CLI_LIST, AT(pcr), "set PCR N to this value; 16 and above are then locked"},
    {"measurements", "FILE", NATT_CLI_TEXT, AT(measurements),
     "the PCRs in the output of the build, such as nitro-cli's"},
    {"eif", "FILE", NATT_CLI_TEXT, AT(eif), "the PCRs of this enclave image"},
    {"role-arn", "ARN", NATT_CLI_TEXT, AT(role_arn), "IAM role of the parent instance (PCR3)"},
    {"instance-id", "ID", NATT_CLI_TEXT, AT(instance_id), "the parent instance (PCR4 and all names)"},
    {"region", "NAME", NATT_CLI_TEXT, AT(region), "the region in the certificates (default us-east-1)"},
    {"debug-mode", NULL, NATT_CLI_FLAG, AT(debug_mode), "a debug enclave: PCR0, PCR1 and PCR2 are zero"},
    {"kind", "KIND", NATT_CLI_TEXT, AT(kind), "enclave (default) or nitrotpm"},
    {"at", "TIME", NATT_CLI_TEXT, AT(at), "start its clock at 2025-01-02T03:04:05Z or @<unix ms>"},
    {"The device", NULL, NATT_CLI_FLAG, 0, NULL},
    {"listen", "SOCKET", NATT_CLI_TEXT, AT(listen), "instead of a program, serve a unix socket for nsm --socket"},
    {"fuse", "PATH", NATT_CLI_TEXT, AT(fuse), "provide a file at PATH that programs use as /dev/nsm; needs FUSE"},
    {"dev", "WAY", NATT_CLI_TEXT, AT(dev),
     "private: its own /dev; trap: the host's /dev; auto (default): private if possible"},
    {"verbose", NULL, NATT_CLI_FLAG, AT(verbose), "report the chosen mode and the reason"},
    {"deadline", "TIME", NATT_CLI_TEXT, AT(deadline), "terminate after 250ms 30s 5m 2h 1d, with exit code 124"},
    {"fault", "SPEC", NATT_CLI_LIST, AT(fault), "inject a fault: attestation:errno=EIO:every=3 (see the manual)"},
};

static const natt_cli_spec spec = {
    "emulate",
    "emulate [OPTIONS] -- PROGRAM [ARGUMENT...]",
    "Runs an unmodified program with a working /dev/nsm and without privileges. Its documents verify only under "
    "the\nemulator's own root (--pki DIR, DIR/root.pem). The exit code is that of the program.\n",
    NATT_CLI_TABLE(options),
    0,
    0,
    "",
    "put -- before the program: nitro-attest emulate [OPTIONS] -- PROGRAM"};

static bool write_root(const natt_emulator *emulator, const natt_cli_emulate_args *args, natt_cli_error *err)
{
    char pem[PEM_ROOM];
    size_t len = 0;
    if (args->root_out == NULL)
        return true;
    if (!natt_emulator_root_pem(emulator, pem, sizeof pem, &len))
        return natt_cli_fail(err, NATT_CLI_IO, "please report it", "the emulator has no root");
    bool done = natt_cli_file_write(args->root_out, pem, len, err);
    if (!done && args->init)
        (void)snprintf(err->hint, sizeof err->hint,
                       "name another file for --root-out, and omit --init: the PKI has been created");
    return done;
}

/* The events that end a server. */
struct stop {
    int signals, deadline;
    int fd; /* readable when one of them is */
};

static int interrupts(void)
{
    sigset_t stop;
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGINT);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &stop, NULL);
    return signalfd(-1, &stop, SFD_CLOEXEC);
}

/* Without a deadline the timer never expires. */
static int deadline_timer(uint64_t ms)
{
    struct itimerspec when = {.it_value = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000}};
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (timer >= 0)
        (void)timerfd_settime(timer, 0, &when, NULL);
    return timer;
}

static void close_stop(const struct stop *stop)
{
    const int files[] = {stop->fd, stop->deadline, stop->signals};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (files[i] >= 0)
            (void)close(files[i]);
}

static bool open_stop(struct stop *stop, uint64_t deadline_ms, natt_cli_error *err)
{
    struct epoll_event readable = {.events = EPOLLIN};
    *stop = (struct stop){interrupts(), deadline_timer(deadline_ms), epoll_create1(EPOLL_CLOEXEC)};
    if (stop->signals >= 0 && stop->deadline >= 0 && stop->fd >= 0 &&
        epoll_ctl(stop->fd, EPOLL_CTL_ADD, stop->signals, &readable) == 0 &&
        epoll_ctl(stop->fd, EPOLL_CTL_ADD, stop->deadline, &readable) == 0)
        return true;
    (void)natt_cli_fail(err, NATT_CLI_IO, "", "cannot wait for signals: %s", strerror(errno));
    close_stop(stop);
    return false;
}

static bool deadline_passed(const struct stop *stop)
{
    uint64_t count;
    return read(stop->deadline, &count, sizeof count) == (ssize_t)sizeof count;
}

static bool fail_deadline(natt_cli_error *err, const char *deadline, const char *what)
{
    return natt_cli_fail(err, NATT_LAUNCH_EXIT_DEADLINE, "give it more time, or leave --deadline out",
                         "--deadline %s: %s", deadline, what);
}

static bool serve_socket(natt_emulator *emulator, const char *path, int stop_fd, natt_cli_error *err)
{
    natt_emulator_error e;
    natt_emulator_server *server = natt_emulator_listen(emulator, path, &e);
    bool done = server != NULL;
    if (done) {
        (void)fprintf(stderr, "serving %s; interrupt to stop\n", path);
        done = natt_emulator_serve(server, stop_fd, &e);
    }
    natt_emulator_server_free(server);
    return done || natt_cli_fail(err, NATT_CLI_IO, "", "--listen %.300s: %s", path, e.message);
}

static bool serve_file(natt_emulator *emulator, const char *path, int stop_fd, natt_cli_error *err)
{
    natt_fuse_error e;
    natt_nsm_transport transport = natt_emulator_transport(emulator);
    natt_fuse_device *device = natt_fuse_device_new(path, &transport, &e);
    bool done = device != NULL;
    if (done) {
        (void)fprintf(stderr, "serving %s; interrupt to stop\n", path);
        done = natt_fuse_device_serve(device, stop_fd, &e);
    }
    natt_emulator_skip_delays(emulator, true);
    natt_fuse_device_free(device);
    natt_emulator_skip_delays(emulator, false);
    return done || natt_cli_fail(err, NATT_CLI_IO, "", "--fuse: %s", e.message);
}

static bool serve(natt_emulator *emulator, const natt_cli_emulate_args *args, uint64_t deadline_ms, natt_cli_error *err)
{
    struct stop stop;
    if (!open_stop(&stop, deadline_ms, err))
        return false;
    bool done = args->fuse != NULL ? serve_file(emulator, args->fuse, stop.fd, err)
                                   : serve_socket(emulator, args->listen, stop.fd, err);
    if (done && deadline_passed(&stop))
        done = fail_deadline(err, args->deadline, "the server was terminated");
    close_stop(&stop);
    return done;
}

static void skip_delays(void *emulator, bool on)
{
    natt_emulator_skip_delays(emulator, on);
}

static void tell(void *emulator, natt_launch_dev dev, const char *why)
{
    (void)emulator;
    (void)fprintf(stderr, "nitro-attest emulate: %s%s%s%s\n",
                  dev == NATT_LAUNCH_DEV_PRIVATE ? "the program has a private /dev" : "system calls are trapped",
                  why != NULL ? " (" : "", why != NULL ? why : "", why != NULL ? ")" : "");
}

static const char *private_hint(const natt_cli_emulation *emulation, const natt_launch_error *e)
{
    return emulation->dev == NATT_LAUNCH_DEV_PRIVATE && e->code == NATT_LAUNCH_UNSUPPORTED
               ? "leave --dev out, or write --dev trap"
               : "";
}

/* If the program cannot be started, the exit status is that of env(1) and timeout(1). */
static bool launch(natt_emulator *emulator, char **program, const natt_cli_emulate_args *args,
                   const natt_cli_emulation *emulation, int *exit_status, natt_cli_error *err)
{
    natt_launch_options launch_options = NATT_LAUNCH_OPTIONS_INIT;
    natt_nsm_transport transport = natt_emulator_transport(emulator);
    natt_launch_error e;
    launch_options.transport = &transport;
    launch_options.skip_delays = skip_delays;
    launch_options.deadline_ms = emulation->deadline_ms;
    launch_options.dev = emulation->dev;
    launch_options.on_start = args->verbose ? tell : NULL;
    if (natt_launch(&launch_options, program, exit_status, &e))
        return true;
    return e.code == NATT_LAUNCH_DEADLINE
               ? fail_deadline(err, args->deadline, "the program was terminated")
               : natt_cli_fail(err, *exit_status, private_hint(emulation, &e), "%s", e.message);
}

static bool serves(const natt_cli_emulate_args *args)
{
    return args->listen != NULL || args->fuse != NULL;
}

/* On terminals only: on pipes, standard error is the program's. */
static void warn_of_lost_root(const natt_cli_emulate_args *args)
{
    if (args->pki == NULL && args->seed == NULL && args->root_out == NULL && natt_cli_terminal_of(stderr).columns > 0)
        (void)fprintf(stderr, "nitro-attest emulate: the root of these documents is lost at the end; "
                              "--pki DIR or --root-out FILE keeps it\n");
}

static bool run(const natt_cli_emulate_args *args, char **program, int *exit_status, natt_cli_error *err)
{
    natt_cli_emulation emulation;
    natt_emulator_error e;
    natt_emulator *emulator = NULL;
    bool done = natt_cli_emulate_build(&emulation, args, err) && natt_cli_emulate_keys(args, err);
    if (done && (program[0] != NULL || serves(args) || args->root_out != NULL)) {
        emulator = natt_emulator_new(&emulation.options, &e);
        done = (emulator != NULL || natt_cli_emulate_fail(args, &e, err)) && write_root(emulator, args, err);
    }
    natt_cli_emulate_free(&emulation);
    if (done)
        warn_of_lost_root(args);
    if (done && serves(args))
        done = serve(emulator, args, emulation.deadline_ms, err);
    else if (done && program[0] != NULL)
        done = launch(emulator, program, args, &emulation, exit_status, err);
    natt_emulator_free(emulator);
    return done;
}

static bool check_task(const natt_cli_emulate_args *args, char **program, natt_cli_error *err)
{
    if (args->listen != NULL && args->fuse != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give one of them", "--listen together with --fuse");
    if (args->listen != NULL && program[0] != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "start the program separately, with nsm --socket",
                             "--listen together with a program");
    if (args->fuse != NULL && program[0] != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "start the program separately: it opens the file; or omit --fuse",
                             "--fuse together with a program");
    if (!serves(args) && program[0] == NULL && !args->init && args->root_out == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "write: nitro-attest emulate -- PROGRAM",
                             "there is no program to run");
    if (args->deadline != NULL && !serves(args) && program[0] == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "name a program, --listen or --fuse, or leave --deadline out",
                             "--deadline without a program or server");
    if ((args->dev != NULL || args->verbose) && program[0] == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "name a program, or omit this option", "--%s without a program",
                             args->dev != NULL ? "dev" : "verbose");
    return true;
}

/* Everything after the first "--" belongs to the program. */
static int split(int argc, char **argv)
{
    int at = 1;
    while (at < argc && strcmp(argv[at], "--") != 0)
        at++;
    return at;
}

static int run_emulate(int argc, char **argv)
{
    natt_cli_emulate_args args = {0};
    natt_cli_list operands = {0};
    natt_cli_error err;
    int own = split(argc, argv), code = NATT_CLI_OK;
    char **program = own < argc ? argv + own + 1 : argv + argc;
    natt_cli_parsed parsed = natt_cli_options_parse(&args, &operands, &spec, own, argv, &err);
    if (parsed == NATT_CLI_WRONG ||
        (parsed == NATT_CLI_RUN && (!check_task(&args, program, &err) || !run(&args, program, &code, &err))))
        code = natt_cli_error_print(&err, spec.command);
    natt_cli_options_free(&args, &operands, &spec);
    return code;
}

const natt_cli_subcommand natt_cli_command_emulate = {"emulate", run_emulate, "run a program with a software /dev/nsm"};
