/* Addresses of p11-kit server, in the form that `run`, `serve` and `config` accept. */
#ifndef NATT_CLI_PROVISION_ADDRESS_H
#define NATT_CLI_PROVISION_ADDRESS_H

#include <stdint.h>

#include "cli/frame/error.h"

typedef struct natt_cli_p11_kit_address {
    const char *path; /* the path of a unix socket, a view into the text; NULL = vsock */
    uint32_t cid;     /* VMADDR_CID_ANY: none was given */
    uint32_t port;
} natt_cli_p11_kit_address;

/*
 * unix:path=/PATH or vsock:cid=CID;port=PORT, and vsock:port=PORT to listen. p11-kit interprets every other text that
 * begins with unix: as a path, and listens on an arbitrary port if it does not understand the port.
 */
bool natt_cli_p11_kit_address_parse(natt_cli_p11_kit_address *out, const char *text, bool listens, natt_cli_error *err);

#endif
