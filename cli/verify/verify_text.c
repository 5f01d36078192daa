/* See verify_report.h: the table for people. */
#include "cli/verify/verify_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document/error_location.h"
#include "cli/frame/bytes.h"
#include "cli/frame/clock.h"
#include "cli/frame/table.h"
#include "cli/frame/text.h"

static void print_text_row(const char *name, const char *text)
{
    char *safe = natt_cli_escape((natt_bytes){(const uint8_t *)text, strlen(text)});
    natt_cli_row(name, "%s", safe);
    free(safe);
}

static void print_hex_row(const char *name, const uint8_t *bytes, size_t len)
{
    char *hex = natt_cli_hex((natt_bytes){bytes, len});
    natt_cli_row(name, "%s", hex);
    free(hex);
}

static bool in_matched_set(const natt_verified *v, const natt_policy *policy, uint32_t index)
{
    if (policy == NULL || v->matched_set >= policy->set_count)
        return false;
    const natt_pcr_set *set = &policy->sets[v->matched_set];
    for (size_t i = 0; i < set->pcr_count; i++)
        if (set->pcrs[i].index == index)
            return true;
    return false;
}

static void print_pcr(const natt_verified *v, const natt_policy *policy, uint32_t index, natt_cli_style style)
{
    bool matched = in_matched_set(v, policy, index);
    char *hex = natt_cli_hex((natt_bytes){v->pcrs[index], NATT_PCR_LEN});
    (void)printf("  %sPCR%-2u  %-10s%s  %s\n", matched ? style.good : style.dim, (unsigned)index,
                 matched ? "matched" : "not judged", style.reset, hex);
    free(hex);
}

static bool is_zero(const uint8_t pcr[NATT_PCR_LEN])
{
    static const uint8_t zero[NATT_PCR_LEN];
    return memcmp(pcr, zero, NATT_PCR_LEN) == 0;
}

/* Registers that nobody extended and nobody asked for share one line. */
static void print_pcrs(const natt_verified *v, const natt_policy *policy, natt_cli_style style)
{
    char zeros[NATT_PCR_COUNT * 4] = "";
    size_t used = 0;
    (void)putchar('\n');
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++) {
        if ((v->pcr_mask >> i & 1) == 0)
            continue;
        if (i > 2 && is_zero(v->pcrs[i]) && !in_matched_set(v, policy, i))
            used += (size_t)snprintf(zeros + used, sizeof zeros - used, " %u", (unsigned)i);
        else
            print_pcr(v, policy, i, style);
    }
    if (used > 0)
        (void)printf("  %snot judged%s  all zero: PCR%s\n", style.dim, style.reset, zeros);
}

static void print_chain(const natt_verified *v)
{
    char time[NATT_CLI_TIME_LEN];
    (void)putchar('\n');
    for (size_t i = 0; i < v->chain_count; i++) {
        const char *name = v->chain[i].common_name;
        char *safe = natt_cli_escape((natt_bytes){(const uint8_t *)name, strlen(name)});
        natt_cli_row(natt_cli_role(i, v->chain_count), "until %s  %s",
                     natt_cli_seconds_format(time, v->chain[i].not_after), safe);
        free(safe);
    }
}

static const struct {
    uint32_t bit;
    const char *made, *missing; /* missing NULL = nothing to be said when it was not asked for */
} checks[] = {
    {NATT_CHECKED_CHAIN, "certificate chain and its signatures under a trusted root", "certificate chain"},
    {NATT_CHECKED_SIGNATURE, "the document's signature", "the document's signature"},
    {NATT_CHECKED_TIMESTAMP, "document time inside every certificate's validity", "document time"},
    {NATT_CHECKED_NOW, "every certificate valid now", "validity now (--archive)"},
    {NATT_CHECKED_AGE, "age within --max-age", "age: this document may be old or replayed (--archive)"},
    {NATT_CHECKED_PCRS, "PCRs: one policy set matches as a whole", "PCRs: ANY IMAGE OF ANYBODY PASSES"},
    {NATT_CHECKED_PRODUCTION, "not a debug enclave", "debug mode (--allow-debug)"},
    {NATT_CHECKED_NONCE, "nonce has the expected value", "nonce value (--no-nonce)"},
    {NATT_CHECKED_USER_DATA, "user_data has the expected value", "user_data value (give --user-data)"},
    {NATT_CHECKED_PUBLIC_KEY, "public_key has the expected value", "public_key value (give --public-key)"},
    {NATT_CHECKED_MODULE_BINDING, "module binding: the certificates were issued to this module_id",
     "module binding (--require-module-binding)"},
    {NATT_CHECKED_MODULE_ID, "module_id has the expected value", "module_id value (give --module-id)"},
    {NATT_CHECKED_REGION, "region has the expected value", "region value (give --region)"},
    {NATT_CHECKED_DENY, "deny list", "deny list (none given)"},
};

static void print_checks(const natt_verified *v, bool made)
{
    const char *name = made ? "checked" : "NOT checked";
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (((v->checks & checks[i].bit) != 0) != made)
            continue;
        if (checks[i].bit == NATT_CHECKED_PRODUCTION && v->kind != NATT_KIND_ENCLAVE)
            continue; /* a NitroTPM has no debug mode */
        natt_cli_row(name, "%s", made ? checks[i].made : checks[i].missing);
        name = "";
    }
}

static void print_time(const natt_verified *v, const natt_options *options)
{
    char time[NATT_CLI_TIME_LEN], age[NATT_CLI_TIME_LEN];
    (void)natt_cli_duration_format(age, (int64_t)options->now_ms - (int64_t)v->timestamp_ms);
    natt_cli_row("time", "%s (age %s)", natt_cli_time_format(time, v->timestamp_ms), age);
}

static void print_identity(const natt_verified *v, const natt_options *options, natt_cli_style style)
{
    print_text_row("module", v->module_id);
    natt_cli_row("kind", "%s", natt_kind_name(v->kind));
    print_text_row("region", v->region[0] == '\0' ? "unknown (the certificates do not name the module)" : v->region);
    print_text_row("instance", v->instance_id);
    print_time(v, options);
    if (v->kind == NATT_KIND_ENCLAVE)
        natt_cli_row("debug", "%s%s%s", v->debug ? style.warn : "",
                     v->debug ? "YES: anybody on the host can read its memory" : "no", v->debug ? style.reset : "");
    if (v->matched_set != SIZE_MAX && options->policy != NULL && v->matched_set < options->policy->set_count) {
        const char *name = options->policy->sets[v->matched_set].name;
        natt_cli_row("policy", "set %zu matched", v->matched_set + 1);
        if (name != NULL)
            print_text_row("", name);
    }
    if (v->unknown_fields > 0)
        natt_cli_row("unknown", "%u fields skipped", (unsigned)v->unknown_fields);
}

static void print_field(const natt_verified *v, const char *name, natt_bytes value, uint32_t bit)
{
    natt_cli_bytes_row(name, value, (v->checks & bit) != 0 ? ", as expected" : ", not judged");
}

void natt_cli_verified_text(const natt_verified *v, const natt_options *options)
{
    natt_cli_style style = natt_cli_style_of(stdout);
    (void)printf("%sVERIFIED%s\n", style.good, style.reset);
    print_identity(v, options, style);
    print_pcrs(v, options->policy, style);
    (void)putchar('\n');
    print_field(v, "nonce", v->nonce, NATT_CHECKED_NONCE);
    print_field(v, "user_data", v->user_data, NATT_CHECKED_USER_DATA);
    print_field(v, "public_key", v->public_key, NATT_CHECKED_PUBLIC_KEY);
    print_chain(v);
    print_hex_row("root sha256", v->root_sha256, sizeof v->root_sha256);
    (void)putchar('\n');
    print_checks(v, true);
    print_checks(v, false);
    (void)putchar('\n');
    print_hex_row("canonical id", v->canonical_id, sizeof v->canonical_id);
}

/* Certificates' times are judged before their signatures; of a signature that does not match the reason says enough. */
static bool is_unproved(natt_code code)
{
    return code >= NATT_E_CBOR_TRUNCATED && (int)code < NATT_FIRST_AUTHENTICATED && code != NATT_E_COSE_SIGNATURE &&
           code != NATT_E_CHAIN_SIGNATURE;
}

void natt_cli_refused_text(const natt_error *err, natt_bytes document, const natt_options *options,
                           const natt_cli_differences *differences)
{
    natt_cli_style style = natt_cli_style_of(stdout);
    char *place = natt_cli_error_location(err, document, options->policy);
    (void)printf("%sREFUSED%s\n", style.bad, style.reset);
    natt_cli_row("code", "%s (%s)", natt_code_name(err->code), natt_code_rule(err->code));
    natt_cli_row("reason", "%s", err->message);
    if (place[0] != '\0')
        natt_cli_row("item", "%s", place);
    if (err->offset != NATT_NO_OFFSET)
        natt_cli_row("offset", "byte %zu of %zu", err->offset, document.len);
    natt_cli_differences_text(differences, options->policy);
    natt_cli_row("what to do", "%s", natt_code_remedy(err->code));
    if (is_unproved(err->code))
        natt_cli_row("note", "no signature was verified: this describes what is written there, not who wrote it");
    natt_cli_row("", "nitro-attest inspect shows what the document says");
    free(place);
}
