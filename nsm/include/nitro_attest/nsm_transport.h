/*
 * How a request reaches an NSM and its answer comes back: the seam between the client and whatever answers it, be it the
 * kernel's device, a socket, or a software NSM in the same process.
 */
#ifndef NITRO_ATTEST_NSM_TRANSPORT_H
#define NITRO_ATTEST_NSM_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NATT_NSM_MAX_REQUEST  0x1000 /* bytes; the driver refuses more [linux uapi/nsm.h] */
#define NATT_NSM_MAX_RESPONSE 0x3000 /* bytes; the client always offers this much */

/* Returns 0 or an errno value; on 0 *response_len <= capacity is set. */
typedef struct natt_nsm_transport {
    void *context;
    int (*exchange)(void *context, const uint8_t *request, size_t request_len, uint8_t *response, size_t capacity,
                    size_t *response_len);
    void (*close)(void *context); /* may be NULL */
} natt_nsm_transport;

#ifdef __cplusplus
}
#endif
#endif
