/* What run and serve have in common: signals, p11-kit server, the command for consumers, and expiry. */
#ifndef NATT_CLI_PROVISION_PROCESS_H
#define NATT_CLI_PROVISION_PROCESS_H

#include <sys/stat.h>

#include "cli/provision/p11_kit.h"

typedef struct natt_cli_provision_process {
    natt_cli_provision_session *session;
    int stop; /* readable: SIGINT, SIGTERM or SIGHUP has come */
    natt_cli_p11_kit p11_kit;
    pid_t command;     /* of --on-change; 0 = none runs */
    bool again;        /* and again when it has ended */
    bool is_lost;      /* the token of --label: it must be refreshed */
    bool looked;       /* at the tokens, and all that have ended are gone: p11-kit server may run */
    bool told;         /* why it could not look */
    bool reload;       /* consumers must, and have not been told */
    uint64_t look_ms;  /* of CLOCK_BOOTTIME: the next check of the tokens, if the state stays as it is */
    uint64_t until_ms; /* when p11-kit server must end, if they are not */
    uint64_t made_ms;  /* natt_provision_made_ms */
    struct stat state; /* the file, as it was when they were last looked at */
} natt_cli_provision_process;

/*
 * Blocks the signals, removes what has expired, and starts p11-kit server where it is asked for: before there is a
 * secret, since the guard is a copy of this process. The session's provisioners end connections to p11-kit server, and
 * stop when this program is asked to. End it with natt_cli_provision_process_end even if this fails.
 */
bool natt_cli_provision_process_start(natt_cli_provision_process *p, natt_cli_provision_session *session,
                                      natt_cli_error *err);
/* Nobody signs from here on. What is removed now does not wait long, and no signal stops it. */
void natt_cli_provision_process_finish(natt_cli_provision_process *p);
void natt_cli_provision_process_end(natt_cli_provision_process *p);

/* At least once a second: lets tokens expire, restarts what has ended, tells consumers. No provisioner is open. */
void natt_cli_provision_process_tick(natt_cli_provision_process *p);
/* The next tick looks at the tokens. */
void natt_cli_provision_process_look_again(natt_cli_provision_process *p);

#endif
