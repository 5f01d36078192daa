/*
 * A file that behaves as /dev/nsm: a FUSE file system of one file, mounted on a path. Any program that can open the
 * path uses it as an NSM, with open and ioctl; a transport handles the requests. Linux, x86-64 and aarch64, with
 * /dev/fuse and permission to mount: root, or any user inside `unshare -Urm`.
 *
 *     natt_fuse_device *device = natt_fuse_device_new("/dev/nsm", &transport, &err);
 *     if (device == NULL || !natt_fuse_device_serve(device, stop_fd, &err))
 *         fprintf(stderr, "%s\n", err.message);
 *     natt_fuse_device_free(device);
 *
 * It is in a separate static library, libnitro-attest-emulator-fuse, so that only its users need libfuse3. If it was
 * built without libfuse3, every call fails with a message that names it.
 * nsm/front/README.md lists what the file supports.
 */
#ifndef NITRO_ATTEST_FUSE_DEVICE_H
#define NITRO_ATTEST_FUSE_DEVICE_H

#include "nitro_attest/base.h"
#include "nitro_attest/nsm_transport.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum natt_fuse_code {
    NATT_FUSE_OK = 0,
    NATT_FUSE_USAGE,       /* an invalid argument, or the path is in use */
    NATT_FUSE_UNSUPPORTED, /* built without libfuse3, or there is no /dev/fuse */
    NATT_FUSE_REFUSED,     /* this process may not use /dev/fuse or mount */
    NATT_FUSE_SYSTEM       /* a system call failed unexpectedly, or another process unmounted the file */
} natt_fuse_code;

typedef struct natt_fuse_error {
    natt_fuse_code code;
    int system_error;  /* errno value, 0 = none */
    char message[640]; /* what is wrong and what to do; ends without a full stop or newline */
} natt_fuse_error;

typedef struct natt_fuse_device natt_fuse_device;

/*
 * Mounts the file. Programs may open it from now on; natt_fuse_device_serve handles their requests.
 * path       an empty regular file. If it does not exist, it is created, and removed at the end.
 * transport  called from several threads at once, one per waiting request (at most 64), with a capacity of 0x3000
 *            bytes. It is not closed, and must remain valid until natt_fuse_device_free.
 * err        may be NULL. On failure, NULL is returned and nothing is mounted.
 * If this process runs as root, all users may open the file, else only its own user. If this process is killed,
 * libfuse's helper fusermount3 unmounts; without it, the next call with this path explains what to do.
 */
NATT_API NATT_MUST_CHECK natt_fuse_device *natt_fuse_device_new(const char *path, const natt_nsm_transport *transport,
                                                                natt_fuse_error *err);

/*
 * Serves until stop_fd is readable or its other end is closed (-1 = never), and returns true. False: another process
 * unmounted the file, or the kernel failed. Only one thread at a time. A slow request does not delay other calls.
 * Requests in progress continue.
 */
NATT_API NATT_MUST_CHECK bool natt_fuse_device_serve(natt_fuse_device *device, int stop_fd, natt_fuse_error *err);

/*
 * Waits for requests in progress, unmounts, and removes the file if natt_fuse_device_new created it. Does nothing for
 * NULL. Programs that still have the file open get ENOTCONN; those whose request did not begin get ENODEV.
 */
NATT_API void natt_fuse_device_free(natt_fuse_device *device);

#ifdef __cplusplus
}
#endif
#endif
