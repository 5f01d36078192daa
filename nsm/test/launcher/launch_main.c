/*
 * natt-launch-test [--attestation-delay MS] [--error ERRNO] [--times N] -- PROGRAM [ARGUMENT]...
 * Runs the program with a fake device, N times in one process. Then checks that the process has no new open files,
 * child processes or blocked signals.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "nitro_attest/launcher.h"
#include "nsm/test/launcher/fake_device.h"

struct request {
    struct fake_device_options device;
    int times;
    natt_launch_dev dev;
    bool verbose;
    char **argv;
};

static int usage(void)
{
    fputs("usage: natt-launch-test [--attestation-delay MS] [--error ERRNO] [--times N] [--dev auto|private|trap] "
          "[--verbose 0|1] -- PROGRAM [ARGUMENT]...\n",
          stderr);
    return 2;
}

static natt_launch_dev dev_of(const char *name)
{
    return strcmp(name, "private") == 0 ? NATT_LAUNCH_DEV_PRIVATE
           : strcmp(name, "trap") == 0  ? NATT_LAUNCH_DEV_TRAP
                                        : NATT_LAUNCH_DEV_AUTO;
}

static bool read_arguments(struct request *out, char **argv)
{
    *out = (struct request){.times = 1};
    for (argv++; argv[0] != NULL && strcmp(argv[0], "--") != 0; argv += 2) {
        if (argv[1] == NULL)
            return false;
        int value = atoi(argv[1]);
        if (strcmp(argv[0], "--attestation-delay") == 0)
            out->device.attestation_delay_ms = (unsigned)value;
        else if (strcmp(argv[0], "--error") == 0)
            out->device.error = value;
        else if (strcmp(argv[0], "--times") == 0)
            out->times = value;
        else if (strcmp(argv[0], "--dev") == 0)
            out->dev = dev_of(argv[1]);
        else if (strcmp(argv[0], "--verbose") == 0)
            out->verbose = value != 0;
        else
            return false;
    }
    out->argv = argv[0] != NULL ? argv + 1 : NULL;
    return out->argv != NULL;
}

static int open_files(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder != NULL && readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static bool blocks_signals(void)
{
    sigset_t blocked;
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    return sigismember(&blocked, SIGINT) || sigismember(&blocked, SIGTERM) || sigismember(&blocked, SIGCHLD);
}

static void tell(void *context, natt_launch_dev dev, const char *why)
{
    (void)context;
    fprintf(stderr, "natt-launch-test: %s%s%s\n", dev == NATT_LAUNCH_DEV_PRIVATE ? "private" : "trap",
            why != NULL ? "; " : "", why != NULL ? why : "");
}

static int launch(const struct request *request, struct fake_device *device)
{
    natt_nsm_transport transport = fake_device_transport(device);
    natt_launch_options options = NATT_LAUNCH_OPTIONS_INIT;
    natt_launch_error err;
    int exit_status;
    options.transport = &transport;
    options.dev = request->dev;
    options.on_start = request->verbose ? tell : NULL;
    if (!natt_launch(&options, request->argv, &exit_status, &err))
        fprintf(stderr, "natt-launch-test: %s\n", err.message);
    return exit_status;
}

int main(int argc, char **argv)
{
    struct request request;
    int status = 0;
    if (argc < 2 || !read_arguments(&request, argv))
        return usage();
    struct fake_device *device = fake_device_new(request.device);
    if (device == NULL)
        return NATT_LAUNCH_EXIT_FAILED;
    int files = open_files();
    for (int i = 0; i < request.times && status == 0; i++)
        status = launch(&request, device);
    if (open_files() != files || waitpid(-1, NULL, WNOHANG) != -1 || blocks_signals()) {
        fputs("natt-launch-test: open files, children or blocked signals are left behind\n", stderr);
        status = NATT_LAUNCH_EXIT_FAILED;
    }
    fake_device_free(device);
    return status;
}
