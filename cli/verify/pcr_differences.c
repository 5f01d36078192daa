/* See pcr_differences.h. */
#include "cli/verify/pcr_differences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"
#include "cli/frame/json_out.h"
#include "cli/frame/table.h"
#include "cli/frame/text.h"

#define MOST_SHOWN 32 /* differences, and values of one: more than a reader can use, and less than fills a log */

static bool is_about_policy(natt_code code)
{
    return code == NATT_E_POLICY_PCR_ABSENT || code == NATT_E_POLICY_PCR_MISMATCH || code == NATT_E_POLICY_NO_SET;
}

/* More than there can be: each set lists each PCR once at most. */
static size_t most(const natt_policy *policy)
{
    return policy->set_count * NATT_PCR_COUNT;
}

natt_cli_differences natt_cli_differences_of(natt_bytes document, const natt_options *options,
                                             const natt_error *refusal)
{
    natt_cli_differences found = {NULL, 0};
    if (!is_about_policy(refusal->code))
        return found;
    found.list = natt_cli_alloc(most(options->policy), sizeof *found.list, 1);
    if (!natt_verify_explain(found.list, most(options->policy), &found.count, document, options, NULL, NULL))
        natt_cli_differences_free(&found);
    return found;
}

void natt_cli_differences_free(natt_cli_differences *differences)
{
    free(differences->list);
    *differences = (natt_cli_differences){NULL, 0};
}

/* Every value the set lists for this PCR, in order; NULL when there are no more. */
static const natt_pcr_value *next_expected(const natt_pcr_difference *d, const natt_policy *policy, size_t *at)
{
    const natt_pcr_set *set = &policy->sets[d->set];
    while (*at < set->pcr_count) {
        const natt_pcr_value *value = &set->pcrs[(*at)++];
        if (value->index == d->index)
            return value;
    }
    return NULL;
}

static void print_set(size_t set, const natt_policy *policy)
{
    const char *name = policy->sets[set].name;
    char *safe = natt_cli_escape((natt_bytes){(const uint8_t *)name, name != NULL ? strlen(name) : 0});
    natt_cli_row("policy set", name != NULL ? "%zu (%s)" : "%zu", set + 1, safe);
    free(safe);
}

static void print_value(const char *name, const char *word, const natt_pcr_value *value)
{
    char *hex = natt_cli_hex(value->value);
    natt_cli_row(name, "%-8s %s", word, hex);
    free(hex);
}

static void print_difference(const natt_pcr_difference *d, const natt_policy *policy)
{
    char name[16];
    size_t at = 0, count = 0;
    (void)snprintf(name, sizeof name, "PCR%u", (unsigned)d->index);
    for (const natt_pcr_value *value = next_expected(d, policy, &at); value != NULL;
         value = next_expected(d, policy, &at), count++) {
        if (count < MOST_SHOWN)
            print_value(count == 0 ? name : "", count == 0 ? "expected" : "or", value);
    }
    if (count > MOST_SHOWN)
        natt_cli_row("", "%-8s one of %zu more values, which --json lists", "or", count - MOST_SHOWN);
    char *hex = natt_cli_hex((natt_bytes){d->actual, NATT_PCR_LEN});
    natt_cli_row("", "%-8s %s", "actual", d->present ? hex : "absent");
    free(hex);
}

void natt_cli_differences_text(const natt_cli_differences *differences, const natt_policy *policy)
{
    size_t shown = SIZE_MAX;
    for (size_t i = 0; i < differences->count && i < MOST_SHOWN; i++) {
        const natt_pcr_difference *d = &differences->list[i];
        if (d->set != shown && (policy->set_count > 1 || policy->sets[d->set].name != NULL))
            print_set(d->set, policy);
        shown = d->set;
        print_difference(d, policy);
    }
    if (differences->count > MOST_SHOWN)
        natt_cli_row("", "%zu more differences, which --json lists", differences->count - MOST_SHOWN);
}

static json_t *difference_json(const natt_pcr_difference *d, const natt_policy *policy)
{
    const char *name = policy->sets[d->set].name;
    json_t *out = json_object(), *expected = json_array();
    size_t at = 0;
    for (const natt_pcr_value *value = next_expected(d, policy, &at); value != NULL;
         value = next_expected(d, policy, &at))
        natt_cli_json_append(expected, natt_cli_json_hex(value->value));
    natt_bytes text = {(const uint8_t *)name, name != NULL ? strlen(name) : 0};
    natt_cli_json_set(out, "set", json_integer((json_int_t)d->set));
    natt_cli_json_set(out, "set_name", natt_cli_json_text(text));
    natt_cli_json_set(out, "index", json_integer((json_int_t)d->index));
    natt_cli_json_set(out, "expected", expected);
    natt_cli_json_set(out, "actual",
                      d->present ? natt_cli_json_hex((natt_bytes){d->actual, NATT_PCR_LEN}) : json_null());
    return out;
}

json_t *natt_cli_differences_json(const natt_cli_differences *differences, const natt_policy *policy)
{
    json_t *list = json_array();
    for (size_t i = 0; i < differences->count; i++)
        natt_cli_json_append(list, difference_json(&differences->list[i], policy));
    return list;
}
