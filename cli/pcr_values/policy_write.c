/* See policy_write.h. */
#include "cli/pcr_values/policy_write.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/text.h"
#include "cli/pcr_values/policy_file.h"

/* Memory that ran out ends the process, as everywhere: a policy is never written in part. */
static json_t *made(json_t *value)
{
    if (value != NULL)
        return value;
    (void)fputs("nitro-attest: out of memory\n", stderr);
    exit(NATT_CLI_IO);
}

static void put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, made(value)) != 0)
        (void)made(NULL);
}

static void append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, made(value)) != 0)
        (void)made(NULL);
}

static json_t *values_of(const natt_cli_set *set, uint32_t index)
{
    json_t *values = made(json_array());
    for (size_t i = 0; i < set->count; i++) {
        if (set->pcrs[i].index != index)
            continue;
        char *hex = natt_cli_hex((natt_bytes){set->pcrs[i].value, NATT_PCR_LEN});
        append(values, json_string(hex));
        free(hex);
    }
    return values;
}

/* Names come from paths: those that are not UTF-8 are written escaped. */
static json_t *name_of(const char *name)
{
    json_t *text = json_string(name);
    if (text != NULL)
        return text;
    char *safe = natt_cli_escape((natt_bytes){(const uint8_t *)name, strlen(name)});
    text = json_string(safe);
    free(safe);
    return text;
}

static json_t *set_of(const natt_cli_set *set)
{
    json_t *out = made(json_object()), *pcrs = made(json_object());
    char key[12];
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++) {
        if (!natt_cli_set_has(set, i))
            continue;
        (void)snprintf(key, sizeof key, "%u", (unsigned)i);
        put(pcrs, key, values_of(set, i));
    }
    if (set->name != NULL)
        put(out, "name", name_of(set->name));
    put(out, "pcrs", pcrs);
    return out;
}

char *natt_cli_policy_text(const natt_cli_policy *policy)
{
    json_t *root = made(json_object()), *sets = made(json_array());
    for (size_t i = 0; i < policy->count; i++)
        append(sets, set_of(&policy->sets[i]));
    put(root, "version", json_integer(1));
    put(root, "sets", sets);
    char *dump = json_dumps(root, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    if (dump == NULL)
        (void)made(NULL);
    char *text = natt_cli_alloc(strlen(dump), 1, 2);
    (void)sprintf(text, "%s\n", dump);
    free(dump);
    json_decref(root);
    return text;
}

static bool check_usable(natt_cli_policy *policy, natt_kind kind, natt_cli_error *err)
{
    natt_error e;
    if (natt_policy_validate(natt_cli_policy_view(policy), kind, &e))
        return true;
    natt_kind other = kind == NATT_KIND_ENCLAVE ? NATT_KIND_NITROTPM : NATT_KIND_ENCLAVE;
    bool other_kind = natt_policy_validate(&policy->policy, other, NULL);
    return natt_cli_fail(err, NATT_CLI_USAGE,
                         !other_kind                   ? natt_code_remedy(e.code)
                         : other == NATT_KIND_NITROTPM ? "are these of a NitroTPM? Then give --kind nitrotpm"
                                                       : "are these of an enclave? Then give --kind enclave",
                         "the policy cannot be used for documents of kind %s: %s (%s, %s)", natt_kind_name(kind),
                         e.message, natt_code_name(e.code), natt_code_rule(e.code));
}

bool natt_cli_policy_usable_text(char **text, const natt_cli_policy *policy, natt_kind kind, natt_cli_error *err)
{
    natt_cli_policy again = {0};
    *text = natt_cli_policy_text(policy);
    bool done = natt_cli_policy_parse(&again, (natt_bytes){(const uint8_t *)*text, strlen(*text)}, err) &&
                check_usable(&again, kind, err);
    natt_cli_policy_free(&again);
    return done;
}
