/*
 * Converts a plan to bytes: certificates, then the payload that contains them, then the envelope around it. Each
 * signature covers the bytes that were written.
 */
#include <string.h>

#include "nsm/issuer/cbor_arena.h"
#include "nsm/issuer/der_write.h"
#include "nsm/issuer/issuer_internal.h"

struct build {
    struct natt_issuer *issuer;
    struct natt_arena *arena;
    const natt_issue_plan *plan;
    struct natt_built *out;
};

static natt_bytes instead(natt_bytes raw, natt_bytes computed)
{
    return raw.ptr != NULL ? raw : computed;
}

/* Validity ::= SEQUENCE { notBefore Time, notAfter Time } */
static natt_bytes write_validity(struct natt_arena *arena, const natt_plan_certificate *c)
{
    natt_bytes times = natt_arena_join2(arena, c->not_before, c->not_after);
    return instead(c->validity, natt_der_write_wrapped(arena, NATT_DER_SEQUENCE, &c->validity_wrap, times));
}

/* [3] EXPLICIT SEQUENCE OF Extension */
static natt_bytes write_extensions(struct natt_arena *arena, const natt_plan_certificate *c)
{
    const natt_plan_list *list = &c->extensions;
    natt_bytes content = NATT_ABSENT;
    if (c->no_extensions)
        return NATT_ABSENT;
    for (size_t i = 0; i < list->count; i++)
        content = natt_arena_join2(arena, content, list->entries[i].value);
    content = instead(list->raw, natt_der_write_wrapped(arena, NATT_DER_SEQUENCE, &list->wrap, content));
    return natt_der_write_wrapped(arena, NATT_DER_EXTENSIONS, &c->extensions_wrap, content);
}

/* TBSCertificate [RFC5280 4.1] */
static natt_bytes write_tbs(struct natt_arena *arena, const natt_plan_certificate *c)
{
    const natt_bytes parts[] = {
        c->version, c->serial,     c->tbs_algorithm,           c->issuer, write_validity(arena, c), c->subject,
        c->spki,    c->unique_ids, write_extensions(arena, c),
    };
    natt_bytes content = natt_arena_join(arena, parts, sizeof parts / sizeof parts[0]);
    return natt_der_write_wrapped(arena, NATT_DER_SEQUENCE, &c->tbs_wrap, content);
}

/* Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING } */
natt_bytes natt_build_certificate(struct natt_issuer *issuer, struct natt_arena *arena, const natt_plan_certificate *c)
{
    if (c->raw.ptr != NULL)
        return c->raw;
    natt_bytes tbs = write_tbs(arena, c);
    natt_bytes value = c->signature_value;
    if (value.ptr == NULL) {
        natt_bytes signature = natt_build_signature(issuer, arena, &c->signature, tbs, true, &c->signature_sequence);
        value = natt_der_write_wrapped(arena, NATT_DER_BIT_STRING, &c->signature_wrap,
                                       natt_arena_join2(arena, c->unused_bits, signature));
    }
    return natt_der_write_wrapped(arena, NATT_DER_SEQUENCE, &c->wrap,
                                  natt_arena_join3(arena, tbs, c->algorithm, value));
}

static natt_bytes write_list(const struct build *b, const natt_plan_list *list, uint8_t major);

static natt_bytes entry_value(const struct build *b, const natt_plan_entry *entry)
{
    if (entry->value.ptr != NULL)
        return entry->value;
    switch (entry->source) {
    case NATT_SOURCE_VALUE:
        return NATT_ABSENT;
    case NATT_SOURCE_CERTIFICATE:
        if (entry->certificate >= b->plan->certificate_count)
            return natt_arena_fail(b->arena, "an entry names a certificate that the plan does not have");
        return natt_arena_cbor_string(b->arena, NATT_CBOR_BYTES, b->out->certificates[entry->certificate]);
    case NATT_SOURCE_PCRS:
        return write_list(b, &b->plan->pcrs, NATT_CBOR_MAP);
    case NATT_SOURCE_CABUNDLE:
        return write_list(b, &b->plan->cabundle, NATT_CBOR_ARRAY);
    }
    return natt_arena_fail(b->arena, "an entry has an unknown source");
}

static natt_bytes write_entries(const struct build *b, const natt_plan_list *list)
{
    natt_bytes *parts = (natt_bytes *)(void *)natt_arena_alloc(b->arena, 2 * list->count * sizeof *parts);
    if (parts == NULL)
        return NATT_ABSENT;
    for (size_t i = 0; i < list->count; i++) {
        parts[2 * i] = list->entries[i].key;
        parts[2 * i + 1] = entry_value(b, &list->entries[i]);
    }
    return natt_arena_join(b->arena, parts, 2 * list->count);
}

static natt_bytes write_list(const struct build *b, const natt_plan_list *list, uint8_t major)
{
    if (list->raw.ptr != NULL)
        return list->raw;
    return natt_arena_cbor_wrapped_list(b->arena, major, &list->wrap, write_entries(b, list), list->count);
}

/* The content of `item` if that is one definite byte string, else absent. */
static natt_bytes string_content(natt_bytes item)
{
    static const size_t widths[] = {1, 2, 4, 8};
    if (item.len == 0 || (item.ptr[0] & 0xe0u) != NATT_CBOR_BYTES || (item.ptr[0] & 0x1fu) > 27)
        return NATT_ABSENT;
    uint8_t info = item.ptr[0] & 0x1fu;
    size_t head = 1 + (info < 24 ? 0 : widths[info - 24]);
    uint64_t len = info;
    if (item.len < head)
        return NATT_ABSENT;
    for (size_t i = 1; i < head; i++)
        len = (i == 1 ? 0 : len << 8) | item.ptr[i];
    return len == item.len - head ? (natt_bytes){item.ptr + head, item.len - head} : NATT_ABSENT;
}

/* The header in its signed form, which is the shortest one, whichever form is sent. [RFC9052 4.4, 9] */
static natt_bytes signed_protected(const struct build *b)
{
    const natt_plan_envelope *e = &b->plan->envelope;
    natt_bytes content = string_content(e->protected_header);
    if (e->signed_protected.ptr != NULL)
        return e->signed_protected;
    return content.ptr == NULL ? e->protected_header : natt_arena_cbor_string(b->arena, NATT_CBOR_BYTES, content);
}

/* Sig_structure = [ context : "Signature1", body_protected, external_aad, payload ] */
static natt_bytes write_sig_structure(const struct build *b, natt_bytes payload)
{
    static const uint8_t array_of_4[] = {0x84};
    const natt_plan_envelope *e = &b->plan->envelope;
    const natt_bytes parts[] = {
        NATT_CONST(array_of_4),
        e->context,
        signed_protected(b),
        e->external_aad,
        instead(e->signed_payload, natt_arena_cbor_string(b->arena, NATT_CBOR_BYTES, payload)),
    };
    return natt_arena_join(b->arena, parts, 5);
}

static natt_bytes write_document(const struct build *b, natt_bytes payload, natt_bytes sig_structure)
{
    static const natt_plan_wrap plain = {0};
    const natt_plan_envelope *e = &b->plan->envelope;
    natt_bytes signature = natt_build_signature(b->issuer, b->arena, &e->signature, sig_structure, false, &plain);
    const natt_bytes parts[] = {
        e->tag,
        e->array_head,
        e->protected_header,
        e->unprotected,
        instead(e->payload, natt_arena_cbor_wrapped_bytes(b->arena, &e->payload_wrap, payload)),
        natt_arena_cbor_wrapped_bytes(b->arena, &e->signature_wrap, signature),
        e->trailing,
    };
    return natt_arena_join(b->arena, parts, sizeof parts / sizeof parts[0]);
}

static void write_all(const struct build *b)
{
    struct natt_built *out = b->out;
    for (size_t i = 0; i < b->plan->certificate_count; i++)
        out->certificates[i] = natt_build_certificate(b->issuer, b->arena, &b->plan->certificates[i]);
    out->payload = write_list(b, &b->plan->payload, NATT_CBOR_MAP);
    out->sig_structure = write_sig_structure(b, out->payload);
    out->document = write_document(b, out->payload, out->sig_structure);
}

/* Raw pieces may belong to the caller, who may free them, so the accessors return copies. */
static void own_parts(const struct build *b)
{
    for (size_t i = 0; i < b->plan->certificate_count; i++)
        b->out->certificates[i] = natt_arena_copy(b->arena, b->out->certificates[i]);
    b->out->payload = natt_arena_copy(b->arena, b->out->payload);
}

static bool build_all(struct natt_issuer *issuer, struct natt_built *out, const natt_issue_plan *plan,
                      natt_emulator_error *err)
{
    struct build b = {issuer, natt_arena_new(), plan, out};
    out->arena = b.arena;
    if (b.arena == NULL)
        return natt_emulator_fail(err, NATT_EMULATOR_E_MEMORY, NULL);
    if (!natt_issuer_check(err, NATT_EMULATOR_E_USAGE_PLAN, natt_arena_failure(plan->arena)))
        return false;
    write_all(&b);
    own_parts(&b);
    return natt_issuer_check(err, NATT_EMULATOR_E_USAGE_PLAN, natt_arena_failure(b.arena));
}

bool natt_issuer_build(natt_issuer *issuer, uint8_t *out, size_t capacity, size_t *len, const natt_issue_plan *plan,
                       natt_emulator_error *err)
{
    struct natt_built built = {0};
    natt_emulator_no_error(err);
    if (len != NULL)
        *len = 0;
    if (issuer == NULL || len == NULL || (out == NULL && capacity > 0) || plan == NULL || plan->arena == NULL ||
        plan->certificate_count > NATT_PLAN_MAX_CERTIFICATES)
        return natt_emulator_fail(err, NATT_EMULATOR_E_USAGE_ARGUMENT,
                                  "a required argument is missing, or the plan is not valid");
    bool ok = build_all(issuer, &built, plan, err);
    if (ok && built.document.len > capacity)
        ok = natt_emulator_fail_required(err, built.document.len);
    if (!ok) {
        natt_arena_free(built.arena);
        return false;
    }
    if (built.document.len > 0)
        memcpy(out, built.document.ptr, built.document.len);
    *len = built.document.len;
    natt_arena_free(issuer->built.arena); /* only now, since the plan may refer to parts of the previous document */
    issuer->built = built;
    return true;
}
