/*
 * The connection of a session: device, socket or a caller's transport, with one function. It must not be moved.
 */
#ifndef NATT_NSM_CHANNEL_H
#define NATT_NSM_CHANNEL_H

#include "nitro_attest/nsm.h"
#include "nsm/client/socket.h"

struct natt_nsm_channel {
    natt_nsm_transport transport;
    int device;
    struct natt_nsm_socket socket;
};

/* False: nothing is open. */
bool natt_nsm_channel_open(struct natt_nsm_channel *out, const natt_nsm_options *options, natt_nsm_error *err);
void natt_nsm_channel_close(struct natt_nsm_channel *channel);

/*
 * As natt_nsm_transport.exchange, with NATT_NSM_MAX_RESPONSE as capacity. The response is zero after the written bytes.
 * A length above the capacity is returned unchanged, so that it is refused.
 */
int natt_nsm_channel_exchange(struct natt_nsm_channel *channel, natt_bytes request, uint8_t *response,
                              size_t *response_len);

#endif
