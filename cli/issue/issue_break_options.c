/* The command line for a broken document: its options as in vectors/FORMAT.md, word by word. See issue_break.h. */
#include "cli/issue/issue_break.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"
#include "cli/frame/text.h"

#define UNLIMITED "36500d" /* a hundred years */

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static const char *keep(natt_cli_broken *b, const char *text)
{
    return natt_cli_command_line_keep(&b->command, "%s", text);
}

/* ---- one function for each key ---- */

static const char *duration(natt_cli_broken *b, const json_t *value)
{
    if (json_is_string(value))
        return UNLIMITED;
    uint64_t ms = (uint64_t)json_integer_value(value);
    if (ms > 0 && ms % 60000 == 0)
        return natt_cli_command_line_keep(&b->command, "%" PRIu64 "m", ms / 60000);
    return natt_cli_command_line_keep(&b->command, "%" PRIu64 "ms", ms);
}

static void set_kind(natt_cli_broken *b, const json_t *value)
{
    if (strcmp(json_string_value(value), "enclave") != 0)
        b->command.args.kind = keep(b, json_string_value(value));
}

static void set_time_mode(natt_cli_broken *b, const json_t *value)
{
    b->command.args.archive = strcmp(json_string_value(value), "archive") == 0;
}

static void set_max_age(natt_cli_broken *b, const json_t *value)
{
    b->command.args.max_age = duration(b, value);
}

static void set_max_future(natt_cli_broken *b, const json_t *value)
{
    b->command.args.max_future = duration(b, value);
}

static void set_nonce(natt_cli_broken *b, const json_t *value)
{
    b->command.args.nonce = keep(b, json_string_value(value));
}

static const char *expected(natt_cli_broken *b, const json_t *value)
{
    const char *hex = text_of(value, "value");
    return hex[0] == '\0' ? "base64:" : keep(b, hex);
}

static void set_user_data(natt_cli_broken *b, const json_t *value)
{
    b->command.args.user_data = expected(b, value);
}

static void set_public_key(natt_cli_broken *b, const json_t *value)
{
    b->command.args.public_key = expected(b, value);
}

static void set_module_id(natt_cli_broken *b, const json_t *value)
{
    b->command.args.module_id = keep(b, json_string_value(value));
}

static void set_region(natt_cli_broken *b, const json_t *value)
{
    b->command.args.region = keep(b, json_string_value(value));
}

static void set_limits(natt_cli_broken *b, const json_t *value)
{
    b->command.args.limits = keep(b, json_string_value(value));
}

static bool has_flag(const json_t *list, const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(json_string_value(json_array_get(list, i)), name) == 0)
            return true;
    return false;
}

static void set_flags(natt_cli_broken *b, const json_t *value)
{
    natt_cli_verify_args *args = &b->command.args;
    args->allow_debug = has_flag(value, "allow-debug");
    args->allow_weak_policy = has_flag(value, "allow-weak-policy");
    args->allow_unknown_fields = has_flag(value, "allow-unknown-fields");
    args->insecure_no_pcr_policy = has_flag(value, "no-pcr-policy");
    args->require_module_binding = has_flag(value, "require-module-binding");
}

/* --pcr can express one set with one value for each PCR; sets and alternatives need a file. */
static bool is_one_set(const json_t *sets)
{
    const char *index;
    json_t *values;
    json_object_foreach(json_object_get(json_array_get(sets, 0), "pcrs"), index,
                        values) if (json_array_size(values) != 1) return false;
    return json_array_size(sets) == 1;
}

static void set_policy(natt_cli_broken *b, const json_t *value)
{
    const json_t *sets = json_object_get(value, "sets");
    const char *index;
    json_t *values;
    if (!is_one_set(sets)) {
        b->command.policy = json_dumps(value, JSON_COMPACT | JSON_PRESERVE_ORDER);
        return;
    }
    json_object_foreach(json_object_get(json_array_get(sets, 0), "pcrs"), index, values) natt_cli_command_line_add(
        &b->command.args.pcr,
        natt_cli_command_line_keep(&b->command, "%s=%s", index, json_string_value(json_array_get(values, 0))));
}

static const char *deny_entry(natt_cli_broken *b, const json_t *entry)
{
    const char *type = text_of(entry, "type"), *issuer = text_of(entry, "issuer"), *value = text_of(entry, "value");
    if (strcmp(type, "serial") == 0)
        return natt_cli_command_line_keep(&b->command, "%s:%s", issuer[0] != '\0' ? issuer : "any", value);
    return natt_cli_command_line_keep(&b->command, "%s:%s", strcmp(type, "spki-sha256") == 0 ? type : "sha256", value);
}

static void set_deny(natt_cli_broken *b, const json_t *value)
{
    for (size_t i = 0; i < json_array_size(value); i++)
        natt_cli_command_line_add(&b->command.args.deny, deny_entry(b, json_array_get(value, i)));
}

static const struct key {
    const char *name;
    void (*set)(natt_cli_broken *b, const json_t *value);
} keys[] = {{"kind", set_kind},
            {"time_mode", set_time_mode},
            {"max_age_ms", set_max_age},
            {"nonce", set_nonce},
            {"max_future_ms", set_max_future},
            {"user_data", set_user_data},
            {"module_id", set_module_id},
            {"public_key", set_public_key},
            {"region", set_region},
            {"limits", set_limits},
            {"flags", set_flags},
            {"pcr_policy", set_policy},
            {"deny", set_deny}};

/* ---- roots ---- */

static bool add_root(natt_cli_broken *b, const char *base64, const char *path)
{
    natt_bytes aws = natt_root_aws();
    natt_cli_buf *der = &b->roots[b->root_count];
    if (b->root_count == NATT_CLI_BREAK_ROOTS || base64 == NULL || !natt_cli_base64_decode(der, base64, strlen(base64)))
        return false;
    natt_bytes view = b->root_views[b->root_count++] = natt_cli_buf_view(der);
    bool is_aws = view.len == aws.len && memcmp(view.ptr, aws.ptr, aws.len) == 0;
    natt_cli_command_line_add(&b->command.args.root, is_aws ? "aws" : path);
    if (is_aws)
        return true;
    bool first = b->root_out.ptr == NULL;
    b->root_out = view;
    return first;
}

/* --root-out gets the trusted root; if only AWS's root is trusted, the document's own. */
static bool set_roots(natt_cli_broken *b, const char *path)
{
    for (size_t i = 0; i < json_array_size(b->made.roots); i++)
        if (!add_root(b, json_string_value(json_array_get(b->made.roots, i)), path))
            return false;
    if (b->root_out.ptr == NULL)
        b->root_out = b->made.root;
    return true;
}

/* ---- the requested document ---- */

static bool is_zero(const uint8_t value[NATT_PCR_LEN])
{
    static const uint8_t zero[NATT_PCR_LEN];
    return memcmp(value, zero, sizeof zero) == 0;
}

static bool is_debug(const natt_cli_issuance *issue)
{
    bool debug = issue->request.debug;
    for (uint32_t i = 0; i < 3; i++)
        debug = debug || (issue->pins.source[i] != NULL && is_zero(issue->pins.value[i]));
    return debug && issue->options.kind == NATT_KIND_ENCLAVE;
}

/* Adds the options that the unbroken document needs, so that only the break is refused. */
static void set_asked_for(natt_cli_broken *b, const natt_cli_breaker *breaker)
{
    natt_cli_verify_args *v = &b->command.args;
    natt_bytes nonce = breaker->issuance.request.nonce;
    if (is_debug(&breaker->issuance) && b->what.code != NATT_E_EXPECT_DEBUG) {
        v->allow_debug = true;
        v->allow_weak_policy = v->allow_weak_policy || !v->insecure_no_pcr_policy;
    }
    if (v->nonce == NULL && nonce.len > 0) {
        char *hex = natt_cli_hex(nonce);
        v->nonce = keep(b, hex);
        free(hex);
    }
    v->no_nonce = v->nonce == NULL;
    if (breaker->args.at != NULL || b->made.now_ms != breaker->issuance.options.now_ms)
        v->at = natt_cli_command_line_keep(&b->command, "@%" PRIu64, b->made.now_ms);
}

bool natt_cli_break_command(natt_cli_broken *b, const natt_cli_breaker *breaker, const char **why)
{
    size_t used = 0;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const json_t *value = json_object_get(b->made.options, keys[i].name);
        used += value != NULL ? 1 : 0;
        if (value != NULL)
            keys[i].set(b, value);
    }
    *why = "nitro-attest verify has no option for this requirement";
    if (used != json_object_size(b->made.options))
        return false;
    *why = "it needs more roots than one file contains";
    if (!set_roots(b, breaker->args.root_out))
        return false;
    set_asked_for(b, breaker);
    return true;
}
