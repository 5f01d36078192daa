/* See verify_report.h and docs/JSON.md: the keys are an interface. */
#include "cli/verify/verify_report.h"

#include <stdio.h>
#include <string.h>

#include "cli/frame/json_out.h"

static const struct {
    uint32_t bit;
    const char *name;
} checks[] = {
    {NATT_CHECKED_CHAIN, "chain"},
    {NATT_CHECKED_SIGNATURE, "signature"},
    {NATT_CHECKED_TIMESTAMP, "timestamp"},
    {NATT_CHECKED_NOW, "now"},
    {NATT_CHECKED_AGE, "age"},
    {NATT_CHECKED_NONCE, "nonce"},
    {NATT_CHECKED_USER_DATA, "user_data"},
    {NATT_CHECKED_PUBLIC_KEY, "public_key"},
    {NATT_CHECKED_PCRS, "pcrs"},
    {NATT_CHECKED_PRODUCTION, "production"},
    {NATT_CHECKED_MODULE_BINDING, "module_binding"},
    {NATT_CHECKED_MODULE_ID, "module_id"},
    {NATT_CHECKED_REGION, "region"},
    {NATT_CHECKED_DENY, "deny"},
};

static json_t *text(const char *s)
{
    return natt_cli_json_text((natt_bytes){(const uint8_t *)s, strlen(s)});
}

/* null when no policy was judged */
static json_t *matched_set_json(const natt_verified *v)
{
    return v->matched_set == SIZE_MAX ? json_null() : json_integer((json_int_t)v->matched_set);
}

static json_t *pcrs_json(const natt_verified *v)
{
    json_t *object = json_object();
    char key[8];
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++) {
        if ((v->pcr_mask >> i & 1) == 0)
            continue;
        (void)snprintf(key, sizeof key, "%u", (unsigned)i);
        natt_cli_json_set(object, key, natt_cli_json_hex((natt_bytes){v->pcrs[i], NATT_PCR_LEN}));
    }
    return object;
}

static json_t *chain_json(const natt_verified *v)
{
    json_t *list = json_array();
    for (size_t i = 0; i < v->chain_count; i++) {
        json_t *entry = json_object();
        natt_cli_json_set(entry, "subject", text(v->chain[i].common_name));
        natt_cli_json_set(entry, "not_before", natt_cli_json_time(v->chain[i].not_before));
        natt_cli_json_set(entry, "not_after", natt_cli_json_time(v->chain[i].not_after));
        natt_cli_json_append(list, entry);
    }
    return list;
}

static json_t *checks_json(const natt_verified *v)
{
    json_t *list = json_array();
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if ((v->checks & checks[i].bit) != 0)
            natt_cli_json_append(list, json_string(checks[i].name));
    return list;
}

void natt_cli_verified_json(const natt_verified *v, const natt_options *options)
{
    const natt_error ok = {NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, natt_code_message(NATT_OK)};
    json_t *out = json_object();
    natt_cli_json_set(out, "verdict", json_string("verified"));
    natt_cli_json_error(out, &ok);
    natt_cli_json_set(out, "kind", json_string(natt_kind_name(v->kind)));
    natt_cli_json_set(out, "module_id", text(v->module_id));
    natt_cli_json_set(out, "region", v->region[0] == '\0' ? json_null() : text(v->region));
    natt_cli_json_set(out, "timestamp_ms", json_integer((json_int_t)v->timestamp_ms));
    natt_cli_json_set(out, "age_ms", json_integer((json_int_t)options->now_ms - (json_int_t)v->timestamp_ms));
    natt_cli_json_set(out, "debug", json_boolean(v->debug));
    natt_cli_json_set(out, "canonical_id", natt_cli_json_hex((natt_bytes){v->canonical_id, sizeof v->canonical_id}));
    natt_cli_json_set(out, "root_sha256", natt_cli_json_hex((natt_bytes){v->root_sha256, sizeof v->root_sha256}));
    natt_cli_json_set(out, "instance_id", text(v->instance_id));
    natt_cli_json_set(out, "public_key", natt_cli_json_hex(v->public_key));
    natt_cli_json_set(out, "user_data", natt_cli_json_hex(v->user_data));
    natt_cli_json_set(out, "nonce", natt_cli_json_hex(v->nonce));
    natt_cli_json_set(out, "matched_set", matched_set_json(v));
    natt_cli_json_set(out, "pcrs", pcrs_json(v));
    natt_cli_json_set(out, "chain", chain_json(v));
    natt_cli_json_set(out, "checks", checks_json(v));
    natt_cli_json_print(out);
}

void natt_cli_refused_json(const natt_error *err, const natt_options *options, const natt_cli_differences *differences)
{
    json_t *out = json_object();
    natt_cli_json_set(out, "verdict", json_string("refused"));
    natt_cli_json_error(out, err);
    if (differences->count > 0)
        natt_cli_json_set(out, "pcr_differences", natt_cli_differences_json(differences, options->policy));
    natt_cli_json_print(out);
}
