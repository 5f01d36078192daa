/*
 * Shared by the commands of nitro-attest provision: the command line, and a session with the library's parameters. The
 * tables of options are in provision_options.c. provision_absent.c replaces the commands if nsm/provision was not
 * built.
 */
#ifndef NATT_CLI_PROVISION_REQUEST_H
#define NATT_CLI_PROVISION_REQUEST_H

#include "cli/kms/client_request.h"

/* As given, NULL = not given. */
typedef struct natt_cli_provision_request {
    natt_cli_kms_request kms; /* first: its rows of options are shared */
    const char *command;      /* "provision add": for warnings */
    /* the token */
    const char *state, *module, *label, *pin_file, *database, *key_label, *roots, *lifetime;
    /* a long-running command */
    const char *refresh_every, *p11_kit, *p11_kit_group, *on_change, *listen;
    /* a new database */
    const char *key, *chain, *key_id, *id, *name, *out, *append;
    bool json, keep_tokens;
} natt_cli_provision_request;

/* Exit codes: NATT_CLI_REFUSED for keys, certificates, PINs, tokens and KMS; NATT_CLI_USAGE; NATT_CLI_IO. */
typedef bool natt_cli_provision_action(const natt_cli_provision_request *request, natt_cli_error *err);

natt_cli_provision_action natt_cli_provision_do_add, natt_cli_provision_do_refresh, natt_cli_provision_do_update,
    natt_cli_provision_do_remove, natt_cli_provision_do_list, natt_cli_provision_do_run, natt_cli_provision_do_serve,
    natt_cli_provision_do_pack, natt_cli_provision_do_s3_object;

#endif
