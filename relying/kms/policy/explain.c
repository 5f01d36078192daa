/* The reasons of a decision, as the JSON of policy.h. */
#include "relying/kms/policy/decide.h"

#include <string.h>

/* An object or list that could not be filled completely is NULL. */
static bool put(json_t *object, const char *key, json_t *value)
{
    return json_object_set_new(object, key, value) == 0;
}

static json_t *strings(const natt_kms_strings *list)
{
    json_t *out = json_array();
    for (size_t i = 0; i < list->count; i++)
        if (json_array_append_new(out, json_string(list->items[i])) != 0) {
            json_decref(out);
            return NULL;
        }
    return out;
}

static json_t *principals(const natt_kms_statement *s)
{
    json_t *out = json_array();
    for (size_t i = 0; i < s->principal_count; i++)
        if (json_array_append_new(out, json_string(s->principals[i].text)) != 0) {
            json_decref(out);
            return NULL;
        }
    return out;
}

#define MAX_SHOWN_BYTES  256 /* of a value in a request */
#define MAX_SHOWN_VALUES 16  /* of a key */

/* At most this many bytes, without splitting a UTF-8 character. */
static size_t shown_len(const char *text, size_t len)
{
    if (len <= MAX_SHOWN_BYTES)
        return len;
    for (len = MAX_SHOWN_BYTES; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80;)
        len--;
    return len;
}

/* Truncates long values, which would fill the log: "aaaa... (8000 bytes)". */
static json_t *shown(const char *text)
{
    const size_t len = strlen(text), part = shown_len(text, len);
    return part == len ? json_string(text) : json_sprintf("%.*s... (%zu bytes)", (int)part, text, len);
}

static bool append_shown(json_t *list, const char *text)
{
    return json_array_append_new(list, shown(text)) == 0;
}

/* The request's value of a key: null, a text, or a list if there are several. */
static json_t *actual(const natt_kms_question *q, const char *key)
{
    size_t at = 0;
    const char *first = natt_kms_next_value(q, key, &at), *next = natt_kms_next_value(q, key, &at);
    if (first == NULL)
        return json_null();
    /* JSON has only UTF-8, so other bytes are a fault of the calling code */
    if (next == NULL)
        return shown(first);
    json_t *out = json_array();
    size_t count = 1;
    bool done = append_shown(out, first);
    for (; done && next != NULL; next = natt_kms_next_value(q, key, &at))
        done = ++count > MAX_SHOWN_VALUES || append_shown(out, next);
    if (count > MAX_SHOWN_VALUES)
        done = done && json_array_append_new(out, json_sprintf("... (%zu values)", count)) == 0;
    if (done)
        return out;
    json_decref(out);
    return NULL;
}

static json_t *name_of(const natt_kms_statement *s)
{
    return s == NULL ? json_null() : json_pack("{s:I, s:s?}", "index", (json_int_t)s->index, "sid", s->sid);
}

static const char *policy_name(natt_kms_policy_kind kind)
{
    return kind == NATT_KMS_KEY_POLICY ? "key policy" : "principal policy";
}

/* ---- reasons ---- */

static bool add_reason(json_t *list, const char *element, const natt_kms_condition *c, json_t *expected, json_t *value)
{
    json_t *reason =
        json_pack("{s:s, s:s?, s:s?, s:o, s:o}", "element", element, "operator", c == NULL ? NULL : c->name, "key",
                  c == NULL ? NULL : c->key, "expected", expected, "actual", value);
    return json_array_append_new(list, reason) == 0;
}

/* For a Deny, the conditions that are met; for an Allow, those that are not. */
static bool add_conditions(json_t *list, const natt_kms_statement *s, const natt_kms_question *q)
{
    for (size_t i = 0; i < s->condition_count; i++) {
        const natt_kms_condition *c = &s->conditions[i];
        if (natt_kms_condition_met(c, s->deny, q) == s->deny &&
            !add_reason(list, "Condition", c, strings(&c->expected), actual(q, c->key)))
            return false;
    }
    return true;
}

static bool add_elements(json_t *list, const natt_kms_statement *s, const natt_kms_case *c)
{
    natt_kms_match match = natt_kms_statement_match(s, &c->caller, &c->question);
    bool principal = match.principal != NATT_KMS_OTHERS;
    const natt_kms_question *q = &c->question;
    return (principal != s->deny || s->principals == NULL ||
            add_reason(list, s->not_principal ? "NotPrincipal" : "Principal", NULL, principals(s),
                       json_string(q->principal))) &&
           (match.action != s->deny || add_reason(list, s->not_action ? "NotAction" : "Action", NULL,
                                                  strings(&s->actions), json_string(q->action))) &&
           (match.resource != s->deny || add_reason(list, s->not_resource ? "NotResource" : "Resource", NULL,
                                                    strings(&s->resources), json_string(q->resource)));
}

static json_t *reasons(const natt_kms_statement *s, const natt_kms_case *c)
{
    json_t *list = json_array();
    bool conditions_alone = s != NULL && s->deny && s->condition_count > 0;
    if (s == NULL || ((conditions_alone || add_elements(list, s, c)) && add_conditions(list, s, &c->question)))
        return list;
    json_decref(list);
    return NULL;
}

/* The Allow statement that is closest to applying: compared by action, then principal, then resource, then the number
 * of conditions. */
static size_t lacking(const natt_kms_statement *s, const natt_kms_case *c)
{
    natt_kms_match match = natt_kms_statement_match(s, &c->caller, &c->question);
    size_t conditions = 0;
    for (size_t i = 0; i < s->condition_count; i++)
        conditions += !natt_kms_condition_met(&s->conditions[i], s->deny, &c->question);
    return (match.action ? 0u : 4u) * NATT_KMS_MAX_POLICY + (match.principal ? 0u : 2u) * NATT_KMS_MAX_POLICY +
           (match.resource ? 0u : 1u) * NATT_KMS_MAX_POLICY + conditions;
}

static const natt_kms_statement *closest(const natt_kms_policy *policy, const natt_kms_case *c)
{
    const natt_kms_statement *best = NULL;
    for (size_t i = 0; policy != NULL && i < policy->count; i++) {
        const natt_kms_statement *s = &policy->statements[i];
        if (!s->deny && (best == NULL || lacking(s, c) < lacking(best, c)))
            best = s;
    }
    return best;
}

/* ---- every statement ---- */

static json_t *conditions(const natt_kms_statement *s, const natt_kms_question *q)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->condition_count; i++) {
        const natt_kms_condition *c = &s->conditions[i];
        json_t *one = json_pack("{s:s, s:s, s:o, s:o, s:b}", "operator", c->name, "key", c->key, "expected",
                                strings(&c->expected), "actual", actual(q, c->key), "satisfied",
                                (int)natt_kms_condition_met(c, s->deny, q));
        if (json_array_append_new(list, one) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *statement(const natt_kms_policy *policy, const natt_kms_statement *s, const natt_kms_case *c)
{
    natt_kms_match match = natt_kms_statement_match(s, &c->caller, &c->question);
    return json_pack("{s:s, s:I, s:s?, s:s, s:b, s:b, s:b, s:b, s:b, s:o}", "policy", policy_name(policy->kind),
                     "index", (json_int_t)s->index, "sid", s->sid, "effect", s->deny ? "Deny" : "Allow", "applies",
                     (int)natt_kms_match_whole(&match), "principal", (int)(match.principal != NATT_KMS_OTHERS),
                     "delegates", (int)(!s->deny && match.principal == NATT_KMS_DELEGATED), "action", (int)match.action,
                     "resource", (int)match.resource, "conditions", conditions(s, &c->question));
}

static bool add_statements(json_t *list, const natt_kms_policy *policy, const natt_kms_case *c)
{
    for (size_t i = 0; policy != NULL && i < policy->count; i++)
        if (json_array_append_new(list, statement(policy, &policy->statements[i], c)) != 0)
            return false;
    return true;
}

static json_t *statements(const natt_kms_case *c)
{
    json_t *list = json_array();
    if (add_statements(list, c->key_policy, c) && add_statements(list, c->principal_policy, c))
        return list;
    json_decref(list);
    return NULL;
}

json_t *natt_kms_explain(const natt_kms_ruling *ruling, const natt_kms_case *c)
{
    static const char *const names[] = {"implicit deny", "explicit deny", "allow"};
    const natt_kms_policy *policy = ruling->by == NATT_KMS_KEY_POLICY ? c->key_policy : c->principal_policy;
    const natt_kms_statement *near = ruling->effect == NATT_KMS_IMPLICIT_DENY ? closest(policy, c) : NULL;
    const natt_kms_statement *why = ruling->effect == NATT_KMS_EXPLICIT_DENY ? ruling->statement : near;
    json_t *out = json_object();
    if (put(out, "decision", json_string(names[ruling->effect])) &&
        put(out, "policy", json_string(policy_name(ruling->by))) && put(out, "statement", name_of(ruling->statement)) &&
        put(out, "delegated_by", name_of(ruling->delegated_by)) && put(out, "closest", name_of(near)) &&
        put(out, "reasons", reasons(why, c)) && put(out, "statements", statements(c)))
        return out;
    json_decref(out);
    return NULL;
}
