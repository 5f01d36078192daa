/* GenerateDataKey, GenerateDataKeyPair, both without plaintext, and GenerateRandom. */
#include <string.h>

#include "relying/kms/operations/new_key.h"
#include "relying/kms/operations/operations.h"
#include "relying/kms/operations/use.h"

/* KeySpec or NumberOfBytes, not both [KMS API reference, GenerateDataKey]. */
static bool data_key_len(natt_kms_call *call, size_t *len)
{
    const natt_kms_value *spec = &call->in[NATT_KMS_IN_DATA_KEY_SPEC], *bytes = &call->in[NATT_KMS_IN_BYTES];
    if (spec->given == bytes->given)
        return natt_kms_refuse(call, NATT_KMS_E_VALIDATION, "Please specify either number of bytes or key spec%s.",
                               spec->given ? ", not both" : "");
    *len = bytes->given ? (size_t)bytes->number : strcmp(spec->text, "AES_128") == 0 ? 16 : 32;
    return true;
}

static bool random_secret(natt_kms_call *call, natt_kms_secret *secret, size_t len)
{
    return natt_kms_secret_random(secret, len) ||
           natt_kms_refuse(call, NATT_KMS_E_INTERNAL, "there are no random bytes");
}

static bool generate_data_key(natt_kms_call *call, bool hidden)
{
    natt_kms_found found;
    natt_kms_secret secret = {0, {0}};
    size_t len = 0;
    memset(&found, 0, sizeof found);
    bool done = data_key_len(call, &len) && natt_kms_use(call, &found, "ENCRYPT_DECRYPT") &&
                natt_kms_check_symmetric(call, &found) && random_secret(call, &secret, len) &&
                natt_kms_put_ciphertext(call, "CiphertextBlob", &found, natt_kms_secret_view(&secret)) &&
                (hidden || natt_kms_put_secret(call, "Plaintext", natt_kms_secret_view(&secret))) &&
                natt_kms_put_key_ids(call, &found);
    natt_kms_secret_wipe(&secret);
    natt_kms_found_free(&found);
    return done;
}

bool natt_kms_generate_data_key(natt_kms_call *call)
{
    return generate_data_key(call, false);
}

bool natt_kms_generate_data_key_hidden(natt_kms_call *call)
{
    return generate_data_key(call, true);
}

static bool make_pair(natt_kms_call *call, natt_kms_secret *secret, natt_kms_spki *public_key)
{
    const char *name = call->in[NATT_KMS_IN_PAIR_SPEC].text;
    const natt_kms_spec *spec = natt_kms_spec_find(name);
    natt_kms_store_error err;
    if (spec == NULL || !spec->pair)
        return natt_kms_refuse(call, NATT_KMS_E_UNSUPPORTED_OPERATION, "this server does not support key pairs of %s",
                               name);
    return natt_kms_new_pair(secret, public_key, call->config, spec, &err) || natt_kms_fail_store(call, &err);
}

static bool put_pair(natt_kms_call *call, const natt_kms_found *found, const natt_kms_secret *secret,
                     const natt_kms_spki *public_key, bool hidden)
{
    natt_bytes view = natt_kms_secret_view(secret);
    return natt_kms_put_ciphertext(call, "PrivateKeyCiphertextBlob", found, view) &&
           (hidden || natt_kms_put_secret(call, "PrivateKeyPlaintext", view)) &&
           natt_kms_put_blob(call, "PublicKey", (natt_bytes){public_key->bytes, public_key->len}) &&
           natt_kms_put_text(call, "KeyPairSpec", call->in[NATT_KMS_IN_PAIR_SPEC].text) &&
           natt_kms_put_key_ids(call, found);
}

static bool generate_pair(natt_kms_call *call, bool hidden)
{
    natt_kms_found found;
    natt_kms_secret secret = {0, {0}};
    natt_kms_spki public_key;
    bool done = natt_kms_use(call, &found, "ENCRYPT_DECRYPT") && natt_kms_check_symmetric(call, &found) &&
                make_pair(call, &secret, &public_key) && put_pair(call, &found, &secret, &public_key, hidden);
    natt_kms_secret_wipe(&secret);
    natt_kms_found_free(&found);
    return done;
}

bool natt_kms_generate_pair(natt_kms_call *call)
{
    return generate_pair(call, false);
}

bool natt_kms_generate_pair_hidden(natt_kms_call *call)
{
    return generate_pair(call, true);
}

/* It has no key, so the principal's policy decides. */
bool natt_kms_generate_random(natt_kms_call *call)
{
    natt_kms_secret secret = {0, {0}};
    if (call->in[NATT_KMS_IN_CUSTOM_STORE].given)
        return natt_kms_refuse(call, NATT_KMS_E_UNSUPPORTED_OPERATION,
                               "this server does not support custom key stores");
    bool done = natt_kms_authorize_resource(call, "*") &&
                random_secret(call, &secret, (size_t)call->in[NATT_KMS_IN_BYTES].number) &&
                natt_kms_put_secret(call, "Plaintext", natt_kms_secret_view(&secret));
    natt_kms_secret_wipe(&secret);
    return done;
}
