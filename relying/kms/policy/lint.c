/*
 * Finds statements that make a policy weaker, or stricter, than it seems. Sources: KMS developer guide, "Condition keys
 * for Nitro Enclaves"; questions that users of AWS's SDK for enclaves asked (aws-nitro-enclaves-sdk-c 100, 127, 157).
 */
#include "relying/kms/policy/lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct row {
    const char *id;
    bool severe;
    const char *remedy;
} rows[NATT_KMS_FINDINGS] = {
#define X(name, id, severe, remedy) {id, severe, remedy},
    NATT_KMS_FINDING_LIST(X)
#undef X
};

static void put_place(natt_kms_finding *f, const natt_kms_lint *l, const natt_kms_statement *s,
                      const natt_kms_condition *c)
{
    if (s == NULL)
        return;
    int len = l->policy->count == 1 && json_is_object(json_object_get(l->policy->json, "Statement"))
                  ? snprintf(f->where, sizeof f->where, "Statement")
                  : snprintf(f->where, sizeof f->where, "Statement[%zu]", s->index);
    if (c != NULL && len > 0)
        (void)snprintf(f->where + len, sizeof f->where - (size_t)len, ".Condition.%.60s.%.70s", c->name, c->key);
}

/* A principal's policy has no Principal, so a condition on the statement suffices. */
static const char *remedy_of(const natt_kms_lint *l, natt_kms_finding_id id)
{
    return id == NATT_KMS_FINDING_ATTESTATION_OPTIONAL && l->policy->kind == NATT_KMS_PRINCIPAL_POLICY
               ? "put the condition kms:RecipientAttestation:PCR0 on this statement"
               : rows[id].remedy;
}

void natt_kms_find(natt_kms_lint *l, natt_kms_finding_id id, const natt_kms_statement *s, const natt_kms_condition *c,
                   const char *format, ...)
{
    if (l->count++ >= l->capacity)
        return;
    natt_kms_finding *f = &l->out[l->count - 1];
    *f = (natt_kms_finding){.id = rows[id].id, .severe = rows[id].severe};
    put_place(f, l, s, c);
    (void)snprintf(f->remedy, sizeof f->remedy, "%s", remedy_of(l, id));
    va_list args;
    va_start(args, format);
    (void)vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
}

void natt_kms_names_add(natt_kms_names *names, const char *name)
{
    size_t len = strlen(names->text);
    if (names->count++ < 3)
        (void)snprintf(names->text + len, sizeof names->text - len, "%s%s", len == 0 ? "" : ", ", name);
}

const char *natt_kms_names_end(natt_kms_names *names)
{
    size_t len = strlen(names->text);
    if (names->count > 3)
        (void)snprintf(names->text + len, sizeof names->text - len, " and %zu more", names->count - 3);
    return names->text;
}

/* ---- conditions of the checks ---- */

bool natt_kms_attests(const natt_kms_condition *c)
{
    return natt_kms_key_is_attestation(c->known);
}

bool natt_kms_has_attestation(const natt_kms_statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++)
        if (natt_kms_attests(&s->conditions[i]))
            return true;
    return false;
}

bool natt_kms_met_without(const natt_kms_condition *c)
{
    static const natt_kms_question nothing;
    return natt_kms_condition_met(c, false, &nothing);
}

bool natt_kms_trusts(const natt_kms_statement *s, const natt_kms_condition *c)
{
    return natt_kms_attests(c) && c->op.comparison != NATT_KMS_NULL && c->op.negated == s->deny;
}

bool natt_kms_requires_document(const natt_kms_statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++)
        if (natt_kms_attests(&s->conditions[i]) && !natt_kms_met_without(&s->conditions[i]))
            return true;
    return false;
}

static bool covers(const natt_kms_principal *wide, const natt_kms_principal *narrow)
{
    if (wide->kind == NATT_KMS_ANYBODY)
        return true;
    if (wide->kind == NATT_KMS_ACCOUNT)
        return strcmp(wide->account, narrow->account) == 0;
    return strcmp(wide->text, narrow->text) == 0;
}

static bool covers_all(const natt_kms_statement *deny, const natt_kms_statement *allow)
{
    for (size_t i = 0; i < allow->principal_count; i++) {
        size_t d = 0;
        while (d < deny->principal_count && !covers(&deny->principals[d], &allow->principals[i]))
            d++;
        if (d == deny->principal_count)
            return false;
    }
    return !deny->not_principal;
}

static bool is_every_resource(const natt_kms_statement *s)
{
    for (size_t i = 0; i < s->resources.count; i++)
        if (strcmp(s->resources.items[i], "*") == 0)
            return !s->not_resource;
    return false;
}

bool natt_kms_guards(const natt_kms_statement *deny, const natt_kms_statement *allow, const char *action)
{
    if (!deny->deny || !natt_kms_statement_takes(deny, action) || !is_every_resource(deny) || !covers_all(deny, allow))
        return false;
    for (size_t i = 0; i < deny->condition_count; i++)
        if (!natt_kms_attests(&deny->conditions[i]) || !natt_kms_met_without(&deny->conditions[i]))
            return false;
    return true;
}

bool natt_kms_guarded(const natt_kms_policy *policy, const natt_kms_statement *allow, const char *action)
{
    for (size_t i = 0; i < policy->count; i++)
        if (natt_kms_guards(&policy->statements[i], allow, action))
            return true;
    return false;
}

/* ---- all checks ---- */

static void lint_administrator(natt_kms_lint *l)
{
    for (size_t i = 0; i < l->policy->count; i++) {
        const natt_kms_statement *s = &l->policy->statements[i];
        if (!s->deny && natt_kms_statement_takes(s, "kms:PutKeyPolicy") && !natt_kms_requires_document(s))
            return;
    }
    natt_kms_find(l, NATT_KMS_FINDING_NO_ADMINISTRATOR, NULL, NULL, "no statement allows kms:PutKeyPolicy");
}

size_t natt_kms_policy_lint(natt_kms_finding *out, size_t capacity, const natt_kms_policy *policy)
{
    natt_kms_lint l = {policy, out, capacity, 0};
    for (size_t i = 0; i < policy->count; i++) {
        natt_kms_lint_openings(&l, &policy->statements[i]);
        natt_kms_lint_values(&l, &policy->statements[i]);
        natt_kms_lint_logic(&l, &policy->statements[i]);
        natt_kms_lint_actions(&l, &policy->statements[i]);
        natt_kms_lint_change(&l, &policy->statements[i]);
    }
    if (policy->kind == NATT_KMS_KEY_POLICY)
        lint_administrator(&l);
    return l.count;
}
