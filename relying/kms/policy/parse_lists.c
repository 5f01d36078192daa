/* Principal, Action and Resource. Source: IAM user guide, the pages of these elements. */
#include "relying/kms/policy/parse.h"

#include <stdlib.h>
#include <string.h>

/* ---- principals ---- */

static bool fail_principal(natt_kms_parser *p, const char *text)
{
    if (strpbrk(text, "*?") != NULL)
        return natt_kms_fail(p,
                             "\"%.80s\": no wildcard matches a part of a principal; use the condition key "
                             "aws:PrincipalArn with ArnLike",
                             text);
    if (strncmp(text, "AIDA", 4) == 0 || strncmp(text, "AROA", 4) == 0)
        return natt_kms_fail(p, "\"%.80s\" is the id of an identity that was deleted", text);
    return natt_kms_fail(p, "\"%.80s\" is neither an account nor the ARN of a user, role, session or account", text);
}

static bool read_principal(natt_kms_parser *p, natt_kms_principal *out, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text == NULL)
        return natt_kms_fail(p, "the value is not a string");
    if (strcmp(text, "*") == 0) {
        *out = (natt_kms_principal){.kind = NATT_KMS_ANYBODY, .text = text};
        return true;
    }
    return (strpbrk(text, "*?") == NULL && natt_kms_principal_read(out, text)) || fail_principal(p, text);
}

/* logs.eu-west-1.amazonaws.com; services do not call this KMS, so it matches no caller. */
static bool read_service(natt_kms_parser *p, natt_kms_principal *out, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text == NULL || strstr(text, ".amazonaws.com") == NULL || strpbrk(text, "*?") != NULL)
        return natt_kms_fail(p, "the value is not the name of a service, such as \"logs.amazonaws.com\"");
    *out = (natt_kms_principal){.kind = NATT_KMS_IDENTITY, .text = text};
    return true;
}

static size_t count_of(const json_t *value)
{
    return json_is_array(value) ? json_array_size(value) : 1;
}

static bool read_entry(natt_kms_parser *p, natt_kms_statement *s, const json_t *value,
                       bool (*read)(natt_kms_parser *, natt_kms_principal *, const json_t *))
{
    if (count_of(value) == 0)
        return natt_kms_fail(p, "the list is empty");
    for (size_t i = 0; i < count_of(value); i++) {
        size_t place = json_is_array(value) ? natt_kms_enter(p, "[%zu]", i) : strlen(p->err->where);
        const json_t *item = json_is_array(value) ? json_array_get(value, i) : value;
        if (!read(p, &s->principals[s->principal_count++], item))
            return false;
        natt_kms_leave(p, place);
    }
    return true;
}

static bool read_map(natt_kms_parser *p, natt_kms_statement *s, json_t *map)
{
    const char *type;
    json_t *value;
    json_object_foreach(map, type, value)
    {
        bool aws = strcmp(type, "AWS") == 0;
        if (!aws && strcmp(type, "Service") != 0)
            return natt_kms_fail_unknown(p, "principals of the type \"%.40s\" are not supported; AWS and Service are",
                                         type);
        size_t place = natt_kms_enter(p, ".%s", type);
        if (!read_entry(p, s, value, aws ? read_principal : read_service))
            return false;
        natt_kms_leave(p, place);
    }
    return true;
}

static size_t count_principals(json_t *value)
{
    const char *type;
    json_t *entry;
    size_t count = 0;
    json_object_foreach(value, type, entry) count += count_of(entry);
    return count;
}

bool natt_kms_principals_read(natt_kms_parser *p, natt_kms_statement *s, json_t *value)
{
    bool anybody = json_is_string(value) && strcmp(json_string_value(value), "*") == 0;
    if (!anybody && (!json_is_object(value) || json_object_size(value) == 0))
        return natt_kms_fail(p, "neither \"*\" nor an object such as {\"AWS\": \"arn:...\"}");
    s->principals = natt_kms_alloc(p, anybody ? 1 : count_principals(value), sizeof *s->principals);
    if (s->principals == NULL)
        return false;
    return anybody ? read_entry(p, s, value, read_principal) : read_map(p, s, value);
}

/* ---- actions ---- */

static bool is_kms(const char *action)
{
    return strlen(action) > 4 && natt_kms_like("kms:*", action, true);
}

static bool fail_action(natt_kms_parser *p, const char *text)
{
    const char *near = natt_kms_action_near(text);
    return near == NULL ? natt_kms_fail_unknown(p, "KMS has no action \"%.80s\"", text)
                        : natt_kms_fail_unknown(p, "KMS has no action \"%.80s\"; did you mean %s?", text, near);
}

/* SERVICE:NAME; wildcards in the name only. [Action] */
static bool has_form(const char *text)
{
    size_t service = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    return service > 0 && text[service] == ':' && text[service + 1] != '\0' && strchr(text + service + 1, ':') == NULL;
}

static bool check_action(natt_kms_parser *p, const char *text)
{
    if (strcmp(text, "*") == 0)
        return true;
    if (!has_form(text))
        return natt_kms_fail(p, "\"%.80s\" is not an action: write \"kms:Decrypt\", for example", text);
    if (is_kms(text))
        return natt_kms_action_known(text) || fail_action(p, text);
    return p->policy->kind == NATT_KMS_PRINCIPAL_POLICY ||
           natt_kms_fail(p, "\"%.80s\": a key policy has actions of KMS only", text);
}

bool natt_kms_actions_read(natt_kms_parser *p, natt_kms_statement *s, const json_t *value)
{
    return natt_kms_strings_read(p, &s->actions, value, check_action);
}

/* ---- resources ---- */

/* The service must not be a wildcard. [Resource, "Using wildcards in resource ARNs"] */
static bool check_resource(natt_kms_parser *p, const char *text)
{
    if (strcmp(text, "*") == 0)
        return true;
    if (!natt_kms_no_variable(p, text))
        return false;
    const char *partition = strncmp(text, "arn:", 4) == 0 ? text + 4 : "";
    size_t partition_len = strcspn(partition, ":");
    const char *service = partition[partition_len] == ':' ? partition + partition_len + 1 : "";
    size_t service_len = strcspn(service, ":*?");
    return (partition_len > 0 && service_len > 0 && service[service_len] == ':') ||
           natt_kms_fail(p, "\"%.80s\" is neither \"*\" nor an ARN, whose service has no wildcard", text);
}

bool natt_kms_resources_read(natt_kms_parser *p, natt_kms_statement *s, const json_t *value)
{
    return natt_kms_strings_read(p, &s->resources, value, check_resource);
}
