/*
 * The requests of the RPC: JSON in, JSON out, as the genuine client and server of ACM for Nitro Enclaves have them.
 */
#ifndef NATT_NSM_PROVISION_RPC_H
#define NATT_NSM_PROVISION_RPC_H

#include "nsm/provision/provision.h"

/* The result of a request for the log, without secrets. */
typedef struct natt_rpc_outcome {
    const char *operation; /* "AddToken"; "" = unreadable */
    char label[NATT_TOKEN_MAX_LABEL + 1];
    natt_provision_error error;
} natt_rpc_outcome;

/*
 * options  kms.region and kms.credentials come from the request. Returns the reply, malloc'ed, terminated by a NUL;
 * NULL: the request is malformed; close the connection.
 */
char *natt_rpc_handle(natt_rpc_outcome *out, const natt_provision_options *options, natt_bytes body);

#endif
