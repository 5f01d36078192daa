/* Documents for the model, made by a test issuer. Every fact that the model uses is set here; none is read back. */
#include "model.h"
#include "signed.h"

#include "verify/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

#define TIMESTAMP_MS (TEST_NOW_MS + 123) /* not a whole second */
#define NONE         (-1)
#define YEARS_10     315576000

/* Validity of one certificate among others with wide dates: seconds around the timestamp. */
struct dates {
    int place; /* from the leaf up: 0 = the leaf; NONE: all are wide */
    int64_t from, until;
};

static const struct spec {
    const char *name;
    natt_kind kind;
    uint32_t bundle;
    int nonce, user_data, public_key; /* bytes, or NONE */
    size_t unknown_fields;
    bool debug, unbound, other_seed;
    struct dates dates;
    int bad_signature; /* from the root down; -2: the document's own */
} specs[MODEL_DOCUMENTS] = {
    {"plain", NATT_KIND_ENCLAVE, 4, NONE, NONE, NONE, 0, false, false, false, {NONE, 0, 0}, NONE},
    {"all optional fields", NATT_KIND_ENCLAVE, 4, 32, 64, 90, 0, false, false, false, {NONE, 0, 0}, NONE},
    {"debug", NATT_KIND_ENCLAVE, 4, 32, NONE, NONE, 0, true, false, false, {NONE, 0, 0}, NONE},
    {"one unknown field", NATT_KIND_ENCLAVE, 4, NONE, 3, NONE, 1, false, false, false, {NONE, 0, 0}, NONE},
    {"eight unknown fields", NATT_KIND_ENCLAVE, 4, 8, NONE, NONE, 8, false, false, false, {NONE, 0, 0}, NONE},
    {"bundle of one", NATT_KIND_ENCLAVE, 1, 1, NONE, NONE, 0, false, true, false, {NONE, 0, 0}, NONE},
    {"bundle of eight", NATT_KIND_ENCLAVE, 8, 20, 20, 20, 0, false, false, true, {NONE, 0, 0}, NONE},
    {"names that bind nothing", NATT_KIND_ENCLAVE, 4, 32, NONE, NONE, 0, false, true, false, {NONE, 0, 0}, NONE},
    {"513 bytes", NATT_KIND_ENCLAVE, 4, 513, 513, NONE, 0, false, false, false, {NONE, 0, 0}, NONE},
    {"1025 bytes", NATT_KIND_ENCLAVE, 4, 16, 1025, 1025, 0, false, false, false, {NONE, 0, 0}, NONE},
    {"empty optional fields", NATT_KIND_ENCLAVE, 4, 0, 0, 0, 0, false, false, false, {NONE, 0, 0}, NONE},
    {"short-lived leaf", NATT_KIND_ENCLAVE, 4, 16, NONE, NONE, 0, false, false, false, {0, -10, 20}, NONE},
    {"short-lived CA", NATT_KIND_ENCLAVE, 4, NONE, NONE, NONE, 0, false, false, true, {2, -5, 5}, NONE},
    {"leaf from tomorrow", NATT_KIND_ENCLAVE, 4, 16, NONE, NONE, 0, false, false, false, {0, 2, 9000}, NONE},
    {"leaf of yesterday", NATT_KIND_ENCLAVE, 4, 16, NONE, NONE, 0, false, false, false, {0, -9000, -3}, NONE},
    {"TPM", NATT_KIND_NITROTPM, 4, 32, 10, 90, 0, false, false, false, {NONE, 0, 0}, NONE},
    {"TPM, short-lived leaf", NATT_KIND_NITROTPM, 3, NONE, NONE, NONE, 0, false, false, false, {0, -10, 20}, NONE},
    {"TPM, unknown fields", NATT_KIND_NITROTPM, 4, 32, NONE, NONE, 2, false, false, true, {NONE, 0, 0}, NONE},
    {"wrong signature of a CA", NATT_KIND_ENCLAVE, 4, 32, NONE, NONE, 0, false, false, false, {NONE, 0, 0}, 2},
    {"TPM, wrong signature", NATT_KIND_NITROTPM, 4, 32, NONE, NONE, 0, false, false, false, {NONE, 0, 0}, -2},
};

static struct model_document made[MODEL_DOCUMENTS];

static void sha256(uint8_t out[32], natt_bytes of)
{
    cr_assert(natt_crypto_mbedtls.sha256(out, &of, 1));
}

/* The value of an optional field: consecutive bytes; field 0xf6 is null. */
static natt_bytes set_optional(struct natt_test_case *c, const char *field, int len)
{
    static uint8_t pattern[2048];
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = (uint8_t)(i + 1);
    if (len == NONE)
        return (natt_bytes){NULL, 0};
    natt_bytes value = {pattern, (size_t)len};
    natt_plan_set_field(&c->plan, field, natt_plan_cbor_bytes(&c->plan, value));
    return value;
}

/* The value of a PCR contains its index. Debug enclaves have zeros in the first three, TPMs in PCR12. */
static void set_pcrs(struct natt_test_case *c, struct model_document *d)
{
    uint32_t count = d->kind == NATT_KIND_ENCLAVE ? 16 : 24;
    for (uint32_t i = 0; i < count; i++) {
        bool zero = (d->debug && i <= 2) || (d->kind == NATT_KIND_NITROTPM && i == 12);
        memset(d->pcrs[i], zero ? 0 : (int)(0x11 + i), NATT_PCR_LEN);
        d->pcrs[i][NATT_PCR_LEN - 1] = zero ? 0 : 0xa5;
        d->pcr_mask |= UINT32_C(1) << i;
        natt_plan_set_pcr(&c->plan, i, natt_plan_cbor_bytes(&c->plan, (natt_bytes){d->pcrs[i], NATT_PCR_LEN}));
    }
}

/* Wide dates for all certificates except the one in the spec; the root is the same in every document. */
static void set_dates(struct natt_test_case *c, struct model_document *d, const struct dates *dates)
{
    for (size_t i = 0; i < d->certificate_count; i++) {
        struct model_certificate *m = &d->certificates[i];
        bool one = dates->place != NONE && i + 1 + (size_t)dates->place == d->certificate_count;
        int64_t now = (int64_t)(TIMESTAMP_MS / 1000), wide = i == 0 ? YEARS_10 : 9000;
        m->not_before = now + (one ? dates->from : -wide);
        m->not_after = now + (one ? dates->until : wide);
        c->plan.certificates[i].not_before = natt_plan_der_time(&c->plan, m->not_before);
        c->plan.certificates[i].not_after = natt_plan_der_time(&c->plan, m->not_after);
    }
}

static void set_serials(struct natt_test_case *c, struct model_document *d, size_t number)
{
    for (size_t i = 0; i < d->certificate_count; i++) {
        uint8_t serial[] = {0x02, 3, (uint8_t)(0x41 + i), i == 0 ? 0 : (uint8_t)number, 0x80};
        memcpy(d->certificates[i].serial, serial + 2, 3);
        c->plan.certificates[i].serial = natt_plan_copy(&c->plan, (natt_bytes){serial, sizeof serial});
    }
}

/* Names that contain module and region, or neither. */
static void set_names(struct natt_test_case *c, struct model_document *d, bool unbound)
{
    char leaf[NATT_MAX_MODULE_ID + 32], instance[NATT_MAX_MODULE_ID + 32];
    uint32_t last = c->plan.leaf;
    snprintf(d->module_id, sizeof d->module_id, "%s", natt_issuer_module_id(c->issuer));
    snprintf(leaf, sizeof leaf, "%s.eu-north-1.aws", unbound ? "nobody" : d->module_id);
    snprintf(instance, sizeof instance, "%s.eu-north-1.aws.nitro-enclaves", natt_issuer_instance_id(c->issuer));
    d->region = unbound ? NULL : "eu-north-1";
    c->plan.certificates[last].subject = natt_plan_der_common_name(&c->plan, leaf);
    if (last < 2)
        return;
    c->plan.certificates[last - 1].subject = natt_plan_der_common_name(&c->plan, instance);
    c->plan.certificates[last].issuer = c->plan.certificates[last - 1].subject;
}

static void add_unknown_fields(struct natt_test_case *c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[] = {'z', (char)('0' + i), '\0'};
        natt_plan_append(&c->plan, &c->plan.payload, natt_plan_cbor_text(&c->plan, name),
                         natt_plan_hex(&c->plan, "00"));
    }
}

static void keep_certificates(struct natt_test_case *c, struct model_document *d)
{
    for (uint32_t i = 0; i < d->certificate_count; i++) {
        struct model_certificate *m = &d->certificates[i];
        natt_bytes issuer = c->plan.certificates[i].issuer;
        cr_assert_leq(issuer.len, sizeof m->issuer);
        memcpy(m->issuer, issuer.ptr, issuer.len);
        m->issuer_len = issuer.len;
        sha256(m->sha256, natt_issuer_certificate(c->issuer, i));
        sha256(m->spki_sha256, c->plan.certificates[i].spki);
    }
}

static size_t keep(uint8_t *out, size_t room, natt_bytes bytes)
{
    cr_assert_leq(bytes.len, room);
    memcpy(out, bytes.ptr, bytes.len);
    return bytes.len;
}

/* The digest of each certificate with n - s instead of s: the signed part does not change. */
static void keep_twins(struct natt_test_case *c, struct model_document *d)
{
    for (uint32_t i = 0; i < d->certificate_count; i++) {
        natt_plan_signature *signature = &c->plan.certificates[i].signature, before = *signature;
        if (before.edit != NATT_SIGNATURE_PLAIN)
            continue;
        signature->edit = NATT_SIGNATURE_OTHER_S;
        natt_test_build(c);
        sha256(d->certificates[i].twin_sha256, natt_issuer_certificate(c->issuer, i));
        d->certificates[i].has_twin = true;
        *signature = before;
    }
}

static void spoil_signature(struct natt_test_case *c, struct model_document *d, int which)
{
    natt_plan_signature *signature = which == -2 ? &c->plan.envelope.signature : NULL;
    d->bad_signature = which == NONE ? SIZE_MAX : which == -2 ? d->certificate_count : (size_t)which;
    if (which >= 0)
        signature = &c->plan.certificates[which].signature;
    if (signature != NULL)
        signature->edit = NATT_SIGNATURE_FLIP_BIT;
}

static void make(struct model_document *d, const struct spec *s, size_t number)
{
    static const uint8_t other[] = "model, other seed";
    static struct natt_test_case c;
    natt_issuer_options options = natt_test_issuer_options();
    options.kind = d->kind = s->kind;
    options.bundle_count = s->bundle;
    options.seed = s->other_seed ? (natt_bytes){other, sizeof other - 1} : options.seed;
    natt_test_begin_with(&c, &options, NULL);
    d->name = s->name;
    d->debug = s->debug;
    d->certificate_count = s->bundle + 1;
    d->timestamp_ms = TIMESTAMP_MS;
    natt_plan_set_field(&c.plan, "timestamp", natt_plan_cbor_uint(&c.plan, TIMESTAMP_MS));
    d->nonce = set_optional(&c, "nonce", s->nonce);
    d->user_data = set_optional(&c, "user_data", s->user_data);
    d->public_key = set_optional(&c, "public_key", s->public_key);
    set_pcrs(&c, d);
    set_dates(&c, d, &s->dates);
    set_serials(&c, d, number);
    set_names(&c, d, s->unbound);
    d->unknown_fields = s->unknown_fields;
    add_unknown_fields(&c, s->unknown_fields);
    spoil_signature(&c, d, s->bad_signature);
    keep_twins(&c, d);
    natt_test_build(&c);
    keep_certificates(&c, d);
    d->len = keep(d->bytes, sizeof d->bytes, c.doc);
    d->root_len = keep(d->root, sizeof d->root, natt_issuer_certificate(c.issuer, 0));
    d->leaf_len = keep(d->leaf, sizeof d->leaf, natt_issuer_certificate(c.issuer, c.plan.leaf));
    natt_test_end(&c);
}

const struct model_document *model_documents(void)
{
    for (size_t i = 0; i < MODEL_DOCUMENTS && made[i].len == 0; i++)
        make(&made[i], &specs[i], i);
    return made;
}

/* A leaf is not a CA; a truncated root cannot be parsed. */
natt_bytes model_root_of(enum model_root how, const struct model_document *doc)
{
    if (how == MODEL_ROOT_NO_CA)
        return (natt_bytes){doc->leaf, doc->leaf_len};
    return (natt_bytes){doc->root, doc->root_len - (how == MODEL_ROOT_UNREADABLE ? 1 : 0)};
}
