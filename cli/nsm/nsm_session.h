/* Shared by all nitro-attest nsm commands: the NSM to use, and its errors. */
#ifndef NATT_CLI_NSM_SESSION_H
#define NATT_CLI_NSM_SESSION_H

#include <nitro_attest/nsm.h>

#include "cli/frame/options.h"

/* The first member of every command's arguments: the values of these options; NULL = not given. */
typedef struct natt_cli_nsm_place {
    const char *device, *socket, *deadline;
    bool strict_sizes; /* NATT_NSM_STRICT_SIZES; only attest has an option for it */
} natt_cli_nsm_place;

/* The rows of the commands' tables that fill it. */
/* clang-format off */
#define NATT_CLI_NSM_PLACE_OPTIONS                                                                                    \
    {"Which NSM", NULL, NATT_CLI_FLAG, 0, NULL},                                                                      \
    {"device", "PATH", NATT_CLI_TEXT, offsetof(natt_cli_nsm_place, device), "the device (default /dev/nsm)"},         \
    {"socket", "PATH", NATT_CLI_TEXT, offsetof(natt_cli_nsm_place, socket), "a socket of emulate --listen instead"},  \
    {"deadline", "TIME", NATT_CLI_TEXT, offsetof(natt_cli_nsm_place, deadline),                                       \
     "give up on a request after this time, such as 5s (default: wait)"}
/* clang-format on */

/* An open NSM and its location, for messages. */
typedef struct natt_cli_nsm {
    natt_nsm session;
    const natt_cli_nsm_place *place;
} natt_cli_nsm_session;

/* Checks --device, --socket and --deadline, without an NSM. */
bool natt_cli_nsm_check_place(const natt_cli_nsm_place *place, natt_cli_error *err);

bool natt_cli_nsm_open(natt_cli_nsm_session *nsm, const natt_cli_nsm_place *place, natt_cli_error *err);
void natt_cli_nsm_close(natt_cli_nsm_session *nsm);

/*
 * The error of a request or of another action, such as "seeding". Exit codes: NATT_CLI_REFUSED if the NSM returned an
 * error, NATT_CLI_IO without a usable reply, NATT_CLI_USAGE if the request is not valid and was not sent.
 */
bool natt_cli_nsm_fail(natt_cli_error *err, const natt_cli_nsm_session *nsm, const natt_nsm_error *e,
                       natt_nsm_operation request);
bool natt_cli_nsm_fail_at(natt_cli_error *err, const natt_cli_nsm_session *nsm, const natt_nsm_error *e,
                          const char *what);

/*
 * A command's action with its NSM, and the check of its arguments before an NSM is opened, so that usage errors are the
 * same in and out of an enclave. `args` begins with a natt_cli_nsm_place.
 */
typedef bool natt_cli_nsm_action(natt_cli_nsm_session *nsm, const void *args, natt_cli_error *err);
typedef bool natt_cli_nsm_check(void *args, const natt_cli_list *operands, natt_cli_error *err);

/* A check for requests with values: runs `action` with an NSM that gets no request. Only a usage error fails. */
bool natt_cli_nsm_check_request(natt_cli_nsm_action *action, const void *args, natt_cli_error *err);

/* Runs a command: parses, checks (NULL: no further check), opens, runs, closes, prints the error. */
int natt_cli_nsm_command(const natt_cli_spec *spec, void *args, natt_cli_nsm_check *check, natt_cli_nsm_action *action,
                         int argc, char **argv);

#endif
