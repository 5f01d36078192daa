/* See use.h. */
#include "relying/kms/operations/use.h"

#include <string.h>

#include "relying/kms/crypto/blob.h"

/* This server has no CreateGrant, so no grant token can be valid. */
static bool check_no_grants(natt_kms_call *call)
{
    return json_array_size(call->in[NATT_KMS_IN_GRANT_TOKENS].json) == 0 ||
           natt_kms_refuse(call, NATT_KMS_E_INVALID_GRANT_TOKEN,
                           "this server does not support grants: omit GrantTokens");
}

static bool check_dry_run(natt_kms_call *call)
{
    return !call->in[NATT_KMS_IN_DRY_RUN].flag ||
           natt_kms_refuse(call, NATT_KMS_E_DRY_RUN, "The request would have succeeded, but the DryRun option is set.");
}

bool natt_kms_use_found(natt_kms_call *call, const natt_kms_found *found, const char *usage)
{
    return check_no_grants(call) && natt_kms_authorize(call, found) && natt_kms_check_enabled(call, found) &&
           (usage == NULL || natt_kms_check_usage(call, found, usage)) && check_dry_run(call);
}

bool natt_kms_use(natt_kms_call *call, natt_kms_found *found, const char *usage)
{
    return natt_kms_find_key(call, found, call->in[NATT_KMS_IN_KEY_ID].text, NATT_KMS_ANY_NAME) &&
           natt_kms_use_found(call, found, usage);
}

bool natt_kms_check_algorithm(natt_kms_call *call, const natt_kms_found *found, const char *algorithm)
{
    return natt_kms_spec_has(found->spec, algorithm) ||
           natt_kms_refuse(call, NATT_KMS_E_INVALID_KEY_USAGE, "Algorithm %s is incompatible with key spec %s.",
                           algorithm, found->spec->name);
}

bool natt_kms_check_symmetric(natt_kms_call *call, const natt_kms_found *found)
{
    return found->spec->family == NATT_KMS_SYMMETRIC ||
           natt_kms_refuse(call, NATT_KMS_E_INVALID_KEY_USAGE, "%s key spec is %s which is not valid for %s.",
                           found->arn, found->spec->name, call->operation);
}

static natt_kms_blob_key blob_key(const natt_kms_found *found, const natt_kms_secret *secret)
{
    return (natt_kms_blob_key){found->key.id, found->key.material_id, natt_kms_secret_view(secret)};
}

bool natt_kms_put_ciphertext(natt_kms_call *call, const char *name, const natt_kms_found *found, natt_bytes secret)
{
    uint8_t blob[NATT_KMS_MAX_BLOB];
    size_t len = 0;
    natt_kms_secret under;
    if (!natt_kms_key_secret(call, &under, found))
        return false;
    const natt_kms_blob_key key = blob_key(found, &under);
    bool sealed = natt_kms_blob_seal(blob, &len, &key, call->context, secret);
    natt_kms_secret_wipe(&under);
    if (!sealed)
        return natt_kms_refuse(call, NATT_KMS_E_INTERNAL, "the encryption failed");
    return natt_kms_put_blob(call, name, (natt_bytes){blob, len});
}

/* "NKM1", the beginning of every ciphertext here, in base64. The last character also has the first bits of the next
 * byte, which are constant. */
static bool is_base64_of_ciphertext(natt_bytes blob)
{
    return blob.len >= 5 && memcmp(blob.ptr, "TktNM", 5) == 0;
}

bool natt_kms_invalid_ciphertext(natt_kms_call *call)
{
    if (is_base64_of_ciphertext(call->in[NATT_KMS_IN_CIPHERTEXT].bytes))
        return natt_kms_refuse(call, NATT_KMS_E_INVALID_CIPHERTEXT,
                               "CiphertextBlob is base64 within base64: pass the bytes");
    return natt_kms_refuse(call, NATT_KMS_E_INVALID_CIPHERTEXT,
                           "the ciphertext is damaged, or was made with another encryption context");
}

bool natt_kms_open_ciphertext(natt_kms_call *call, natt_kms_secret *out, const natt_kms_found *found, natt_bytes blob)
{
    natt_kms_secret under;
    natt_kms_secret_wipe(out);
    if (!natt_kms_key_secret(call, &under, found))
        return false;
    const natt_kms_blob_key key = blob_key(found, &under);
    bool opened = natt_kms_blob_open(out, &key, call->context, blob);
    natt_kms_secret_wipe(&under);
    return opened || natt_kms_invalid_ciphertext(call);
}

bool natt_kms_put_key_ids(natt_kms_call *call, const natt_kms_found *found)
{
    return natt_kms_put_text(call, "KeyId", found->arn) &&
           (found->spec->family != NATT_KMS_SYMMETRIC ||
            natt_kms_put_text(call, "KeyMaterialId", found->key.material_id));
}
