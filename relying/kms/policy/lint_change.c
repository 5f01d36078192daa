/* Principals that get plaintexts only with a document, but may change the policy that requires it. */
#include "relying/kms/policy/lint.h"

#include <string.h>

#define CHANGE "kms:PutKeyPolicy"

/* A role includes its sessions. The policies of the account's principals are not known here. */
static bool is_one(const natt_kms_principal *a, const natt_kms_principal *b)
{
    if (a->kind == NATT_KMS_ACCOUNT || b->kind == NATT_KMS_ACCOUNT)
        return false;
    if (a->kind == NATT_KMS_ANYBODY || b->kind == NATT_KMS_ANYBODY || strcmp(a->text, b->text) == 0)
        return true;
    bool roles = a->role != NULL && b->role != NULL && (a->kind == NATT_KMS_ROLE || b->kind == NATT_KMS_ROLE);
    return roles && strcmp(a->account, b->account) == 0 && a->role_len == b->role_len &&
           memcmp(a->role, b->role, a->role_len) == 0;
}

static bool names(const natt_kms_statement *s, const natt_kms_principal *who)
{
    for (size_t i = 0; i < s->principal_count; i++)
        if (is_one(&s->principals[i], who))
            return true;
    return false;
}

static bool attested(const natt_kms_policy *policy, const natt_kms_statement *s)
{
    const char *action;
    for (size_t i = 0; !s->deny && (action = natt_kms_recipient_action(i)) != NULL; i++)
        if (natt_kms_statement_takes(s, action) &&
            (natt_kms_requires_document(s) || natt_kms_guarded(policy, s, action)))
            return true;
    return false;
}

static bool gets_plaintexts(const natt_kms_policy *policy, const natt_kms_principal *who)
{
    for (size_t i = 0; i < policy->count; i++)
        if (names(&policy->statements[i], who) && attested(policy, &policy->statements[i]))
            return true;
    return false;
}

/* No Deny applies to this principal. */
static bool may_change(const natt_kms_policy *policy, const natt_kms_statement *s, natt_kms_principal *who)
{
    natt_kms_statement alone = *s;
    alone.principals = who;
    alone.principal_count = 1;
    return !natt_kms_guarded(policy, &alone, CHANGE);
}

void natt_kms_lint_change(natt_kms_lint *l, const natt_kms_statement *s)
{
    const char *first = NULL;
    size_t count = 0;
    if (s->deny || !natt_kms_statement_takes(s, CHANGE) || natt_kms_requires_document(s))
        return;
    for (size_t i = s->principal_count; i-- > 0;)
        if (gets_plaintexts(l->policy, &s->principals[i]) && may_change(l->policy, s, &s->principals[i])) {
            first = s->principals[i].text;
            count++;
        }
    if (count > 0)
        natt_kms_find(l, NATT_KMS_FINDING_CHANGES_POLICY, s, NULL,
                      "%.200s%s gets plaintexts with a document only, but may call " CHANGE
                      " here, and so can remove that condition",
                      first, count > 1 ? " (and others)" : "");
}
