/*
 * Edits of the payload: its fields, PCRs and bundle, and the heads around them.
 */
#include "vectors/generator/steps.h"

#include <stdio.h>
#include <string.h>

static natt_bytes hex(struct natt_case *c, const char *digits)
{
    return natt_plan_hex(&c->plan, digits);
}

void natt_step_nothing(struct natt_case *c, const struct natt_step *s)
{
    (void)c, (void)s;
}

static natt_plan_list *list_of(struct natt_case *c, const char *name)
{
    if (strcmp(name, "payload") == 0)
        return &c->plan.payload;
    if (strcmp(name, "pcrs") == 0)
        return &c->plan.pcrs;
    if (strcmp(name, "cabundle") == 0)
        return &c->plan.cabundle;
    natt_case_fail(c, "there is no list %s", name);
    return &c->plan.payload;
}

static natt_plan_entry *field_of(struct natt_case *c, const char *name)
{
    static natt_plan_entry none;
    natt_plan_entry *entry = natt_plan_field(&c->plan, name);
    if (entry == NULL)
        natt_case_fail(c, "there is no field %s", name);
    return entry != NULL ? entry : &none;
}

/* ---- fields ---- */

void natt_step_set(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_set_field(&c->plan, s->name, hex(c, s->value));
}

void natt_step_set_zeros(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_set_field(&c->plan, s->name, natt_plan_cbor_zeros(&c->plan, (size_t)s->n));
}

void natt_step_set_text(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_set_field(&c->plan, s->name, natt_plan_cbor_text(&c->plan, s->value));
}

void natt_step_set_long(struct natt_case *c, const struct natt_step *s)
{
    char text[256];
    snprintf(text, sizeof text, "%s", s->value);
    for (size_t i = strlen(text); i < (size_t)s->n && i + 1 < sizeof text; i++) {
        text[i] = 'a';
        text[i + 1] = '\0';
    }
    natt_plan_set_field(&c->plan, s->name, natt_plan_cbor_text(&c->plan, text));
}

void natt_step_stamp(struct natt_case *c, const struct natt_step *s)
{
    uint64_t ms = (uint64_t)((int64_t)c->clock_ms + s->n);
    natt_plan_set_field(&c->plan, "timestamp", natt_plan_cbor_uint(&c->plan, ms));
}

void natt_step_omit(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_omit_field(&c->plan, s->name);
}

static void add(struct natt_case *c, const char *name, natt_bytes value)
{
    natt_plan_append(&c->plan, &c->plan.payload, natt_plan_cbor_text(&c->plan, name), value);
}

void natt_step_add(struct natt_case *c, const struct natt_step *s)
{
    add(c, s->name, hex(c, s->value));
}

void natt_step_add_zeros(struct natt_case *c, const struct natt_step *s)
{
    add(c, s->name, natt_plan_cbor_zeros(&c->plan, (size_t)s->n));
}

void natt_step_add_many(struct natt_case *c, const struct natt_step *s)
{
    char name[24];
    for (int64_t i = 0; i < s->n; i++) {
        snprintf(name, sizeof name, "x%d", (int)i);
        add(c, name, hex(c, "00"));
    }
}

void natt_step_add_nested(struct natt_case *c, const struct natt_step *s)
{
    add(c, s->name, natt_plan_join(&c->plan, natt_plan_repeat(&c->plan, hex(c, "81"), (size_t)s->n), hex(c, "00")));
}

void natt_step_repeat_field(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_list *list = &c->plan.payload;
    natt_plan_entry copy = *field_of(c, s->name);
    natt_plan_entry *entry = natt_plan_append(&c->plan, list, copy.key, copy.value);
    if (entry != NULL)
        *entry = copy;
}

void natt_step_rename(struct natt_case *c, const struct natt_step *s)
{
    field_of(c, s->name)->key = hex(c, s->value);
}

void natt_step_empty(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_entry *entry = field_of(c, s->name);
    entry->value = natt_plan_string(&c->plan, "");
    entry->source = NATT_SOURCE_VALUE;
}

void natt_step_to_front(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_move(&c->plan, &c->plan.payload, natt_plan_position(&c->plan.payload, field_of(c, s->name)), 0);
}

void natt_step_reverse(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_reverse(list_of(c, s->name));
}

/* Built once to learn what all the rest takes; a value of 24 to 255 or of 256 to 65535 bytes has a head of 2 or 3. */
void natt_step_payload_len(struct natt_case *c, const struct natt_step *s)
{
    natt_emulator_error err;
    natt_plan_entry *entry = natt_plan_append(&c->plan, &c->plan.payload, natt_plan_cbor_text(&c->plan, "x"),
                                              natt_plan_cbor_zeros(&c->plan, 256));
    if (!natt_issuer_build(c->issuer, c->bytes, sizeof c->bytes, &c->len, &c->plan, &err) || entry == NULL)
        natt_case_fail(c, "the plan does not build: %s", err.message);
    else
        entry->value =
            natt_plan_cbor_zeros(&c->plan, (size_t)((int64_t)256 + s->n - (int64_t)natt_issuer_payload(c->issuer).len));
}

void natt_step_raw(struct natt_case *c, const struct natt_step *s)
{
    list_of(c, s->name)->raw = hex(c, s->value);
}

/* ---- PCRs ---- */

void natt_step_set_pcr(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_set_pcr(&c->plan, (uint32_t)s->n, hex(c, s->value));
}

void natt_step_pcr_zeros(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_set_pcr(&c->plan, (uint32_t)s->n, natt_plan_cbor_zeros(&c->plan, (size_t)s->m));
}

void natt_step_add_pcrs(struct natt_case *c, const struct natt_step *s)
{
    for (int64_t i = s->n; i <= s->m; i++)
        natt_plan_append(&c->plan, &c->plan.pcrs, natt_plan_cbor_uint(&c->plan, (uint64_t)i),
                         natt_plan_cbor_zeros(&c->plan, NATT_PCR_LEN));
}

void natt_step_omit_pcrs(struct natt_case *c, const struct natt_step *s)
{
    for (int64_t i = s->n; i <= s->m; i++)
        natt_plan_omit_pcr(&c->plan, (uint32_t)i);
}

void natt_step_pcr_key(struct natt_case *c, const struct natt_step *s)
{
    if ((size_t)s->n < c->plan.pcrs.count)
        c->plan.pcrs.entries[s->n].key = hex(c, s->value);
    else
        natt_case_fail(c, "there is no entry of that PCR");
}

void natt_step_repeat_pcr(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_duplicate(&c->plan, &c->plan.pcrs, (size_t)s->n);
}

/* ---- the bundle ---- */

static void bundle_value(struct natt_case *c, int64_t at, natt_bytes value)
{
    if ((size_t)at < c->plan.cabundle.count)
        c->plan.cabundle.entries[at].value = value;
    else
        natt_case_fail(c, "there is no such entry of cabundle");
}

void natt_step_bundle_set(struct natt_case *c, const struct natt_step *s)
{
    bundle_value(c, s->n, hex(c, s->value));
}

void natt_step_bundle_zeros(struct natt_case *c, const struct natt_step *s)
{
    bundle_value(c, s->n, natt_plan_cbor_zeros(&c->plan, (size_t)s->m));
}

void natt_step_bundle_repeat(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_duplicate(&c->plan, &c->plan.cabundle, (size_t)s->n);
}

void natt_step_bundle_remove(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_remove(&c->plan, &c->plan.cabundle, (size_t)s->n);
}

void natt_step_bundle_move(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_move(&c->plan, &c->plan.cabundle, (size_t)s->n, (size_t)s->m);
}

void natt_step_bundle_add(struct natt_case *c, const struct natt_step *s)
{
    natt_bytes none = {NULL, 0};
    natt_plan_entry *entry = natt_plan_append(&c->plan, &c->plan.cabundle, none, none);
    if (entry == NULL)
        return;
    entry->source = NATT_SOURCE_CERTIFICATE;
    entry->certificate = (uint32_t)s->n;
}

/* ---- heads ---- */

static natt_plan_wrap *certificate_wrap(natt_plan_certificate *cert, const char *name)
{
    const struct {
        const char *name;
        natt_plan_wrap *wrap;
    } rows[] = {{"certificate", &cert->wrap},
                {"tbs", &cert->tbs_wrap},
                {"validity", &cert->validity_wrap},
                {"extensions", &cert->extensions_wrap},
                {"signature", &cert->signature_wrap},
                {"extension-list", &cert->extensions.wrap},
                {"signature-sequence", &cert->signature_sequence}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].wrap;
    return NULL;
}

static natt_plan_wrap *wrap_of(struct natt_case *c, const struct natt_step *s)
{
    if (strcmp(s->name, "payload-string") == 0)
        return &c->plan.envelope.payload_wrap;
    if (strcmp(s->name, "signature-string") == 0)
        return &c->plan.envelope.signature_wrap;
    natt_plan_wrap *wrap = certificate_wrap(&c->plan.certificates[s->m], s->name);
    return wrap != NULL ? wrap : &list_of(c, s->name)->wrap;
}

void natt_step_form(struct natt_case *c, const struct natt_step *s)
{
    wrap_of(c, s)->form = (natt_plan_form)s->n;
}

void natt_step_length(struct natt_case *c, const struct natt_step *s)
{
    wrap_of(c, s)->length_delta = s->n;
}

void natt_step_width(struct natt_case *c, const struct natt_step *s)
{
    wrap_of(c, s)->width = (uint32_t)s->n;
}

void natt_step_head(struct natt_case *c, const struct natt_step *s)
{
    wrap_of(c, s)->head = hex(c, s->value);
}

void natt_step_inside(struct natt_case *c, const struct natt_step *s)
{
    wrap_of(c, s)->trailing = hex(c, s->value);
}

void natt_step_behind(struct natt_case *c, const struct natt_step *s)
{
    wrap_of(c, s)->after = hex(c, s->value);
}
