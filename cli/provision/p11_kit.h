/* p11-kit server below a guard: its address, its group, and when it ends. */
#ifndef NATT_CLI_PROVISION_P11_KIT_H
#define NATT_CLI_PROVISION_P11_KIT_H

#include <sys/types.h>

#include "cli/provision/address.h"
#include "cli/provision/session.h"
#include "nsm/provision/connections.h"
#include "nsm/provision/guard.h"

typedef struct natt_cli_p11_kit {
    const natt_cli_provision_request *request;
    natt_guard guard;
    natt_connections connections;
    gid_t group; /* of --p11-kit-group */
    natt_cli_p11_kit_address address;
    bool up;             /* started, and not known to have ended */
    bool listens;        /* consumers can connect */
    bool told;           /* that it does not start */
    uint64_t until_ms;   /* when the guard ends it */
    uint64_t next_ms;    /* the earliest time of a restart */
    uint64_t pause_ms;   /* the pause before a restart: grows if the server ends repeatedly */
    uint64_t started_ms; /* of CLOCK_BOOTTIME: all connections are newer than this */
    dev_t device;        /* of the socket of the last one, */
    ino_t inode;         /* 0 = none */
} natt_cli_p11_kit;

/* Checks the options, and that the address is free. */
bool natt_cli_p11_kit_prepare(natt_cli_p11_kit *k, const natt_cli_provision_request *request, natt_cli_error *err);
/* Consumers can connect when it returns. True without --p11-kit. */
bool natt_cli_p11_kit_start(natt_cli_p11_kit *k, uint64_t until_ms, natt_cli_error *err);
/*
 * Sets the time of its end, and restarts it if it has ended: after a longer pause each time, unless this program or the
 * time limit ended it. Does not wait. Prints a failure once.
 */
void natt_cli_p11_kit_keep(natt_cli_p11_kit *k, uint64_t until_ms);
/* True while natt_cli_p11_kit_keep would start it. */
bool natt_cli_p11_kit_is_due(natt_cli_p11_kit *k);
/* True: consumers can connect, or --p11-kit was not given. */
bool natt_cli_p11_kit_is_ready(natt_cli_p11_kit *k);
/* Ends it, if another command has ended a token since it was started. */
void natt_cli_p11_kit_end_if_told(natt_cli_p11_kit *k);
/* Ends it if it is not newer than this, and prints that. */
void natt_cli_p11_kit_end_older(natt_cli_p11_kit *k, uint64_t before_ms, const char *why);
void natt_cli_p11_kit_stop(natt_cli_p11_kit *k);

#endif
