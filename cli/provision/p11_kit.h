/* p11-kit server below a guard: its address, its group, and when it ends. */
#ifndef NATT_CLI_PROVISION_P11_KIT_H
#define NATT_CLI_PROVISION_P11_KIT_H

#include <sys/types.h>

#include "cli/provision/session.h"
#include "nsm/provision/connections.h"
#include "nsm/provision/guard.h"

typedef struct natt_cli_p11_kit {
    const natt_cli_provision_request *request;
    natt_guard guard;
    natt_connections connections;
    gid_t group;         /* of --p11-kit-group */
    bool told;           /* the failure to start it was printed */
    bool ended;          /* by this program */
    uint64_t started_ms; /* of CLOCK_BOOTTIME: connections to earlier servers have ended */
    dev_t device;        /* of the socket of the last one, */
    ino_t inode;         /* 0 = none */
} natt_cli_p11_kit;

/* Checks the options, and that the address is free. */
bool natt_cli_p11_kit_prepare(natt_cli_p11_kit *k, const natt_cli_provision_request *request, natt_cli_error *err);
/* Consumers can connect when it returns. True without --p11-kit. */
bool natt_cli_p11_kit_start(natt_cli_p11_kit *k, uint64_t until_ms, natt_cli_error *err);
/* Extends its time, and restarts it if it has ended. A failure is printed once. */
void natt_cli_p11_kit_keep(natt_cli_p11_kit *k, uint64_t until_ms);
/* True without --p11-kit. */
bool natt_cli_p11_kit_is_running(natt_cli_p11_kit *k);
/* Ends it if another command has removed a token since its start. */
void natt_cli_p11_kit_end_if_told(natt_cli_p11_kit *k);
/* Ends it if it is not newer than this, and prints that. */
void natt_cli_p11_kit_end_older(natt_cli_p11_kit *k, uint64_t before_ms, const char *why);
void natt_cli_p11_kit_stop(natt_cli_p11_kit *k);

#endif
