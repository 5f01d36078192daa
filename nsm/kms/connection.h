/*
 * A connection to the server: a socket, and TLS on it. Everything ends by a deadline of the monotonic clock; a
 * deadline that has passed fails even where bytes are ready. No call raises SIGPIPE. The server's certificate is
 * verified before the first byte of a request is sent: chain, dates, use, and the host as a DNS name or address among
 * its subject alternative names; revocation is not checked. A connection is for the process that opened it: in a forked
 * child nothing is sent or received, and closing it there does not affect the parent's. A child may use a natt_tls too,
 * with its own random numbers.
 */
#ifndef NATT_NSM_KMS_CONNECTION_H
#define NATT_NSM_KMS_CONNECTION_H

#include "nitro_attest/kms_client.h"
#include "nsm/kms/address.h"

/* Milliseconds of the monotonic clock. */
uint64_t natt_monotonic_ms(void);

/* What several connections share: trusted CAs and the generator of random numbers. */
typedef struct natt_tls natt_tls;

/*
 * ca  PEM, all of it: one or more certificates. nsm as natt_kms_client_new. NULL: NATT_KMS_CLIENT_E_CA_FORM, _MEMORY,
 *     _RANDOM, _CRYPTO.
 */
natt_tls *natt_tls_new(natt_bytes ca, natt_nsm *nsm, natt_kms_client_error *err);
void natt_tls_free(natt_tls *tls);

typedef struct natt_connection natt_connection;

/*
 * Connected, and the TLS handshake done, with the certificate verified for endpoint->host.
 * tls  NULL where !endpoint->tls.
 * err  NATT_KMS_CLIENT_E_RESOLVE, _CONNECT, _TIMEOUT, _TLS_*, _MEMORY, _RANDOM, _CRYPTO; _SOCKET: the connection ended
 * during the handshake, as with vsock-proxy if it cannot reach the server.
 */
natt_connection *natt_connection_open(const natt_address *address, const natt_endpoint *endpoint, natt_tls *tls,
                                      uint64_t deadline_ms, natt_kms_client_error *err);
/* Tells the peer (TLS close_notify) without waiting, except in a child of fork. Does nothing for NULL. */
void natt_connection_close(natt_connection *connection);

/* All of the bytes, or false: NATT_KMS_CLIENT_E_SOCKET, _TIMEOUT, _TLS_RECORD. After false it cannot be used again. */
bool natt_connection_send(natt_connection *connection, natt_bytes bytes, uint64_t deadline_ms,
                          natt_kms_client_error *err);

/*
 * *len is 1 to capacity, or 0: the peer has closed its side in an orderly way (with TLS: close_notify). False: as
 * above; an end of TLS without close_notify is NATT_KMS_CLIENT_E_SOCKET. capacity > 0.
 */
bool natt_connection_receive(natt_connection *connection, uint8_t *out, size_t capacity, size_t *len,
                             uint64_t deadline_ms, natt_kms_client_error *err);

/*
 * True: do not send another request over this connection. The peer has closed it or has sent bytes that were not
 * requested, or another process owns it. Never waits.
 */
bool natt_connection_is_stale(natt_connection *connection);

#endif
