/* See launcher_request.h. */
#define _GNU_SOURCE
#include "nsm/front/launcher/launcher_request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "nsm/front/launcher/launcher_kernel.h"

/* The device always gets a buffer for the longest response. If it reports more, the result is an I/O error. */
static int exchange(const natt_nsm_transport *transport, const uint8_t *request, size_t request_len,
                    uint8_t response[NATT_NSM_MAX_RESPONSE], size_t *response_len)
{
    *response_len = 0;
    int error =
        transport->exchange(transport->context, request, request_len, response, NATT_NSM_MAX_RESPONSE, response_len);
    if (error < 0 || error > NATT_NSM_MAX_ERRNO || *response_len > NATT_NSM_MAX_RESPONSE)
        return EIO;
    return error;
}

int natt_request_perform(struct natt_nsm_raw *raw, const struct natt_target *target,
                         const natt_nsm_transport *transport)
{
    uint8_t request[NATT_NSM_MAX_REQUEST], response[NATT_NSM_MAX_RESPONSE];
    size_t len;
    if (raw->request.len > sizeof request)
        return EMSGSIZE;
    if (!natt_target_read(target, request, raw->request.address, (size_t)raw->request.len))
        return EFAULT;
    int error = exchange(transport, request, (size_t)raw->request.len, response, &len);
    if (error != 0)
        return error;
    if (raw->response.len > len) /* the driver also truncates without an error */
        raw->response.len = len;
    return natt_target_write(target, raw->response.address, response, (size_t)raw->response.len) ? 0 : EFAULT;
}

int natt_request_serve(const struct natt_target *target, uint64_t address, const natt_nsm_transport *transport)
{
    struct natt_nsm_raw raw;
    if (!natt_target_read(target, &raw, address, sizeof raw))
        return EFAULT;
    int error = natt_request_perform(&raw, target, transport);
    if (error != 0)
        return error;
    return natt_target_write(target, address, &raw, sizeof raw) ? 0 : EFAULT;
}

struct call {
    struct natt_thread_pool_job job; /* must be first: a pointer to it is also a pointer to the call */
    struct natt_target target;
    uint64_t address;
    const natt_nsm_transport *transport;
};

/* Fails only if the thread no longer waits, for instance because it was killed. In that case the result is not
 * needed. */
static void respond(const struct natt_target *target, struct seccomp_notif_resp response)
{
    response.id = target->id;
    (void)natt_listener_ask(target->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

void natt_target_answer(const struct natt_target *target, int value, int error)
{
    respond(target, (struct seccomp_notif_resp){.val = value, .error = -error});
}

void natt_target_continue(const struct natt_target *target)
{
    respond(target, (struct seccomp_notif_resp){.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE});
}

/* At the end, all programs have ended and no thread waits for a reply. */
static void run(struct natt_thread_pool_job *job, bool closing)
{
    struct call *call = (struct call *)job;
    if (!closing)
        natt_target_answer(&call->target, 0, natt_request_serve(&call->target, call->address, call->transport));
    free(call);
}

void natt_target_serve(const struct natt_target *target, uint64_t address, const natt_nsm_transport *transport,
                       struct natt_thread_pool *workers)
{
    struct call *call = malloc(sizeof *call);
    if (call == NULL) {
        natt_target_answer(target, 0, ENOMEM);
        return;
    }
    *call = (struct call){{NULL, run}, *target, address, transport};
    natt_thread_pool_add(workers, &call->job);
}
