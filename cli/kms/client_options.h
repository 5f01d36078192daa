/* The option rows of commands that send requests to KMS; their structure begins with a natt_cli_kms_request. */
#ifndef NATT_CLI_KMS_CLIENT_OPTIONS_H
#define NATT_CLI_KMS_CLIENT_OPTIONS_H

#include "cli/kms/client_request.h"

#define NATT_CLI_KMS_AT(field) offsetof(natt_cli_kms_request, field)
/* clang-format off */
#define NATT_CLI_KMS_WHO_OPTIONS                                                                                      \
    {"Who asks", NULL, NATT_CLI_FLAG, 0, NULL},                                                                       \
    {"credentials", "FILE", NATT_CLI_TEXT, NATT_CLI_KMS_AT(credentials),                                              \
     "a file with mode 0600, fd:N, or env (default if AWS_ACCESS_KEY_ID is set)"},                                    \
    {"profile", "NAME", NATT_CLI_TEXT, NATT_CLI_KMS_AT(profile),                                                      \
     "the profile in a credentials file (default \"default\")"},                                                      \
    {"aws-access-key-id", "ID", NATT_CLI_SECRET, NATT_CLI_KMS_AT(access_key),                                         \
     "other users can see it on the command line; prefer --credentials", 'k'},                                        \
    {"aws-secret-access-key", "KEY", NATT_CLI_SECRET, NATT_CLI_KMS_AT(secret_key), "the same", 's'},                  \
    {"aws-session-token", "TOKEN", NATT_CLI_SECRET, NATT_CLI_KMS_AT(session_token), "the same", 't'}
#define NATT_CLI_KMS_WHICH_OPTIONS NATT_CLI_KMS_WHICH_OPTIONS_WITH("limit for all attempts together (default 30s)")
#define NATT_CLI_KMS_WHICH_OPTIONS_WITH(limit_text)                                                                   \
    {"Which KMS", NULL, NATT_CLI_FLAG, 0, NULL},                                                                      \
    {"region", "REGION", NATT_CLI_TEXT, NATT_CLI_KMS_AT(region),                                                      \
     "AWS region (default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1)", 'r'},                                         \
    {"endpoint", "URL", NATT_CLI_TEXT, NATT_CLI_KMS_AT(endpoint),                                                     \
     "https://HOST[:PORT] (default: AWS_ENDPOINT_URL_KMS, or AWS's)"},                                                \
    {"connect", "ADDRESS", NATT_CLI_TEXT, NATT_CLI_KMS_AT(connect),                                                   \
     "tcp:HOST:PORT, unix:PATH or vsock:CID:PORT (default: NITRO_ATTEST_KMS_CONNECT)"},                               \
    {"proxy-port", "PORT", NATT_CLI_TEXT, NATT_CLI_KMS_AT(proxy_port),                                                \
     "vsock-proxy on the parent instance (default 8000)", 'x'},                                                       \
    {"ca-file", "FILE", NATT_CLI_TEXT, NATT_CLI_KMS_AT(ca_file),                                                      \
     "CA certificates in PEM (default: SSL_CERT_FILE, or the system's)"},                                             \
    {"insecure-http", NULL, NATT_CLI_FLAG, NATT_CLI_KMS_AT(insecure_http),                                            \
     "accept http://, which anyone on the network path can read"},                                                    \
    {"connect-timeout", "TIME", NATT_CLI_TEXT, NATT_CLI_KMS_AT(connect_timeout),                                      \
     "limit for one attempt to connect (default 3s)"},                                                                \
    {"timeout", "TIME", NATT_CLI_TEXT, NATT_CLI_KMS_AT(timeout), limit_text},                                         \
    {"max-attempts", "N", NATT_CLI_TEXT, NATT_CLI_KMS_AT(max_attempts), "attempts at most, 1 to 10 (default 3)"}
/* clang-format on */

#endif
