/*
 * See nitro_attest/fuse_device.h. On a regular file of FUSE, the kernel allows "restricted" ioctls: it passes as many
 * bytes in and out as the ioctl's number states, which is exactly the structure of 32 bytes. The buffers that the
 * structure points to are read and written in the caller's memory, as the launcher does. One thread reads from the
 * kernel, others execute the requests.
 */
#define _GNU_SOURCE
#define FUSE_USE_VERSION 35
#include "nitro_attest/fuse_device.h"

#include <errno.h>
#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "nsm/front/fuse/fuse_place.h"
#include "nsm/front/launcher/launcher_request.h"
#include "nsm/front/launcher/thread_pool.h"

#define ATTRIBUTES_SECONDS 3600.0 /* the attributes never change */

struct natt_fuse_device {
    natt_nsm_transport transport;
    struct natt_fuse_place place;
    struct stat attributes;
    struct natt_thread_pool *workers;
    struct fuse_session *session;
    bool mounted;
};

/* --- requests --- */

struct call {
    struct natt_thread_pool_job job; /* must be first: a pointer to it is also a pointer to the call */
    const natt_nsm_transport *transport;
    fuse_req_t request;
    struct natt_target target;
    struct natt_nsm_raw raw;
};

/* An inaccessible caller's memory is not the caller's fault, so it must not be reported as an invalid pointer. */
static int explain_fault(const struct natt_target *target)
{
    int fd = natt_target_open(target, "mem", O_RDWR);
    if (fd < 0)
        return errno == EACCES || errno == EPERM ? EPERM : ESRCH;
    close(fd);
    return EFAULT;
}

static void run(struct natt_thread_pool_job *job, bool closing)
{
    struct call *call = (struct call *)job;
    int error = closing ? ENODEV : natt_request_perform(&call->raw, &call->target, call->transport);
    if (error == EFAULT)
        error = explain_fault(&call->target);
    if (error != 0)
        fuse_reply_err(call->request, error);
    else
        fuse_reply_ioctl(call->request, 0, &call->raw, sizeof call->raw);
    free(call);
}

/* The kernel keeps a thread, even a killed one, until its request is answered, so its thread id is not reused. */
static void do_ioctl(fuse_req_t req, fuse_ino_t ino, unsigned number, void *argument, struct fuse_file_info *file,
                     unsigned flags, const void *in, size_t in_len, size_t out_len)
{
    struct natt_fuse_device *device = fuse_req_userdata(req);
    struct call *call;
    (void)ino, (void)argument, (void)file, (void)flags;
    if (number != NATT_NSM_IOCTL_RAW || in_len != sizeof call->raw || out_len != sizeof call->raw) {
        fuse_reply_err(req, EINVAL);
        return;
    }
    call = malloc(sizeof *call);
    if (call == NULL) {
        fuse_reply_err(req, ENOMEM);
        return;
    }
    *call = (struct call){
        {NULL, run}, &device->transport, req, {NATT_TARGET_HELD, 0, fuse_req_ctx(req)->pid}, {{0, 0}, {0, 0}}};
    memcpy(&call->raw, in, sizeof call->raw);
    natt_thread_pool_add(device->workers, &call->job);
}

/* --- other calls behave as with the driver and its device file --- */

static void do_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *file)
{
    const struct natt_fuse_device *device = fuse_req_userdata(req);
    (void)ino, (void)file;
    fuse_reply_attr(req, &device->attributes, ATTRIBUTES_SECONDS);
}

/* Opening with O_TRUNC sets the size. A device has no size, so this has no effect, as on a real one. */
static void do_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *wanted, int which, struct fuse_file_info *file)
{
    (void)wanted;
    if ((which & (FUSE_SET_ATTR_MODE | FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)) != 0)
        fuse_reply_err(req, EPERM);
    else
        do_getattr(req, ino, file);
}

/* Direct I/O, since otherwise the kernel would answer reads itself: the file is empty. */
static void do_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *file)
{
    (void)ino;
    file->direct_io = 1;
    fuse_reply_open(req, file);
}

static void do_read(fuse_req_t req, fuse_ino_t ino, size_t len, off_t at, struct fuse_file_info *file)
{
    (void)ino, (void)len, (void)at, (void)file;
    fuse_reply_err(req, EINVAL);
}

static void do_write(fuse_req_t req, fuse_ino_t ino, const char *bytes, size_t len, off_t at,
                     struct fuse_file_info *file)
{
    (void)bytes;
    do_read(req, ino, len, at, file);
}

static const struct fuse_lowlevel_ops operations = {
    .getattr = do_getattr,
    .setattr = do_setattr,
    .open = do_open,
    .read = do_read,
    .write = do_write,
    .ioctl = do_ioctl,
};

/* --- mounting --- */

/* Collects libfuse's messages while it mounts, instead of standard error. */
static _Thread_local char said[160];

static void keep_words(enum fuse_log_level level, const char *format, va_list list)
{
    (void)level;
    (void)vsnprintf(said, sizeof said, format, list);
    said[strcspn(said, "\n")] = '\0';
}

/* Other users may access the mount only if root made it, unless /etc/fuse.conf allows it. */
static bool try_mount(struct natt_fuse_device *device, const char *wish)
{
    char options[128], name[] = "nitro-attest", option[] = "-o";
    char *words[] = {name, option, options, NULL};
    struct fuse_args args = FUSE_ARGS_INIT(3, words);
    (void)snprintf(options, sizeof options, "fsname=nitro-attest,subtype=nsm%s%s", geteuid() == 0 ? ",allow_other" : "",
                   wish);
    device->session = fuse_session_new(&args, &operations, sizeof operations, device);
    device->mounted = device->session != NULL && fuse_session_mount(device->session, device->place.path) == 0;
    if (!device->mounted && device->session != NULL)
        fuse_session_destroy(device->session);
    if (!device->mounted)
        device->session = NULL;
    fuse_opt_free_args(&args);
    return device->mounted;
}

static bool mount_device(struct natt_fuse_device *device, natt_fuse_error *err)
{
    said[0] = '\0';
    fuse_set_log_func(keep_words);
    bool ok = try_mount(device, ",auto_unmount") || try_mount(device, ""); /* the first option requires fusermount3 */
    fuse_set_log_func(NULL);
    if (!ok)
        return natt_fuse_fail(err, NATT_FUSE_REFUSED, 0,
                              "the kernel did not let this process mount on %.200s (%s): run as root or inside "
                              "\"unshare -Urm\"; a container needs the permission to mount",
                              device->place.path, said);
    int flags = fcntl(fuse_session_fd(device->session), F_GETFL);
    return (flags >= 0 && fcntl(fuse_session_fd(device->session), F_SETFL, flags | O_NONBLOCK) == 0) ||
           natt_fuse_fail(err, NATT_FUSE_SYSTEM, errno, "the FUSE device cannot be set up");
}

static void set_attributes(struct stat *attributes)
{
    attributes->st_ino = FUSE_ROOT_ID;
    attributes->st_mode = S_IFREG | 0666;
    attributes->st_nlink = 1;
    attributes->st_uid = geteuid();
    attributes->st_gid = getegid();
    (void)clock_gettime(CLOCK_REALTIME, &attributes->st_mtim);
    attributes->st_atim = attributes->st_ctim = attributes->st_mtim;
}

static bool prepare(struct natt_fuse_device *device, const char *path, natt_fuse_error *err)
{
    device->workers = natt_thread_pool_new();
    if (device->workers == NULL)
        return natt_fuse_fail(err, NATT_FUSE_SYSTEM, ENOMEM, "out of memory");
    set_attributes(&device->attributes);
    return natt_fuse_place_take(&device->place, path, err) && mount_device(device, err);
}

/* --- public --- */

natt_fuse_device *natt_fuse_device_new(const char *path, const natt_nsm_transport *transport, natt_fuse_error *err)
{
    natt_fuse_fail(err, NATT_FUSE_OK, 0, "%s", "");
    if (path == NULL || transport == NULL || transport->exchange == NULL) {
        natt_fuse_fail(err, NATT_FUSE_USAGE, 0, "a required argument is missing");
        return NULL;
    }
    if (!natt_fuse_check_kernel(err))
        return NULL;
    struct natt_fuse_device *device = calloc(1, sizeof *device);
    if (device == NULL) {
        natt_fuse_fail(err, NATT_FUSE_SYSTEM, ENOMEM, "out of memory");
        return NULL;
    }
    device->transport = *transport;
    if (prepare(device, path, err))
        return device;
    natt_fuse_device_free(device);
    return NULL;
}

/* EAGAIN: the caller was killed before its request was read */
static int take_call(struct fuse_session *session, struct fuse_buf *buffer)
{
    int got = fuse_session_receive_buf(session, buffer);
    if (got > 0)
        fuse_session_process_buf(session, buffer);
    return got >= 0 || got == -EINTR || got == -EAGAIN ? 0 : -got;
}

bool natt_fuse_device_serve(natt_fuse_device *device, int stop_fd, natt_fuse_error *err)
{
    natt_fuse_fail(err, NATT_FUSE_OK, 0, "%s", "");
    if (device == NULL)
        return natt_fuse_fail(err, NATT_FUSE_USAGE, 0, "a required argument is missing");
    struct pollfd wait[2] = {{fuse_session_fd(device->session), POLLIN, 0}, {stop_fd, POLLIN, 0}};
    struct fuse_buf buffer = {.mem = NULL};
    int error = 0;
    while (error == 0 && wait[1].revents == 0 && !fuse_session_exited(device->session)) {
        if (poll(wait, 2, -1) < 0)
            error = errno == EINTR ? 0 : errno;
        else if (wait[0].revents != 0 && wait[1].revents == 0)
            error = take_call(device->session, &buffer);
    }
    free(buffer.mem);
    if (error != 0)
        return natt_fuse_fail(err, NATT_FUSE_SYSTEM, error, "the kernel's FUSE device failed");
    return !fuse_session_exited(device->session) ||
           natt_fuse_fail(err, NATT_FUSE_SYSTEM, 0, "another process unmounted %.200s", device->place.path);
}

void natt_fuse_device_free(natt_fuse_device *device)
{
    if (device == NULL)
        return;
    natt_thread_pool_free(device->workers);
    if (device->mounted)
        fuse_session_unmount(device->session);
    if (device->session != NULL)
        fuse_session_destroy(device->session);
    natt_fuse_place_leave(&device->place);
    free(device);
}
