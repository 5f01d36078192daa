/*
 * Names to addresses by a deadline. getaddrinfo takes none: with name servers that do not answer it takes half a
 * minute.
 */
#ifndef NATT_NSM_KMS_RESOLVER_H
#define NATT_NSM_KMS_RESOLVER_H

#include <netdb.h>

#include "nitro_attest/kms_client.h"

/*
 * The addresses of host, which is a name or an address, for freeaddrinfo; NULL: NATT_KMS_CLIENT_E_RESOLVE, _TIMEOUT,
 * _MEMORY. deadline_ms as in socket.h. After _TIMEOUT a thread may run until getaddrinfo has ended; it frees what it
 * has. An address needs no thread, no resolver and no network.
 */
struct addrinfo *natt_resolve(const char *host, uint16_t port, uint64_t deadline_ms, natt_kms_client_error *err);

#endif
