/* Shared by run and serve: signals, p11-kit server, the command of --on-change, and expiry. */
#ifndef NATT_CLI_PROVISION_PROCESS_H
#define NATT_CLI_PROVISION_PROCESS_H

#include <sys/stat.h>

#include "cli/provision/p11_kit.h"

typedef struct natt_cli_provision_process {
    natt_cli_provision_session *session;
    int stop; /* readable after SIGINT, SIGTERM or SIGHUP */
    natt_cli_p11_kit p11_kit;
    pid_t command;     /* of --on-change; 0 = none runs */
    uint64_t limit_ms; /* of CLOCK_BOOTTIME: when this program ends it */
    bool again;        /* run it again when it has ended */
    bool is_lost;      /* the token of --label: it must be refreshed */
    bool looked;       /* the check succeeded and all ended tokens are removed: p11-kit server may run */
    bool told;         /* the reason of a failed check was printed */
    bool reload;       /* consumers must reload, and were not notified yet */
    uint64_t look_ms;  /* of CLOCK_BOOTTIME: the next check of the tokens, if the state does not change */
    uint64_t until_ms; /* when p11-kit server must end without a check */
    uint64_t made_ms;  /* natt_provision_made_ms */
    struct stat state; /* the file's state at the last check */
    char labels[NATT_TOKEN_MAX][NATT_TOKEN_MAX_LABEL + 1]; /* of the tokens then */
    size_t label_count;
} natt_cli_provision_process;

/*
 * Blocks the signals, removes expired tokens, and starts p11-kit server for --p11-kit. Call it before the process has
 * secrets, since the guard is a copy of this process. The session's provisioners end connections to p11-kit server, and
 * stop on a signal. End it with natt_cli_provision_process_end even if this fails.
 */
bool natt_cli_provision_process_start(natt_cli_provision_process *p, natt_cli_provision_session *session,
                                      natt_cli_error *err);
/* No connection can sign afterwards. Removals from here on wait only briefly, and signals do not stop them. */
void natt_cli_provision_process_finish(natt_cli_provision_process *p);
void natt_cli_provision_process_end(natt_cli_provision_process *p);

/* Call it at least once a second, without an open provisioner: removes expired tokens, restarts p11-kit server, runs
 * --on-change. */
void natt_cli_provision_process_tick(natt_cli_provision_process *p);
/* Waits until consumers can connect again, or a signal arrives. False: they could not connect for 10 seconds. */
bool natt_cli_provision_process_settle(natt_cli_provision_process *p, natt_cli_error *err);
/* False: the file of the state is missing. It contained the serial number of the token to remove. */
bool natt_cli_provision_process_check_state(const natt_cli_provision_process *p, natt_cli_error *err);
/* The next tick checks the tokens. */
void natt_cli_provision_process_look_again(natt_cli_provision_process *p);

#endif
