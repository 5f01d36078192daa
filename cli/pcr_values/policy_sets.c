/* See policy_sets.h. */
#include "cli/pcr_values/policy_sets.h"

#include <stdlib.h>
#include <string.h>

static void set_free(natt_cli_set *set)
{
    free(set->name);
    free(set->pcrs);
    free(set->values);
}

void natt_cli_policy_free(natt_cli_policy *policy)
{
    for (size_t i = 0; i < policy->count; i++)
        set_free(&policy->sets[i]);
    free(policy->sets);
    free(policy->view);
    memset(policy, 0, sizeof *policy);
}

natt_cli_set *natt_cli_policy_add(natt_cli_policy *policy, const char *name)
{
    policy->sets = natt_cli_grow(policy->sets, policy->count, sizeof *policy->sets);
    natt_cli_set *set = &policy->sets[policy->count++];
    set->name = name == NULL ? NULL : natt_cli_strdup(name);
    return set;
}

void natt_cli_set_add(natt_cli_set *set, uint32_t index, const uint8_t value[NATT_PCR_LEN])
{
    set->pcrs = natt_cli_grow(set->pcrs, set->count, sizeof *set->pcrs);
    set->pcrs[set->count].index = index;
    memcpy(set->pcrs[set->count].value, value, NATT_PCR_LEN);
    set->count++;
}

bool natt_cli_set_has(const natt_cli_set *set, uint32_t index)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->pcrs[i].index == index)
            return true;
    return false;
}

void natt_cli_policy_move(natt_cli_policy *to, natt_cli_policy *from)
{
    for (size_t i = 0; i < from->count; i++) {
        to->sets = natt_cli_grow(to->sets, to->count, sizeof *to->sets);
        to->sets[to->count++] = from->sets[i];
    }
    free(from->sets);
    memset(from, 0, sizeof *from);
}

static natt_pcr_set set_view(natt_cli_set *set)
{
    free(set->values);
    set->values = natt_cli_alloc(set->count, sizeof *set->values, 0);
    for (size_t i = 0; i < set->count; i++)
        set->values[i] = (natt_pcr_value){set->pcrs[i].index, {set->pcrs[i].value, NATT_PCR_LEN}};
    return (natt_pcr_set){set->name, set->values, set->count};
}

const natt_policy *natt_cli_policy_view(natt_cli_policy *policy)
{
    static const natt_policy init = NATT_POLICY_INIT;
    free(policy->view);
    policy->view = natt_cli_alloc(policy->count, sizeof *policy->view, 0);
    for (size_t i = 0; i < policy->count; i++)
        policy->view[i] = set_view(&policy->sets[i]);
    policy->policy = init;
    policy->policy.sets = policy->view;
    policy->policy.set_count = policy->count;
    return &policy->policy;
}

bool natt_cli_pcr_index(uint32_t *out, const char *text)
{
    size_t len = strlen(text);
    if (len < 1 || len > 2 || strspn(text, "0123456789") != len || (len == 2 && text[0] == '0'))
        return false;
    *out = 0;
    for (size_t i = 0; i < len; i++)
        *out = *out * 10 + (uint32_t)(text[i] - '0');
    return *out < NATT_PCR_COUNT;
}

bool natt_cli_pcr_value(uint8_t out[NATT_PCR_LEN], const char *text, natt_cli_error *err)
{
    static const char hint[] = "a SHA-384 value has 96 hexadecimal digits";
    size_t len = strlen(text);
    if (natt_cli_hex_exact(out, NATT_PCR_LEN, text))
        return true;
    if (len > 2 && (strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0))
        return natt_cli_fail(err, NATT_CLI_USAGE, hint, "the value begins with 0x: remove it");
    if (len == 64 || len == 128)
        return natt_cli_fail(err, NATT_CLI_USAGE, "attestation documents contain SHA-384 PCRs only",
                             "the value has %zu characters, like a SHA-%u value, not 96", len, (unsigned)len * 4);
    if (len != 2 * NATT_PCR_LEN)
        return natt_cli_fail(err, NATT_CLI_USAGE, hint, "the value has %zu characters, not 96", len);
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "the value is not hexadecimal");
}

bool natt_cli_kind(natt_kind *out, const char *text, natt_cli_error *err)
{
    *out = text != NULL && strcmp(text, "nitrotpm") == 0 ? NATT_KIND_NITROTPM : NATT_KIND_ENCLAVE;
    return text == NULL || *out == NATT_KIND_NITROTPM || strcmp(text, "enclave") == 0 ||
           natt_cli_fail(err, NATT_CLI_USAGE, "write enclave or nitrotpm", "--kind: \"%.80s\" is not a kind", text);
}
