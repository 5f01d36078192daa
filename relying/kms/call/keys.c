/* See keys.h. */
#include "relying/kms/call/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relying/kms/crypto/random.h"

_Static_assert(NATT_KMS_SECRET_ROOM == NATT_KMS_MAX_SECRET, "a secret has room for every key in the store");

void natt_kms_key_arn(char out[NATT_KMS_ARN_ROOM], const natt_kms_config *config, const char *id)
{
    (void)snprintf(out, NATT_KMS_ARN_ROOM, "arn:aws:kms:%s:%s:key/%s", config->region, config->account, id);
}

void natt_kms_alias_arn(char out[NATT_KMS_ARN_ROOM], const natt_kms_config *config, const char *alias)
{
    (void)snprintf(out, NATT_KMS_ARN_ROOM, "arn:aws:kms:%s:%s:%.*s", config->region, config->account,
                   NATT_KMS_MAX_ALIAS, alias);
}

bool natt_kms_alias_valid(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-";
    size_t len = strlen(name);
    return len > strlen("alias/") && len <= NATT_KMS_MAX_ALIAS && strncmp(name, "alias/", 6) == 0 &&
           strncmp(name, "alias/aws/", 10) != 0 && strspn(name, allowed) == len;
}

/* Keys whose deletion date has passed are deleted here and on every ScheduleKeyDeletion: the server has no timer. */
static bool gone(natt_kms_call *call, const natt_kms_key *key)
{
    natt_kms_store_error err;
    if (key->state != NATT_KMS_PENDING_DELETION || key->deletion_ms > (int64_t)call->now_ms)
        return false;
    (void)natt_kms_store_purge(call->config->store, (int64_t)call->now_ms, &err);
    return true;
}

/* Retryable: a retry gets the key once its row is restored. */
static bool fail_row(natt_kms_call *call, const natt_kms_store_error *err)
{
    return err->code == NATT_KMS_STORE_CHANGED ? natt_kms_refuse(call, NATT_KMS_E_KEY_UNAVAILABLE, "%s", err->text)
                                               : natt_kms_fail_store(call, err);
}

bool natt_kms_find_key_by_id(natt_kms_call *call, natt_kms_found *out, const char *id, bool *there)
{
    natt_kms_store_error err;
    *there = natt_kms_store_key_and_policy(call->config->store, &out->key, &out->policy, id, &err);
    if (!*there)
        return err.code == NATT_KMS_STORE_NOT_FOUND || fail_row(call, &err);
    *there = !gone(call, &out->key);
    out->spec = natt_kms_spec_find(out->key.spec);
    if (out->spec == NULL)
        return natt_kms_refuse(call, NATT_KMS_E_INTERNAL, "the key store has a key of an unknown spec");
    natt_kms_key_arn(out->arn, call->config, out->key.id);
    (void)snprintf(call->resource, sizeof call->resource, "%s", out->arn);
    return true;
}

static bool find_key(natt_kms_call *call, natt_kms_found *out, const char *id)
{
    uint8_t uuid[16];
    bool there = false;
    if (!natt_kms_uuid_parse(uuid, id))
        return natt_kms_refuse(call, NATT_KMS_E_NOT_FOUND, "Invalid keyId '%.300s'", id);
    if (!natt_kms_find_key_by_id(call, out, id, &there))
        return false;
    natt_kms_key_arn(out->arn, call->config, id);
    return there || natt_kms_refuse(call, NATT_KMS_E_NOT_FOUND, "Key '%s' does not exist", out->arn);
}

static bool find_alias(natt_kms_call *call, natt_kms_found *out, const char *name)
{
    natt_kms_alias alias;
    natt_kms_store_error err = {NATT_KMS_STORE_NOT_FOUND, ""};
    char arn[NATT_KMS_ARN_ROOM];
    natt_kms_alias_arn(arn, call->config, name);
    if (natt_kms_alias_valid(name) && natt_kms_store_alias(call->config->store, &alias, name, &err)) {
        (void)snprintf(out->alias, sizeof out->alias, "%s", name);
        return find_key(call, out, alias.key_id);
    }
    return err.code == NATT_KMS_STORE_NOT_FOUND
               ? natt_kms_refuse(call, NATT_KMS_E_NOT_FOUND, "Alias %s is not found.", arn)
               : natt_kms_fail_store(call, &err);
}

/* arn:aws:kms:REGION:ACCOUNT:RESOURCE; returns the resource after the fifth colon, NULL if it is not an ARN of KMS. */
static const char *split_arn(char region[64], char account[64], const char *arn)
{
    int resource = -1;
    int fields = sscanf(arn, "arn:aws:kms:%63[^:]:%63[^:]:%n", region, account, &resource);
    return fields == 2 && resource > 0 ? arn + resource : NULL;
}

static bool find_arn(natt_kms_call *call, natt_kms_found *out, const char *arn, natt_kms_names names)
{
    char region[64], account[64];
    const char *resource = split_arn(region, account, arn);
    if (resource == NULL || (strncmp(resource, "key/", 4) != 0 && strncmp(resource, "alias/", 6) != 0))
        return natt_kms_refuse(call, NATT_KMS_E_INVALID_ARN, "Invalid arn %.300s", arn);
    if (strcmp(region, call->config->region) != 0)
        return natt_kms_refuse(call, NATT_KMS_E_NOT_FOUND, "Invalid arn %s: this server is region %s", region,
                               call->config->region);
    if (strcmp(account, call->config->account) != 0)
        return natt_kms_refuse(call, NATT_KMS_E_NOT_FOUND,
                               "Key '%.300s' does not exist: this server has only the keys of account %s", arn,
                               call->config->account);
    if (resource[0] == 'k')
        return find_key(call, out, resource + 4);
    return names == NATT_KMS_ANY_NAME
               ? find_alias(call, out, resource)
               : natt_kms_refuse(call, NATT_KMS_E_INVALID_ARN,
                                 "Invalid arn %.300s: this operation does not accept an alias", arn);
}

bool natt_kms_find_key(natt_kms_call *call, natt_kms_found *out, const char *name, natt_kms_names names)
{
    memset(out, 0, sizeof *out);
    (void)snprintf(call->resource, sizeof call->resource, "%s", name);
    if (strncmp(name, "arn:", 4) == 0)
        return find_arn(call, out, name, names);
    if (strncmp(name, "alias/", 6) == 0 && names == NATT_KMS_ANY_NAME)
        return find_alias(call, out, name);
    return find_key(call, out, name);
}

void natt_kms_found_free(natt_kms_found *found)
{
    free(found->policy);
    found->policy = NULL;
}

bool natt_kms_check_not_pending(natt_kms_call *call, const natt_kms_found *found)
{
    return found->key.state != NATT_KMS_PENDING_DELETION ||
           natt_kms_refuse(call, NATT_KMS_E_INVALID_STATE, "%s is pending deletion.", found->arn);
}

bool natt_kms_check_enabled(natt_kms_call *call, const natt_kms_found *found)
{
    return natt_kms_check_not_pending(call, found) &&
           (found->key.state == NATT_KMS_ENABLED ||
            natt_kms_refuse(call, NATT_KMS_E_DISABLED, "%s is disabled.", found->arn));
}

bool natt_kms_check_usage(natt_kms_call *call, const natt_kms_found *found, const char *usage)
{
    return strcmp(found->key.usage, usage) == 0 ||
           natt_kms_refuse(call, NATT_KMS_E_INVALID_KEY_USAGE, "%s key usage is %s which is not valid for %s.",
                           found->arn, found->key.usage, call->operation);
}

bool natt_kms_key_secret(natt_kms_call *call, natt_kms_secret *out, const natt_kms_found *found)
{
    natt_kms_store_error err;
    natt_kms_secret_wipe(out);
    if (natt_kms_store_secret(call->config->store, out->bytes, &out->len, found->key.id, &err))
        return true;
    natt_kms_secret_wipe(out);
    return fail_row(call, &err);
}
