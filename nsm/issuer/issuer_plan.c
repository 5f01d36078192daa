/*
 * Fills in a plan with a document like AWS's. Formats and order: AWS attestation_process.md, and genuine documents
 * since 2025 for the outer map of indefinite length.
 */
#include <stdio.h>
#include <string.h>

#include "nsm/issuer/cbor_arena.h"
#include "nsm/issuer/issuer_internal.h"
#include "nsm/text.h"

#define TPM_PCRS     24
#define ENCLAVE_PCRS 16

static const char *test_value(uint8_t out[NATT_PCR_LEN], uint32_t index)
{
    char text[40];
    int len = snprintf(text, sizeof text, "nitro-attest test PCR%u", (unsigned)index);
    return natt_issuer_sha384(out, (natt_bytes){(const uint8_t *)text, (size_t)len});
}

/* 3 and 4 were extended once from zero. */
static const char *enclave_pcrs(struct natt_pcr_bank *set, const struct natt_issuer *issuer, bool debug)
{
    const natt_bytes id = natt_text_bytes(issuer->instance_id), role = natt_text_bytes(issuer->role_arn);
    const char *why = natt_issuer_extend(set->values[4], id);
    if (why == NULL && role.len > 0)
        why = natt_issuer_extend(set->values[3], role);
    for (uint32_t i = 0; why == NULL && i < 3 && !debug; i++)
        why = test_value(set->values[i], i);
    memset(set->present, true, ENCLAVE_PCRS);
    return why;
}

static const char *tpm_pcrs(struct natt_pcr_bank *set)
{
    const char *why = NULL;
    for (uint32_t i = 0; why == NULL && i <= 10; i++)
        why = test_value(set->values[i], i);
    memset(set->values[17], 0xff,
           6 * NATT_PCR_LEN); /* 17 to 22: never reset by a dynamic launch [TCG PC Client PTP 4.6.2] */
    memset(set->present, true, TPM_PCRS);
    return why;
}

const char *natt_issuer_default_pcrs(struct natt_pcr_bank *set, const struct natt_issuer *issuer, bool debug)
{
    memset(set, 0, sizeof *set);
    return issuer->kind == NATT_KIND_NITROTPM ? tpm_pcrs(set) : enclave_pcrs(set, issuer, debug);
}

static void requested_pcrs(struct natt_pcr_bank *set, const natt_issue_request *request)
{
    for (size_t i = 0; i < request->pcr_count; i++) {
        const natt_issue_pcr *pcr = &request->pcrs[i];
        memcpy(set->values[pcr->index], pcr->value.ptr, NATT_PCR_LEN);
        set->present[pcr->index] = true;
    }
}

static void add_pcrs(natt_issue_plan *plan, const struct natt_pcr_bank *set)
{
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++)
        if (set->present[i])
            natt_plan_append(plan, &plan->pcrs, natt_plan_cbor_uint(plan, i),
                             natt_plan_cbor_bytes(plan, NATT_CONST(set->values[i])));
}

static void add_field(natt_issue_plan *plan, const char *name, natt_bytes value)
{
    natt_plan_append(plan, &plan->payload, natt_plan_cbor_text(plan, name), value);
}

static void add_source(natt_issue_plan *plan, const char *name, natt_plan_source source)
{
    natt_plan_entry entry = {.key = natt_plan_cbor_text(plan, name), .source = source, .certificate = plan->leaf};
    natt_list_append(plan->arena, &plan->payload, entry);
}

static void add_optional(natt_issue_plan *plan, const char *name, natt_bytes value)
{
    add_field(plan, name, value.ptr == NULL ? natt_plan_cbor_null(plan) : natt_plan_cbor_bytes(plan, value));
}

static void add_payload(natt_issue_plan *plan, const struct natt_issuer *issuer, const natt_issue_request *request)
{
    uint64_t timestamp = request->timestamp_ms != 0 ? request->timestamp_ms : issuer->now_ms;
    add_field(plan, "module_id", natt_plan_cbor_text(plan, issuer->module_id));
    add_field(plan, "digest", natt_plan_cbor_text(plan, "SHA384"));
    add_field(plan, "timestamp", natt_plan_cbor_uint(plan, timestamp));
    add_source(plan, issuer->kind == NATT_KIND_NITROTPM ? "nitrotpm_pcrs" : "pcrs", NATT_SOURCE_PCRS);
    add_source(plan, "certificate", NATT_SOURCE_CERTIFICATE);
    add_source(plan, "cabundle", NATT_SOURCE_CABUNDLE);
    add_optional(plan, "public_key", request->public_key);
    add_optional(plan, "user_data", request->user_data);
    add_optional(plan, "nonce", request->nonce);
    plan->payload.wrap.form = request->definite ? NATT_FORM_DEFINITE : NATT_FORM_INDEFINITE;
}

static void add_certificates(natt_issue_plan *plan, struct natt_issuer *issuer)
{
    plan->leaf = issuer->bundle_count;
    plan->certificate_count = issuer->bundle_count + 1;
    for (uint32_t i = 0; i <= issuer->bundle_count; i++)
        natt_profile_certificate(issuer, plan->arena, &plan->certificates[i], i);
    for (uint32_t i = 0; i < issuer->bundle_count; i++)
        natt_list_append(plan->arena, &plan->cabundle,
                         (natt_plan_entry){.source = NATT_SOURCE_CERTIFICATE, .certificate = i});
}

static void set_envelope(natt_issue_plan *plan, bool tagged)
{
    static const uint8_t tag_18[] = {0xd2}, array_of_4[] = {0x84}, empty_map[] = {0xa0}, empty_string[] = {0x40};
    static const uint8_t es384[] = {0x44, 0xa1, 0x01, 0x38, 0x22}; /* << {1: -35} >> [RFC9053 2.1] */
    natt_plan_envelope *e = &plan->envelope;
    e->tag = tagged ? NATT_CONST(tag_18) : NATT_ABSENT;
    e->array_head = NATT_CONST(array_of_4);
    e->protected_header = NATT_CONST(es384);
    e->unprotected = NATT_CONST(empty_map);
    e->signature.key = plan->leaf;
    e->context = natt_plan_cbor_text(plan, "Signature1");
    e->external_aad = NATT_CONST(empty_string);
}

static bool check_pcr(const natt_issue_request *request, size_t position, natt_emulator_error *err)
{
    const natt_issue_pcr *pcr = &request->pcrs[position];
    if (pcr->index >= NATT_PCR_COUNT)
        return natt_emulator_fail_entry(err, NATT_EMULATOR_E_USAGE_PCR, position, "a PCR index is above 31");
    return (pcr->value.ptr != NULL && pcr->value.len == NATT_PCR_LEN) ||
           natt_emulator_fail_entry(err, NATT_EMULATOR_E_USAGE_PCR, position, "a PCR value is not 48 bytes");
}

static bool check_request(const struct natt_issuer *issuer, const natt_issue_request *request, natt_emulator_error *err)
{
    if (request->struct_size != sizeof *request)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_STRUCT_SIZE,
                                  "start the request from NATT_ISSUE_REQUEST_INIT");
    if (request->pcr_count > 0 && request->pcrs == NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT, "pcr_count without pcrs");
    if (request->debug && issuer->kind != NATT_KIND_ENCLAVE)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_KIND, "only enclaves have a debug mode");
    if (request->only_these_pcrs && request->pcr_count == 0)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_PCR, "a document has at least one PCR");
    for (size_t i = 0; i < request->pcr_count; i++)
        if (!check_pcr(request, i, err))
            return false;
    return true;
}

/* NULL, or the failure. */
static const char *fill(struct natt_issuer *issuer, natt_issue_plan *plan, const natt_issue_request *request)
{
    struct natt_pcr_bank pcrs = {0};
    const char *why = request->only_these_pcrs ? NULL : natt_issuer_default_pcrs(&pcrs, issuer, request->debug);
    if (why != NULL)
        return why;
    requested_pcrs(&pcrs, request);
    add_certificates(plan, issuer);
    add_pcrs(plan, &pcrs);
    add_payload(plan, issuer, request);
    set_envelope(plan, request->tagged);
    return natt_arena_failure(plan->arena);
}

bool natt_issuer_plan(natt_issuer *issuer, natt_issue_plan *plan, const natt_issue_request *request,
                      natt_emulator_error *err)
{
    static const natt_issue_request standard = NATT_ISSUE_REQUEST_INIT;
    natt_emulator_no_error(err);
    if (plan == NULL || issuer == NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT, NULL);
    memset(plan, 0, sizeof *plan);
    if (request == NULL)
        request = &standard;
    if (!check_request(issuer, request, err))
        return false;
    plan->arena = natt_arena_new();
    if (plan->arena == NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_MEMORY, NULL);
    const char *why = fill(issuer, plan, request);
    if (why != NULL)
        natt_plan_free(plan);
    return natt_issuer_check(err, NATT_EMULATOR_E_USAGE_PLAN, why);
}
