/* See loader.h. */
#include "vectors/loader/loader.h"

#include "vectors/loader/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHAT_LEN 160 /* longest: "options.pcr_policy.sets[63].pcrs.31[255]" */

struct word {
    const char *name;
    uint32_t value;
};

/* `words` ends with a NULL name. */
static bool word(struct natt_loader *c, uint32_t *out, const struct word *words, const json_t *value, const char *what)
{
    const char *name = natt_vectors_string(c, value, what);
    if (name == NULL)
        return false;
    for (; words->name != NULL; words++) {
        *out = words->value;
        if (strcmp(words->name, name) == 0)
            return true;
    }
    c->unknown = true;
    return natt_vectors_broken(c, "%s: unknown word \"%.60s\"", what, name);
}

/* ---- time ---- */

static bool max_age(struct natt_loader *c, natt_options *out, const json_t *options)
{
    const json_t *value = json_object_get(options, "max_age_ms");
    bool now = out->time_mode == NATT_TIME_NOW;
    if ((value != NULL) != now)
        return natt_vectors_broken(c, "options.max_age_ms %s",
                                   now ? "is missing" : "is only allowed with time_mode \"now\"");
    if (!now)
        return true;
    out->max_age_ms = NATT_UNLIMITED_MS;
    if (json_is_string(value) && strcmp(json_string_value(value), "unlimited") == 0)
        return true;
    return natt_vectors_number(c, &out->max_age_ms, options, "max_age_ms", NULL);
}

static bool times(struct natt_loader *c, natt_options *out, const json_t *options)
{
    static const struct word modes[] = {NATT_VECTORS_TIME_MODES, {NULL, 0}};
    static const uint64_t none = 0;
    uint32_t mode = 0;
    if (!word(c, &mode, modes, json_object_get(options, "time_mode"), "options.time_mode"))
        return false;
    out->time_mode = (natt_time_mode)mode;
    return max_age(c, out, options) && natt_vectors_number(c, &out->max_future_ms, options, "max_future_ms", &none) &&
           natt_vectors_number(c, &out->not_before_leeway_ms, options, "not_before_leeway_ms", &none) &&
           natt_vectors_number(c, &out->not_after_leeway_ms, options, "not_after_leeway_ms", &none);
}

/* ---- kind, limits, flags ---- */

static bool flags(struct natt_loader *c, natt_options *out, const json_t *options)
{
    static const struct word words[] = {NATT_VECTORS_FLAGS, {NULL, 0}};
    const json_t *list = natt_vectors_list(c, options, "flags", 0, 16);
    for (size_t i = 0; i < json_array_size(list); i++) {
        uint32_t flag = 0;
        if (!word(c, &flag, words, json_array_get(list, i), "options.flags"))
            return false;
        out->flags |= flag;
    }
    return list != NULL;
}

static bool kind_and_limits(struct natt_loader *c, natt_options *out, const json_t *options)
{
    static const struct word kinds[] = {NATT_VECTORS_KINDS, {NULL, 0}};
    static const struct word limits[] = {NATT_VECTORS_LIMITS, {NULL, 0}};
    const json_t *named = json_object_get(options, "limits");
    uint32_t kind = 0, limit = NATT_LIMITS_DEFAULT;
    if (!word(c, &kind, kinds, json_object_get(options, "kind"), "options.kind") ||
        (named != NULL && !word(c, &limit, limits, named, "options.limits")))
        return false;
    out->kind = (natt_kind)kind;
    out->limits = (natt_limits)limit;
    return true;
}

/* ---- what is expected ---- */

static bool nonce(struct natt_loader *c, natt_options *out, const json_t *options)
{
    const json_t *value = json_object_get(options, "nonce");
    out->nonce_mode = value != NULL ? NATT_NONCE_EXACT : NATT_NONCE_NOT_USED;
    return value == NULL || natt_vectors_hex(c, &out->nonce, value, "options.nonce", NATT_VECTORS_MAX_DOCUMENT);
}

static bool expectation(struct natt_loader *c, natt_expectation *out, const json_t *options, const char *key)
{
    static const struct word modes[] = {NATT_VECTORS_EXPECT_MODES, {NULL, 0}};
    static const char *const keys[] = {NATT_VECTORS_EXPECT_KEYS, NULL};
    const json_t *what = json_object_get(options, key), *value = json_object_get(what, "value");
    char name[WHAT_LEN];
    uint32_t mode = 0;
    if (what == NULL)
        return true;
    (void)snprintf(name, sizeof name, "options.%s", key);
    if (!natt_vectors_only_keys(c, what, keys, name) || !word(c, &mode, modes, json_object_get(what, "mode"), name))
        return false;
    out->mode = (natt_expect_mode)mode;
    if ((value != NULL) != (out->mode == NATT_EXPECT_EXACT))
        return natt_vectors_broken(c, "%s: a value is required with mode \"exact\" and only allowed there", name);
    return value == NULL || natt_vectors_hex(c, &out->value, value, name, NATT_VECTORS_MAX_DOCUMENT);
}

static bool optional_text(struct natt_loader *c, natt_bytes *out, const json_t *options, const char *key)
{
    const char *text;
    if (json_object_get(options, key) == NULL)
        return true;
    text = natt_vectors_text(c, options, "options", key);
    *out = (natt_bytes){(const uint8_t *)text, text != NULL ? strlen(text) : 0};
    return text != NULL;
}

/* ---- deny list ---- */

static bool deny_entry(struct natt_loader *c, natt_deny_entry *out, const json_t *entry, size_t i)
{
    static const struct word types[] = {NATT_VECTORS_DENY_TYPES, {NULL, 0}};
    static const char *const keys[] = {NATT_VECTORS_DENY_KEYS, NULL};
    const json_t *issuer = json_object_get(entry, "issuer");
    char what[WHAT_LEN];
    uint32_t type = 0;
    (void)snprintf(what, sizeof what, "options.deny[%zu]", i);
    if (!natt_vectors_only_keys(c, entry, keys, what) || !word(c, &type, types, json_object_get(entry, "type"), what) ||
        !natt_vectors_hex(c, &out->value, json_object_get(entry, "value"), what, NATT_MAX_CERTIFICATE))
        return false;
    out->type = (natt_deny_type)type;
    return issuer == NULL || natt_vectors_hex(c, &out->issuer, issuer, what, NATT_MAX_CERTIFICATE);
}

static bool deny(struct natt_loader *c, natt_options *out, const json_t *options)
{
    const json_t *list = json_object_get(options, "deny");
    if (list == NULL)
        return true;
    list = natt_vectors_list(c, options, "deny", 1, NATT_VECTORS_MAX_DENY);
    size_t count = json_array_size(list);
    natt_deny_entry *entries = list != NULL ? natt_vectors_alloc(c, count, sizeof *entries) : NULL;
    if (entries == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!deny_entry(c, &entries[i], json_array_get(list, i), i))
            return false;
    out->deny = entries;
    out->deny_count = count;
    return true;
}

/* ---- PCR policy ---- */

bool natt_vectors_pcr_index(struct natt_loader *c, uint32_t *out, const char *key, const char *what)
{
    size_t len = strspn(key, "0123456789");
    if (len == 0 || len > 2 || key[len] != '\0' || (len == 2 && key[0] == '0') || atoi(key) >= NATT_PCR_COUNT)
        return natt_vectors_broken(c, "%s: \"%.20s\" is not a PCR index", what, key);
    *out = (uint32_t)atoi(key);
    return true;
}

static bool pcr_values(struct natt_loader *c, natt_pcr_value *to, size_t *count, const char *key, const json_t *values,
                       const char *what)
{
    char name[WHAT_LEN];
    uint32_t index = 0;
    if (!natt_vectors_pcr_index(c, &index, key, what))
        return false;
    (void)snprintf(name, sizeof name, "%s.%s", what, key);
    if (json_array_size(values) == 0)
        return natt_vectors_broken(c, "%s is not a list of values", name);
    for (size_t i = 0; i < json_array_size(values); i++) {
        if (*count == NATT_VECTORS_MAX_SET_PCRS)
            return natt_vectors_broken(c, "%s has more than %d values", what, NATT_VECTORS_MAX_SET_PCRS);
        natt_pcr_value *value = &to[(*count)++];
        value->index = index;
        if (!natt_vectors_hex(c, &value->value, json_array_get(values, i), name, NATT_PCR_LEN))
            return false;
        if (value->value.len != NATT_PCR_LEN)
            return natt_vectors_broken(c, "%s has %zu bytes, not 48", name, value->value.len);
    }
    return true;
}

static bool pcr_set(struct natt_loader *c, natt_pcr_set *out, const json_t *set, size_t i)
{
    static const char *const keys[] = {NATT_VECTORS_SET_KEYS, NULL};
    json_t *pcrs = json_object_get(set, "pcrs"), *values;
    char what[WHAT_LEN / 2];
    const char *key;
    (void)snprintf(what, sizeof what, "options.pcr_policy.sets[%zu]", i);
    if (!natt_vectors_only_keys(c, set, keys, what))
        return false;
    out->name = natt_vectors_text(c, set, what, "name");
    if (out->name != NULL && json_object_size(pcrs) == 0)
        return natt_vectors_broken(c, "%s contains no PCRs", what);
    natt_pcr_value *to = natt_vectors_alloc(c, NATT_VECTORS_MAX_SET_PCRS, sizeof *to);
    if (out->name == NULL || to == NULL)
        return false;
    out->pcrs = to;
    json_object_foreach(pcrs, key, values)
    {
        if (!pcr_values(c, to, &out->pcr_count, key, values, what))
            return false;
    }
    return true;
}

static bool pcr_sets(struct natt_loader *c, natt_policy *policy, const json_t *list)
{
    size_t count = json_array_size(list);
    natt_pcr_set *sets = natt_vectors_alloc(c, count, sizeof *sets);
    if (sets == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!pcr_set(c, &sets[i], json_array_get(list, i), i))
            return false;
    *policy = (natt_policy){sizeof *policy, sets, count};
    return true;
}

static bool pcr_policy(struct natt_loader *c, natt_options *out, const json_t *options)
{
    static const char *const keys[] = {NATT_VECTORS_POLICY_KEYS, NULL};
    const json_t *from = json_object_get(options, "pcr_policy"), *list;
    if ((from == NULL) != ((out->flags & NATT_INSECURE_NO_PCR_POLICY) != 0))
        return natt_vectors_broken(c, "options: pcr_policy or the flag no-pcr-policy is required, but not both");
    if (from == NULL)
        return true;
    if (!natt_vectors_only_keys(c, from, keys, "options.pcr_policy"))
        return false;
    if (json_integer_value(json_object_get(from, "version")) != 1) {
        c->unknown = true;
        return natt_vectors_broken(c, "options.pcr_policy.version is not 1");
    }
    natt_policy *policy = natt_vectors_alloc(c, 1, sizeof *policy);
    list = policy != NULL ? natt_vectors_list(c, from, "sets", 1, NATT_VECTORS_MAX_SETS) : NULL;
    out->policy = policy;
    return list != NULL && pcr_sets(c, policy, list);
}

bool natt_vectors_read_options(struct natt_loader *c, natt_options *out, const json_t *options)
{
    static const char *const keys[] = {NATT_VECTORS_OPTION_KEYS, NULL};
    return natt_vectors_only_keys(c, options, keys, "options") && kind_and_limits(c, out, options) &&
           times(c, out, options) && nonce(c, out, options) && expectation(c, &out->user_data, options, "user_data") &&
           expectation(c, &out->public_key, options, "public_key") &&
           optional_text(c, &out->module_id, options, "module_id") &&
           optional_text(c, &out->region, options, "region") && flags(c, out, options) && pcr_policy(c, out, options) &&
           deny(c, out, options);
}
