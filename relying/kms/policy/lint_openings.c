/* Statements that allow a request without a document, or of any account. */
#include "relying/kms/policy/lint.h"

/* ---- actions that give a plaintext ---- */

static const char *carrying(const natt_kms_policy *policy, size_t i)
{
    const char *action = natt_kms_recipient_action(i);
    bool random =
        action == NULL && policy->kind == NATT_KMS_PRINCIPAL_POLICY && natt_kms_recipient_action(i - 1) != NULL;
    return random ? "kms:GenerateRandom" : action;
}

/* The actions that an Allow allows without a document, and no Deny denies. */
static natt_kms_names open_actions(const natt_kms_policy *policy, const natt_kms_statement *s)
{
    natt_kms_names names = {"", 0};
    const char *action;
    for (size_t i = 0; (action = carrying(policy, i)) != NULL; i++)
        if (natt_kms_statement_takes(s, action) && !natt_kms_requires_document(s) &&
            !natt_kms_guarded(policy, s, action))
            natt_kms_names_add(&names, action);
    return names;
}

static natt_kms_finding_id why_open(const natt_kms_condition *c)
{
    if (c->op.comparison == NATT_KMS_NULL)
        return NATT_KMS_FINDING_ATTESTATION_NULL;
    if (c->op.set == NATT_KMS_ALL_VALUES)
        return NATT_KMS_FINDING_ATTESTATION_ALL_VALUES;
    return c->op.negated ? NATT_KMS_FINDING_ATTESTATION_NEGATED : NATT_KMS_FINDING_ATTESTATION_IF_EXISTS;
}

static bool delegates(const natt_kms_statement *s)
{
    for (size_t i = 0; i < s->principal_count; i++)
        if (s->principals[i].kind != NATT_KMS_ACCOUNT)
            return false;
    return s->principal_count > 0;
}

static void find_open(natt_kms_lint *l, const natt_kms_statement *s, natt_kms_names *names)
{
    const char *actions = natt_kms_names_end(names);
    if (!natt_kms_has_attestation(s)) {
        natt_kms_find(l, NATT_KMS_FINDING_ATTESTATION_OPTIONAL, s, NULL,
                      delegates(s) ? "allows %s without a document to every identity of the account whose own policy "
                                     "allows it, as KMS's default statement does"
                                   : "allows %s without a document",
                      actions);
        return;
    }
    for (size_t i = 0; i < s->condition_count; i++)
        if (natt_kms_attests(&s->conditions[i]))
            natt_kms_find(l, why_open(&s->conditions[i]), s, &s->conditions[i],
                          "a request without a document meets this condition, so the statement allows %s without one",
                          actions);
}

/* ---- bypasses ---- */

static bool wants_attestation(const natt_kms_policy *policy)
{
    for (size_t i = 0; i < policy->count; i++)
        if (natt_kms_has_attestation(&policy->statements[i]))
            return true;
    return false;
}

static bool around(const natt_kms_policy *policy, const natt_kms_statement *s, const char *action)
{
    return natt_kms_statement_takes(s, action) && !natt_kms_requires_document(s) &&
           !natt_kms_guarded(policy, s, action);
}

static bool limits_grants(const natt_kms_statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++)
        if (natt_kms_like("kms:Grant*", s->conditions[i].known->name, false))
            return true;
    return false;
}

static void find_around(natt_kms_lint *l, const natt_kms_statement *s)
{
    if (around(l->policy, s, "kms:ReEncryptFrom"))
        natt_kms_find(l, NATT_KMS_FINDING_REENCRYPT, s, NULL,
                      "allows kms:ReEncryptFrom, which never has a document: anyone who re-encrypts under another key "
                      "can read the data with that key");
    if (around(l->policy, s, "kms:CreateGrant") && !limits_grants(s))
        natt_kms_find(l, NATT_KMS_FINDING_GRANT, s, NULL,
                      "allows kms:CreateGrant: a grant allows Decrypt without the conditions of this policy");
}

/* ---- anybody ---- */

static bool names_anybody(const natt_kms_statement *s)
{
    for (size_t i = 0; i < s->principal_count; i++)
        if (s->principals[i].kind == NATT_KMS_ANYBODY)
            return !s->not_principal;
    return false;
}

static bool limits_callers(const natt_kms_statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++)
        if (natt_kms_like("aws:Principal*", s->conditions[i].known->name, false) ||
            natt_kms_equal_ignore_case("kms:CallerAccount", s->conditions[i].known->name) ||
            natt_kms_equal_ignore_case("kms:ViaService", s->conditions[i].known->name))
            return true;
    return false;
}

static void find_anybody(natt_kms_lint *l, const natt_kms_statement *s)
{
    if (!names_anybody(s) || limits_callers(s))
        return;
    if (natt_kms_requires_document(s))
        natt_kms_find(l, NATT_KMS_FINDING_ANY_ACCOUNT, s, NULL,
                      "every AWS account that runs this image may do it, and controls the image's inputs and network");
    else
        natt_kms_find(l, NATT_KMS_FINDING_ANY_PRINCIPAL, s, NULL, "allows every identity of every AWS account");
}

/* ---- a Deny that lets requests without a document pass ---- */

static bool is_open_somewhere(const natt_kms_policy *policy, const natt_kms_statement *deny)
{
    for (size_t i = 0; i < policy->count; i++) {
        const natt_kms_statement *s = &policy->statements[i];
        const char *action;
        for (size_t n = 0; !s->deny && (action = carrying(policy, n)) != NULL; n++)
            if (natt_kms_statement_takes(deny, action) && around(policy, s, action))
                return true;
    }
    return false;
}

static void find_deny(natt_kms_lint *l, const natt_kms_statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++) {
        const natt_kms_condition *c = &s->conditions[i];
        if (natt_kms_attests(c) && !natt_kms_met_without(c) && is_open_somewhere(l->policy, s)) {
            natt_kms_find(
                l, NATT_KMS_FINDING_DENY_WITHOUT_NULL, s, c,
                "a request without a document does not meet this condition, so the Deny does not stop it, and "
                "another statement allows it");
            return;
        }
    }
}

void natt_kms_lint_openings(natt_kms_lint *l, const natt_kms_statement *s)
{
    if (s->deny) {
        find_deny(l, s);
        return;
    }
    natt_kms_names names = open_actions(l->policy, s);
    if (names.count > 0)
        find_open(l, s, &names);
    else if (wants_attestation(l->policy))
        find_around(l, s);
    find_anybody(l, s);
}
