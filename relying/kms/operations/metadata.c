/* See metadata.h. */
#include "relying/kms/operations/metadata.h"

#include <string.h>

const char *natt_kms_state_name(natt_kms_state state)
{
    static const char *const names[] = {"", "Enabled", "Disabled", "PendingDeletion"};
    return (size_t)state < sizeof names / sizeof names[0] ? names[state] : "";
}

static json_t *algorithms(const natt_kms_spec *spec)
{
    json_t *list = json_array();
    for (size_t i = 0; spec->algorithms[i] != NULL; i++)
        if (json_array_append_new(list, json_string(spec->algorithms[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

bool natt_kms_put_spec(natt_kms_call *call, json_t *into, const natt_kms_key *key, const natt_kms_spec *spec)
{
    const bool agreement = strcmp(key->usage, "KEY_AGREEMENT") == 0;
    return (json_object_set_new(into, "KeySpec", json_string(key->spec)) == 0 &&
            json_object_set_new(into, "CustomerMasterKeySpec", json_string(key->spec)) == 0 &&
            json_object_set_new(into, agreement ? "KeyAgreementAlgorithms" : "EncryptionAlgorithms",
                                algorithms(spec)) == 0) ||
           natt_kms_out_of_memory(call);
}

static json_t *metadata(const natt_kms_call *call, const natt_kms_key *key)
{
    char arn[NATT_KMS_ARN_ROOM];
    natt_kms_key_arn(arn, call->config, key->id);
    return json_pack("{s:s, s:s, s:s, s:o, s:b, s:s, s:s, s:s, s:s, s:s, s:b}", "AWSAccountId", call->config->account,
                     "KeyId", key->id, "Arn", arn, "CreationDate", natt_kms_time(key->created_ms), "Enabled",
                     (int)(key->state == NATT_KMS_ENABLED), "Description", key->description, "KeyUsage", key->usage,
                     "KeyState", natt_kms_state_name(key->state), "Origin", "AWS_KMS", "KeyManager", "CUSTOMER",
                     "MultiRegion", 0);
}

/* Members that not every key has. */
static bool put_optional(natt_kms_call *call, json_t *into, const natt_kms_key *key, const natt_kms_spec *spec)
{
    if (key->state == NATT_KMS_PENDING_DELETION &&
        json_object_set_new(into, "DeletionDate", natt_kms_time(key->deletion_ms)) != 0)
        return natt_kms_out_of_memory(call);
    if (spec->family == NATT_KMS_SYMMETRIC &&
        json_object_set_new(into, "CurrentKeyMaterialId", json_string(key->material_id)) != 0)
        return natt_kms_out_of_memory(call);
    return natt_kms_put_spec(call, into, key, spec);
}

bool natt_kms_put_metadata(natt_kms_call *call, const natt_kms_key *key, const natt_kms_spec *spec)
{
    json_t *about = metadata(call, key);
    if (about == NULL)
        return natt_kms_out_of_memory(call);
    if (put_optional(call, about, key, spec))
        return natt_kms_put_json(call, "KeyMetadata", about);
    json_decref(about);
    return false;
}
