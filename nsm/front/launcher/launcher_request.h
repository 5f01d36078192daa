/*
 * The device's ioctl: executes one request as the Linux driver does, and replies to the waiting thread. [linux
 * drivers/misc/nsm.c, uapi/linux/nsm.h]
 */
#ifndef NATT_NSM_LAUNCHER_REQUEST_H
#define NATT_NSM_LAUNCHER_REQUEST_H

#include "nitro_attest/nsm_transport.h"
#include "nsm/front/launcher/launcher_target.h"
#include "nsm/front/launcher/thread_pool.h"
#include "nsm/wire.h"

/* Executes the request in *raw and sets its response.len. Returns 0 or the errno value that the driver would return. */
int natt_request_perform(struct natt_nsm_raw *raw, const struct natt_target *target,
                         const natt_nsm_transport *transport);

/* The same for the natt_nsm_raw at `address` in the program's memory. */
int natt_request_serve(const struct natt_target *target, uint64_t address, const natt_nsm_transport *transport);

/* Executes the nsm_raw at `address` and sends the reply, immediately or later. */
void natt_target_serve(const struct natt_target *target, uint64_t address, const natt_nsm_transport *transport,
                       struct natt_thread_pool *workers);
/* Sends the result to the program. */
void natt_target_answer(const struct natt_target *target, int value, int error);
/* Lets the kernel perform the call. */
void natt_target_continue(const struct natt_target *target);

#endif
