/* Implements nitro_attest/fuse_device.h without libfuse3, and on unsupported machines. */
#include "nitro_attest/fuse_device.h"

#include <string.h>

static void fail(natt_fuse_error *err)
{
    if (err == NULL)
        return;
    memset(err, 0, sizeof *err);
    err->code = NATT_FUSE_UNSUPPORTED;
    strcpy(err->message, "this was built without FUSE: install libfuse3-dev (Linux, x86-64 and aarch64) and build "
                         "again with -Dfuse=enabled, or use a socket or the launcher instead");
}

natt_fuse_device *natt_fuse_device_new(const char *path, const natt_nsm_transport *transport, natt_fuse_error *err)
{
    (void)path, (void)transport;
    fail(err);
    return NULL;
}

bool natt_fuse_device_serve(natt_fuse_device *device, int stop_fd, natt_fuse_error *err)
{
    (void)device, (void)stop_fd;
    fail(err);
    return false;
}

void natt_fuse_device_free(natt_fuse_device *device)
{
    (void)device;
}
