/*
 * Edits of the envelope, of signatures and of certificates.
 */
#include "vectors/generator/steps.h"

#include <stdio.h>
#include <string.h>

/* ---- byte strings of the envelope and of certificates ---- */

EDIT(bytes, *(natt_bytes *)natt_case_member(c, s) = natt_case_hex(c, s->value))
EDIT(no_bytes, *(natt_bytes *)natt_case_member(c, s) = (natt_bytes){NULL, 0})

/* ---- signatures ---- */

static natt_plan_signature *signature_of(struct natt_case *c, const struct natt_step *s)
{
    return s->n == DOC ? &c->plan.envelope.signature : &c->plan.certificates[s->n].signature;
}

EDIT(sig_edit, signature_of(c, s)->edit = (natt_signature_edit)s->m)
EDIT(sig_key, signature_of(c, s)->key = (uint32_t)s->m)
EDIT(sig_raw, signature_of(c, s)->raw = natt_case_hex(c, s->value))
EDIT(sig_r, signature_of(c, s)->r = natt_case_hex(c, s->value))
EDIT(sig_s, signature_of(c, s)->s = natt_case_hex(c, s->value))
EDIT(sig_bit, signature_of(c, s)->edit = NATT_SIGNATURE_FLIP_BIT, signature_of(c, s)->bit = (uint32_t)s->m)
EDIT(sig_form, signature_of(c, s)->other_form = true)

/* n: distance of the byte from the end. One signature of 256 has it. */
void natt_step_zero_byte(struct natt_case *c, const struct natt_step *s)
{
    for (uint32_t i = 0; i < 4096; i++) {
        uint8_t text[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        natt_bytes data = natt_plan_copy(&c->plan, (natt_bytes){text, sizeof text});
        natt_plan_set_field(&c->plan, "user_data", natt_plan_cbor_bytes(&c->plan, data));
        if (!natt_case_build(c) || c->bytes[c->len - (size_t)s->n] == 0)
            return;
    }
    natt_case_fail(c, "no signature has a zero byte there");
}

/* ---- parts of a certificate ---- */

EDIT(date, *(natt_bytes *)natt_case_member(c, s) = natt_plan_der(plan, (uint8_t)s->n, natt_plan_string(plan, s->value)))

/* n, m: seconds around the current time; certificate 0: every certificate except for the root. */
void natt_step_valid(struct natt_case *c, const struct natt_step *s)
{
    int64_t now = (int64_t)(c->clock_ms / 1000);
    for (uint32_t i = 1; i <= c->plan.leaf; i++) {
        if (s->at.cert != 0 && s->at.cert != i)
            continue;
        c->plan.certificates[i].not_before = natt_plan_der_time(&c->plan, now + s->n);
        c->plan.certificates[i].not_after = natt_plan_der_time(&c->plan, now + s->m);
    }
}

static void rename_subject(struct natt_case *c, size_t cert, const char *text)
{
    c->plan.certificates[cert].subject = natt_plan_der_common_name(&c->plan, text);
    if (cert < c->plan.leaf)
        c->plan.certificates[cert + 1].issuer = c->plan.certificates[cert].subject;
}

/* A name of one attribute, commonName [X.520 6.2.2]. */
static natt_bytes common_name(natt_issue_plan *plan, natt_bytes text)
{
    natt_bytes attribute = natt_plan_join(plan, natt_plan_hex(plan, "0603550403"), text);
    return natt_plan_der(plan, 0x30, natt_plan_der(plan, 0x31, natt_plan_der(plan, 0x30, attribute)));
}

EDIT(common_name, plan->certificates[s->n].subject = common_name(plan, natt_plan_der(plan, (uint8_t)s->m,
                                                                                     natt_case_hex(c, s->value))))
EDIT(name, rename_subject(c, (size_t)s->n, s->value))
EDIT(issuer_name, plan->certificates[s->n].issuer = natt_plan_der_common_name(plan, s->value))

void natt_step_module_name(struct natt_case *c, const struct natt_step *s)
{
    char name[256];
    bool leaf = s->n == (int64_t)c->plan.leaf;
    const char *id = leaf ? natt_issuer_module_id(c->issuer) : natt_issuer_instance_id(c->issuer);
    snprintf(name, sizeof name, "%s%s", id, s->value);
    rename_subject(c, (size_t)s->n, name);
}

/* ---- keys: 30 76, an AlgorithmIdentifier of 18 bytes, 03 62 00, 04 x y ---- */

void natt_step_spki(struct natt_case *c, const struct natt_step *s)
{
    natt_bytes *spki = &c->plan.certificates[s->at.cert].spki;
    *spki = natt_plan_splice(&c->plan, *spki, (size_t)s->n, (size_t)s->m, natt_case_hex(c, s->value));
}

EDIT(point, plan->certificates[s->n].spki = natt_plan_der_spki(plan, natt_case_hex(c, s->value)))

void natt_step_curve(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_certificate *cert = &c->plan.certificates[s->n];
    natt_bytes bits = natt_plan_splice(&c->plan, cert->spki, 0, 20, natt_case_hex(c, ""));
    cert->spki = natt_plan_der(&c->plan, 0x30, natt_plan_join(&c->plan, natt_case_hex(c, s->value), bits));
}

/* ---- extensions ---- */

static void append_extension(struct natt_case *c, size_t cert, natt_bytes whole)
{
    natt_plan_append(&c->plan, &c->plan.certificates[cert].extensions, (natt_bytes){NULL, 0}, whole);
}

EDIT(ext, natt_plan_set_extension(plan, (uint32_t)s->n, s->name, s->m != 0, natt_case_hex(c, s->value)))
EDIT(add_ext, natt_plan_add_extension(plan, (uint32_t)s->n, s->name, s->m != 0, natt_case_hex(c, s->value)))
EDIT(omit_ext, natt_plan_omit_extension(plan, (uint32_t)s->n, s->name))
EDIT(raw_ext, append_extension(c, (size_t)s->n, natt_case_hex(c, s->value)))
EDIT(raw_exts, plan->certificates[s->n].extensions.raw = natt_case_hex(c, s->value))

/* Adds critical TRUE behind the identifier of an extension that the plan has, and 3 to the length of the whole. */
void natt_step_mark_critical(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_entry *entry = natt_plan_find_extension(&c->plan, (uint32_t)s->n, s->name);
    if (entry == NULL || entry->value.ptr[1] >= 0x7d) {
        natt_case_fail(c, "the certificate has no such extension, or it is too long");
        return;
    }
    uint8_t len = (uint8_t)(entry->value.ptr[1] + 3);
    natt_bytes one = natt_plan_copy(&c->plan, (natt_bytes){&len, 1}), value = entry->value;
    value = natt_plan_splice(&c->plan, value, 4 + (size_t)value.ptr[3], 0, natt_case_hex(c, "0101ff"));
    entry->value = natt_plan_splice(&c->plan, value, 1, 1, one);
}

EDIT(no_exts, plan->certificates[s->n].no_extensions = true)

/* 32473: the enterprise number for documentation (RFC 5612). */
void natt_step_add_exts(struct natt_case *c, const struct natt_step *s)
{
    char oid[32];
    for (int64_t i = 0; i < s->m; i++) {
        snprintf(oid, sizeof oid, "1.3.6.1.4.1.32473.1.%d", (int)i);
        natt_plan_add_extension(&c->plan, (uint32_t)s->n, oid, false, natt_case_hex(c, "0500"));
    }
}

/* n: octets of the identifier. 2a with arcs of one octet is not in use. m: whether it is critical. */
void natt_step_add_oid_ext(struct natt_case *c, const struct natt_step *s)
{
    natt_issue_plan *plan = &c->plan;
    natt_bytes arcs = natt_plan_repeat(plan, natt_case_hex(c, "07"), (size_t)(s->n - 1));
    natt_bytes oid = natt_plan_der(plan, 0x06, natt_plan_join(plan, natt_case_hex(c, "2a"), arcs));
    natt_bytes rest = natt_case_hex(c, s->m != 0 ? "0101ff04020500" : "04020500");
    append_extension(c, s->at.cert, natt_plan_der(plan, 0x30, natt_plan_join(plan, oid, rest)));
}

/* With path lengths, most chains of other orders and lengths would fail for the path length first. */
void natt_step_no_path_lengths(struct natt_case *c, const struct natt_step *s)
{
    (void)s;
    for (uint32_t i = 1; i < c->plan.leaf; i++)
        natt_plan_set_extension(&c->plan, i, BASIC_CONSTRAINTS, true, natt_case_hex(c, "30030101ff"));
}
