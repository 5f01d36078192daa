/*
 * The decision. Source: IAM user guide, "Policy evaluation logic"; KMS developer guide, "Default key policy" and
 * "Allowing users in other accounts to use a KMS key".
 */
#include "relying/kms/policy/decide.h"

#include <string.h>

/* The first statement of this effect that applies to the caller, by name (NAMED) or by account (DELEGATED). */
static const natt_kms_statement *find(const natt_kms_policy *policy, const natt_kms_case *c, bool deny,
                                      natt_kms_relation least)
{
    for (size_t i = 0; policy != NULL && i < policy->count; i++) {
        const natt_kms_statement *s = &policy->statements[i];
        if (s->deny != deny)
            continue;
        natt_kms_match match = natt_kms_statement_match(s, &c->caller, &c->question);
        if (natt_kms_match_whole(&match) && match.principal >= least)
            return s;
    }
    return NULL;
}

static bool denied(natt_kms_ruling *out, const natt_kms_case *c)
{
    const natt_kms_statement *by_key = find(c->key_policy, c, true, NATT_KMS_DELEGATED);
    const natt_kms_statement *own = find(c->principal_policy, c, true, NATT_KMS_DELEGATED);
    if (by_key == NULL && own == NULL)
        return false;
    *out = (natt_kms_ruling){NATT_KMS_EXPLICIT_DENY, by_key != NULL ? NATT_KMS_KEY_POLICY : NATT_KMS_PRINCIPAL_POLICY,
                             by_key != NULL ? by_key : own, NULL};
    return true;
}

static natt_kms_ruling by_principal(const natt_kms_case *c, const natt_kms_statement *delegated_by)
{
    natt_kms_ruling ruling = {NATT_KMS_ALLOW, NATT_KMS_PRINCIPAL_POLICY, NULL, delegated_by};
    if (c->principal_policy == NULL)
        return ruling;
    ruling.statement = find(c->principal_policy, c, false, NATT_KMS_NAMED);
    ruling.effect = ruling.statement != NULL ? NATT_KMS_ALLOW : NATT_KMS_IMPLICIT_DENY;
    return ruling;
}

static natt_kms_ruling decide(const natt_kms_case *c)
{
    natt_kms_ruling ruling;
    if (denied(&ruling, c))
        return ruling;
    if (c->key_policy == NULL)
        return by_principal(c, NULL);
    const natt_kms_statement *named = find(c->key_policy, c, false, NATT_KMS_NAMED);
    const natt_kms_statement *any = named != NULL ? named : find(c->key_policy, c, false, NATT_KMS_DELEGATED);
    bool own_account = c->question.account != NULL && strcmp(c->caller.account, c->question.account) == 0;
    if (named != NULL && own_account)
        return (natt_kms_ruling){NATT_KMS_ALLOW, NATT_KMS_KEY_POLICY, named, NULL};
    return any != NULL ? by_principal(c, any)
                       : (natt_kms_ruling){NATT_KMS_IMPLICIT_DENY, NATT_KMS_KEY_POLICY, NULL, NULL};
}

bool natt_kms_policy_decide(natt_kms_decision *out, const natt_kms_policy *key_policy,
                            const natt_kms_policy *principal_policy, const natt_kms_question *question)
{
    natt_kms_case c;
    *out = (natt_kms_decision){NATT_KMS_IMPLICIT_DENY, NULL};
    if (natt_kms_case_begin(&c, key_policy, principal_policy, question)) {
        if (c.caller.kind == NATT_KMS_ACCOUNT)
            c.principal_policy = NULL; /* the root user has all rights of its account, and no policy */
        natt_kms_ruling ruling = decide(&c);
        json_t *explanation = natt_kms_explain(&ruling, &c);
        if (explanation != NULL)
            *out = (natt_kms_decision){ruling.effect, explanation};
    }
    natt_kms_case_free(&c);
    return out->explanation != NULL;
}
