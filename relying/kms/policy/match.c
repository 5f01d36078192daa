/*
 * Determines whether a statement applies to a request. Sources: IAM user guide, "IAM JSON policy elements: Condition
 * operators", "Single-valued vs. multivalued context keys", "AWS JSON policy elements: Principal", "... NotPrincipal".
 */
#include "relying/kms/policy/model.h"

#include <string.h>

/* ---- principals ---- */

/* Compares a role with its session, or two roles. Role names are unique in an account, independent of the path. */
static bool same_role(const natt_kms_principal *role, const natt_kms_principal *caller)
{
    return caller->role != NULL && caller->role_len == role->role_len &&
           memcmp(caller->role, role->role, role->role_len) == 0;
}

static natt_kms_relation relation(const natt_kms_principal *p, const natt_kms_principal *caller)
{
    if (p->kind == NATT_KMS_ANYBODY)
        return NATT_KMS_NAMED;
    if (caller->account[0] == '\0' || strcmp(p->account, caller->account) != 0)
        return NATT_KMS_OTHERS;
    if (p->kind == NATT_KMS_ACCOUNT) /* the root user is the account itself */
        return caller->kind == NATT_KMS_ACCOUNT ? NATT_KMS_NAMED : NATT_KMS_DELEGATED;
    if (p->kind == NATT_KMS_ROLE)
        return same_role(p, caller) ? NATT_KMS_NAMED : NATT_KMS_OTHERS;
    return strcmp(p->text, caller->text) == 0 ? NATT_KMS_NAMED : NATT_KMS_OTHERS;
}

static natt_kms_relation best_relation(const natt_kms_statement *s, const natt_kms_principal *caller)
{
    natt_kms_relation best = NATT_KMS_OTHERS;
    for (size_t i = 0; i < s->principal_count; i++) {
        natt_kms_relation r = relation(&s->principals[i], caller);
        best = r > best ? r : best;
    }
    return best;
}

static bool lists(const natt_kms_statement *s, const natt_kms_principal *caller, natt_kms_principal_kind kind)
{
    for (size_t i = 0; i < s->principal_count; i++)
        if (s->principals[i].kind == kind && relation(&s->principals[i], caller) != NATT_KMS_OTHERS)
            return true;
    return false;
}

/*
 * AWS checks the account, then the role, then the session; each must be listed to be exempt. So a list without the
 * account's ARN denies all principals of the account. [NotPrincipal, "Key points"]
 */
static bool spared(const natt_kms_statement *s, const natt_kms_principal *caller)
{
    if (lists(s, caller, NATT_KMS_ANYBODY))
        return true;
    if (!lists(s, caller, NATT_KMS_ACCOUNT) || (caller->role != NULL && !lists(s, caller, NATT_KMS_ROLE)))
        return false;
    return caller->kind != NATT_KMS_IDENTITY || lists(s, caller, NATT_KMS_IDENTITY);
}

static natt_kms_relation principal_relation(const natt_kms_statement *s, const natt_kms_principal *caller)
{
    if (s->principals == NULL) /* a principal's policy */
        return NATT_KMS_NAMED;
    if (s->not_principal)
        return spared(s, caller) ? NATT_KMS_OTHERS : NATT_KMS_NAMED;
    return best_relation(s, caller);
}

/* ---- actions and resources ---- */

static bool action_in(const natt_kms_strings *list, const char *action)
{
    for (size_t i = 0; i < list->count; i++)
        if (natt_kms_action_match(list->items[i], action))
            return true;
    return false;
}

static bool resource_in(const natt_kms_strings *list, const char *resource)
{
    for (size_t i = 0; i < list->count; i++)
        if (natt_kms_like(list->items[i], resource, false))
            return true;
    return false;
}

/* ---- conditions ---- */

const char *natt_kms_next_value(const natt_kms_question *q, const char *key, size_t *at)
{
    while (*at < q->value_count) {
        const natt_kms_condition_value *one = &q->values[(*at)++];
        if (natt_kms_equal_ignore_case(one->key, key))
            return one->value;
    }
    return NULL;
}

const char *natt_kms_value(const natt_kms_question *q, const char *key)
{
    size_t at = 0;
    return natt_kms_next_value(q, key, &at);
}

/* Up to the next colon; the sixth component goes to the end. */
static size_t component(const char *text, int n)
{
    const char *colon = n == 5 ? NULL : strchr(text, ':');
    return colon == NULL ? strlen(text) : (size_t)(colon - text);
}

/* Compares each of the six components separately. [Condition operators, ARN] */
static bool arn_like(const char *pattern, const char *arn)
{
    for (int n = 0; n < 6; n++) {
        size_t p_len = component(pattern, n), a_len = component(arn, n);
        if (!natt_kms_like_part(pattern, p_len, arn, a_len, false) ||
            (n < 5 && (pattern[p_len] != ':' || arn[a_len] != ':')))
            return false;
        pattern += p_len + 1;
        arn += a_len + 1;
    }
    return true;
}

static bool compare(natt_kms_comparison comparison, const char *expected, const char *actual)
{
    switch (comparison) {
    case NATT_KMS_EQUALS_IGNORE_CASE:
    case NATT_KMS_BOOL:
        return natt_kms_equal_ignore_case(expected, actual);
    case NATT_KMS_LIKE:
        return natt_kms_like(expected, actual, false);
    case NATT_KMS_ARN_LIKE:
        return arn_like(expected, actual);
    case NATT_KMS_EQUALS:
    case NATT_KMS_NULL:
        break;
    }
    return strcmp(expected, actual) == 0;
}

/* Compares one value of the request with all values of the policy: it must match one of them or, for a negated
 * operator, none. */
static bool value_met(const natt_kms_condition *c, const char *actual)
{
    for (size_t i = 0; i < c->expected.count; i++)
        if (compare(c->op.comparison, c->expected.items[i], actual))
            return !c->op.negated;
    return c->op.negated;
}

static bool null_met(const natt_kms_condition *c, bool absent)
{
    for (size_t i = 0; i < c->expected.count; i++)
        if ((strcmp(c->expected.items[i], "true") == 0) == absent)
            return true;
    return false;
}

/*
 * A single-valued key appears twice if an encryption context has names that differ only in case. Then an Allow requires
 * both values to match and a Deny only one, so that the second name gives no advantage.
 */
static bool every_value(const natt_kms_condition *c, bool deny)
{
    return c->op.set == NATT_KMS_ALL_VALUES || (c->op.set == NATT_KMS_SINGLE && !deny);
}

bool natt_kms_condition_met(const natt_kms_condition *c, bool deny, const natt_kms_question *q)
{
    size_t at = 0;
    const char *actual = natt_kms_next_value(q, c->key, &at);
    if (c->op.comparison == NATT_KMS_NULL)
        return null_met(c, actual == NULL);
    if (actual == NULL)
        return natt_kms_operator_absent(&c->op);
    bool every = every_value(c, deny);
    for (; actual != NULL; actual = natt_kms_next_value(q, c->key, &at))
        if (value_met(c, actual) != every)
            return !every;
    return every;
}

/* ---- the statement ---- */

static bool conditions_met(const natt_kms_statement *s, const natt_kms_question *q)
{
    for (size_t i = 0; i < s->condition_count; i++)
        if (!natt_kms_condition_met(&s->conditions[i], s->deny, q))
            return false;
    return true;
}

bool natt_kms_statement_takes(const natt_kms_statement *s, const char *action)
{
    return action_in(&s->actions, action) != s->not_action;
}

natt_kms_match natt_kms_statement_match(const natt_kms_statement *s, const natt_kms_principal *caller,
                                        const natt_kms_question *q)
{
    return (natt_kms_match){.principal = principal_relation(s, caller),
                            .action = natt_kms_statement_takes(s, q->action),
                            .resource = resource_in(&s->resources, q->resource) != s->not_resource,
                            .conditions = conditions_met(s, q)};
}

bool natt_kms_match_whole(const natt_kms_match *match)
{
    return match->principal != NATT_KMS_OTHERS && match->action && match->resource && match->conditions;
}
