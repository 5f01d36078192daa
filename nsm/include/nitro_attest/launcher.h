/*
 * Runs an unmodified program, static binaries included, that finds a working /dev/nsm, without any privilege: the
 * kernel passes its NSM ioctl calls to this process (seccomp user notification), and a transport answers the requests.
 * The program gets a /dev of its own with the device in it, or, where that is refused, the kernel passes on its open,
 * stat and access calls too. Linux 5.9 or newer, x86-64 and aarch64.
 *
 *     natt_launch_options options = NATT_LAUNCH_OPTIONS_INIT;
 *     options.transport = &transport;
 *     if (!natt_launch(&options, argv, &exit_status, &err))
 *         fprintf(stderr, "%s\n", err.message);
 *     return exit_status;
 *
 * What the device does and does not do for the program: nsm/front/README.md.
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
    NATT_LAUNCH_USAGE,          /* a wrong argument */
    NATT_LAUNCH_NOT_FOUND,      /* there is no such program; exit status 127 */
    NATT_LAUNCH_NOT_EXECUTABLE, /* it is there but cannot be run; exit status 126 */
    NATT_LAUNCH_NESTED,         /* somebody else already receives the program's system calls */
    NATT_LAUNCH_UNSUPPORTED,    /* this kernel, machine or sandbox does not allow it */
    NATT_LAUNCH_SYSTEM,         /* a system call failed that has no reason to */
    NATT_LAUNCH_DEADLINE        /* the program had not ended at the deadline, and was ended; exit status 124 */
} natt_launch_code;

typedef struct natt_launch_error {
    natt_launch_code code;
    int system_error;  /* errno value, 0 = none */
    char message[320]; /* what is wrong and what to do; ends without a full stop or newline */
} natt_launch_error;

/* How the program finds the device. */
typedef enum natt_launch_dev {
    NATT_LAUNCH_DEV_AUTO = 0, /* PRIVATE where that takes no right from the program and nothing refuses it, else TRAP */
    /*
     * A /dev of its own, in a mount namespace: the host's nodes, which it can use and not change, and nsm. Requests
     * alone are answered here; the kernel does all other calls. Linux 5.14. A user without CAP_SYS_ADMIN gets a user
     * namespace as well, with no other user and group in it.
     */
    NATT_LAUNCH_DEV_PRIVATE,
    /* The host's /dev: the calls that name the device or show one of its open files are answered here. Linux 5.9. */
    NATT_LAUNCH_DEV_TRAP
} natt_launch_dev;

/* Start from NATT_LAUNCH_OPTIONS_INIT and set transport. */
typedef struct natt_launch_options {
    size_t struct_size; /* sizeof(natt_launch_options) */
    /*
     * Answers the requests. It is called from several threads at once, one per waiting request, with room for 0x3000
     * bytes of response; a device that does one thing at a time has its lock inside. It stays the caller's: not closed.
     */
    const natt_nsm_transport *transport;
    /*
     * Ends waits inside of the transport's exchange; NULL when that never waits long, else the launch may last as long
     * as a request does. Called with the transport's context, from the thread that called natt_launch. From true to
     * false no wait begins, and true ends those under way. True comes with every signal, and lasts once the program has
     * ended, a SIGINT or SIGTERM was passed on, or the deadline has passed. Each true is followed by a false.
     */
    void (*skip_delays)(void *context, bool skip);
    /*
     * How long the program, and what it leaves running, may take; 0 = as long as they like. Then all its processes get
     * SIGTERM and SIGCONT, and SIGKILL after NATT_LAUNCH_GRACE_MS.
     */
    uint64_t deadline_ms;
    natt_launch_dev dev;
    /*
     * Called once, before the program begins, with the transport's context: which way was taken, PRIVATE or TRAP, and
     * why it is not PRIVATE if AUTO would have that (one line; else NULL). May be NULL.
     */
    void (*on_start)(void *context, natt_launch_dev dev, const char *why);
} natt_launch_options;

#define NATT_LAUNCH_OPTIONS_INIT                                                                                       \
    {                                                                                                                  \
        sizeof(natt_launch_options), NULL, NULL, 0, NATT_LAUNCH_DEV_AUTO, NULL                                         \
    }

/* The status when natt_launch fails before the program runs, as env(1) and timeout(1) have it. */
#define NATT_LAUNCH_EXIT_FAILED 125
/* The status when the deadline ended the program, as timeout(1) has it. */
#define NATT_LAUNCH_EXIT_DEADLINE 124
/* How long processes that are told to end may take before they are killed. */
#define NATT_LAUNCH_GRACE_MS 2000

/*
 * Runs argv[0], looked up in PATH, with the caller's environment, directory and open files, and returns when it and all
 * processes that it started have ended.
 * True: *exit_status is the program's exit status, or 128 and the number of the signal that killed it.
 * False: *err says why; *exit_status is 127, 126, NATT_LAUNCH_EXIT_FAILED, or NATT_LAUNCH_EXIT_DEADLINE.
 * err  may be NULL.
 * Signals: SIGINT, SIGTERM, SIGHUP and SIGQUIT sent to this process by another one are passed on to the program; those
 * of the terminal reach it anyway. Each of them ends the requests that wait, so that a handler runs. Once SIGINT or
 * SIGTERM was passed on and the program has ended, what it left running gets SIGTERM, and SIGKILL after
 * NATT_LAUNCH_GRACE_MS. When the program has ended before, a signal kills what it left running. If this process dies,
 * all processes of the program are killed.
 * Threads: may be called from any; the four signals are blocked in the calling thread meanwhile, and for them to be
 * passed on they must be blocked in all others.
 */
NATT_API NATT_MUST_CHECK bool natt_launch(const natt_launch_options *options, char *const argv[], int *exit_status,
                                          natt_launch_error *err);

#ifdef __cplusplus
}
#endif
#endif
