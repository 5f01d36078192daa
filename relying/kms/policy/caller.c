/* The condition keys whose values come from a caller's ARN. Source: IAM user guide, "AWS global condition context
 * keys". */
#include "relying/kms/policy/decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DERIVED 8

/* "The ARN of the role, not of the session." A role's path is not in the ARN of its sessions. [aws:PrincipalArn] */
static const char *principal_arn(natt_kms_case *c)
{
    const natt_kms_principal *who = &c->caller;
    if (who->kind != NATT_KMS_IDENTITY || who->role == NULL)
        return who->text;
    const char *partition = who->text + 4;
    int len = snprintf(c->role_arn, sizeof c->role_arn, "arn:%.*s:iam::%s:role/%.*s", (int)strcspn(partition, ":"),
                       partition, who->account, (int)who->role_len, who->role);
    return len > 0 && (size_t)len < sizeof c->role_arn ? c->role_arn : NULL;
}

static bool is_user(const natt_kms_principal *who)
{
    return who->kind == NATT_KMS_IDENTITY && strstr(who->text, ":user/") != NULL;
}

static const char *type_of(const natt_kms_principal *who)
{
    if (who->kind == NATT_KMS_ACCOUNT)
        return "Account";
    if (who->role != NULL)
        return "AssumedRole";
    return is_user(who) ? "User" : "FederatedUser";
}

static void add(natt_kms_case *c, natt_kms_condition_value *values, const char *key, const char *value)
{
    if (value == NULL || natt_kms_value(&c->question, key) != NULL)
        return;
    values[c->question.value_count++] = (natt_kms_condition_value){key, value};
}

static void add_derived(natt_kms_case *c, natt_kms_condition_value *values)
{
    const natt_kms_principal *who = &c->caller;
    add(c, values, "aws:PrincipalIsAWSService", "false");
    add(c, values, "aws:ViaAWSService", "false");
    add(c, values, "aws:ResourceAccount", c->question.account);
    if (who->account[0] == '\0')
        return;
    add(c, values, "aws:PrincipalArn", principal_arn(c));
    add(c, values, "aws:PrincipalAccount", who->account);
    add(c, values, "aws:PrincipalType", type_of(who));
    add(c, values, "aws:username", is_user(who) ? strrchr(who->text, '/') + 1 : NULL);
    add(c, values, "kms:CallerAccount", who->account);
}

bool natt_kms_case_begin(natt_kms_case *c, const natt_kms_policy *key_policy, const natt_kms_policy *principal_policy,
                         const natt_kms_question *question)
{
    size_t count = question->value_count;
    natt_kms_condition_value *values = calloc(count + DERIVED, sizeof *values);
    *c = (natt_kms_case){.key_policy = key_policy, .principal_policy = principal_policy, .question = *question};
    c->question.values = values;
    if (values == NULL)
        return false;
    if (count > 0)
        memcpy(values, question->values, count * sizeof *values);
    (void)natt_kms_caller_read(&c->caller, question->principal);
    add_derived(c, values);
    return true;
}

void natt_kms_case_free(natt_kms_case *c)
{
    free((void *)(uintptr_t)c->question.values);
}
