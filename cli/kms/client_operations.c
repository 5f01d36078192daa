/*
 * The six operations: the options that each requires, and the library function that it calls.
 */
#include <string.h>

#include "cli/certificates/public_key.h"
#include "cli/frame/file.h"
#include "cli/kms/client_request.h"

static bool check_given(const char *option, const char *value, natt_cli_error *err)
{
    if (value == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "--help lists the options", "%s is missing", option);
    return value[0] != '\0' ||
           natt_cli_fail(err, NATT_CLI_USAGE, "check that the shell variable is set", "%s: the value is empty", option);
}

/* ---- decrypt ---- */

static bool check_decrypt(natt_cli_kms_request *r, natt_cli_error *err)
{
    return check_given("--ciphertext", r->ciphertext, err) &&
           (natt_cli_base64_decode(&r->bytes, r->ciphertext, strlen(r->ciphertext)) ||
            natt_cli_fail(err, NATT_CLI_USAGE, "pass the complete output of genkey, encrypt or the AWS CLI",
                          "--ciphertext: the text is not base64"));
}

static bool ask_decrypt(natt_cli_kms_call *call)
{
    natt_kms_client_decrypt_request q = NATT_KMS_CLIENT_DECRYPT_REQUEST_INIT;
    q.ciphertext = natt_cli_buf_view(&call->request->bytes);
    q.key_id = call->request->key_id;
    q.encryption_algorithm = call->request->algorithm;
    q.context = call->context;
    q.recipient = call->recipient;
    return natt_kms_client_decrypt(call->client, &call->plaintext, &q, &call->reply, &call->e);
}

const natt_cli_kms_operation natt_cli_kms_op_decrypt = {true, check_decrypt, ask_decrypt};

/* ---- genkey ---- */

/* kmstool_enclave_cli has hyphens, KMS underscores. */
static const char *key_spec_of(const char *text)
{
    static const char *const specs[][2] = {{"AES-256", "AES_256"}, {"AES-128", "AES_128"}};
    for (size_t i = 0; text != NULL && i < 2; i++)
        if (strcmp(text, specs[i][0]) == 0 || strcmp(text, specs[i][1]) == 0)
            return specs[i][1];
    return NULL;
}

static bool check_genkey(natt_cli_kms_request *r, natt_cli_error *err)
{
    if (!check_given("--key-id", r->key_id, err))
        return false;
    if ((r->key_spec == NULL) == (r->number_of_bytes == NULL))
        return natt_cli_fail(err, NATT_CLI_USAGE, "AES_256 is usual", "give either --key-spec or --number-of-bytes");
    if (r->key_spec != NULL)
        return key_spec_of(r->key_spec) != NULL ||
               natt_cli_fail(err, NATT_CLI_USAGE, "AES_256 or AES_128", "--key-spec: %.80s is not known", r->key_spec);
    return natt_cli_kms_number(&r->count, "--number-of-bytes", r->number_of_bytes, 1, NATT_KMS_CLIENT_MAX_RANDOM, err);
}

static bool ask_genkey(natt_cli_kms_call *call)
{
    natt_kms_client_data_key_request q = NATT_KMS_CLIENT_DATA_KEY_REQUEST_INIT;
    q.key_id = call->request->key_id;
    q.key_spec = key_spec_of(call->request->key_spec);
    q.number_of_bytes = call->request->count;
    q.context = call->context;
    q.recipient = call->recipient;
    return natt_kms_client_generate_data_key(call->client, &call->plaintext, &call->ciphertext, &q, &call->reply,
                                             &call->e);
}

const natt_cli_kms_operation natt_cli_kms_op_genkey = {true, check_genkey, ask_genkey};

/* ---- genrandom ---- */

static bool check_genrandom(natt_cli_kms_request *r, natt_cli_error *err)
{
    return check_given("--length", r->number_of_bytes, err) &&
           natt_cli_kms_number(&r->count, "--length", r->number_of_bytes, 1, NATT_KMS_CLIENT_MAX_RANDOM, err);
}

static bool ask_genrandom(natt_cli_kms_call *call)
{
    natt_kms_client_random_request q = NATT_KMS_CLIENT_RANDOM_REQUEST_INIT;
    q.number_of_bytes = call->request->count;
    q.recipient = call->recipient;
    return natt_kms_client_generate_random(call->client, &call->plaintext, &q, &call->reply, &call->e);
}

const natt_cli_kms_operation natt_cli_kms_op_genrandom = {true, check_genrandom, ask_genrandom};

/* ---- datakey-pair ---- */

static bool check_datakey_pair(natt_cli_kms_request *r, natt_cli_error *err)
{
    return check_given("--key-id", r->key_id, err) && check_given("--key-pair-spec", r->key_pair_spec, err);
}

static bool ask_datakey_pair(natt_cli_kms_call *call)
{
    natt_kms_client_key_pair_request q = NATT_KMS_CLIENT_KEY_PAIR_REQUEST_INIT;
    q.key_id = call->request->key_id;
    q.key_pair_spec = call->request->key_pair_spec;
    q.context = call->context;
    q.recipient = call->recipient;
    return natt_kms_client_generate_data_key_pair(call->client, &call->plaintext, &call->ciphertext, &call->public_key,
                                                  &q, &call->reply, &call->e);
}

const natt_cli_kms_operation natt_cli_kms_op_datakey_pair = {true, check_datakey_pair, ask_datakey_pair};

/* ---- derive ---- */

static bool check_derive(natt_cli_kms_request *r, natt_cli_error *err)
{
    return check_given("--key-id", r->key_id, err) && check_given("--public-key", r->public_key, err) &&
           natt_cli_file_read(&r->bytes, r->public_key, err) &&
           (natt_cli_public_key_decode(&r->bytes, err) || natt_cli_fail_in(err, "%.300s", r->public_key));
}

static bool ask_derive(natt_cli_kms_call *call)
{
    natt_kms_client_derive_request q = NATT_KMS_CLIENT_DERIVE_REQUEST_INIT;
    q.key_id = call->request->key_id;
    q.public_key = natt_cli_buf_view(&call->request->bytes);
    q.recipient = call->recipient;
    return natt_kms_client_derive_shared_secret(call->client, &call->plaintext, &q, &call->reply, &call->e);
}

const natt_cli_kms_operation natt_cli_kms_op_derive = {true, check_derive, ask_derive};

/* ---- encrypt ---- */

static bool check_encrypt(natt_cli_kms_request *r, natt_cli_error *err)
{
    return check_given("--key-id", r->key_id, err);
}

static bool ask_encrypt(natt_cli_kms_call *call)
{
    natt_kms_client_encrypt_request q = NATT_KMS_CLIENT_ENCRYPT_REQUEST_INIT;
    q.key_id = call->request->key_id;
    q.plaintext = natt_cli_buf_view(&call->request->bytes);
    q.encryption_algorithm = call->request->algorithm;
    q.context = call->context;
    return natt_kms_client_encrypt(call->client, &call->ciphertext, &q, &call->reply, &call->e);
}

const natt_cli_kms_operation natt_cli_kms_op_encrypt = {false, check_encrypt, ask_encrypt};
