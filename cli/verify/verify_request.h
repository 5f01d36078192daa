/*
 * nitro-attest verify: its command line, and the library's options made from it. Every usage error is found here,
 * before the document is opened.
 */
#ifndef NATT_CLI_VERIFY_REQUEST_H
#define NATT_CLI_VERIFY_REQUEST_H

#include <nitro_attest/verify.h>

#include "cli/certificates/deny_list.h"
#include "cli/frame/options.h"
#include "cli/pcr_values/policy_sets.h"

/* The options of the command, in verify.c. */
extern const natt_cli_spec natt_cli_verify_spec;

/* As given; NULL = not given. */
typedef struct natt_cli_verify_args {
    natt_cli_list pcr, measurements, root, deny;
    natt_cli_list pki; /* only for kms explain */
    const char *policy, *nonce, *user_data, *public_key, *kind, *max_age, *max_future, *leeway, *at, *limits;
    const char *module_id, *region, *role_arn, *instance_id, *signing_cert;
    bool no_nonce, archive, require_module_binding, json, explain, canary;
    bool allow_debug, allow_weak_policy, allow_unknown_fields, insecure_no_pcr_policy;
} natt_cli_verify_args;

/* Requirements that have no default. */
#define NATT_CLI_MISSING_IMAGE     0x1u
#define NATT_CLI_MISSING_FRESHNESS 0x2u
#define NATT_CLI_MISSING_NONCE     0x4u

/* The options, and all data that they point to. */
typedef struct natt_cli_request {
    natt_options options;
    natt_cli_policy policy;
    natt_cli_deny deny;
    natt_cli_buf nonce, user_data, public_key;
    natt_cli_buf *roots;
    natt_bytes *root_views;
    bool clock_runs;  /* now is the system clock */
    uint32_t missing; /* requirements that the command line lacks; each is a usage error */
} natt_cli_request;

/* True: natt_verify will not report a usage error. Free the request in either case. */
bool natt_cli_request_build(natt_cli_request *request, const natt_cli_verify_args *args, natt_cli_error *err);

/* Reads the clock again after reading the document: a program that writes it to our pipe may have signed it after the
 * start. */
bool natt_cli_request_now(natt_cli_request *request, natt_cli_error *err);

void natt_cli_request_free(natt_cli_request *request);

#endif
