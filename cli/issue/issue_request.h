/* nitro-attest issue: its command line, and the issuer's options and request made from it. */
#ifndef NATT_CLI_ISSUE_REQUEST_H
#define NATT_CLI_ISSUE_REQUEST_H

#include <nitro_attest/issuer.h>

#include "cli/frame/options.h"
#include "cli/pcr_values/policy_sets.h"

/* The options of the command, in issue.c. */
extern const natt_cli_spec natt_cli_issue_spec;

/* As given; NULL = not given. */
typedef struct natt_cli_issue_args {
    natt_cli_list pcr;
    const char *out, *root_out, *seed, *measurements, *nonce, *user_data, *public_key, *kind, *at;
    const char *instance_id, *role_arn, *region, *break_name;
    bool debug_mode, definite, tag, base64, list_breaks, json;
} natt_cli_issue_args;

/* Both, and all data that they point to. */
typedef struct natt_cli_issuance {
    natt_issuer_options options;
    natt_issue_request request;
    natt_cli_pins pins;
    natt_issue_pcr pcrs[NATT_PCR_COUNT];
    natt_cli_buf seed, nonce, user_data, public_key;
} natt_cli_issuance;

bool natt_cli_issue_build(natt_cli_issuance *issue, const natt_cli_issue_args *args, natt_cli_error *err);
void natt_cli_issue_free(natt_cli_issuance *issue);

/* The issuer's error, with the names of options. Always false. */
bool natt_cli_issue_fail(natt_cli_error *err, const natt_emulator_error *e);

#endif
