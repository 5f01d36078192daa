/* See launcher_workers.h. */
#define _GNU_SOURCE
#include "nsm/front/launcher/launcher_workers.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "nsm/front/launcher/launcher_kernel.h"

struct call {
    struct natt_thread_pool_job job; /* first: the pointer to it is the pointer to the call */
    struct natt_target target;
    uint64_t address;
    const natt_nsm_transport *transport;
};

/* Fails only when the thread does not wait any more: killed, for instance. Then there is nobody to tell. */
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

/* At the end all programs have ended: nobody waits for an answer. */
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
