/* See policy_file.h. */
#include "cli/pcr_values/policy_file.h"

#include <string.h>

#include "cli/pcr_values/json_in.h"

#define SCHEMA_HINT "see docs/POLICY-FILE.md for the form of a policy file"

static bool fail(natt_cli_error *err, const char *what)
{
    return natt_cli_fail(err, NATT_CLI_USAGE, SCHEMA_HINT, "%s", what);
}

/* Every key of `object` is one of `known`. */
static bool only_keys(json_t *object, const char *const *known, natt_cli_error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        size_t i = 0;
        while (known[i] != NULL && strcmp(known[i], key) != 0)
            i++;
        if (known[i] == NULL)
            return natt_cli_fail(err, NATT_CLI_USAGE, SCHEMA_HINT, "unknown key \"%.100s\"", key);
    }
    return true;
}

/* ["<hex>", ...]: the accepted values of one PCR */
static bool parse_values(natt_cli_set *set, uint32_t index, json_t *list, natt_cli_error *err)
{
    size_t i;
    json_t *item;
    uint8_t value[NATT_PCR_LEN];
    char what[32];
    if (!json_is_array(list) || json_array_size(list) == 0)
        return natt_cli_fail(err, NATT_CLI_USAGE, SCHEMA_HINT, "PCR %u: the values are not a list with at least one",
                             (unsigned)index);
    (void)snprintf(what, sizeof what, "PCR %u", (unsigned)index);
    json_array_foreach(list, i, item)
    {
        if (!natt_cli_json_pcr(value, item, what, err))
            return false;
        natt_cli_set_add(set, index, value);
    }
    return true;
}

/* {"0": [...], "8": [...]} */
static bool parse_pcrs(natt_cli_set *set, json_t *pcrs, natt_cli_error *err)
{
    const char *key;
    json_t *value;
    uint32_t index;
    if (!json_is_object(pcrs) || json_object_size(pcrs) == 0)
        return fail(err, "\"pcrs\" is not an object with at least one PCR");
    json_object_foreach(pcrs, key, value)
    {
        if (!natt_cli_pcr_index(&index, key))
            return natt_cli_fail(err, NATT_CLI_USAGE, "PCR indices are \"0\" to \"31\", without leading zeros",
                                 "\"%.100s\" is not a PCR index", key);
        if (!parse_values(set, index, value, err))
            return false;
    }
    return true;
}

/* {"name": "...", "pcrs": {...}}; the name is optional */
static bool parse_set(natt_cli_policy *out, json_t *object, natt_cli_error *err)
{
    static const char *const keys[] = {"name", "pcrs", NULL};
    const json_t *name = json_object_get(object, "name");
    if (!json_is_object(object))
        return fail(err, "not an object");
    if (!only_keys(object, keys, err))
        return false;
    if (name != NULL && (!json_is_string(name) || json_string_length(name) == 0))
        return fail(err, "\"name\" is not a string");
    return parse_pcrs(natt_cli_policy_add(out, json_string_value(name)), json_object_get(object, "pcrs"), err);
}

static bool parse_sets(natt_cli_policy *out, json_t *sets, natt_cli_error *err)
{
    size_t i;
    json_t *set;
    if (!json_is_array(sets) || json_array_size(sets) == 0)
        return fail(err, "\"sets\" is not a list with at least one set");
    json_array_foreach(sets, i, set) if (!parse_set(out, set, err)) return natt_cli_fail_in(err, "set %zu", i + 1);
    return true;
}

static bool parse_root(natt_cli_policy *out, json_t *root, natt_cli_error *err)
{
    static const char *const keys[] = {"version", "sets", NULL};
    const json_t *version = json_object_get(root, "version");
    if (!json_is_object(root))
        return fail(err, "not a JSON object");
    if (json_object_get(root, "Measurements") != NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE,
                             "give it with --measurements, or let nitro-attest policy from convert it",
                             "the file has measurements, not a policy");
    if (!only_keys(root, keys, err))
        return false;
    if (version == NULL)
        return fail(err, "\"version\" is missing: it is the number 1");
    if (!json_is_integer(version) || json_integer_value(version) != 1)
        return fail(err, "\"version\" is not the number 1");
    return parse_sets(out, json_object_get(root, "sets"), err);
}

bool natt_cli_policy_parse(natt_cli_policy *out, natt_bytes json, natt_cli_error *err)
{
    natt_cli_policy sets = {0};
    json_t *root = natt_cli_json_parse(json, err);
    bool done = root != NULL && parse_root(&sets, root, err);
    if (done)
        natt_cli_policy_move(out, &sets);
    natt_cli_policy_free(&sets);
    json_decref(root);
    return done;
}
