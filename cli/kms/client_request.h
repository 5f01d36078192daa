/*
 * What the commands of nitro-attest kms that ask a KMS have in common: one request, as the command line gives it, and
 * how it is carried out. The commands' tables are in kms_client.c, that of kmstool_enclave_cli is in kmstool.c.
 */
#ifndef NATT_CLI_KMS_CLIENT_REQUEST_H
#define NATT_CLI_KMS_CLIENT_REQUEST_H

#include <nitro_attest/kms_client.h>

#include "cli/frame/bytes.h"
#include "cli/nsm/nsm_session.h"

/* As given, NULL = not given. */
typedef struct natt_cli_kms_request {
    natt_cli_nsm_place place;
    /* where KMS is */
    const char *region, *proxy_port, *connect, *endpoint, *ca_file;
    const char *connect_timeout, *timeout, *max_attempts;
    bool insecure_http;
    /* who asks */
    const char *credentials, *profile, *access_key, *secret_key, *session_token;
    /* for whom */
    const char *key, *document;
    /* what is asked for */
    const char *ciphertext, *key_id, *algorithm, *key_spec, *number_of_bytes, *key_pair_spec, *public_key;
    const char *file; /* with the plaintext to encrypt; "-" = standard input */
    natt_cli_list context;
    /* what becomes of it */
    const char *out;
    bool json, raw;
    bool drop_in; /* kmstool_enclave_cli asks */
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
    bool attested; /* its plaintext comes sealed to a document's key */
    bool (*check)(natt_cli_kms_request *request, natt_cli_error *err); /* opens nothing but files with values */
    bool (*ask)(natt_cli_kms_call *call);                              /* false: call->e */
} natt_cli_kms_operation;

extern const natt_cli_kms_operation natt_cli_kms_op_decrypt, natt_cli_kms_op_genkey, natt_cli_kms_op_genrandom,
    natt_cli_kms_op_datakey_pair, natt_cli_kms_op_derive, natt_cli_kms_op_encrypt;

/*
 * Checks, asks, and writes what KMS gave to standard output or to --out. Exit codes: NATT_CLI_REFUSED when KMS refused,
 * or gave what cannot be used; NATT_CLI_USAGE; NATT_CLI_IO for the way there, files and the NSM. On false
 * standard output has nothing, unless it was that which failed or --out could not be given its name, and the file of
 * --out is as it was before.
 */
bool natt_cli_kms_run(natt_cli_kms_request *request, const natt_cli_kms_operation *operation, natt_cli_error *err);

/* ---- between the files of the client ---- */

/* A whole number from `least` to `most`; the option is named in the error. */
bool natt_cli_kms_number(uint32_t *out, const char *option, const char *text, uint32_t least, uint32_t most,
                         natt_cli_error *err);

#define NATT_CLI_KMS_ADDRESS 40 /* room for vsock:3:4294967295 */

/* All but the credentials. `address` must live as long as *options. Files are named, not read. */
bool natt_cli_kms_set_way(natt_kms_client_options *options, char address[NATT_CLI_KMS_ADDRESS],
                          const natt_cli_kms_request *request, natt_cli_error *err);

bool natt_cli_kms_set_credentials(natt_kms_client_options *options, const natt_cli_kms_request *request,
                                  natt_cli_error *err);

/*
 * Credentials on the command line move to memory that is wiped (*moved, to be freed), and x's take their
 * place for readers of ps(1). To be called as soon as the options are parsed.
 */
void natt_cli_kms_take_secrets(natt_cli_kms_request *request, natt_cli_buf *moved);
void natt_cli_kms_free_secrets(natt_cli_buf *moved);

/* The pairs of --encryption-context; free them even if this fails. */
bool natt_cli_kms_set_context(natt_kms_client_context *context, const natt_cli_list *list, natt_cli_error *err);
void natt_cli_kms_free_context(natt_kms_client_context *context);

/* Usage of --out, --raw and --json, and the results. */
bool natt_cli_kms_check_output(const natt_cli_kms_request *request, natt_cli_error *err);
bool natt_cli_kms_output(const natt_cli_kms_call *call, natt_cli_error *err);

/*
 * Why a call failed, by call->e: the library's sentence with the file it is about, and what to do in terms of the
 * command line.
 */
bool natt_cli_kms_fail(natt_cli_error *err, const natt_cli_kms_call *call, const natt_kms_client_options *options);

#endif
