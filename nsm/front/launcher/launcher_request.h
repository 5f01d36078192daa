/*
 * The device's ioctl: one request, as the Linux driver handles it. [linux drivers/misc/nsm.c, uapi/linux/nsm.h]
 */
#ifndef NATT_NSM_LAUNCHER_REQUEST_H
#define NATT_NSM_LAUNCHER_REQUEST_H

#include "nitro_attest/nsm_transport.h"
#include "nsm/front/launcher/launcher_target.h"
#include "nsm/wire.h"

/* Does what *raw says and sets its response.len; 0 or the errno value that the driver would give. */
int natt_request_perform(struct natt_nsm_raw *raw, const struct natt_target *target,
                         const natt_nsm_transport *transport);

/* The same for the natt_nsm_raw at `address` in the program. */
int natt_request_serve(const struct natt_target *target, uint64_t address, const natt_nsm_transport *transport);

#endif
