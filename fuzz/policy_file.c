/*
 * Property: an accepted policy file gives sets with PCRs. Written again, by this program and by the command, it gives
 * the same sets. A refusal leaves the output unchanged, and has a text.
 */
#include "cli/pcr_values/policy_file.h"
#include "cli/pcr_values/policy_write.h"
#include "fuzz/property.h"

#include <jansson.h>

/* Writes the set in the form of a policy file: {"0": ["<hex>", ...]}. */
static json_t *pcrs_of(const natt_cli_set *set)
{
    json_t *pcrs = json_object();
    for (size_t i = 0; i < set->count; i++) {
        char index[12], hex[2 * NATT_PCR_LEN + 1];
        (void)snprintf(index, sizeof index, "%u", (unsigned)set->pcrs[i].index);
        for (size_t b = 0; b < NATT_PCR_LEN; b++)
            (void)snprintf(hex + 2 * b, 3, "%02x", set->pcrs[i].value[b]);
        if (json_object_get(pcrs, index) == NULL)
            MUST(json_object_set_new(pcrs, index, json_array()) == 0);
        MUST(json_array_append_new(json_object_get(pcrs, index), json_string(hex)) == 0);
    }
    return pcrs;
}

static char *written(const natt_cli_policy *policy)
{
    json_t *sets = json_array();
    for (size_t i = 0; i < policy->count; i++) {
        json_t *set = json_pack("{s:s*, s:o}", "name", policy->sets[i].name, "pcrs", pcrs_of(&policy->sets[i]));
        MUST(json_array_append_new(sets, set) == 0);
    }
    json_t *root = json_pack("{s:i, s:o}", "version", 1, "sets", sets);
    char *text = json_dumps(root, JSON_SORT_KEYS);
    MUST(text != NULL);
    json_decref(root);
    return text;
}

static void check_sets(natt_cli_policy *policy)
{
    natt_error err;
    MUST(policy->count > 0);
    for (size_t i = 0; i < policy->count; i++) {
        MUST(policy->sets[i].count > 0 && (policy->sets[i].name == NULL || policy->sets[i].name[0] != '\0'));
        for (size_t p = 0; p < policy->sets[i].count; p++)
            MUST(policy->sets[i].pcrs[p].index < NATT_PCR_COUNT);
    }
    bool usable = natt_policy_validate(natt_cli_policy_view(policy), NATT_KIND_ENCLAVE, &err);
    MUST(usable || err.code == NATT_E_USAGE_POLICY_WEAK);
}

/* The command's own writer must produce the same policy. */
static void check_written(const natt_cli_policy *policy, const char *same)
{
    natt_cli_policy again = {0};
    natt_cli_error err;
    char *text = natt_cli_policy_text(policy);
    MUST(natt_cli_policy_parse(&again, (natt_bytes){(const uint8_t *)text, strlen(text)}, &err));
    char *wrote = written(&again);
    MUST(strcmp(wrote, same) == 0);
    free(wrote);
    free(text);
    natt_cli_policy_free(&again);
}

static void check_again(const natt_cli_policy *policy)
{
    natt_cli_policy again = {0};
    natt_cli_error err;
    char *text = written(policy);
    MUST(natt_cli_policy_parse(&again, (natt_bytes){(const uint8_t *)text, strlen(text)}, &err));
    char *same = written(&again);
    MUST(strcmp(text, same) == 0);
    check_written(policy, text);
    free(same);
    free(text);
    natt_cli_policy_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_cli_policy policy = {0};
    natt_cli_error err;
    if (natt_cli_policy_parse(&policy, (natt_bytes){data, size}, &err)) {
        check_sets(&policy);
        check_again(&policy);
    } else {
        MUST(policy.count == 0 && err.exit_code == NATT_CLI_USAGE && err.what[0] != '\0');
    }
    natt_cli_policy_free(&policy);
    return 0;
}
