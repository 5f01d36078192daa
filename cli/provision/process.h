/* What run and serve have in common: signals, p11-kit server, the command for consumers, and expiry. */
#ifndef NATT_CLI_PROVISION_PROCESS_H
#define NATT_CLI_PROVISION_PROCESS_H

#include <sys/stat.h>

#include "cli/provision/session.h"
#include "nsm/provision/guard.h"

typedef struct natt_cli_provision_process {
    const natt_cli_provision_session *session;
    int stop;             /* readable: SIGINT or SIGTERM has come */
    natt_guard guard;     /* of p11-kit server */
    gid_t group;          /* of --p11-kit-group */
    bool told;            /* that p11-kit server does not start */
    pid_t command;        /* of --on-change; 0 = none runs */
    bool again;           /* and once more when it has ended */
    uint64_t started_ms;  /* of CLOCK_BOOTTIME: p11-kit server; who was connected to an earlier one is not any longer */
    bool is_lost;         /* the token of --label: it must be refreshed */
    uint64_t expire_at_s; /* of CLOCK_BOOTTIME: when tokens are looked at again, if the state stays as it is */
    struct stat state;    /* the file, as it was when they were last looked at */
} natt_cli_provision_process;

/*
 * Blocks the signals, and starts p11-kit server where it is asked for: before there is a secret, since the guard is a
 * copy of this process. End it with natt_cli_provision_process_end even if this fails.
 */
bool natt_cli_provision_process_start(natt_cli_provision_process *p, const natt_cli_provision_session *session,
                                      natt_cli_error *err);
void natt_cli_provision_process_end(natt_cli_provision_process *p);

/* At least once a second: restarts what has ended, removes tokens that have expired. No provisioner is open. */
void natt_cli_provision_process_tick(natt_cli_provision_process *p);
/* Consumers must reload. */
void natt_cli_provision_process_changed(natt_cli_provision_process *p);

#endif
