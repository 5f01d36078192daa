/* See operations.h. Members are those of the KMS API reference that this server supports. */
#include "relying/kms/operations/operations.h"

#include <string.h>

#define BIT(member) NATT_KMS_BIT(NATT_KMS_IN_##member)
#define USE         (BIT(GRANT_TOKENS) | BIT(DRY_RUN))

/* Operation, optional members, required members. */
#define ROW(name, may, needs, run)                                                                                     \
    {                                                                                                                  \
        name, (may) | (needs), needs, run                                                                              \
    }

static const natt_kms_operation operations[] = {
    ROW("Decrypt", BIT(KEY_ID) | BIT(CONTEXT) | BIT(ALGORITHM) | BIT(RECIPIENT) | USE, BIT(CIPHERTEXT),
        natt_kms_decrypt),
    ROW("Encrypt", BIT(CONTEXT) | BIT(ALGORITHM) | USE, BIT(KEY_ID) | BIT(PLAINTEXT), natt_kms_encrypt),
    ROW("GenerateDataKey", BIT(DATA_KEY_SPEC) | BIT(BYTES) | BIT(CONTEXT) | BIT(RECIPIENT) | USE, BIT(KEY_ID),
        natt_kms_generate_data_key),
    ROW("GenerateDataKeyWithoutPlaintext", BIT(DATA_KEY_SPEC) | BIT(BYTES) | BIT(CONTEXT) | USE, BIT(KEY_ID),
        natt_kms_generate_data_key_hidden),
    ROW("GenerateDataKeyPair", BIT(CONTEXT) | BIT(RECIPIENT) | USE, BIT(KEY_ID) | BIT(PAIR_SPEC),
        natt_kms_generate_pair),
    ROW("GenerateDataKeyPairWithoutPlaintext", BIT(CONTEXT) | USE, BIT(KEY_ID) | BIT(PAIR_SPEC),
        natt_kms_generate_pair_hidden),
    ROW("GenerateRandom", BIT(CUSTOM_STORE) | BIT(RECIPIENT), BIT(BYTES), natt_kms_generate_random),
    ROW("DeriveSharedSecret", BIT(RECIPIENT) | USE, BIT(KEY_ID) | BIT(AGREEMENT) | BIT(PUBLIC_KEY),
        natt_kms_derive_shared_secret),
    ROW("GetPublicKey", BIT(GRANT_TOKENS), BIT(KEY_ID), natt_kms_get_public_key),
    ROW("CreateKey",
        BIT(KEY_SPEC) | BIT(OLD_KEY_SPEC) | BIT(KEY_USAGE) | BIT(DESCRIPTION) | BIT(ORIGIN) | BIT(POLICY) |
            BIT(BYPASS) | BIT(MULTI_REGION) | BIT(CUSTOM_STORE),
        0, natt_kms_create_key),
    ROW("DescribeKey", BIT(GRANT_TOKENS), BIT(KEY_ID), natt_kms_describe_key),
    ROW("ListKeys", BIT(LIMIT) | BIT(MARKER), 0, natt_kms_list_keys),
    ROW("CreateAlias", 0, BIT(ALIAS_NAME) | BIT(TARGET_KEY_ID), natt_kms_create_alias),
    ROW("UpdateAlias", 0, BIT(ALIAS_NAME) | BIT(TARGET_KEY_ID), natt_kms_update_alias),
    ROW("DeleteAlias", 0, BIT(ALIAS_NAME), natt_kms_delete_alias),
    ROW("ListAliases", BIT(KEY_ID) | BIT(ALIAS_LIMIT) | BIT(MARKER), 0, natt_kms_list_aliases),
    ROW("EnableKey", 0, BIT(KEY_ID), natt_kms_enable_key),
    ROW("DisableKey", 0, BIT(KEY_ID), natt_kms_disable_key),
    ROW("ScheduleKeyDeletion", BIT(PENDING_DAYS), BIT(KEY_ID), natt_kms_schedule_key_deletion),
    ROW("CancelKeyDeletion", 0, BIT(KEY_ID), natt_kms_cancel_key_deletion),
    ROW("GetKeyPolicy", BIT(POLICY_NAME), BIT(KEY_ID), natt_kms_get_key_policy),
    ROW("PutKeyPolicy", BIT(POLICY_NAME) | BIT(BYPASS), BIT(KEY_ID) | BIT(POLICY), natt_kms_put_key_policy),
    ROW("ListKeyPolicies", BIT(LIMIT) | BIT(MARKER), BIT(KEY_ID), natt_kms_list_key_policies),
};

const natt_kms_operation *natt_kms_operation_at(size_t i)
{
    return i < sizeof operations / sizeof operations[0] ? &operations[i] : NULL;
}

const natt_kms_operation *natt_kms_operation_find(const char *name)
{
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        if (strcmp(operations[i].name, name) == 0)
            return &operations[i];
    return NULL;
}
