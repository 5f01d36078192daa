/*
 * Edits of the envelope, of signatures and of certificates.
 */
#include "vectors/generator/steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static natt_bytes hex(struct natt_case *c, const char *digits)
{
    return natt_plan_hex(&c->plan, digits);
}

static natt_bytes empty(struct natt_case *c)
{
    return natt_plan_string(&c->plan, "");
}

/* ---- the envelope ---- */

void natt_step_envelope(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_envelope *e = &c->plan.envelope;
    const struct {
        const char *name;
        natt_bytes *part;
    } rows[] = {{"tag", &e->tag},           {"array", &e->array_head},
                {"payload", &e->payload},   {"protected", &e->protected_header},
                {"trailing", &e->trailing}, {"unprotected", &e->unprotected},
                {"context", &e->context},   {"signed-protected", &e->signed_protected},
                {"aad", &e->external_aad},  {"signed-payload", &e->signed_payload}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].name, s->name) == 0) {
            *rows[i].part = hex(c, s->value);
            return;
        }
    natt_case_fail(c, "the envelope has no %s", s->name);
}

/* ---- signatures ---- */

static natt_plan_signature *signature_of(struct natt_case *c, const struct natt_step *s)
{
    return s->n == DOC ? &c->plan.envelope.signature : &c->plan.certificates[s->n].signature;
}

void natt_step_sig_edit(struct natt_case *c, const struct natt_step *s)
{
    signature_of(c, s)->edit = (natt_signature_edit)s->m;
}

void natt_step_sig_bit(struct natt_case *c, const struct natt_step *s)
{
    signature_of(c, s)->edit = NATT_SIGNATURE_FLIP_BIT;
    signature_of(c, s)->bit = (uint32_t)s->m;
}

void natt_step_sig_key(struct natt_case *c, const struct natt_step *s)
{
    signature_of(c, s)->key = (uint32_t)s->m;
}

void natt_step_sig_raw(struct natt_case *c, const struct natt_step *s)
{
    signature_of(c, s)->raw = s->value[0] != '\0' ? hex(c, s->value) : empty(c);
}

void natt_step_sig_fill(struct natt_case *c, const struct natt_step *s)
{
    signature_of(c, s)->raw = natt_plan_repeat(&c->plan, hex(c, s->value), (size_t)s->m);
}

void natt_step_sig_r(struct natt_case *c, const struct natt_step *s)
{
    signature_of(c, s)->r = s->value[0] != '\0' ? hex(c, s->value) : empty(c);
}

void natt_step_sig_s(struct natt_case *c, const struct natt_step *s)
{
    signature_of(c, s)->s = s->value[0] != '\0' ? hex(c, s->value) : empty(c);
}

void natt_step_sig_form(struct natt_case *c, const struct natt_step *s)
{
    signature_of(c, s)->other_form = true;
}

/* ---- parts of a certificate ---- */

static natt_bytes *part_of(struct natt_case *c, int64_t cert, const char *name)
{
    natt_plan_certificate *p = &c->plan.certificates[cert];
    const struct {
        const char *name;
        natt_bytes *part;
    } rows[] = {{"version", &p->version},
                {"serial", &p->serial},
                {"issuer", &p->issuer},
                {"inner-algorithm", &p->tbs_algorithm},
                {"not-before", &p->not_before},
                {"not-after", &p->not_after},
                {"validity", &p->validity},
                {"subject", &p->subject},
                {"spki", &p->spki},
                {"unique-ids", &p->unique_ids},
                {"algorithm", &p->algorithm},
                {"unused-bits", &p->unused_bits},
                {"raw", &p->raw},
                {"signature-value", &p->signature_value}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].part;
    natt_case_fail(c, "a certificate has no %s", name);
    return &p->raw;
}

/* Without digits the part is left out. */
void natt_step_part(struct natt_case *c, const struct natt_step *s)
{
    *part_of(c, s->n, s->name) = s->value != NULL ? hex(c, s->value) : (natt_bytes){NULL, 0};
}

static void set_date(struct natt_case *c, const struct natt_step *s, uint8_t tag)
{
    *part_of(c, s->n, s->name) = natt_plan_der(&c->plan, tag, natt_plan_string(&c->plan, s->value));
}

void natt_step_date_utc(struct natt_case *c, const struct natt_step *s)
{
    set_date(c, s, 0x17);
}

void natt_step_date_general(struct natt_case *c, const struct natt_step *s)
{
    set_date(c, s, 0x18);
}

void natt_step_date_ia5(struct natt_case *c, const struct natt_step *s)
{
    set_date(c, s, 0x16);
}

/* value: two numbers of seconds; n -1: every certificate but the root. */
void natt_step_valid(struct natt_case *c, const struct natt_step *s)
{
    char *end;
    int64_t from = strtoll(s->value, &end, 10), to = strtoll(end, &end, 10), now = (int64_t)(c->clock_ms / 1000);
    for (uint32_t i = 1; i <= c->plan.leaf; i++) {
        if (s->n != -1 && s->n != (int64_t)i)
            continue;
        c->plan.certificates[i].not_before = natt_plan_der_time(&c->plan, now + from);
        c->plan.certificates[i].not_after = natt_plan_der_time(&c->plan, now + to);
    }
}

static void rename_subject(struct natt_case *c, size_t cert, const char *text)
{
    c->plan.certificates[cert].subject = natt_plan_der_common_name(&c->plan, text);
    if (cert < c->plan.leaf)
        c->plan.certificates[cert + 1].issuer = c->plan.certificates[cert].subject;
}

void natt_step_name(struct natt_case *c, const struct natt_step *s)
{
    rename_subject(c, (size_t)s->n, s->value);
}

void natt_step_module_name(struct natt_case *c, const struct natt_step *s)
{
    char name[256];
    bool leaf = s->n == (int64_t)c->plan.leaf;
    const char *id = leaf ? natt_issuer_module_id(c->issuer) : natt_issuer_instance_id(c->issuer);
    snprintf(name, sizeof name, "%s%s", id, s->value);
    rename_subject(c, (size_t)s->n, name);
}

void natt_step_issuer_name(struct natt_case *c, const struct natt_step *s)
{
    c->plan.certificates[s->n].issuer = natt_plan_der_common_name(&c->plan, s->value);
}

/* ---- keys: 30 76, an AlgorithmIdentifier of 18 bytes, 03 62 00, 04 x y ---- */

void natt_step_spki(struct natt_case *c, const struct natt_step *s)
{
    char *end;
    size_t at = strtoul(s->name, &end, 10), len = strtoul(end, &end, 10);
    natt_plan_certificate *cert = &c->plan.certificates[s->n];
    cert->spki = natt_plan_splice(&c->plan, cert->spki, at, len, hex(c, s->value));
}

void natt_step_point(struct natt_case *c, const struct natt_step *s)
{
    natt_bytes point = s->m > 0 ? natt_plan_repeat(&c->plan, hex(c, s->value), (size_t)s->m) : empty(c);
    c->plan.certificates[s->n].spki = natt_plan_der_spki(&c->plan, point);
}

void natt_step_curve(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_certificate *cert = &c->plan.certificates[s->n];
    natt_bytes bits = natt_plan_splice(&c->plan, cert->spki, 0, 20, empty(c));
    cert->spki = natt_plan_der(&c->plan, 0x30, natt_plan_join(&c->plan, hex(c, s->value), bits));
}

/* ---- extensions ---- */

void natt_step_ext(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_set_extension(&c->plan, (uint32_t)s->n, s->name, s->m != 0, hex(c, s->value));
}

void natt_step_add_ext(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_add_extension(&c->plan, (uint32_t)s->n, s->name, s->m != 0, hex(c, s->value));
}

/* 32473: the enterprise that RFC 5612 keeps for examples. */
void natt_step_add_exts(struct natt_case *c, const struct natt_step *s)
{
    char oid[32];
    for (int64_t i = 0; i < s->m; i++) {
        snprintf(oid, sizeof oid, "1.3.6.1.4.1.32473.1.%d", (int)i);
        natt_plan_add_extension(&c->plan, (uint32_t)s->n, oid, false, hex(c, "0500"));
    }
}

/* m: twice the octets of the identifier, one more when it is critical. 2a and arcs of one octet name nothing. */
void natt_step_add_oid_ext(struct natt_case *c, const struct natt_step *s)
{
    natt_issue_plan *plan = &c->plan;
    bool critical = s->m % 2 != 0;
    natt_bytes arcs = s->m / 2 > 1 ? natt_plan_repeat(plan, hex(c, "07"), (size_t)(s->m / 2 - 1)) : empty(c);
    natt_bytes oid = natt_plan_der(plan, 0x06, natt_plan_join(plan, hex(c, "2a"), arcs));
    natt_bytes rest = hex(c, critical ? "0101ff04020500" : "04020500");
    natt_bytes whole = natt_plan_der(plan, 0x30, natt_plan_join(plan, oid, rest));
    natt_plan_append(plan, &plan->certificates[s->n].extensions, (natt_bytes){NULL, 0}, whole);
}

void natt_step_omit_ext(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_omit_extension(&c->plan, (uint32_t)s->n, s->name);
}

void natt_step_raw_ext(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_append(&c->plan, &c->plan.certificates[s->n].extensions, (natt_bytes){NULL, 0}, hex(c, s->value));
}

void natt_step_raw_exts(struct natt_case *c, const struct natt_step *s)
{
    c->plan.certificates[s->n].extensions.raw = hex(c, s->value);
}

void natt_step_no_exts(struct natt_case *c, const struct natt_step *s)
{
    c->plan.certificates[s->n].no_extensions = true;
}

/* Path lengths would refuse most other orders and lengths first. */
void natt_step_no_path_lengths(struct natt_case *c, const struct natt_step *s)
{
    (void)s;
    for (uint32_t i = 1; i < c->plan.leaf; i++)
        natt_plan_set_extension(&c->plan, i, BASIC_CONSTRAINTS, true, hex(c, "30030101ff"));
}
