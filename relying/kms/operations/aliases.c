/* CreateAlias, UpdateAlias, DeleteAlias: each needs permission for the alias and for the keys it concerns. */
#include <stdio.h>
#include <string.h>

#include "relying/kms/operations/operations.h"
#include "relying/kms/operations/use.h"

static bool check_name(natt_kms_call *call, const char *name)
{
    if (strncmp(name, "alias/", 6) != 0)
        return natt_kms_refuse(call, NATT_KMS_E_VALIDATION, "Alias must start with the prefix \"alias/\".");
    return natt_kms_alias_valid(name) ||
           natt_kms_refuse(call, NATT_KMS_E_INVALID_ALIAS_NAME,
                           "An alias is alias/ and 1 to 250 of a-z A-Z 0-9 / _ -, and does not begin with alias/aws/.");
}

static bool authorize_alias(natt_kms_call *call, const char *name)
{
    char arn[NATT_KMS_ARN_ROOM];
    natt_kms_alias_arn(arn, call->config, name);
    return check_name(call, name) && natt_kms_authorize_resource(call, arn);
}

/* The key that TargetKeyId names by id or ARN. */
static bool find_target(natt_kms_call *call, natt_kms_found *found)
{
    return natt_kms_find_key(call, found, call->in[NATT_KMS_IN_TARGET_KEY_ID].text, NATT_KMS_NO_ALIAS_NAME) &&
           natt_kms_authorize(call, found) && natt_kms_check_not_pending(call, found);
}

static bool fail_alias(natt_kms_call *call, const char *name, const natt_kms_store_error *err)
{
    char arn[NATT_KMS_ARN_ROOM];
    natt_kms_alias_arn(arn, call->config, name);
    if (err->code == NATT_KMS_STORE_EXISTS)
        return natt_kms_refuse(call, NATT_KMS_E_ALREADY_EXISTS, "An alias with the name %s already exists", arn);
    if (err->code == NATT_KMS_STORE_NOT_FOUND)
        return natt_kms_refuse(call, NATT_KMS_E_NOT_FOUND, "Alias %s is not found.", arn);
    return natt_kms_fail_store(call, err);
}

static bool add_alias(natt_kms_call *call, const char *name, const natt_kms_found *found)
{
    natt_kms_alias alias;
    natt_kms_store_error err;
    memset(&alias, 0, sizeof alias);
    (void)snprintf(alias.name, sizeof alias.name, "%s", name);
    (void)snprintf(alias.key_id, sizeof alias.key_id, "%s", found->key.id);
    alias.created_ms = alias.updated_ms = (int64_t)call->now_ms;
    return natt_kms_store_add_alias(call->config->store, &alias, &err) || fail_alias(call, name, &err);
}

bool natt_kms_create_alias(natt_kms_call *call)
{
    const char *name = call->in[NATT_KMS_IN_ALIAS_NAME].text;
    natt_kms_found found = {.policy = NULL};
    bool done = authorize_alias(call, name) && find_target(call, &found) && add_alias(call, name, &found);
    natt_kms_found_free(&found);
    return done;
}

/* The policy of the alias's present key must also allow it. kms:RequestAlias exists only for cryptographic operations,
 * DescribeKey and GetPublicKey. [KMS developer guide, "kms:RequestAlias"] */
static bool authorize_present(natt_kms_call *call, const char *name, natt_kms_key *key)
{
    natt_kms_found found;
    bool done = natt_kms_find_key(call, &found, name, NATT_KMS_ANY_NAME);
    found.alias[0] = '\0';
    done = done && natt_kms_authorize(call, &found);
    *key = found.key;
    natt_kms_found_free(&found);
    return done;
}

/* An alias can only move between keys of one kind, so that programs that use it keep working [KMS API reference,
 * UpdateAlias]. */
static bool check_same_kind(natt_kms_call *call, const natt_kms_key *old, const natt_kms_found *target)
{
    const bool was_symmetric = strcmp(old->spec, "SYMMETRIC_DEFAULT") == 0;
    return (strcmp(old->usage, target->key.usage) == 0 &&
            was_symmetric == (target->spec->family == NATT_KMS_SYMMETRIC)) ||
           natt_kms_refuse(call, NATT_KMS_E_INVALID_STATE,
                           "an alias can only move to a key of the same usage and kind: %s is %s, %s", target->arn,
                           target->key.spec, target->key.usage);
}

bool natt_kms_update_alias(natt_kms_call *call)
{
    const char *name = call->in[NATT_KMS_IN_ALIAS_NAME].text;
    natt_kms_found found = {.policy = NULL};
    natt_kms_key old;
    natt_kms_store_error err;
    bool done = authorize_alias(call, name) && authorize_present(call, name, &old) && find_target(call, &found) &&
                check_same_kind(call, &old, &found);
    if (done && !natt_kms_store_update_alias(call->config->store, name, found.key.id, (int64_t)call->now_ms, &err))
        done = fail_alias(call, name, &err);
    natt_kms_found_free(&found);
    return done;
}

bool natt_kms_delete_alias(natt_kms_call *call)
{
    const char *name = call->in[NATT_KMS_IN_ALIAS_NAME].text;
    natt_kms_key key;
    natt_kms_store_error err;
    return authorize_alias(call, name) && authorize_present(call, name, &key) &&
           (natt_kms_store_delete_alias(call->config->store, name, &err) || fail_alias(call, name, &err));
}
