#include "load.h"

#include "verify/crypto/crypto.h"
#include "verify/test/genuine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(struct natt_loaded *l, const char *format, ...)
{
    va_list args;
    if (l->fault[0] != '\0')
        return;
    va_start(args, format);
    vsnprintf(l->fault, sizeof l->fault, format, args);
    va_end(args);
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

/* ---- bytes ---- */

static natt_bytes keep(struct natt_loaded *l, const uint8_t *bytes, size_t len)
{
    if (len > sizeof l->pool - l->pool_used) {
        fail(l, "no room");
        return (natt_bytes){NULL, 0};
    }
    uint8_t *to = l->pool + l->pool_used;
    memcpy(to, bytes, len);
    l->pool_used += len;
    return (natt_bytes){to, len};
}

static natt_bytes keep_text(struct natt_loaded *l, const char *text)
{
    return keep(l, (const uint8_t *)text, strlen(text));
}

static natt_bytes keep_hex(struct natt_loaded *l, const char *hex)
{
    uint8_t bytes[4096];
    size_t len = 0;
    unsigned octet;
    for (; len < sizeof bytes && sscanf(hex + 2 * len, "%2x", &octet) == 1; len++)
        bytes[len] = (uint8_t)octet;
    if (strlen(hex) != 2 * len)
        fail(l, "no hexadecimal: %.20s", hex);
    return keep(l, bytes, len);
}

static int digit(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

static size_t base64(struct natt_loaded *l, const char *text, uint8_t *out, size_t cap)
{
    uint32_t bits = 0;
    size_t len = 0, n = 0;
    for (; digit(text[n]) >= 0 && len < cap; n++) {
        bits = bits << 6 | (uint32_t)digit(text[n]);
        if (n % 4 != 0)
            out[len++] = (uint8_t)(bits >> (6 - 2 * (n % 4)));
    }
    if (strspn(text + n, "=") != strlen(text + n))
        fail(l, "no base64");
    return len;
}

/* ---- options ---- */

static uint64_t number(struct natt_loaded *l, const json_t *object, const char *key, uint64_t otherwise)
{
    const json_t *value = json_object_get(object, key);
    if (value == NULL)
        return otherwise;
    if (json_is_string(value) && strcmp(json_string_value(value), "unlimited") == 0)
        return NATT_UNLIMITED_MS;
    if (!json_is_integer(value))
        fail(l, "%s is no number", key);
    return (uint64_t)json_integer_value(value);
}

struct word {
    const char *name;
    uint32_t value;
};

static uint32_t word(struct natt_loaded *l, const struct word *words, const char *name)
{
    for (; words->name != NULL; words++)
        if (strcmp(words->name, name) == 0)
            return words->value;
    fail(l, "unknown word: %s", name);
    return 0;
}

static void load_flags(struct natt_loaded *l, const json_t *list)
{
    static const struct word words[] = {{"allow-debug", NATT_ALLOW_DEBUG},
                                        {"allow-unknown-fields", NATT_ALLOW_UNKNOWN_FIELDS},
                                        {"allow-weak-policy", NATT_ALLOW_WEAK_POLICY},
                                        {"no-pcr-policy", NATT_INSECURE_NO_PCR_POLICY},
                                        {"require-module-binding", NATT_REQUIRE_MODULE_BINDING},
                                        {NULL, 0}};
    const json_t *flag;
    size_t i;
    json_array_foreach(list, i, flag) l->opt.flags |= word(l, words, json_string_value(flag));
}

static natt_expectation expectation(struct natt_loaded *l, const json_t *what)
{
    static const struct word words[] = {{"exact", NATT_EXPECT_EXACT}, {"absent", NATT_EXPECT_ABSENT}, {NULL, 0}};
    natt_expectation out = {NATT_EXPECT_ANY, {NULL, 0}};
    if (what == NULL)
        return out;
    out.mode = (natt_expect_mode)word(l, words, text_of(what, "mode"));
    if (out.mode == NATT_EXPECT_EXACT)
        out.value = keep_hex(l, text_of(what, "value"));
    return out;
}

static void load_deny(struct natt_loaded *l, const json_t *list)
{
    static const struct word words[] = {{"serial", NATT_DENY_SERIAL},
                                        {"certificate-sha256", NATT_DENY_CERTIFICATE_SHA256},
                                        {"spki-sha256", NATT_DENY_SPKI_SHA256},
                                        {NULL, 0}};
    const json_t *entry;
    size_t i;
    json_array_foreach(list, i, entry)
    {
        natt_deny_entry *to = &l->deny[l->opt.deny_count++ % LOAD_MAX_DENY];
        to->type = (natt_deny_type)word(l, words, text_of(entry, "type"));
        to->value = keep_hex(l, text_of(entry, "value"));
        to->issuer = (natt_bytes){NULL, 0};
        if (json_object_get(entry, "issuer") != NULL)
            to->issuer = keep_hex(l, text_of(entry, "issuer"));
    }
    l->opt.deny = l->opt.deny_count > 0 ? l->deny : NULL;
}

static void load_set(struct natt_loaded *l, natt_pcr_set *to, json_t *set)
{
    const char *index;
    json_t *values, *value;
    size_t i;
    *to = (natt_pcr_set){text_of(set, "name"), &l->pcrs[l->pcr_count], 0};
    json_object_foreach(json_object_get(set, "pcrs"), index, values)
    {
        json_array_foreach(values, i, value)
        {
            l->pcrs[l->pcr_count++ % LOAD_MAX_PCRS] =
                (natt_pcr_value){(uint32_t)atoi(index), keep_hex(l, json_string_value(value))};
            to->pcr_count++;
        }
    }
}

static void load_policy(struct natt_loaded *l, const json_t *policy)
{
    json_t *set;
    size_t i;
    if (policy == NULL)
        return;
    l->policy = (natt_policy){sizeof l->policy, l->sets, 0};
    json_array_foreach(json_object_get(policy, "sets"), i, set)
        load_set(l, &l->sets[l->policy.set_count++ % LOAD_MAX_SETS], set);
    l->opt.policy = &l->policy;
}

static natt_bytes optional_text(struct natt_loaded *l, const json_t *options, const char *key)
{
    const json_t *value = json_object_get(options, key);
    return value != NULL ? keep_text(l, json_string_value(value)) : (natt_bytes){NULL, 0};
}

static void load_words(struct natt_loaded *l, const json_t *options)
{
    static const struct word kinds[] = {{"enclave", NATT_KIND_ENCLAVE}, {"nitrotpm", NATT_KIND_NITROTPM}, {NULL, 0}};
    static const struct word modes[] = {{"now", NATT_TIME_NOW}, {"archive", NATT_TIME_ARCHIVE}, {NULL, 0}};
    static const struct word limits[] = {{"", NATT_LIMITS_DEFAULT},
                                         {"default", NATT_LIMITS_DEFAULT},
                                         {"aws-1024", NATT_LIMITS_AWS_1024},
                                         {"aws-512", NATT_LIMITS_AWS_512},
                                         {NULL, 0}};
    l->opt.kind = (natt_kind)word(l, kinds, text_of(options, "kind"));
    l->opt.time_mode = (natt_time_mode)word(l, modes, text_of(options, "time_mode"));
    l->opt.limits = (natt_limits)word(l, limits, text_of(options, "limits"));
}

/* An option that is not understood must not be passed over. */
static void check_keys(struct natt_loaded *l, json_t *options)
{
    static const struct word keys[] = {{"kind", 0},      {"time_mode", 0},     {"max_age_ms", 0},
                                       {"nonce", 0},     {"max_future_ms", 0}, {"not_before_leeway_ms", 0},
                                       {"user_data", 0}, {"public_key", 0},    {"not_after_leeway_ms", 0},
                                       {"module_id", 0}, {"region", 0},        {"limits", 0},
                                       {"flags", 0},     {"pcr_policy", 0},    {"deny", 0},
                                       {NULL, 0}};
    const char *key;
    json_t *value;
    json_object_foreach(options, key, value) word(l, keys, key);
}

static void load_options(struct natt_loaded *l, json_t *options)
{
    check_keys(l, options);
    load_words(l, options);
    l->opt.max_age_ms = number(l, options, "max_age_ms", NATT_UNSET_MS);
    l->opt.max_future_ms = number(l, options, "max_future_ms", 0);
    l->opt.not_before_leeway_ms = number(l, options, "not_before_leeway_ms", 0);
    l->opt.not_after_leeway_ms = number(l, options, "not_after_leeway_ms", 0);
    l->opt.nonce_mode = NATT_NONCE_NOT_USED;
    if (json_object_get(options, "nonce") != NULL) {
        l->opt.nonce_mode = NATT_NONCE_EXACT;
        l->opt.nonce = keep_hex(l, text_of(options, "nonce"));
    }
    l->opt.user_data = expectation(l, json_object_get(options, "user_data"));
    l->opt.public_key = expectation(l, json_object_get(options, "public_key"));
    l->opt.module_id = optional_text(l, options, "module_id");
    l->opt.region = optional_text(l, options, "region");
    load_flags(l, json_object_get(options, "flags"));
    load_policy(l, json_object_get(options, "pcr_policy"));
    load_deny(l, json_object_get(options, "deny"));
}

/* ---- the vector ---- */

static void load_roots(struct natt_loaded *l, const json_t *group, const json_t *names)
{
    static uint8_t der[4096];
    const json_t *name;
    size_t i;
    json_array_foreach(names, i, name)
    {
        const char *text = text_of(json_object_get(group, "roots"), json_string_value(name));
        l->roots[l->opt.root_count++ % LOAD_MAX_ROOTS] = keep(l, der, base64(l, text, der, sizeof der));
    }
    l->opt.roots = l->roots;
}

static bool sha256_is(natt_bytes in, const char *expected)
{
    uint8_t digest[32];
    char hex[65];
    if (!natt_crypto_native.sha256(digest, &in, 1))
        return false;
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return strcmp(hex, expected) == 0;
}

static void load_genuine(struct natt_loaded *l, const json_t *reference)
{
    char path[300];
    size_t len = 0;
    l->missing = !natt_test_has_shared();
    snprintf(path, sizeof path, "real/%s", text_of(reference, "file"));
    if (!l->missing && !natt_test_read_shared(path, l->document, sizeof l->document, &len))
        fail(l, "%s cannot be read", path);
    l->doc = (natt_bytes){l->document, len};
    if (!l->missing && !sha256_is(l->doc, text_of(reference, "sha256")))
        fail(l, "%s is another file", path);
}

static void load_document(struct natt_loaded *l, const json_t *document)
{
    if (json_is_object(document))
        load_genuine(l, document);
    else
        l->doc = (natt_bytes){l->document, base64(l, json_string_value(document), l->document, sizeof l->document)};
}

static void load_expectation(struct natt_loaded *l, const json_t *expect)
{
    const json_t *offset = json_object_get(expect, "offset"), *item = json_object_get(expect, "item");
    l->accept = strcmp(text_of(expect, "result"), "accept") == 0;
    l->code = NATT_OK;
    l->offset = json_is_integer(offset) ? (size_t)json_integer_value(offset) : NATT_NO_OFFSET;
    l->item = json_is_integer(item) ? (uint32_t)json_integer_value(item) : NATT_NO_ITEM;
    if (!l->accept && !natt_code_from_name(&l->code, text_of(expect, "code")))
        fail(l, "unknown code");
}

void natt_load_vector(struct natt_loaded *out, const json_t *group, const json_t *vector)
{
    out->id = text_of(vector, "id");
    out->opt = (natt_options)NATT_OPTIONS_INIT;
    out->pcr_count = out->pool_used = 0;
    out->missing = false;
    out->fault[0] = '\0';
    load_document(out, json_object_get(vector, "document"));
    load_roots(out, group, json_object_get(vector, "roots"));
    out->opt.now_ms = number(out, vector, "now_ms", NATT_UNSET_MS);
    load_options(out, json_object_get(vector, "options"));
    load_expectation(out, json_object_get(vector, "expect"));
}

json_t *natt_load_file(const char *name)
{
    char path[4096];
    const char *folder = getenv("NATT_VECTORS");
    snprintf(path, sizeof path, "%s/%s", folder != NULL ? folder : ".", name);
    return json_load_file(path, 0, NULL);
}
