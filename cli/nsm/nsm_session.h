/* What all nitro-attest nsm commands share: which NSM to ask, and how its refusals read. */
#ifndef NATT_CLI_NSM_SESSION_H
#define NATT_CLI_NSM_SESSION_H

#include <nitro_attest/nsm.h>

#include "cli/frame/options.h"

/* First member of every command's arguments; as given, NULL = not given. */
typedef struct natt_cli_nsm_place {
    const char *device, *socket, *deadline;
    bool strict_sizes; /* NATT_NSM_STRICT_SIZES; attest alone has an option for it */
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

/* An open NSM and its location, which messages name with a remedy. */
typedef struct natt_cli_nsm {
    natt_nsm session;
    const natt_cli_nsm_place *place;
} natt_cli_nsm_session;

/* The usage of the place itself, which needs no NSM: --device with --socket, --deadline. */
bool natt_cli_nsm_check_place(const natt_cli_nsm_place *place, natt_cli_error *err);

bool natt_cli_nsm_open(natt_cli_nsm_session *nsm, const natt_cli_nsm_place *place, natt_cli_error *err);
void natt_cli_nsm_close(natt_cli_nsm_session *nsm);

/*
 * Why a request, or what is none ("seeding"), failed. Exit codes: NATT_CLI_REFUSED when the NSM answered with an error,
 * NATT_CLI_IO when no usable answer came, NATT_CLI_USAGE when nothing was sent because it cannot be.
 */
bool natt_cli_nsm_fail(natt_cli_error *err, const natt_cli_nsm_session *nsm, const natt_nsm_error *e,
                       natt_nsm_operation request);
bool natt_cli_nsm_fail_at(natt_cli_error *err, const natt_cli_nsm_session *nsm, const natt_nsm_error *e,
                          const char *what);

/*
 * What a command does with its NSM, and what it finds wrong with its arguments before any NSM is opened: wrong usage is
 * the same in and out of an enclave. `args` begins with a natt_cli_nsm_place.
 */
typedef bool natt_cli_nsm_action(natt_cli_nsm_session *nsm, const void *args, natt_cli_error *err);
typedef bool natt_cli_nsm_check(void *args, const natt_cli_list *operands, natt_cli_error *err);

/* A check for requests with values: `action` with an NSM to which nothing is sent. Only wrong usage fails. */
bool natt_cli_nsm_check_request(natt_cli_nsm_action *action, const void *args, natt_cli_error *err);

/* The frame of a command: parses, checks (NULL: nothing more), opens, runs, closes, prints the error. */
int natt_cli_nsm_command(const natt_cli_spec *spec, void *args, natt_cli_nsm_check *check, natt_cli_nsm_action *action,
                         int argc, char **argv);

#endif
