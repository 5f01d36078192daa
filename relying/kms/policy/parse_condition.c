/* Condition. Source: IAM user guide, "IAM JSON policy elements: Condition" and its pages on operators and keys. */
#include "relying/kms/policy/parse.h"

#include <stdlib.h>
#include <string.h>

/* ---- operators ---- */

static bool fail_operator(natt_kms_parser *p, const char *name)
{
    const char *near = natt_kms_operator_near(name);
    return near == NULL ? natt_kms_fail_unknown(p, "unknown operator \"%.60s\"", name)
                        : natt_kms_fail_unknown(p, "unknown operator \"%.60s\"; did you mean %s?", name, near);
}

static bool read_operator(natt_kms_parser *p, natt_kms_operator *op, const char *name)
{
    natt_kms_known known = natt_kms_operator_find(op, name);
    if (known == NATT_KMS_UNKNOWN)
        return fail_operator(p, name);
    return known == NATT_KMS_KNOWN ||
           natt_kms_fail_unknown(
               p, "the operator \"%.60s\" is not supported; those of strings and ARNs, Bool and Null are", name);
}

/* ---- keys ---- */

#define ATTESTATION "kms:RecipientAttestation"

static bool fail_key(natt_kms_parser *p, const char *name)
{
    char near[NATT_KMS_KEY_NEAR];
    if (natt_kms_like(ATTESTATION "*", name, true))
        return natt_kms_fail_unknown(p,
                                     "\"%.80s\" is not a condition key: " ATTESTATION
                                     ":ImageSha384, :PCR0 to :PCR31 and :NitroTPMPCR0 to :NitroTPMPCR31 are",
                                     name);
    return natt_kms_key_near(near, name)
               ? natt_kms_fail_unknown(p, "unknown condition key \"%.80s\"; did you mean %s?", name, near)
               : natt_kms_fail_unknown(p, "unknown condition key \"%.80s\"", name);
}

/* "Multi-valued condition keys require a set operator." [AWS KMS condition keys, set operators] */
static bool check_set(natt_kms_parser *p, const natt_kms_condition *c)
{
    if (c->known->multivalued && c->op.set == NATT_KMS_SINGLE && c->op.comparison != NATT_KMS_NULL)
        return natt_kms_fail(p, "the key has many values: write ForAnyValue:%s or ForAllValues:%s", c->name, c->name);
    return c->known->group != NATT_KMS_KEY_CONTEXT || c->op.set != NATT_KMS_ALL_VALUES ||
           natt_kms_fail(p, "ForAllValues matches requests without this encryption context, and KMS refuses it "
                            "(OverlyPermissiveCondition): leave ForAllValues: out");
}

static bool read_key(natt_kms_parser *p, natt_kms_condition *c)
{
    c->known = natt_kms_key_find(c->key);
    if (c->known == NULL)
        return fail_key(p, c->key);
    if (c->known->group == NATT_KMS_KEY_REFUSED)
        return natt_kms_fail_unknown(p, "AWS has the condition key \"%.60s\", but this KMS knows no value for it",
                                     c->key);
    return check_set(p, c);
}

/* ---- values ---- */

static bool is_truth(const char *text)
{
    return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
}

static bool is_arn(const char *text)
{
    size_t colons = 0;
    for (const char *c = text; *c != '\0'; c++)
        colons += *c == ':';
    return strncmp(text, "arn:", 4) == 0 && colons >= 5;
}

static bool check_value(natt_kms_parser *p, const natt_kms_operator *op, const char *text)
{
    if ((op->comparison == NATT_KMS_BOOL || op->comparison == NATT_KMS_NULL) && !is_truth(text))
        return natt_kms_fail(p, "the value is neither \"true\" nor \"false\"");
    if (op->comparison == NATT_KMS_ARN_LIKE && !is_arn(text))
        return natt_kms_fail(p, "\"%.80s\" is not an ARN of six components", text);
    return natt_kms_no_variable(p, text);
}

/* true and false need no quotation marks. [Grammar, "The policy language and JSON"] */
static const char *text_of(const json_t *value, const natt_kms_operator *op)
{
    bool truth = op->comparison == NATT_KMS_BOOL || op->comparison == NATT_KMS_NULL;
    if (truth && json_is_boolean(value))
        return json_is_true(value) ? "true" : "false";
    return json_string_value(value);
}

static bool read_value(natt_kms_parser *p, natt_kms_condition *c, const json_t *value)
{
    const char *text = text_of(value, &c->op);
    if (text == NULL)
        return natt_kms_fail(p, "the value is not a string");
    c->expected.items[c->expected.count++] = text;
    return check_value(p, &c->op, text);
}

static bool read_values(natt_kms_parser *p, natt_kms_condition *c, const json_t *value)
{
    size_t count = json_is_array(value) ? json_array_size(value) : 1;
    if (count == 0)
        return natt_kms_fail(p, "the list is empty");
    c->expected.items = natt_kms_alloc(p, count, sizeof *c->expected.items);
    if (c->expected.items == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!read_value(p, c, json_is_array(value) ? json_array_get(value, i) : value))
            return false;
    return true;
}

/* ---- the map of maps ---- */

/* Keys that differ only in case are the same key; a second list would be a further requirement. */
static bool check_twice(natt_kms_parser *p, const natt_kms_statement *s, const natt_kms_condition *c)
{
    for (const natt_kms_condition *other = s->conditions; other < c; other++)
        if (strcmp(other->name, c->name) == 0 && natt_kms_equal_ignore_case(other->key, c->key))
            return natt_kms_fail(p, "the key appears twice: case is ignored");
    return true;
}

static bool read_keys(natt_kms_parser *p, natt_kms_statement *s, const char *name, json_t *keys)
{
    natt_kms_operator op;
    const char *key;
    json_t *value;
    if (!read_operator(p, &op, name))
        return false;
    if (!json_is_object(keys) || json_object_size(keys) == 0)
        return natt_kms_fail(p, "not an object with at least one condition key");
    json_object_foreach(keys, key, value)
    {
        natt_kms_condition *c = &s->conditions[s->condition_count++];
        size_t place = natt_kms_enter(p, ".%.80s", key);
        *c = (natt_kms_condition){.name = name, .op = op, .key = key};
        if (!read_key(p, c) || !check_twice(p, s, c) || !read_values(p, c, value))
            return false;
        natt_kms_leave(p, place);
    }
    return true;
}

static size_t count_conditions(json_t *map)
{
    const char *name;
    json_t *keys;
    size_t count = 0;
    json_object_foreach(map, name, keys) count += json_object_size(keys);
    return count;
}

bool natt_kms_conditions_read(natt_kms_parser *p, natt_kms_statement *s, json_t *value)
{
    const char *name;
    json_t *keys;
    if (!json_is_object(value) || json_object_size(value) == 0)
        return natt_kms_fail(p, "not an object with at least one operator: leave Condition out if there is none");
    s->conditions = natt_kms_alloc(p, count_conditions(value), sizeof *s->conditions);
    if (s->conditions == NULL)
        return false;
    json_object_foreach(value, name, keys)
    {
        size_t place = natt_kms_enter(p, ".%.60s", name);
        if (!read_keys(p, s, name, keys))
            return false;
        natt_kms_leave(p, place);
    }
    return true;
}
