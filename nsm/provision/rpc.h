/*
 * The requests of the RPC: JSON in, JSON out, in the format of the genuine client and server of ACM for Nitro Enclaves.
 */
#ifndef NATT_NSM_PROVISION_RPC_H
#define NATT_NSM_PROVISION_RPC_H

#include "nsm/provision/provision.h"

/* The result of a request, for the log: nothing secret. All members are set. */
typedef struct natt_rpc_outcome {
    const char *operation; /* "AddToken"; "" = not a request of the RPC */
    const char *reason;    /* why not: a constant text */
    unsigned status;       /* the HTTP status of the reply; 0 = closed without a reply */
    char label[NATT_TOKEN_MAX_LABEL + 1];
    natt_provision_error error;
} natt_rpc_outcome;

/*
 * options  kms.region and kms.credentials are the request's.
 * Returns the reply, from malloc, ended by a NUL; NULL: the request cannot be parsed, and out->reason has the reason.
 */
char *natt_rpc_handle(natt_rpc_outcome *out, const natt_provision_options *options, natt_bytes body);

#endif
