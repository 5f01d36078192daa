/* Encrypt and Decrypt, with symmetric keys and with RSA. */
#include <string.h>

#include "relying/kms/crypto/blob.h"
#include "relying/kms/crypto/pair.h"
#include "relying/kms/operations/operations.h"
#include "relying/kms/operations/use.h"

#define SYMMETRIC "SYMMETRIC_DEFAULT"

static const char *algorithm_of(const natt_kms_call *call)
{
    return natt_kms_in_text(call, NATT_KMS_IN_ALGORITHM, SYMMETRIC);
}

/* RSA-OAEP cannot authenticate an encryption context. */
static bool check_no_context(natt_kms_call *call)
{
    return json_object_size(call->in[NATT_KMS_IN_CONTEXT].json) == 0 ||
           natt_kms_refuse(call, NATT_KMS_E_VALIDATION, "EncryptionContext is for symmetric keys, not for %s",
                           algorithm_of(call));
}

static bool check_room(natt_kms_call *call, const natt_kms_found *found, size_t len)
{
    size_t room = natt_kms_oaep_room(found->spec, algorithm_of(call));
    return len <= room || natt_kms_refuse(call, NATT_KMS_E_VALIDATION,
                                          "Algorithm %s and key spec %s cannot encrypt data larger than %zu bytes.",
                                          algorithm_of(call), found->spec->name, room);
}

static bool encrypt_rsa(natt_kms_call *call, const natt_kms_found *found, natt_bytes plaintext)
{
    uint8_t out[512];
    size_t len = 0;
    natt_kms_secret key;
    if (!check_no_context(call) || !check_room(call, found, plaintext.len) || !natt_kms_key_secret(call, &key, found))
        return false;
    bool done = natt_kms_oaep_encrypt(out, &len, natt_kms_secret_view(&key), algorithm_of(call), plaintext);
    natt_kms_secret_wipe(&key);
    return done ? natt_kms_put_blob(call, "CiphertextBlob", (natt_bytes){out, len})
                : natt_kms_refuse(call, NATT_KMS_E_INTERNAL, "the encryption failed");
}

static bool encrypt(natt_kms_call *call, const natt_kms_found *found)
{
    natt_bytes plaintext = call->in[NATT_KMS_IN_PLAINTEXT].bytes;
    if (!natt_kms_check_algorithm(call, found, algorithm_of(call)))
        return false;
    return found->spec->family == NATT_KMS_RSA ? encrypt_rsa(call, found, plaintext)
                                               : natt_kms_put_ciphertext(call, "CiphertextBlob", found, plaintext);
}

bool natt_kms_encrypt(natt_kms_call *call)
{
    natt_kms_found found;
    bool done = natt_kms_use(call, &found, "ENCRYPT_DECRYPT") && encrypt(call, &found) &&
                natt_kms_put_text(call, "KeyId", found.arn) &&
                natt_kms_put_text(call, "EncryptionAlgorithm", algorithm_of(call));
    natt_kms_found_free(&found);
    return done;
}

/* The key that the ciphertext names, if the request does not name one. */
static bool find_by_ciphertext(natt_kms_call *call, natt_kms_found *found)
{
    char id[NATT_KMS_UUID_LEN + 1];
    bool there = false;
    memset(found, 0, sizeof *found);
    if (strcmp(algorithm_of(call), SYMMETRIC) != 0)
        return natt_kms_refuse(call, NATT_KMS_E_VALIDATION, "KeyId is needed with the algorithm %s",
                               algorithm_of(call));
    if (!natt_kms_blob_key_id(id, call->in[NATT_KMS_IN_CIPHERTEXT].bytes))
        return natt_kms_invalid_ciphertext(call);
    if (!natt_kms_find_key_by_id(call, found, id, &there))
        return false;
    return there ||
           natt_kms_refuse(call, NATT_KMS_E_ACCESS_DENIED,
                           "The ciphertext refers to a customer master key that does not exist, does not exist "
                           "in this region, or you are not allowed to access.");
}

static bool check_same_key(natt_kms_call *call, const natt_kms_found *found)
{
    char id[NATT_KMS_UUID_LEN + 1];
    if (!natt_kms_blob_key_id(id, call->in[NATT_KMS_IN_CIPHERTEXT].bytes))
        return natt_kms_invalid_ciphertext(call);
    return strcmp(id, found->key.id) == 0 ||
           natt_kms_refuse(call, NATT_KMS_E_INCORRECT_KEY,
                           "The key ID in the request does not identify the key that made the ciphertext.");
}

static bool decrypt_rsa(natt_kms_call *call, natt_kms_secret *out, const natt_kms_found *found)
{
    natt_kms_secret key;
    natt_kms_secret_wipe(out);
    if (!check_no_context(call) || !natt_kms_key_secret(call, &key, found))
        return false;
    bool done = natt_kms_oaep_decrypt(out, natt_kms_secret_view(&key), algorithm_of(call),
                                      call->in[NATT_KMS_IN_CIPHERTEXT].bytes);
    natt_kms_secret_wipe(&key);
    return done || natt_kms_invalid_ciphertext(call);
}

static bool decrypt(natt_kms_call *call, natt_kms_secret *out, const natt_kms_found *found)
{
    if (!natt_kms_check_algorithm(call, found, algorithm_of(call)))
        return false;
    if (found->spec->family == NATT_KMS_RSA)
        return decrypt_rsa(call, out, found);
    return check_same_key(call, found) &&
           natt_kms_open_ciphertext(call, out, found, call->in[NATT_KMS_IN_CIPHERTEXT].bytes);
}

static bool find(natt_kms_call *call, natt_kms_found *found)
{
    if (!call->in[NATT_KMS_IN_KEY_ID].given)
        return find_by_ciphertext(call, found);
    return natt_kms_find_key(call, found, call->in[NATT_KMS_IN_KEY_ID].text, NATT_KMS_ANY_NAME);
}

bool natt_kms_decrypt(natt_kms_call *call)
{
    natt_kms_found found;
    natt_kms_secret secret = {0, {0}};
    bool done =
        find(call, &found) && natt_kms_use_found(call, &found, "ENCRYPT_DECRYPT") && decrypt(call, &secret, &found) &&
        natt_kms_put_secret(call, "Plaintext", natt_kms_secret_view(&secret)) && natt_kms_put_key_ids(call, &found) &&
        natt_kms_put_text(call, "EncryptionAlgorithm", algorithm_of(call));
    natt_kms_secret_wipe(&secret);
    natt_kms_found_free(&found);
    return done;
}
