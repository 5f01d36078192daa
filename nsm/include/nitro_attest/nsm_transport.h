/* How a request reaches an NSM: one exchange of bytes, whatever is behind it. */
#ifndef NITRO_ATTEST_NSM_TRANSPORT_H
#define NITRO_ATTEST_NSM_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0 or an errno value; on 0 *response_len <= capacity is set. */
typedef struct natt_nsm_transport {
    void *context;
    int (*exchange)(void *context, const uint8_t *request, size_t request_len, uint8_t *response, size_t capacity,
                    size_t *response_len);
    void (*close)(void *context); /* may be NULL */
} natt_nsm_transport;

#endif
