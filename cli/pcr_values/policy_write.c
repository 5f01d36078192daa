/* See policy_write.h. */
#include "cli/pcr_values/policy_write.h"

#include <stdio.h>
#include <string.h>

#include "cli/frame/report.h"
#include "cli/pcr_values/policy_file.h"

static void put_pcr(natt_cli_report *r, const natt_cli_set *set, uint32_t index)
{
    char key[12];
    (void)snprintf(key, sizeof key, "%u", (unsigned)index);
    natt_cli_put_list(r, key);
    for (size_t i = 0; i < set->count; i++)
        if (set->pcrs[i].index == index)
            natt_cli_put(r, NATT_CLI_ITEM, NATT_CLI_JSON_ONLY,
                         natt_cli_as_hex((natt_bytes){set->pcrs[i].value, NATT_PCR_LEN}));
    natt_cli_put_end(r);
}

/* Names come from paths; names that are not UTF-8 are escaped. */
static void put_set(natt_cli_report *r, const natt_cli_set *set)
{
    natt_cli_put_object(r, NATT_CLI_ITEM);
    if (set->name != NULL)
        natt_cli_put(r, "name", NATT_CLI_JSON_ONLY, natt_cli_as_string(set->name));
    natt_cli_put_object(r, "pcrs");
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++)
        if (natt_cli_set_has(set, i))
            put_pcr(r, set, i);
    natt_cli_put_end(r);
    natt_cli_put_end(r);
}

char *natt_cli_policy_text(const natt_cli_policy *policy)
{
    char *text = NULL;
    size_t len = 0;
    natt_cli_report r;
    natt_cli_report_start(&r, true);
    natt_cli_put(&r, "version", NATT_CLI_JSON_ONLY, natt_cli_as_number(1));
    natt_cli_put_list(&r, "sets");
    for (size_t i = 0; i < policy->count; i++)
        put_set(&r, &policy->sets[i]);
    natt_cli_put_end(&r);
    FILE *out = open_memstream(&text, &len);
    if (out == NULL || !natt_cli_report_write(&r, out) || fclose(out) != 0)
        natt_cli_out_of_memory();
    natt_cli_report_free(&r);
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
                         : other == NATT_KIND_NITROTPM ? "if these are PCRs of a NitroTPM, give --kind nitrotpm"
                                                       : "if these are PCRs of an enclave, give --kind enclave",
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
