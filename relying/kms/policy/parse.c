/*
 * Parses the text of a policy. Strict: everything that is not fully understood is an error with its location, since
 * skipping a statement or a condition would change the permissions. Source: IAM user guide, "Grammar of the IAM JSON
 * policy language"; KMS developer guide, "Key policy format".
 */
#include "relying/kms/policy/parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- locations and errors ---- */

static void show(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

static void put_error(natt_kms_parser *p, natt_kms_policy_fault fault, const char *format, va_list args)
{
    (void)vsnprintf(p->err->text, sizeof p->err->text, format, args);
    show(p->err->text);
    show(p->err->where);
    p->err->fault = fault;
}

bool natt_kms_fail(natt_kms_parser *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_error(p, NATT_KMS_POLICY_WRONG, format, args);
    va_end(args);
    return false;
}

bool natt_kms_fail_unknown(natt_kms_parser *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_error(p, NATT_KMS_POLICY_UNKNOWN, format, args);
    va_end(args);
    return false;
}

size_t natt_kms_enter(natt_kms_parser *p, const char *format, ...)
{
    size_t place = strlen(p->err->where);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(p->err->where + place, sizeof p->err->where - place, format, args);
    va_end(args);
    return place;
}

void natt_kms_leave(natt_kms_parser *p, size_t place)
{
    p->err->where[place] = '\0';
}

void *natt_kms_alloc(natt_kms_parser *p, size_t count, size_t size)
{
    void *memory = calloc(count == 0 ? 1 : count, size);
    if (memory == NULL)
        (void)natt_kms_fail(p, "out of memory");
    return memory;
}

/* ---- lists of texts ---- */

static bool read_string(natt_kms_parser *p, natt_kms_strings *out, const json_t *value,
                        bool (*check)(natt_kms_parser *, const char *))
{
    if (!json_is_string(value))
        return natt_kms_fail(p, "the value is not a string");
    const char *text = json_string_value(value);
    out->items[out->count++] = text;
    return check(p, text);
}

bool natt_kms_strings_read(natt_kms_parser *p, natt_kms_strings *out, const json_t *value,
                           bool (*check)(natt_kms_parser *, const char *))
{
    size_t count = json_is_array(value) ? json_array_size(value) : 1;
    if (count == 0)
        return natt_kms_fail(p, "the list is empty");
    out->items = natt_kms_alloc(p, count, sizeof *out->items);
    if (out->items == NULL)
        return false;
    if (!json_is_array(value))
        return read_string(p, out, value, check);
    for (size_t i = 0; i < count; i++) {
        size_t place = natt_kms_enter(p, "[%zu]", i);
        if (!read_string(p, out, json_array_get(value, i), check))
            return false;
        natt_kms_leave(p, place);
    }
    return true;
}

bool natt_kms_no_variable(natt_kms_parser *p, const char *text)
{
    return !p->policy->variables || strstr(text, "${") == NULL ||
           natt_kms_fail_unknown(p, "policy variables such as %.40s are not supported: write the value",
                                 strstr(text, "${"));
}

/* ---- a statement ---- */

enum element { SID, EFFECT, PRINCIPAL, NOT_PRINCIPAL, ACTION, NOT_ACTION, RESOURCE, NOT_RESOURCE, CONDITION, ELEMENTS };

static const char *const element_names[ELEMENTS] = {"Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
                                                    "NotAction", "Resource", "NotResource", "Condition"};
static const char *const top_names[] = {"Version", "Id", "Statement"};

static const char *element_name(size_t i)
{
    return element_names[i];
}

static const char *top_name(size_t i)
{
    return top_names[i];
}

/* Every key of `object` is one of the names. */
static bool only_names(natt_kms_parser *p, json_t *object, const char *(*nth)(size_t), size_t count)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        size_t i = 0;
        while (i < count && strcmp(nth(i), key) != 0)
            i++;
        if (i < count)
            continue;
        size_t near = natt_kms_nearest(key, nth, count);
        return near < count ? natt_kms_fail_unknown(p, "unknown element \"%.60s\"; did you mean %s?", key, nth(near))
                            : natt_kms_fail_unknown(p, "unknown element \"%.60s\"", key);
    }
    return true;
}

/* Letters and digits in an IAM policy; spaces, too, in a key policy. [Grammar, sid_string; Key policy format] */
static bool check_sid(natt_kms_parser *p, const natt_kms_statement *s)
{
    for (const char *c = s->sid; p->policy->kind == NATT_KMS_PRINCIPAL_POLICY && *c != '\0'; c++)
        if (!((*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') || (*c >= 'a' && *c <= 'z')))
            return natt_kms_fail(p, "a Sid outside key policies has only letters and digits");
    for (size_t i = 0; i < s->index; i++)
        if (p->policy->statements[i].sid != NULL && strcmp(p->policy->statements[i].sid, s->sid) == 0)
            return natt_kms_fail(p, "Statement[%zu] also has the Sid \"%.60s\"", i, s->sid);
    return true;
}

static bool read_sid(natt_kms_parser *p, natt_kms_statement *s, json_t *value)
{
    if (value == NULL)
        return true;
    if (!json_is_string(value))
        return natt_kms_fail(p, "Sid is not a string");
    s->sid = json_string_length(value) == 0 ? NULL : json_string_value(value);
    return s->sid == NULL || check_sid(p, s);
}

/* In exactly this case. [Effect: "the Effect value is case sensitive"] */
static bool read_effect(natt_kms_parser *p, natt_kms_statement *s, const json_t *value)
{
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    s->deny = strcmp(text, "Deny") == 0;
    if (s->deny || strcmp(text, "Allow") == 0)
        return true;
    return value == NULL ? natt_kms_fail(p, "Effect is missing: write \"Allow\" or \"Deny\"")
                         : natt_kms_fail(p, "Effect is neither \"Allow\" nor \"Deny\", in exactly this case");
}

/* The value of an element or its opposite. NULL and an error: neither is present, or both. */
static json_t *either(natt_kms_parser *p, json_t *object, enum element e, bool *is_not, size_t *place)
{
    json_t *value = json_object_get(object, element_names[e]),
           *not_value = json_object_get(object, element_names[e + 1]);
    *is_not = not_value != NULL;
    if (value != NULL && not_value != NULL)
        (void)natt_kms_fail(p, "%s and %s exclude each other", element_names[e], element_names[e + 1]);
    else if (value == NULL && not_value == NULL) {
        (void)natt_kms_fail(p, "%s is missing", element_names[e]);
        p->err->fault = e == PRINCIPAL ? NATT_KMS_POLICY_NO_PRINCIPAL : NATT_KMS_POLICY_WRONG;
    } else {
        *place = natt_kms_enter(p, ".%s", element_names[*is_not ? e + 1 : e]);
        return *is_not ? not_value : value;
    }
    return NULL;
}

static bool read_principals(natt_kms_parser *p, natt_kms_statement *s, json_t *object)
{
    size_t place = 0;
    if (p->policy->kind == NATT_KMS_PRINCIPAL_POLICY) {
        bool none = json_object_get(object, "Principal") == NULL && json_object_get(object, "NotPrincipal") == NULL;
        return none ||
               natt_kms_fail(p, "a principal's policy has no Principal: it applies to the one it is attached to");
    }
    json_t *value = either(p, object, PRINCIPAL, &s->not_principal, &place);
    if (value == NULL)
        return false;
    if (s->not_principal && !s->deny)
        return natt_kms_fail(p, "NotPrincipal is valid only with Deny: with Allow it would allow everyone else");
    if (!natt_kms_principals_read(p, s, value))
        return false;
    natt_kms_leave(p, place);
    return true;
}

static bool read_lists(natt_kms_parser *p, natt_kms_statement *s, json_t *object)
{
    size_t place = 0;
    json_t *value = either(p, object, ACTION, &s->not_action, &place);
    if (value == NULL || !natt_kms_actions_read(p, s, value))
        return false;
    natt_kms_leave(p, place);
    value = either(p, object, RESOURCE, &s->not_resource, &place);
    if (value == NULL || !natt_kms_resources_read(p, s, value))
        return false;
    natt_kms_leave(p, place);
    return true;
}

static bool read_conditions(natt_kms_parser *p, natt_kms_statement *s, json_t *value)
{
    if (value == NULL)
        return true;
    size_t place = natt_kms_enter(p, ".Condition");
    if (!natt_kms_conditions_read(p, s, value))
        return false;
    natt_kms_leave(p, place);
    return true;
}

static bool read_statement(natt_kms_parser *p, natt_kms_statement *s, json_t *object)
{
    if (!json_is_object(object))
        return natt_kms_fail(p, "a statement is a JSON object");
    return only_names(p, object, element_name, ELEMENTS) && read_sid(p, s, json_object_get(object, "Sid")) &&
           read_effect(p, s, json_object_get(object, "Effect")) && read_principals(p, s, object) &&
           read_lists(p, s, object) && read_conditions(p, s, json_object_get(object, "Condition"));
}

/* ---- the whole policy ---- */

static bool read_statements(natt_kms_parser *p, json_t *value)
{
    natt_kms_policy *policy = p->policy;
    size_t count = json_is_array(value) ? json_array_size(value) : 1, top = natt_kms_enter(p, "Statement");
    if (value == NULL)
        return natt_kms_fail(p, "Statement is missing");
    if (count == 0)
        return natt_kms_fail(p, "the list is empty");
    policy->statements = natt_kms_alloc(p, count, sizeof *policy->statements);
    if (policy->statements == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t place = json_is_array(value) ? natt_kms_enter(p, "[%zu]", i) : strlen(p->err->where);
        natt_kms_statement *s = &policy->statements[policy->count++];
        s->index = i;
        if (!read_statement(p, s, json_is_array(value) ? json_array_get(value, i) : value))
            return false;
        natt_kms_leave(p, place);
    }
    natt_kms_leave(p, top);
    return true;
}

/* Without a version it is the first one, which has no policy variables. [Version] */
static bool read_version(natt_kms_parser *p, const json_t *value)
{
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    p->policy->variables = strcmp(text, "2012-10-17") == 0;
    return value == NULL || p->policy->variables || strcmp(text, "2008-10-17") == 0 ||
           natt_kms_fail(p, "Version is neither \"2012-10-17\" nor \"2008-10-17\"");
}

/* "Must not be included in identity-based policies." [Grammar, policy_id_string] */
static bool read_id(natt_kms_parser *p, const json_t *value)
{
    if (value != NULL && p->policy->kind == NATT_KMS_PRINCIPAL_POLICY)
        return natt_kms_fail(p, "a principal's policy has no Id");
    return value == NULL || json_is_string(value) || natt_kms_fail(p, "Id is not a string");
}

static bool read_policy(natt_kms_parser *p)
{
    json_t *root = p->policy->json;
    if (!json_is_object(root))
        return natt_kms_fail(p, "a policy is a JSON object");
    return only_names(p, root, top_name, sizeof top_names / sizeof top_names[0]) &&
           read_version(p, json_object_get(root, "Version")) && read_id(p, json_object_get(root, "Id")) &&
           read_statements(p, json_object_get(root, "Statement"));
}

static bool read_json(natt_kms_parser *p, natt_bytes text)
{
    json_error_t where;
    if (text.len == 0)
        return natt_kms_fail(p, "the policy is empty");
    if (text.len > NATT_KMS_MAX_POLICY)
        return natt_kms_fail(p, "%zu bytes; at most %d are accepted", text.len, NATT_KMS_MAX_POLICY);
    p->policy->json = json_loadb((const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, &where);
    if (p->policy->json != NULL)
        return true;
    if (where.text[0] == '\0')
        return natt_kms_fail(p, "out of memory");
    (void)natt_kms_enter(p, "line %d, column %d", where.line, where.column);
    (void)natt_kms_fail(p, "%s", where.text);
    p->err->fault = NATT_KMS_POLICY_NO_JSON;
    return false;
}

natt_kms_policy *natt_kms_policy_parse(natt_bytes text, natt_kms_policy_kind kind, natt_kms_policy_error *err)
{
    natt_kms_policy_error spare;
    natt_kms_parser p = {NULL, err == NULL ? &spare : err};
    memset(p.err, 0, sizeof *p.err);
    p.policy = natt_kms_alloc(&p, 1, sizeof *p.policy);
    if (p.policy == NULL)
        return NULL;
    p.policy->kind = kind;
    if (read_json(&p, text) && read_policy(&p))
        return p.policy;
    natt_kms_policy_free(p.policy);
    return NULL;
}

static void free_statement(natt_kms_statement *s)
{
    for (size_t i = 0; i < s->condition_count; i++)
        free(s->conditions[i].expected.items);
    free(s->conditions);
    free(s->actions.items);
    free(s->resources.items);
    free(s->principals);
}

void natt_kms_policy_free(natt_kms_policy *policy)
{
    if (policy == NULL)
        return;
    for (size_t i = 0; i < policy->count; i++)
        free_statement(&policy->statements[i]);
    free(policy->statements);
    json_decref(policy->json);
    free(policy);
}
