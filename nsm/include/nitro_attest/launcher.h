/*
 * Runs an unmodified program, also a static binary, with a working /dev/nsm and without privileges: the kernel passes
 * its NSM ioctl calls to this process (seccomp user notification), and a transport handles the requests. The program
 * gets a private /dev with the device. If the system refuses that, the kernel also passes its open, stat and access
 * calls. Linux 5.9 or newer, x86-64 and aarch64.
 *
 *     natt_launch_options options = NATT_LAUNCH_OPTIONS_INIT;
 *     options.transport = &transport;
 *     if (!natt_launch(&options, argv, &exit_status, &err))
 *         fprintf(stderr, "%s\n", err.message);
 *     return exit_status;
 *
 * nsm/front/README.md lists what the device supports.
 */
#ifndef NITRO_ATTEST_LAUNCHER_H
#define NITRO_ATTEST_LAUNCHER_H

#include "nitro_attest/base.h"
#include "nitro_attest/nsm_transport.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum natt_launch_code {
    NATT_LAUNCH_OK = 0,
    NATT_LAUNCH_USAGE,          /* an invalid argument */
    NATT_LAUNCH_NOT_FOUND,      /* the program does not exist; exit status 127 */
    NATT_LAUNCH_NOT_EXECUTABLE, /* it exists but cannot be run; exit status 126 */
    NATT_LAUNCH_NESTED,         /* another process already receives the program's system calls */
    NATT_LAUNCH_UNSUPPORTED,    /* this kernel, machine or sandbox does not allow it */
    NATT_LAUNCH_SYSTEM,         /* a system call failed unexpectedly */
    NATT_LAUNCH_DEADLINE        /* the program ran until the deadline and was terminated; exit status 124 */
} natt_launch_code;

typedef struct natt_launch_error {
    natt_launch_code code;
    int system_error;  /* errno value, 0 = none */
    char message[320]; /* what is wrong and what to do; ends without a full stop or newline */
} natt_launch_error;

/* How the program finds the device. */
typedef enum natt_launch_dev {
    NATT_LAUNCH_DEV_AUTO = 0, /* PRIVATE if the program loses no privilege by it and the system allows it, else TRAP */
    /*
     * A private /dev in a mount namespace: the host's nodes, which the program can use but not change, and nsm. Only
     * NSM requests are handled here; the kernel performs all other calls. Linux 5.14. A user without CAP_SYS_ADMIN also
     * gets a user namespace, without other users and groups.
     */
    NATT_LAUNCH_DEV_PRIVATE,
    /* The host's /dev: calls that name the device or use one of its open files are handled here. Linux 5.9. */
    NATT_LAUNCH_DEV_TRAP
} natt_launch_dev;

/* Start from NATT_LAUNCH_OPTIONS_INIT and set transport. */
typedef struct natt_launch_options {
    size_t struct_size; /* sizeof(natt_launch_options) */
    /*
     * Handles the requests. It is called from several threads at once, one per waiting request, with a capacity of
     * 0x3000 bytes; it must serialize them itself if necessary. It is not closed.
     */
    const natt_nsm_transport *transport;
    /*
     * Ends waits inside the transport's exchange. NULL if exchange never waits long; otherwise the launch may last as
     * long as a request. It is called with the transport's context, from the thread that called natt_launch. True ends
     * all waits, and no wait may begin until false. It is called with true for every signal, and when the program
     * ended, a SIGINT or SIGTERM was passed on, or the deadline passed. Each true is followed by a false.
     */
    void (*skip_delays)(void *context, bool skip);
    /*
     * Time limit of the program and the processes that it leaves; 0 = none. After it, all its processes get SIGTERM and
     * SIGCONT, and SIGKILL after NATT_LAUNCH_GRACE_MS.
     */
    uint64_t deadline_ms;
    natt_launch_dev dev;
    /*
     * Called once before the program begins, with the transport's context, the chosen way (PRIVATE or TRAP), and, if
     * AUTO did not choose PRIVATE, the reason (one line; else NULL). May be NULL.
     */
    void (*on_start)(void *context, natt_launch_dev dev, const char *why);
} natt_launch_options;

#define NATT_LAUNCH_OPTIONS_INIT                                                                                       \
    {                                                                                                                  \
        sizeof(natt_launch_options), NULL, NULL, 0, NATT_LAUNCH_DEV_AUTO, NULL                                         \
    }

/* The exit status if natt_launch fails before the program runs, as in env(1) and timeout(1). */
#define NATT_LAUNCH_EXIT_FAILED 125
/* The exit status if the deadline ended the program, as in timeout(1). */
#define NATT_LAUNCH_EXIT_DEADLINE 124
/* Time between SIGTERM and SIGKILL. */
#define NATT_LAUNCH_GRACE_MS 2000

/*
 * Runs argv[0], found through PATH, with the caller's environment, directory and open files. Returns when the program
 * and all processes that it started have ended.
 * True: *exit_status is the program's exit status, or 128 plus the number of the signal that killed it.
 * False: *exit_status is 127, 126, NATT_LAUNCH_EXIT_FAILED, or NATT_LAUNCH_EXIT_DEADLINE.
 * err  may be NULL.
 * Signals: SIGINT, SIGTERM, SIGHUP and SIGQUIT that another process sends to this process are passed to the program;
 * the terminal sends its signals to both. Each signal ends waiting requests, so that a handler of the program runs. If
 * SIGINT or SIGTERM was passed on and the program has ended, its remaining processes get SIGTERM, and SIGKILL after
 * NATT_LAUNCH_GRACE_MS. If the program ended before the signal, the signal kills its remaining processes. If this
 * process dies, all processes of the program are killed.
 * Threads: any thread may call it. It blocks the four signals in the calling thread; all other threads must block them
 * too, or they are not passed on.
 */
NATT_API NATT_MUST_CHECK bool natt_launch(const natt_launch_options *options, char *const argv[], int *exit_status,
                                          natt_launch_error *err);

#ifdef __cplusplus
}
#endif
#endif
