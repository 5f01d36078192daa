/* What all nitro-attest nsm commands share: which NSM to ask, and how its refusals read. */
#ifndef NATT_CLI_NSM_SESSION_H
#define NATT_CLI_NSM_SESSION_H

#include <nitro_attest/nsm.h>

#include "options.h"

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
     "give a request up after 250ms, 5s, 2m (default: wait)"}
/* clang-format on */

/* Exit codes: NATT_CLI_REFUSED when the NSM answered with an error, NATT_CLI_IO when no usable answer came. */
bool natt_cli_nsm_fail(natt_cli_error *err, const natt_nsm_error *e, const char *doing);

bool natt_cli_nsm_open(natt_nsm *session, const natt_cli_nsm_place *place, natt_cli_error *err);

/*
 * The frame of a command: parses, opens, runs, closes, prints the error. `args` begins with a natt_cli_nsm_place.
 */
typedef bool natt_cli_nsm_action(natt_nsm *session, const void *args, const natt_cli_list *operands,
                                 natt_cli_error *err);
int natt_cli_nsm_command(const natt_cli_spec *spec, void *args, natt_cli_nsm_action *action, int argc, char **argv);

#endif
