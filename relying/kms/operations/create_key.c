/* CreateKey, DescribeKey, and the policies of keys. */
#include <stdlib.h>
#include <string.h>

#include "relying/kms/operations/metadata.h"
#include "relying/kms/operations/new_key.h"
#include "relying/kms/operations/operations.h"
#include "relying/kms/operations/use.h"

/* In the order that KMS's errors suggest: unsupported values, then combinations. */
static bool read_spec(natt_kms_call *call, const natt_kms_spec **spec)
{
    const char *old = natt_kms_in_text(call, NATT_KMS_IN_OLD_KEY_SPEC, "SYMMETRIC_DEFAULT");
    const char *name = natt_kms_in_text(call, NATT_KMS_IN_KEY_SPEC, old);
    if (call->in[NATT_KMS_IN_OLD_KEY_SPEC].given && strcmp(name, old) != 0)
        return natt_kms_refuse(call, NATT_KMS_E_VALIDATION,
                               "You can specify KeySpec or CustomerMasterKeySpec, but not both in the same command.");
    *spec = natt_kms_spec_find(name);
    return (*spec != NULL && (*spec)->key) ||
           natt_kms_refuse(call, NATT_KMS_E_UNSUPPORTED_OPERATION, "this server does not support keys of %s", name);
}

static bool check_usage(natt_kms_call *call, const natt_kms_spec *spec)
{
    const char *usage = natt_kms_in_text(call, NATT_KMS_IN_KEY_USAGE, NULL);
    if (usage == NULL)
        return spec->family == NATT_KMS_SYMMETRIC ||
               natt_kms_refuse(
                   call, NATT_KMS_E_VALIDATION,
                   "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.");
    return strcmp(usage, spec->usage) == 0 ||
           natt_kms_refuse(call, NATT_KMS_E_UNSUPPORTED_OPERATION, "this server supports keys of %s for %s, not for %s",
                           spec->name, spec->usage, usage);
}

static bool check_origin(natt_kms_call *call)
{
    const char *origin = natt_kms_in_text(call, NATT_KMS_IN_ORIGIN, "AWS_KMS");
    if (strcmp(origin, "AWS_KMS") != 0 || call->in[NATT_KMS_IN_CUSTOM_STORE].given)
        return natt_kms_refuse(call, NATT_KMS_E_UNSUPPORTED_OPERATION, "this server supports only Origin AWS_KMS");
    return !call->in[NATT_KMS_IN_MULTI_REGION].flag ||
           natt_kms_refuse(call, NATT_KMS_E_UNSUPPORTED_OPERATION, "this server does not support multi-Region keys");
}

/* A policy that its author could not change again is refused, unless the request bypasses this check [KMS API
 * reference, PutKeyPolicy]. */
static bool check_policy(natt_kms_call *call, const char *text, const char *resource)
{
    natt_kms_policy_error err;
    bool keeps = false;
    natt_kms_policy *policy =
        natt_kms_policy_parse((natt_bytes){(const uint8_t *)text, strlen(text)}, NATT_KMS_KEY_POLICY, &err);
    if (policy == NULL)
        return natt_kms_refuse(call, NATT_KMS_E_MALFORMED_POLICY, "%s: %s", err.where, err.text);
    bool asked = natt_kms_policy_keeps_caller(call, policy, resource, &keeps);
    natt_kms_policy_free(policy);
    return asked && (keeps || call->in[NATT_KMS_IN_BYPASS].flag ||
                     natt_kms_refuse(call, NATT_KMS_E_MALFORMED_POLICY,
                                     "The new key policy will not allow you to update the key policy in the future."));
}

bool natt_kms_create_key(natt_kms_call *call)
{
    char standard[NATT_KMS_DEFAULT_POLICY_ROOM];
    natt_kms_default_policy(standard, call->config->account);
    const char *policy = natt_kms_in_text(call, NATT_KMS_IN_POLICY, standard);
    const natt_kms_spec *spec = NULL;
    natt_kms_key key;
    natt_kms_store_error err;
    if (!read_spec(call, &spec) || !check_usage(call, spec) || !check_origin(call) ||
        !natt_kms_authorize_resource(call, "*") || !check_policy(call, policy, "*"))
        return false;
    if (!natt_kms_new_key(&key, call->config, spec, natt_kms_in_text(call, NATT_KMS_IN_DESCRIPTION, ""), policy,
                          (int64_t)call->now_ms, &err))
        return natt_kms_fail_store(call, &err);
    natt_kms_key_arn(call->resource, call->config, key.id);
    return natt_kms_put_metadata(call, &key, spec);
}

bool natt_kms_describe_key(natt_kms_call *call)
{
    natt_kms_found found;
    bool done = natt_kms_find_key(call, &found, call->in[NATT_KMS_IN_KEY_ID].text, NATT_KMS_ANY_NAME) &&
                natt_kms_authorize(call, &found) && natt_kms_put_metadata(call, &found.key, found.spec);
    natt_kms_found_free(&found);
    return done;
}

/* "default" is the only policy that a key has. */
static bool find_for_policy(natt_kms_call *call, natt_kms_found *found)
{
    return natt_kms_find_key(call, found, call->in[NATT_KMS_IN_KEY_ID].text, NATT_KMS_NO_ALIAS_NAME) &&
           natt_kms_authorize(call, found) &&
           (strcmp(natt_kms_in_text(call, NATT_KMS_IN_POLICY_NAME, "default"), "default") == 0 ||
            natt_kms_refuse(call, NATT_KMS_E_NOT_FOUND, "No such policy exists"));
}

bool natt_kms_get_key_policy(natt_kms_call *call)
{
    natt_kms_found found;
    bool done = find_for_policy(call, &found) && natt_kms_put_text(call, "Policy", found.policy) &&
                natt_kms_put_text(call, "PolicyName", "default");
    natt_kms_found_free(&found);
    return done;
}

bool natt_kms_put_key_policy(natt_kms_call *call)
{
    natt_kms_found found;
    natt_kms_store_error err;
    const char *policy = call->in[NATT_KMS_IN_POLICY].text;
    bool done = find_for_policy(call, &found) && check_policy(call, policy, found.arn);
    if (done && !natt_kms_store_put_policy(call->config->store, found.key.id, policy, &err))
        done = natt_kms_fail_store(call, &err);
    natt_kms_found_free(&found);
    return done;
}

bool natt_kms_list_key_policies(natt_kms_call *call)
{
    natt_kms_found found;
    bool done = find_for_policy(call, &found) && natt_kms_put_json(call, "PolicyNames", json_pack("[s]", "default")) &&
                natt_kms_put_json(call, "Truncated", json_false());
    natt_kms_found_free(&found);
    return done;
}
