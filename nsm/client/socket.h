/* A unix socket (SOCK_SEQPACKET) as a transport, for a software NSM in another process; nsm/wire.h has the packets. */
#ifndef NATT_NSM_SOCKET_H
#define NATT_NSM_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One request at a time. After an error that leaves a reply outstanding, the connection cannot be used again: ENOTCONN.
 * */
struct natt_nsm_socket {
    int fd; /* must be first: the only member that closing uses */
    bool broken;
};

/* 0 or an errno value; ENAMETOOLONG for a path that no socket can have. */
int natt_nsm_socket_open(struct natt_nsm_socket *out, const char *path);

/* As natt_nsm_transport.exchange; the context is a struct natt_nsm_socket. */
int natt_nsm_socket_exchange(void *context, const uint8_t *request, size_t request_len, uint8_t *response,
                             size_t capacity, size_t *response_len);

#endif
