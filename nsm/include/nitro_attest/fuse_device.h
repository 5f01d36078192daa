/*
 * A file that answers as /dev/nsm does: a FUSE file system that consists of one file, mounted on a path. Any program
 * that can open the path finds an NSM there, by open and ioctl; a transport answers the requests. Linux, x86-64 and
 * aarch64, with /dev/fuse and the right to mount: root, or any user inside `unshare -Urm`.
 *
 *     natt_fuse_device *device = natt_fuse_device_new("/dev/nsm", &transport, &err);
 *     if (device == NULL || !natt_fuse_device_serve(device, stop_fd, &err))
 *         fprintf(stderr, "%s\n", err.message);
 *     natt_fuse_device_free(device);
 *
 * In a library of its own, libnitro-attest-emulator-fuse (static), so that only its users need libfuse3. Where libfuse3
 * was missing when that was built, every call fails and the message tells why.
 * What the file does and does not do for a program: nsm/front/README.md.
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
    NATT_FUSE_USAGE,       /* a wrong argument, or something else is at the path */
    NATT_FUSE_UNSUPPORTED, /* built without libfuse3, or there is no /dev/fuse */
    NATT_FUSE_REFUSED,     /* this process may not use /dev/fuse, or not mount */
    NATT_FUSE_SYSTEM       /* a system call failed that has no reason to, or somebody else unmounted the file */
} natt_fuse_code;

typedef struct natt_fuse_error {
    natt_fuse_code code;
    int system_error;  /* errno value, 0 = none */
    char message[640]; /* what is wrong and what to do; ends without a full stop or newline */
} natt_fuse_error;

typedef struct natt_fuse_device natt_fuse_device;

/*
 * Mounts. Programs may open the file from now on, and are served once natt_fuse_device_serve runs.
 * path       an empty regular file, or nothing: then a file is made, and removed at the end.
 * transport  called from several threads at once, one per waiting request (at most 64), with room for 0x3000 bytes of
 *            response. It stays the caller's, unclosed, and must live until natt_fuse_device_free.
 * err        may be NULL. NULL is returned and *err says why when nothing was mounted.
 * As root all users may open the file, else those of this process alone. If this process is killed, libfuse's helper
 * fusermount3 unmounts; where that is not installed, the next call with this path says what to do.
 */
NATT_API NATT_MUST_CHECK natt_fuse_device *natt_fuse_device_new(const char *path, const natt_nsm_transport *transport,
                                                                natt_fuse_error *err);

/*
 * Serves until stop_fd is readable or closed at its other end (-1 = never): true. False: somebody else unmounted the
 * file, or the kernel failed. In one thread at a time. No slow request keeps another call waiting. Requests under way
 * go on.
 */
NATT_API NATT_MUST_CHECK bool natt_fuse_device_serve(natt_fuse_device *device, int stop_fd, natt_fuse_error *err);

/*
 * Waits for requests under way, unmounts, and removes the file if it was made; NULL is ignored. Programs that still
 * have it open get ENOTCONN, those whose request was not begun ENODEV.
 */
NATT_API void natt_fuse_device_free(natt_fuse_device *device);

#ifdef __cplusplus
}
#endif
#endif
