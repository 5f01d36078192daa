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
    const char *module_id, *region, *role_arn, *instance_id, *signing_cert, *threads;
    bool batch, no_nonce, archive, require_module_binding, json, explain, canary;
    bool allow_debug, allow_weak_policy, allow_unknown_fields, insecure_no_pcr_policy;
} natt_cli_verify_args;

/* Rows of options that several commands have; AT(member) is the offset of a member of natt_cli_verify_args. */
/* clang-format off */
#define NATT_CLI_FRESHNESS_OPTIONS(AT)                                                                                \
    {"max-age", "DURATION", NATT_CLI_TEXT, AT(max_age), "maximum age of the document: 250ms 30s 5m 2h 1d"},           \
    {"archive", NULL, NATT_CLI_FLAG, AT(archive), "verify integrity at the document's own time, not freshness"},      \
    {"at", "TIME", NATT_CLI_TEXT, AT(at), "current time: 2025-01-02T03:04:05Z or @<unix ms>"},                        \
    {"max-future", "DURATION", NATT_CLI_TEXT, AT(max_future), "how far its time may be in the future (default 0s)"},  \
    {"leeway", "DURATION", NATT_CLI_TEXT, AT(leeway), "extends certificates' validity at both ends (default 0s)"}
#define NATT_CLI_EXPECTATION_OPTIONS(AT)                                                                              \
    {"Expected content (--nonce or --no-nonce; values: hex, base64:<text>, @<file>)", NULL, NATT_CLI_FLAG, 0, NULL},  \
    {"nonce", "V", NATT_CLI_TEXT, AT(nonce), "the document must contain exactly this nonce"},                         \
    {"no-nonce", NULL, NATT_CLI_FLAG, AT(no_nonce), "use no nonce: freshness depends on time only"},                  \
    {"user-data", "V", NATT_CLI_TEXT, AT(user_data), "the document must contain exactly this user_data"},             \
    {"public-key", "V", NATT_CLI_TEXT, AT(public_key), "exactly this public_key; a @<file> may be PEM"},              \
    {"module-id", "ID", NATT_CLI_TEXT, AT(module_id), "the document must come from this module"},                     \
    {"region", "NAME", NATT_CLI_TEXT, AT(region), "the document must come from this region"}
#define NATT_CLI_ROOT_OPTIONS(AT)                                                                                     \
    {"Trusted roots", NULL, NATT_CLI_FLAG, 0, NULL},                                                                  \
    {"root", "FILE", NATT_CLI_LIST, AT(root), "trust this root (DER or PEM) instead of AWS's (\"aws\")"},             \
    {"deny", "ENTRY", NATT_CLI_LIST, AT(deny),                                                                        \
     "cert:FILE, ISSUER:SERIAL, any:SERIAL, sha256:.., spki-sha256:.., or a file of them"},                           \
    {"require-module-binding", NULL, NATT_CLI_FLAG, AT(require_module_binding),                                       \
     "the certificates must contain module_id"}
/* clang-format on */

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
