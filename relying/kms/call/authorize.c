/* See authorize.h. */
#include "relying/kms/call/authorize.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "relying/kms/call/values.h"

/* "kms:GenerateDataKeyWithoutPlaintext": the longest has 35 characters. */
#define ACTION_ROOM 64

static bool by_principal_policy(const natt_kms_call *call)
{
    const char *policy = json_string_value(json_object_get(call->decision.explanation, "policy"));
    return policy != NULL && strcmp(policy, "principal policy") == 0;
}

/* The two sentences of genuine replies; clients and people search for them. */
static bool deny(natt_kms_call *call, const natt_kms_question *question)
{
    const char *kind = by_principal_policy(call) ? "identity-based" : "resource-based";
    const char *article = kind[0] == 'i' ? "an" : "a";
    if (call->decision.effect == NATT_KMS_EXPLICIT_DENY)
        return natt_kms_refuse(
            call, NATT_KMS_E_ACCESS_DENIED,
            "User: %s is not authorized to perform: %s on resource: %s with an explicit deny in %s %s "
            "policy",
            question->principal, question->action, question->resource, article, kind);
    return natt_kms_refuse(
        call, NATT_KMS_E_ACCESS_DENIED,
        "User: %s is not authorized to perform: %s on resource: %s because no %s policy allows the %s "
        "action",
        question->principal, question->action, question->resource, kind, question->action);
}

static void keep_decision(natt_kms_call *call, const natt_kms_decision *decision, const natt_kms_question *question)
{
    json_decref(call->decision.explanation);
    free(call->decision_text);
    call->decision = *decision;
    call->decision_text = natt_kms_decision_text(decision, question);
    (void)snprintf(call->resource, sizeof call->resource, "%s", question->resource);
}

static bool ask(natt_kms_call *call, const natt_kms_policy *key_policy, const char *resource,
                const natt_kms_values *values)
{
    char action[ACTION_ROOM];
    natt_kms_decision decision;
    (void)snprintf(action, sizeof action, "kms:%s", call->operation);
    const natt_kms_question question = {.account = call->config->account,
                                        .principal = call->caller.principal,
                                        .action = action,
                                        .resource = resource,
                                        .values = values->items,
                                        .value_count = values->count};
    if (values->failed || !natt_kms_policy_decide(&decision, key_policy, call->caller.policy, &question))
        return natt_kms_refuse(call, NATT_KMS_E_INTERNAL, "out of memory, or the key store failed");
    keep_decision(call, &decision, &question);
    return decision.effect == NATT_KMS_ALLOW || deny(call, &question);
}

bool natt_kms_authorize(natt_kms_call *call, const natt_kms_found *found)
{
    natt_kms_policy_error err;
    natt_kms_values values = {NULL, 0, 0, false};
    natt_kms_policy *policy = natt_kms_policy_parse((natt_bytes){(const uint8_t *)found->policy, strlen(found->policy)},
                                                    NATT_KMS_KEY_POLICY, &err);
    if (policy == NULL)
        return natt_kms_refuse(call, NATT_KMS_E_INTERNAL, "the key's policy cannot be read: %s: %s", err.where,
                               err.text);
    natt_kms_values_of_call(&values, call, found);
    bool allowed = ask(call, policy, found->arn, &values);
    natt_kms_values_free(&values);
    natt_kms_policy_free(policy);
    return allowed;
}

bool natt_kms_authorize_resource(natt_kms_call *call, const char *resource)
{
    natt_kms_values values = {NULL, 0, 0, false};
    natt_kms_values_of_call(&values, call, NULL);
    bool allowed = ask(call, NULL, resource, &values);
    natt_kms_values_free(&values);
    return allowed;
}

bool natt_kms_policy_keeps_caller(natt_kms_call *call, const natt_kms_policy *policy, const char *resource, bool *keeps)
{
    natt_kms_decision decision;
    const natt_kms_question question = {.account = call->config->account,
                                        .principal = call->caller.principal,
                                        .action = "kms:PutKeyPolicy",
                                        .resource = resource,
                                        .values = NULL,
                                        .value_count = 0};
    *keeps = false;
    if (!natt_kms_policy_decide(&decision, policy, call->caller.policy, &question))
        return natt_kms_out_of_memory(call);
    *keeps = decision.effect == NATT_KMS_ALLOW;
    json_decref(decision.explanation);
    return true;
}
