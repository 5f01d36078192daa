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
    bool up;             /* started, and its end has not been seen */
    bool listens;        /* consumers can connect */
    bool told;           /* that it does not start */
    uint64_t until_ms;   /* when it ends by itself */
    uint64_t next_ms;    /* not started again before */
    uint64_t pause_ms;   /* before that: grows while it ends again and again */
    uint64_t started_ms; /* of CLOCK_BOOTTIME: who was connected to an earlier one is not any longer */
    dev_t device;        /* of the socket of the last one, */
    ino_t inode;         /* 0 = none */
} natt_cli_p11_kit;

/* Checks the options, and that the address is free. */
bool natt_cli_p11_kit_prepare(natt_cli_p11_kit *k, const natt_cli_provision_request *request, natt_cli_error *err);
/* Consumers can connect when it returns. True without --p11-kit. */
bool natt_cli_p11_kit_start(natt_cli_p11_kit *k, uint64_t until_ms, natt_cli_error *err);
/*
 * Moves its end, and starts it again if it has ended: later each time, unless this program has ended it, or its time
 * was over. Waits for nothing. A failure is printed once.
 */
void natt_cli_p11_kit_keep(natt_cli_p11_kit *k, uint64_t until_ms);
/* True while natt_cli_p11_kit_keep would start it. */
bool natt_cli_p11_kit_is_due(natt_cli_p11_kit *k);
/* Consumers can connect. True where none is asked for. */
bool natt_cli_p11_kit_is_ready(natt_cli_p11_kit *k);
/* Ends it, if another command has ended a token since it was started. */
void natt_cli_p11_kit_end_if_told(natt_cli_p11_kit *k);
/* Ends it if it is not newer than this, and prints that. */
void natt_cli_p11_kit_end_older(natt_cli_p11_kit *k, uint64_t before_ms, const char *why);
void natt_cli_p11_kit_stop(natt_cli_p11_kit *k);

#endif
