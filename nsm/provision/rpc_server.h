/*
 * Serves the RPC on a listening socket, one connection after the other, and removes tokens when they expire.
 */
#ifndef NATT_NSM_PROVISION_RPC_SERVER_H
#define NATT_NSM_PROVISION_RPC_SERVER_H

#include "nsm/provision/rpc.h"

#define NATT_RPC_READ_MS 1000 /* an incomplete request is dropped after this time, as in the genuine server */

typedef struct natt_rpc_server {
    const natt_provision_options *options;
    int listener; /* of a stream socket */
    int stop;     /* becomes readable: the server returns */
    void (*handled)(void *context, const natt_rpc_outcome *outcome);
    void (*tick)(void *context); /* at least once a second, between requests */
    void *context;
} natt_rpc_server;

/* "unix:PATH" (mode 0600; a socket file without a listening process is replaced) or "vsock:PORT". -1: *err. */
int natt_rpc_listen(const char *address, natt_provision_error *err);

/* True: it was stopped. False: out of memory before the first request. */
bool natt_rpc_serve(const natt_rpc_server *server);

#endif
