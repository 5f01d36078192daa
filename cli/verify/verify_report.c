/* See verify_report.h. */
#include "cli/verify/verify_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/document/error_location.h"

/* ---- the content of the document ---- */

static natt_bytes digest(const uint8_t *bytes, size_t len)
{
    return (natt_bytes){bytes, len};
}

static void put_policy(natt_cli_report *r, const natt_verified *v, const natt_policy *policy)
{
    bool matched = v->matched_set != SIZE_MAX;
    natt_cli_put(r, "matched_set", NATT_CLI_JSON_ONLY,
                 matched ? natt_cli_as_number(v->matched_set) : natt_cli_absent(NULL));
    if (!matched || policy == NULL || v->matched_set >= policy->set_count)
        return;
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "policy", natt_cli_in("set % matched", natt_cli_as_number(v->matched_set + 1)));
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "", natt_cli_as_string(policy->sets[v->matched_set].name));
}

static void put_identity(natt_cli_report *r, const natt_verified *v, const natt_options *options)
{
    const char *debug = v->debug ? NATT_CLI_WARN "YES: the host can read its memory" NATT_CLI_PLAIN : "no";
    natt_cli_put(r, "module_id", "module", natt_cli_as_string(v->module_id));
    natt_cli_put(r, "kind", "kind", natt_cli_as_word(natt_kind_name(v->kind)));
    natt_cli_put(r, "region", "region",
                 v->region[0] == '\0' ? natt_cli_absent("unknown (the certificates do not name the module)")
                                      : natt_cli_as_string(v->region));
    natt_cli_put(r, "instance_id", "instance", natt_cli_as_string(v->instance_id));
    natt_cli_put(r, "timestamp_ms", "time", natt_cli_as_time_ms(v->timestamp_ms));
    natt_cli_put_more(
        r, "age_ms",
        natt_cli_in(" (age %)", natt_cli_as_duration((int64_t)options->now_ms - (int64_t)v->timestamp_ms)));
    natt_cli_put(r, "debug", v->kind == NATT_KIND_ENCLAVE ? "debug" : NATT_CLI_JSON_ONLY,
                 natt_cli_in(debug, natt_cli_as_bool(v->debug)));
    put_policy(r, v, options->policy);
    if (v->unknown_fields > 0)
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, "unknown",
                     natt_cli_in("% fields skipped", natt_cli_as_number(v->unknown_fields)));
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

static bool is_zero(const uint8_t pcr[NATT_PCR_LEN])
{
    static const uint8_t zero[NATT_PCR_LEN];
    return memcmp(pcr, zero, NATT_PCR_LEN) == 0;
}

static void put_pcr(natt_cli_report *r, const natt_verified *v, uint32_t index, bool matched)
{
    char key[8];
    (void)snprintf(key, sizeof key, "%u", (unsigned)index);
    natt_cli_put_line(
        r, NATT_CLI_TEXT_ONLY,
        natt_cli_in(matched ? "  " NATT_CLI_GOOD "PCR%-2" : "  " NATT_CLI_DIM "PCR%-2", natt_cli_as_number(index)));
    natt_cli_put_more(r, key,
                      natt_cli_in(matched ? "  matched    " NATT_CLI_PLAIN "  %" : "  not checked" NATT_CLI_PLAIN "  %",
                                  natt_cli_as_hex(digest(v->pcrs[index], NATT_PCR_LEN))));
}

/* PCRs that are zero and not in the policy share one line. */
static void put_pcrs(natt_cli_report *r, const natt_verified *v, const natt_policy *policy)
{
    char zeros[NATT_PCR_COUNT * 4] = "";
    size_t used = 0;
    natt_cli_put_words(r, "");
    natt_cli_put_object(r, "pcrs");
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++) {
        bool matched = in_matched_set(v, policy, i);
        if ((v->pcr_mask >> i & 1) == 0)
            continue;
        r->json_only = i > 2 && is_zero(v->pcrs[i]) && !matched;
        if (r->json_only)
            used += (size_t)snprintf(zeros + used, sizeof zeros - used, " %u", (unsigned)i);
        put_pcr(r, v, i, matched);
    }
    r->json_only = false;
    natt_cli_put_end(r);
    if (used > 0)
        natt_cli_put_line(
            r, NATT_CLI_TEXT_ONLY,
            natt_cli_in("  " NATT_CLI_DIM "not checked" NATT_CLI_PLAIN "  all zero: PCR%", natt_cli_as_word(zeros)));
}

static void put_field(natt_cli_report *r, const natt_verified *v, const char *name, natt_bytes value, uint32_t bit)
{
    natt_cli_put_bytes(r, name, name, value, (v->checks & bit) != 0 ? ", as expected" : ", not checked");
}

static void put_fields(natt_cli_report *r, const natt_verified *v)
{
    natt_cli_put_words(r, "");
    put_field(r, v, "nonce", v->nonce, NATT_CHECKED_NONCE);
    put_field(r, v, "user_data", v->user_data, NATT_CHECKED_USER_DATA);
    put_field(r, v, "public_key", v->public_key, NATT_CHECKED_PUBLIC_KEY);
}

static void put_chain(natt_cli_report *r, const natt_verified *v)
{
    natt_cli_put_words(r, "");
    natt_cli_put_list(r, "chain");
    for (size_t i = 0; i < v->chain_count; i++) {
        natt_cli_put_object(r, NATT_CLI_ITEM);
        natt_cli_put(r, "not_after", natt_cli_role(i, v->chain_count),
                     natt_cli_in("until %", natt_cli_as_time(v->chain[i].not_after)));
        natt_cli_put_more(r, "subject", natt_cli_in("  %", natt_cli_as_string(v->chain[i].common_name)));
        natt_cli_put(r, "not_before", NATT_CLI_JSON_ONLY, natt_cli_as_time(v->chain[i].not_before));
        natt_cli_put_last(r, "not_after");
        natt_cli_put_end(r);
    }
    natt_cli_put_end(r);
    natt_cli_put(r, "root_sha256", "root sha256", natt_cli_as_hex(digest(v->root_sha256, sizeof v->root_sha256)));
}

/* ---- the checks ---- */

/* In the order of the table; JSON has the order of the bits. */
static const struct {
    uint32_t bit;
    const char *name, *made, *missing;
} checks[] = {
    {NATT_CHECKED_CHAIN, "chain", "certificate chain and its signatures under a trusted root", "certificate chain"},
    {NATT_CHECKED_SIGNATURE, "signature", "the document's signature", "the document's signature"},
    {NATT_CHECKED_TIMESTAMP, "timestamp", "document time inside every certificate's validity", "document time"},
    {NATT_CHECKED_NOW, "now", "every certificate valid now", "validity now (--archive)"},
    {NATT_CHECKED_AGE, "age", "age within --max-age", "age: this document may be old or replayed (--archive)"},
    {NATT_CHECKED_PCRS, "pcrs", "PCRs: all PCRs of one policy set match", "PCRs: ANY IMAGE PASSES"},
    {NATT_CHECKED_PRODUCTION, "production", "not a debug enclave", "debug mode (--allow-debug)"},
    {NATT_CHECKED_NONCE, "nonce", "nonce has the expected value", "nonce value (--no-nonce)"},
    {NATT_CHECKED_USER_DATA, "user_data", "user_data has the expected value",
     "user_data: any value accepted (--user-data)"},
    {NATT_CHECKED_PUBLIC_KEY, "public_key", "public_key has the expected value",
     "public_key: any value accepted (--public-key)"},
    {NATT_CHECKED_MODULE_BINDING, "module_binding", "module binding: the certificates were issued to this module_id",
     "module binding (--require-module-binding)"},
    {NATT_CHECKED_MODULE_ID, "module_id", "module_id has the expected value",
     "module_id: any module accepted (--module-id)"},
    {NATT_CHECKED_REGION, "region", "region has the expected value", "region: any region accepted (--region)"},
    {NATT_CHECKED_DENY, "deny", "deny list", "deny list (none given)"},
};
#define CHECKS (sizeof checks / sizeof checks[0])

static void put_check_names(natt_cli_report *r, uint32_t made)
{
    natt_cli_put_list(r, "checks");
    for (uint32_t bit = 1; bit != 0; bit <<= 1)
        for (size_t i = 0; i < CHECKS; i++)
            if ((made & checks[i].bit & bit) != 0)
                natt_cli_put(r, NATT_CLI_ITEM, NATT_CLI_JSON_ONLY, natt_cli_as_word(checks[i].name));
    natt_cli_put_end(r);
}

static void put_check_rows(natt_cli_report *r, uint32_t performed, natt_kind kind, bool made)
{
    const char *label = made ? "checked" : "NOT checked";
    for (size_t i = 0; i < CHECKS; i++) {
        if (((performed & checks[i].bit) != 0) != made)
            continue;
        if (checks[i].bit == NATT_CHECKED_PRODUCTION && kind != NATT_KIND_ENCLAVE)
            continue; /* a NitroTPM has no debug mode */
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, label, natt_cli_as_word(made ? checks[i].made : checks[i].missing));
        label = "";
    }
}

void natt_cli_put_checks(natt_cli_report *r, uint32_t performed, natt_kind kind)
{
    natt_cli_put_words(r, "");
    put_check_names(r, performed);
    put_check_rows(r, performed, kind, true);
    put_check_rows(r, performed, kind, false);
}

/* ---- verdicts ---- */

static void put_ok(natt_cli_report *r)
{
    const natt_error ok = {NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, natt_code_message(NATT_OK)};
    r->json_only = true;
    natt_cli_put_error(r, &ok, "", 0);
    r->json_only = false;
}

void natt_cli_put_verified(natt_cli_report *r, const natt_verified *v, const natt_options *options)
{
    natt_cli_put_line(r, "verdict", natt_cli_in(NATT_CLI_GOOD "VERIFIED" NATT_CLI_PLAIN, natt_cli_as_word("verified")));
    put_ok(r);
    put_identity(r, v, options);
    put_pcrs(r, v, options->policy);
    put_fields(r, v);
    put_chain(r, v);
    natt_cli_put_checks(r, v->checks, v->kind);
    natt_cli_put_words(r, "");
    natt_cli_put(r, "canonical_id", "canonical id", natt_cli_as_hex(digest(v->canonical_id, sizeof v->canonical_id)));
    natt_cli_put_last(r,
                      "kind module_id region timestamp_ms age_ms debug canonical_id root_sha256 instance_id public_key "
                      "user_data nonce matched_set pcrs chain checks");
}

/* The verifier checks certificates' times before their signatures. An invalid signature needs no further
 * explanation. */
static bool is_unproved(natt_code code)
{
    return code >= NATT_E_CBOR_TRUNCATED && (int)code < NATT_FIRST_AUTHENTICATED && code != NATT_E_COSE_SIGNATURE &&
           code != NATT_E_CHAIN_SIGNATURE;
}

void natt_cli_put_refused(natt_cli_report *r, const natt_error *err, natt_bytes document, const natt_options *options,
                          bool canary)
{
    char *place = natt_cli_error_location(err, document, options->policy);
    natt_cli_put_line(r, "verdict", natt_cli_in(NATT_CLI_BAD "REFUSED" NATT_CLI_PLAIN, natt_cli_as_word("refused")));
    natt_cli_put_error(r, err, place, document.len);
    natt_cli_put_differences(r, document, options, err);
    bool authentic = canary && natt_cli_put_canary(r, document, options, err);
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "what to do", natt_cli_as_word(natt_code_remedy(err->code)));
    if (is_unproved(err->code) && !authentic)
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, "note",
                     natt_cli_as_word("no signature was verified: anyone may have written these bytes"));
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, "", natt_cli_as_word("nitro-attest inspect shows the content of the document"));
    free(place);
}
