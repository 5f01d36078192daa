/*
 * Replaces libnitro-attest-kms if the TLS library of mbedTLS was missing when the command was built.
 */
#include <nitro_attest/kms_client.h>
#include <stdio.h>

natt_kms_client *natt_kms_client_new(natt_nsm *nsm, const natt_kms_client_options *options, natt_kms_client_error *err)
{
    (void)nsm, (void)options;
    *err = (natt_kms_client_error){.code = NATT_KMS_CLIENT_E_CRYPTO};
    return NULL;
}

void natt_kms_client_free(natt_kms_client *client)
{
    (void)client;
}

size_t natt_kms_client_error_format(char *buf, size_t len, const natt_kms_client_error *err)
{
    (void)err;
    return (size_t)snprintf(buf, len,
                            "this nitro-attest cannot send requests to KMS: it was built without the TLS of mbedTLS");
}

natt_kms_client_layer natt_kms_client_code_layer(natt_kms_client_code code)
{
    (void)code;
    return NATT_KMS_CLIENT_LAYER_CALL;
}

const char *natt_kms_client_code_remedy(natt_kms_client_code code)
{
    (void)code;
    return "";
}

/* The other functions need a client, which natt_kms_client_new never returns here. */

bool natt_kms_client_decrypt(natt_kms_client *client, natt_kms_client_buffer *plaintext,
                             const natt_kms_client_decrypt_request *request, natt_kms_client_reply *reply,
                             natt_kms_client_error *err)
{
    (void)client, (void)plaintext, (void)request, (void)reply, (void)err;
    return false;
}

bool natt_kms_client_generate_data_key(natt_kms_client *client, natt_kms_client_buffer *plaintext,
                                       natt_kms_client_buffer *ciphertext,
                                       const natt_kms_client_data_key_request *request, natt_kms_client_reply *reply,
                                       natt_kms_client_error *err)
{
    (void)client, (void)plaintext, (void)ciphertext, (void)request, (void)reply, (void)err;
    return false;
}

bool natt_kms_client_generate_data_key_pair(natt_kms_client *client, natt_kms_client_buffer *private_key,
                                            natt_kms_client_buffer *private_ciphertext,
                                            natt_kms_client_buffer *public_key,
                                            const natt_kms_client_key_pair_request *request,
                                            natt_kms_client_reply *reply, natt_kms_client_error *err)
{
    (void)client, (void)private_key, (void)private_ciphertext, (void)public_key, (void)request, (void)reply, (void)err;
    return false;
}

bool natt_kms_client_generate_random(natt_kms_client *client, natt_kms_client_buffer *random,
                                     const natt_kms_client_random_request *request, natt_kms_client_reply *reply,
                                     natt_kms_client_error *err)
{
    (void)client, (void)random, (void)request, (void)reply, (void)err;
    return false;
}

bool natt_kms_client_derive_shared_secret(natt_kms_client *client, natt_kms_client_buffer *shared_secret,
                                          const natt_kms_client_derive_request *request, natt_kms_client_reply *reply,
                                          natt_kms_client_error *err)
{
    (void)client, (void)shared_secret, (void)request, (void)reply, (void)err;
    return false;
}

bool natt_kms_client_encrypt(natt_kms_client *client, natt_kms_client_buffer *ciphertext,
                             const natt_kms_client_encrypt_request *request, natt_kms_client_reply *reply,
                             natt_kms_client_error *err)
{
    (void)client, (void)ciphertext, (void)request, (void)reply, (void)err;
    return false;
}
