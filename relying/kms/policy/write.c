/*
 * A key policy for given measurements. No statement allows a plaintext without a document, also not by kms:*, ReEncrypt
 * or CreateGrant. But administrators can change the policy. Source: KMS developer guide, "Default key policy" (key
 * administrators), "Condition keys for Nitro Enclaves", "Condition keys for NitroTPM".
 */
#include "relying/kms/policy/names.h"
#include "relying/kms/policy/policy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The actions of the default policy, without CreateGrant (in kms:Create*), which bypasses the conditions. */
static const char *const administration[] = {
    "kms:CreateAlias",          "kms:DeleteAlias",         "kms:UpdateAlias",
    "kms:DescribeKey",          "kms:EnableKey",           "kms:DisableKey",
    "kms:EnableKeyRotation",    "kms:DisableKeyRotation",  "kms:RotateKeyOnDemand",
    "kms:GetKeyPolicy",         "kms:PutKeyPolicy",        "kms:GetPublicKey",
    "kms:GetKeyRotationStatus", "kms:ListAliases",         "kms:ListGrants",
    "kms:ListKeyPolicies",      "kms:ListKeyRotations",    "kms:ListResourceTags",
    "kms:RevokeGrant",          "kms:TagResource",         "kms:UntagResource",
    "kms:UpdateKeyDescription", "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion"};
static const char *const encryption[] = {"kms:Encrypt", "kms:GenerateDataKeyWithoutPlaintext",
                                         "kms:GenerateDataKeyPairWithoutPlaintext", "kms:DescribeKey"};
static const char *const decryption[] = {"kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyPair",
                                         "kms:DeriveSharedSecret"};

/* Writes one text as a text, several as a list. */
static json_t *texts(const char *const *items, size_t count)
{
    if (count == 1)
        return json_string(items[0]);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(list, json_string(items[i])) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *statement(const char *sid, json_t *principals, json_t *actions)
{
    return json_pack("{s:s, s:s, s:{s:o}, s:o, s:s}", "Sid", sid, "Effect", "Allow", "Principal", "AWS", principals,
                     "Action", actions, "Resource", "*");
}

/* ---- the conditions ---- */

static json_t *hex(natt_bytes value)
{
    char out[2 * NATT_PCR_LEN + 1] = "";
    for (size_t i = 0; i < value.len && i < NATT_PCR_LEN; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", value.ptr[i]);
    return json_string(out);
}

/* A single value is a text, several are a list. */
static bool add_value(json_t *keys, const char *key, json_t *value)
{
    json_t *there = json_object_get(keys, key);
    if (there == NULL)
        return json_object_set_new(keys, key, value) == 0;
    if (json_is_array(there))
        return json_array_append_new(there, value) == 0;
    return json_object_set_new(keys, key, json_pack("[O, o]", there, value)) == 0;
}

static json_t *condition(natt_kind kind, const natt_pcr_set *set)
{
    json_t *keys = json_object();
    bool done = keys != NULL;
    for (uint32_t index = 0; index < NATT_PCR_COUNT; index++)
        for (size_t i = 0; done && i < set->pcr_count; i++) {
            char key[48];
            (void)snprintf(key, sizeof key, "%s%u",
                           kind == NATT_KIND_NITROTPM ? NATT_KMS_NITROTPM_PCR : NATT_KMS_ENCLAVE_PCR, (unsigned)index);
            if (set->pcrs[i].index == index)
                done = add_value(keys, key, hex(set->pcrs[i].value));
        }
    if (done)
        return json_pack("{s:o}", "StringEqualsIgnoreCase", keys);
    json_decref(keys);
    return NULL;
}

/* ---- the statements ---- */

static bool add(json_t *list, json_t *one)
{
    return json_array_append_new(list, one) == 0;
}

static bool add_administration(json_t *list, const natt_kms_policy_plan *plan)
{
    char root[96];
    (void)snprintf(root, sizeof root, "arn:%.32s:iam::%.12s:root", plan->partition, plan->account);
    json_t *who =
        plan->administrator_count == 0 ? json_string(root) : texts(plan->administrators, plan->administrator_count);
    return add(list, statement("Administration without plaintexts", who,
                               texts(administration, sizeof administration / sizeof administration[0])));
}

static bool add_encryption(json_t *list, const natt_kms_policy_plan *plan)
{
    return plan->encryptor_count == 0 ||
           add(list, statement("Encryption", texts(plan->encryptors, plan->encryptor_count),
                               texts(encryption, sizeof encryption / sizeof encryption[0])));
}

static bool add_decryption(json_t *list, const natt_kms_policy_plan *plan, size_t n)
{
    char sid[64] = "Plaintexts with attestation";
    if (plan->set_count > 1)
        (void)snprintf(sid, sizeof sid, "Plaintexts with attestation %zu", n + 1);
    json_t *one = statement(sid, texts(plan->principals, plan->principal_count),
                            texts(decryption, sizeof decryption / sizeof decryption[0]));
    if (json_object_set_new(one, "Condition", condition(plan->kind, &plan->sets[n])) == 0)
        return add(list, one);
    json_decref(one);
    return false;
}

static json_t *statements(const natt_kms_policy_plan *plan)
{
    json_t *list = json_array();
    bool done = add_administration(list, plan) && add_encryption(list, plan);
    for (size_t i = 0; done && i < plan->set_count; i++)
        done = add_decryption(list, plan, i);
    if (done)
        return list;
    json_decref(list);
    return NULL;
}

static char *with_line_end(char *text)
{
    size_t len = text == NULL ? 0 : strlen(text);
    char *longer = text == NULL ? NULL : realloc(text, len + 2);
    if (longer == NULL)
        free(text);
    else
        memcpy(longer + len, "\n", 2);
    return longer;
}

char *natt_kms_policy_write(const natt_kms_policy_plan *plan)
{
    json_t *root = json_pack("{s:s, s:s, s:o}", "Version", "2012-10-17", "Id", "attestation required", "Statement",
                             statements(plan));
    char *text = root == NULL ? NULL : json_dumps(root, JSON_INDENT(2));
    json_decref(root);
    return with_line_end(text);
}
