/*
 * Actions of KMS. Sources: service model of KMS 2014-11-01; service authorization reference for permissions that are
 * not operations (kms:ReEncryptFrom, ...).
 */
#include "relying/kms/policy/names.h"

#include <string.h>

static const char *const names[] = {
    "kms:CancelKeyDeletion",
    "kms:ConnectCustomKeyStore",
    "kms:CreateAlias",
    "kms:CreateCustomKeyStore",
    "kms:CreateGrant",
    "kms:CreateKey",
    "kms:Decapsulate",
    "kms:Decrypt",
    "kms:DeleteAlias",
    "kms:DeleteCustomKeyStore",
    "kms:DeleteImportedKeyMaterial",
    "kms:DeriveSharedSecret",
    "kms:DescribeCustomKeyStores",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:DisconnectCustomKeyStore",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:Encapsulate",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyPair",
    "kms:GenerateDataKeyPairWithoutPlaintext",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:GenerateMac",
    "kms:GenerateRandom",
    "kms:GetKeyLastUsage",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:GetParametersForImport",
    "kms:GetPublicKey",
    "kms:ImportKeyMaterial",
    "kms:ListAliases",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListKeys",
    "kms:ListResourceTags",
    "kms:ListRetirableGrants",
    "kms:PutKeyPolicy",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:ReplicateKey",
    "kms:RetireGrant",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:Sign",
    "kms:SynchronizeMultiRegionKey",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateCustomKeyStore",
    "kms:UpdateKeyDescription",
    "kms:UpdatePrimaryRegion",
    "kms:Verify",
    "kms:VerifyMac",
};

/* The actions that have the parameter Recipient, except GenerateRandom, which has no key [service model of KMS] */
static const char *const with_recipient[] = {"kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyPair",
                                             "kms:DeriveSharedSecret"};

#define COUNT           (sizeof names / sizeof names[0])
#define RECIPIENT_COUNT (sizeof with_recipient / sizeof with_recipient[0])

const char *natt_kms_action_name(size_t i)
{
    return i < COUNT ? names[i] : NULL;
}

const char *natt_kms_recipient_action(size_t i)
{
    return i < RECIPIENT_COUNT ? with_recipient[i] : NULL;
}

bool natt_kms_action_carries_document(const char *action)
{
    for (size_t i = 0; i < RECIPIENT_COUNT; i++)
        if (natt_kms_equal_ignore_case(with_recipient[i], action))
            return true;
    return natt_kms_equal_ignore_case("kms:GenerateRandom", action);
}

bool natt_kms_action_match(const char *pattern, const char *action)
{
    return natt_kms_like(pattern, action, true);
}

bool natt_kms_action_known(const char *pattern)
{
    for (size_t i = 0; i < COUNT; i++)
        if (natt_kms_action_match(pattern, names[i]))
            return true;
    return false;
}

const char *natt_kms_action_near(const char *pattern)
{
    return natt_kms_action_name(natt_kms_nearest(pattern, natt_kms_action_name, COUNT));
}
