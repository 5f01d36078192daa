/* PCRs that differ from the policy, and other values that do; see verify_report.h. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/frame/bytes.h"
#include "cli/verify/verify_report.h"

#define MOST_SHOWN 32 /* limits for differences, and for values of one, so that they do not fill a log */

static bool is_about_policy(natt_code code)
{
    return code == NATT_E_POLICY_PCR_ABSENT || code == NATT_E_POLICY_PCR_MISMATCH || code == NATT_E_POLICY_NO_SET;
}

/* Every value the set lists for this PCR, in order. */
static void put_expected(natt_cli_report *r, const natt_pcr_difference *d, const natt_pcr_set *set)
{
    char label[16];
    size_t count = 0;
    (void)snprintf(label, sizeof label, "PCR%u", (unsigned)d->index);
    natt_cli_put_list(r, "expected");
    for (size_t i = 0; i < set->pcr_count; i++) {
        if (set->pcrs[i].index != d->index)
            continue;
        natt_cli_put(r, NATT_CLI_ITEM,
                     count >= MOST_SHOWN ? NATT_CLI_JSON_ONLY
                     : count == 0        ? label
                                         : "",
                     natt_cli_in(count == 0 ? "expected %" : "or       %", natt_cli_as_hex(set->pcrs[i].value)));
        count++;
    }
    natt_cli_put_end(r);
    if (count > MOST_SHOWN)
        natt_cli_put(
            r, NATT_CLI_TEXT_ONLY, "",
            natt_cli_in("or       one of % more values, which --json lists", natt_cli_as_number(count - MOST_SHOWN)));
}

static void put_difference(natt_cli_report *r, const natt_pcr_difference *d, const natt_policy *policy, bool new_set)
{
    const char *name = policy->sets[d->set].name;
    natt_bytes actual = {d->actual, NATT_PCR_LEN};
    natt_cli_put_object(r, NATT_CLI_ITEM);
    natt_cli_put(r, "set", NATT_CLI_JSON_ONLY, natt_cli_as_number(d->set));
    natt_cli_put(r, "set_name", NATT_CLI_JSON_ONLY, natt_cli_as_string(name));
    if (new_set && (policy->set_count > 1 || name != NULL)) {
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, "policy set", natt_cli_as_number(d->set + 1));
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(" (%)", natt_cli_as_string(name)));
    }
    natt_cli_put(r, "index", NATT_CLI_JSON_ONLY, natt_cli_as_number(d->index));
    put_expected(r, d, &policy->sets[d->set]);
    natt_cli_put(r, "actual", "",
                 natt_cli_in("actual   %", d->present ? natt_cli_as_hex(actual) : natt_cli_absent("absent")));
    natt_cli_put_end(r);
}

static void put_list(natt_cli_report *r, const natt_pcr_difference *list, size_t count, const natt_policy *policy)
{
    natt_cli_put_list(r, "pcr_differences");
    for (size_t i = 0; i < count; i++) {
        r->json_only = i >= MOST_SHOWN;
        put_difference(r, &list[i], policy, i == 0 || list[i].set != list[i - 1].set);
    }
    r->json_only = false;
    natt_cli_put_end(r);
    if (count > MOST_SHOWN)
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, "",
                     natt_cli_in("% more differences, which --json lists", natt_cli_as_number(count - MOST_SHOWN)));
}

static void put_value(natt_cli_report *r, const char *label, natt_bytes value)
{
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, label, value.ptr == NULL ? natt_cli_absent("absent") : natt_cli_as_hex(value));
}

/* Two rows for people: the code requires that every signature is valid, so the document's value is authentic. */
static void put_values(natt_cli_report *r, natt_code code, natt_bytes document, const natt_options *options)
{
    natt_document d;
    if (!natt_document_parse(&d, document, NULL))
        return;
    const struct {
        natt_code code;
        natt_bytes expected, actual;
    } rows[] = {{NATT_E_EXPECT_NONCE, options->nonce, d.nonce},
                {NATT_E_EXPECT_USER_DATA, options->user_data.value, d.user_data},
                {NATT_E_EXPECT_PUBLIC_KEY, options->public_key.value, d.public_key}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].code != code)
            continue;
        put_value(r, "expected", rows[i].expected);
        put_value(r, "actual", rows[i].actual);
    }
}

/* Verifies the document again. There are at most as many differences as PCRs in all sets, since each set lists a PCR at
 * most once. */
void natt_cli_put_differences(natt_cli_report *r, natt_bytes document, const natt_options *options,
                              const natt_error *refusal)
{
    put_values(r, refusal->code, document, options);
    size_t count = 0, most = is_about_policy(refusal->code) ? options->policy->set_count * NATT_PCR_COUNT : 0;
    natt_pcr_difference *list = natt_cli_alloc(most, sizeof *list, 1);
    if (most > 0 && natt_verify_explain(list, most, &count, document, options, NULL, NULL) && count > 0)
        put_list(r, list, count, options->policy);
    free(list);
}
