/*
 * nitro-attest emulate: runs a program with a software /dev/nsm, or serves one to several processes.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <nitro_attest/fuse_device.h>
#include <nitro_attest/launcher.h>

#include "commands.h"
#include "emulate_request.h"
#include "file.h"

#define AT(field) offsetof(natt_cli_emulate_args, field)
#define PEM_ROOM  1024 /* issuer.h */

static const natt_cli_option options[] = {
    {"Keys (without: fresh ones that are gone afterwards)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"pki", "DIR", NATT_CLI_TEXT, AT(pki), "the folder with the keys; DIR/root.pem is what a verifier shall trust"},
    {"init", NULL, NATT_CLI_FLAG, AT(init), "make that folder first; nothing is overwritten"},
    {"seed", "V", NATT_CLI_TEXT, AT(seed), "make the keys from this seed"},
    {"root-out", "FILE", NATT_CLI_TEXT, AT(root_out), "write the root certificate as PEM"},
    {"The enclave (values: hex, base64:<text>, @<file>)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"pcr", "N=V", NATT_CLI_LIST, AT(pcr), "PCR N has this value; 16 and above are locked then"},
    {"measurements", "FILE", NATT_CLI_TEXT, AT(measurements), "the PCRs that the build printed, as nitro-cli does"},
    {"eif", "FILE", NATT_CLI_TEXT, AT(eif), "the PCRs of this enclave image"},
    {"role-arn", "ARN", NATT_CLI_TEXT, AT(role_arn), "IAM role of the parent instance (PCR3)"},
    {"instance-id", "ID", NATT_CLI_TEXT, AT(instance_id), "the parent instance (PCR4 and all names)"},
    {"region", "NAME", NATT_CLI_TEXT, AT(region), "the region in the certificates (default us-east-1)"},
    {"debug-mode", NULL, NATT_CLI_FLAG, AT(debug_mode), "like a debug enclave: PCR0, PCR1 and PCR2 are zero"},
    {"kind", "KIND", NATT_CLI_TEXT, AT(kind), "enclave (default) or nitrotpm"},
    {"at", "TIME", NATT_CLI_TEXT, AT(at), "its clock starts at 2025-01-02T03:04:05Z or @<unix ms>, and runs"},
    {"How it is served", NULL, NATT_CLI_FLAG, 0, NULL},
    {"listen", "SOCKET", NATT_CLI_TEXT, AT(listen),
     "serve a unix socket for nsm --socket until interrupted; no program"},
    {"fuse", "PATH", NATT_CLI_TEXT, AT(fuse),
     "be a file at PATH that programs use as /dev/nsm, until interrupted; needs FUSE"},
    {"fault", "SPEC", NATT_CLI_LIST, AT(fault), "misbehave: attestation:errno=EIO:every=3 (see the manual)"},
};

static const natt_cli_spec spec = {"emulate",
                                   "emulate [OPTIONS] -- PROGRAM [ARGUMENT...]",
                                   "Runs an unmodified program that finds a working /dev/nsm, without any privilege. "
                                   "Its documents verify only under the\n"
                                   "emulator's own root (--pki DIR, DIR/root.pem). The exit code is the program's.\n",
                                   options,
                                   sizeof options / sizeof options[0],
                                   0,
                                   0,
                                   "",
                                   "put -- in front of the program: nitro-attest emulate [OPTIONS] -- PROGRAM"};

static bool write_root(const natt_emulator *emulator, const char *path, natt_cli_error *err)
{
    char pem[PEM_ROOM];
    size_t len = 0;
    if (path == NULL)
        return true;
    if (!natt_emulator_root_pem(emulator, pem, sizeof pem, &len))
        return natt_cli_fail(err, NATT_CLI_IO, "please report it", "the emulator has no root");
    return natt_cli_file_write(path, pem, len, err);
}

/* A file that can be read once the user interrupts; -1 and *err. */
static int open_stop(natt_cli_error *err)
{
    sigset_t stop;
    (void)sigemptyset(&stop);
    (void)sigaddset(&stop, SIGINT);
    (void)sigaddset(&stop, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &stop, NULL);
    int stop_fd = signalfd(-1, &stop, SFD_CLOEXEC);
    if (stop_fd < 0)
        (void)natt_cli_fail(err, NATT_CLI_IO, "", "cannot wait for signals: %s", strerror(errno));
    return stop_fd;
}

static bool serve_socket(natt_emulator *emulator, const char *path, int stop_fd, natt_cli_error *err)
{
    natt_error e;
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
    natt_emulator_hurry(emulator, true);
    natt_fuse_device_free(device);
    natt_emulator_hurry(emulator, false);
    return done || natt_cli_fail(err, NATT_CLI_IO, "", "--fuse: %s", e.message);
}

static bool serve(natt_emulator *emulator, const natt_cli_emulate_args *args, natt_cli_error *err)
{
    int stop_fd = open_stop(err);
    if (stop_fd < 0)
        return false;
    bool done = args->fuse != NULL ? serve_file(emulator, args->fuse, stop_fd, err)
                                   : serve_socket(emulator, args->listen, stop_fd, err);
    (void)close(stop_fd);
    return done;
}

/* What the launcher could not start has the exit status of env(1) and timeout(1). */
static bool launch(natt_emulator *emulator, char **program, int *exit_status, natt_cli_error *err)
{
    natt_launch_options launch_options = NATT_LAUNCH_OPTIONS_INIT;
    natt_nsm_transport transport = natt_emulator_transport(emulator);
    natt_launch_error e;
    launch_options.transport = &transport;
    return natt_launch(&launch_options, program, exit_status, &e) ||
           natt_cli_fail(err, *exit_status, "", "%s", e.message);
}

static bool serves(const natt_cli_emulate_args *args)
{
    return args->listen != NULL || args->fuse != NULL;
}

static bool run(const natt_cli_emulate_args *args, char **program, int *exit_status, natt_cli_error *err)
{
    natt_cli_emulation emulation;
    natt_error e;
    natt_emulator *emulator = NULL;
    bool done = natt_cli_emulate_build(&emulation, args, err) && natt_cli_emulate_keys(args, err);
    if (done && (program[0] != NULL || serves(args) || args->root_out != NULL)) {
        emulator = natt_emulator_new(&emulation.options, &e);
        done = (emulator != NULL || natt_cli_emulate_fail(args, &e, err)) && write_root(emulator, args->root_out, err);
    }
    natt_cli_emulate_free(&emulation);
    if (done && serves(args))
        done = serve(emulator, args, err);
    else if (done && program[0] != NULL)
        done = launch(emulator, program, exit_status, err);
    natt_emulator_free(emulator);
    return done;
}

static bool check_task(const natt_cli_emulate_args *args, char **program, natt_cli_error *err)
{
    if (args->listen != NULL && args->fuse != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "serve one of them", "--listen together with --fuse");
    if (args->listen != NULL && program[0] != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "a program of its own finds the socket by nsm --socket",
                             "--listen together with a program");
    if (args->fuse != NULL && program[0] != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "start it by itself, it opens the file; or leave --fuse out",
                             "--fuse together with a program");
    if (!serves(args) && program[0] == NULL && !args->init && args->root_out == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "write: nitro-attest emulate -- PROGRAM",
                             "there is no program to run");
    return true;
}

/* Everything behind the first "--" is the program's. */
static int split(int argc, char **argv)
{
    int at = 1;
    while (at < argc && strcmp(argv[at], "--") != 0)
        at++;
    return at;
}

int natt_cli_emulate(int argc, char **argv)
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
