/*
 * Non-blocking sockets with deadlines for connecting and waiting. Deadlines are milliseconds of the
 * monotonic clock (natt_monotonic_ms); one that has passed ends a wait even where the socket is ready, so that a peer
 * that always has another byte ends too.
 */
#ifndef NATT_NSM_KMS_SOCKET_H
#define NATT_NSM_KMS_SOCKET_H

#include <sys/socket.h>

#include "nitro_attest/kms_client.h"
#include "nsm/kms/address.h"

/*
 * A connected socket, non-blocking, close-on-exec, above standard error; -1: err has NATT_KMS_CLIENT_E_RESOLVE,
 * _CONNECT, _TIMEOUT, _MEMORY.
 * A host's addresses are tried in turn, each for its share of the time that is left.
 */
int natt_socket_connect(const natt_address *address, uint64_t deadline_ms, natt_kms_client_error *err);

/* Waits for `events` of poll. False: NATT_KMS_CLIENT_E_TIMEOUT with the message `late`, or _SOCKET. */
bool natt_socket_wait(int fd, short events, uint64_t deadline_ms, const char *late, natt_kms_client_error *err);

/* As recv and send: -1 with errno EAGAIN where the peer has nothing, or takes nothing. No SIGPIPE, no EINTR. */
ssize_t natt_socket_receive(int fd, uint8_t *out, size_t capacity);
ssize_t natt_socket_send(int fd, const uint8_t *bytes, size_t len);

/* The peer's address of vsock(7). 0: this system has no vsock. */
socklen_t natt_vsock_address(struct sockaddr_storage *out, uint32_t cid, uint32_t port);

#endif
