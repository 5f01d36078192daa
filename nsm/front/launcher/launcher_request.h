/*
 * The device's ioctl: one request, as the Linux driver handles it, and the answers that a waiting thread gets.
 * [linux drivers/misc/nsm.c, uapi/linux/nsm.h]
 */
#ifndef NATT_NSM_LAUNCHER_REQUEST_H
#define NATT_NSM_LAUNCHER_REQUEST_H

#include "nitro_attest/nsm_transport.h"
#include "nsm/front/launcher/launcher_target.h"
#include "nsm/front/launcher/thread_pool.h"
#include "nsm/wire.h"

/* Does what *raw says and sets its response.len; 0 or the errno value that the driver would give. */
int natt_request_perform(struct natt_nsm_raw *raw, const struct natt_target *target,
                         const natt_nsm_transport *transport);

/* The same for the natt_nsm_raw at `address` in the program. */
int natt_request_serve(const struct natt_target *target, uint64_t address, const natt_nsm_transport *transport);

/* Serves the nsm_raw at `address` and sends the answer, now or later. */
void natt_target_serve(const struct natt_target *target, uint64_t address, const natt_nsm_transport *transport,
                       struct natt_thread_pool *workers);
/* Sends the program its result. */
void natt_target_answer(const struct natt_target *target, int value, int error);
/* Lets the kernel perform the call. */
void natt_target_continue(const struct natt_target *target);

#endif
