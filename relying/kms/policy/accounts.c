/* The accounts to which a policy gives permissions. */
#include "relying/kms/policy/model.h"

#include <string.h>

/* "*" includes the key's account; services belong to no account. */
static const char *account_of(const natt_kms_principal *p, const char *key_account)
{
    return p->kind == NATT_KMS_ANYBODY ? key_account : p->account;
}

/* False: it is `account`, or a different one from the one found before. */
static bool take(char other[NATT_KMS_ACCOUNT_LEN + 1], const natt_kms_principal *p, const char *account)
{
    const char *its = account_of(p, account);
    if (its[0] == '\0')
        return true;
    if (strcmp(its, account) == 0 || (other[0] != '\0' && strcmp(its, other) != 0))
        return false;
    memcpy(other, its, NATT_KMS_ACCOUNT_LEN + 1);
    return true;
}

bool natt_kms_policy_other_account(char other[12 + 1], const natt_kms_policy *policy, const char *account)
{
    bool only = true;
    other[0] = '\0';
    for (size_t i = 0; only && i < policy->count; i++) {
        const natt_kms_statement *s = &policy->statements[i];
        for (size_t p = 0; only && !s->deny && p < s->principal_count; p++)
            only = take(other, &s->principals[p], account);
    }
    return only && other[0] != '\0';
}
