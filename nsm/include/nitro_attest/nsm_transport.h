/*
 * How NSM requests get to a device: the real one, an emulator in the same process, or one behind a socket.
 */
#ifndef NITRO_ATTEST_NSM_TRANSPORT_H
#define NITRO_ATTEST_NSM_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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
