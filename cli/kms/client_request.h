/*
 * Shared by the nitro-attest kms commands that send requests: one request, as the command line describes it, and its
 * execution. The commands' tables are in kms_client.c, that of kmstool_enclave_cli is in kmstool.c.
 */
#ifndef NATT_CLI_KMS_CLIENT_REQUEST_H
#define NATT_CLI_KMS_CLIENT_REQUEST_H

#include <nitro_attest/kms_client.h>

#include "cli/frame/bytes.h"
#include "cli/nsm/nsm_session.h"

/* As given, NULL = not given. */
typedef struct natt_cli_kms_request {
    natt_cli_nsm_place place;
    /* the location of KMS */
    const char *region, *proxy_port, *connect, *endpoint, *ca_file;
    const char *connect_timeout, *timeout, *max_attempts;
    bool insecure_http;
    /* credentials */
    const char *credentials, *profile, *access_key, *secret_key, *session_token;
    /* the recipient */
    const char *key, *document;
    /* the request */
    const char *ciphertext, *key_id, *algorithm, *key_spec, *number_of_bytes, *key_pair_spec, *public_key;
    const char *file; /* with the plaintext to encrypt; "-" = standard input */
    natt_cli_list context;
    /* output of the results */
    const char *out;
    bool json, raw;
    bool drop_in; /* the command is kmstool_enclave_cli */
    /* filled in by the operation's check */
    natt_cli_buf bytes; /* the ciphertext, the peer's public key, or the plaintext to encrypt */
    uint32_t count;     /* of bytes */
} natt_cli_kms_request;

/* One call of KMS. */
typedef struct natt_cli_kms_call {
    const natt_cli_kms_request *request;
    natt_kms_client *client;
    natt_kms_client_recipient recipient;
    natt_kms_client_context context;
    natt_kms_client_buffer plaintext, ciphertext, public_key; /* len 0: not a result of this operation */
    natt_kms_client_reply reply;
    natt_kms_client_error e;
} natt_cli_kms_call;

typedef struct natt_cli_kms_operation {
    bool attested;                                                     /* KMS seals its plaintext to a document's key */
    bool (*check)(natt_cli_kms_request *request, natt_cli_error *err); /* opens only files with values */
    bool (*ask)(natt_cli_kms_call *call);                              /* false: call->e */
} natt_cli_kms_operation;

extern const natt_cli_kms_operation natt_cli_kms_op_decrypt, natt_cli_kms_op_genkey, natt_cli_kms_op_genrandom,
    natt_cli_kms_op_datakey_pair, natt_cli_kms_op_derive, natt_cli_kms_op_encrypt;

/*
 * Checks the request, sends it, and writes the results to standard output or --out. Exit codes: NATT_CLI_REFUSED if KMS
 * refused or its reply cannot be used; NATT_CLI_USAGE; NATT_CLI_IO for the connection, files and the NSM. If it returns
 * false, the file of --out is unchanged, and standard output is empty unless writing it failed or --out could not be
 * renamed.
 */
bool natt_cli_kms_run(natt_cli_kms_request *request, const natt_cli_kms_operation *operation, natt_cli_error *err);

/* ---- between the files of the client ---- */

/* A whole number from `least` to `most`; the error names the option. */
bool natt_cli_kms_number(uint32_t *out, const char *option, const char *text, uint32_t least, uint32_t most,
                         natt_cli_error *err);

#define NATT_CLI_KMS_ADDRESS 40 /* room for vsock:3:4294967295 */

/* Sets all options except for the credentials. `address` must remain valid as long as *options. Names files without
 * reading them. */
bool natt_cli_kms_set_way(natt_kms_client_options *options, char address[NATT_CLI_KMS_ADDRESS],
                          const natt_cli_kms_request *request, natt_cli_error *err);

bool natt_cli_kms_set_credentials(natt_kms_client_options *options, const natt_cli_kms_request *request,
                                  natt_cli_error *err);

/*
 * Moves credentials on the command line to memory that is wiped (free *moved), and replaces them by x's, which ps(1)
 * shows. Call it right after parsing the options.
 */
void natt_cli_kms_take_secrets(natt_cli_kms_request *request, natt_cli_buf *moved);
void natt_cli_kms_free_secrets(natt_cli_buf *moved);

/* The pairs of --encryption-context; free them even if this fails. */
bool natt_cli_kms_set_context(natt_kms_client_context *context, const natt_cli_list *list, natt_cli_error *err);
void natt_cli_kms_free_context(natt_kms_client_context *context);

/* Check of --out, --raw and --json, and output of the results. */
bool natt_cli_kms_check_output(const natt_cli_kms_request *request, natt_cli_error *err);
bool natt_cli_kms_output(const natt_cli_kms_call *call, natt_cli_error *err);

/*
 * The error of call->e: the library's sentence with the file that caused it, and a remedy in terms of the command line.
 */
bool natt_cli_kms_fail(natt_cli_error *err, const natt_cli_kms_call *call, const natt_kms_client_options *options);

#endif
