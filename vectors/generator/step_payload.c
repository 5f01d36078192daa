/*
 * Edits of the payload: its fields, PCRs and bundle, and the heads around them.
 */
#include "vectors/generator/steps.h"

#include <stdio.h>
#include <string.h>

/* ---- fields ---- */

static natt_plan_entry *field_of(struct natt_case *c, const char *name)
{
    static natt_plan_entry none;
    natt_plan_entry *entry = natt_plan_field(&c->plan, name);
    if (entry == NULL)
        natt_case_fail(c, "the document has no field %s", name);
    return entry != NULL ? entry : &none;
}

static void add(struct natt_case *c, const char *name, natt_bytes value)
{
    natt_plan_append(&c->plan, &c->plan.payload, natt_plan_cbor_text(&c->plan, name), value);
}

EDIT(set, natt_plan_set_field(plan, s->name, natt_case_value(c, s)))
EDIT(set_text, natt_plan_set_field(plan, s->name, natt_plan_cbor_text(plan, s->value)))
EDIT(stamp, natt_plan_set_field(plan, "timestamp", natt_plan_cbor_uint(plan, (uint64_t)((int64_t)c->clock_ms + s->n))))
EDIT(omit, natt_plan_omit_field(plan, s->name))
EDIT(add, add(c, s->name, natt_case_value(c, s)))
EDIT(rename, field_of(c, s->name)->key = natt_case_hex(c, s->value))
EDIT(to_front, natt_plan_move(plan, &plan->payload, natt_plan_position(&plan->payload, field_of(c, s->name)), 0))
EDIT(reverse, natt_plan_reverse(natt_case_member(c, s)))
EDIT(raw, ((natt_plan_list *)natt_case_member(c, s))->raw = natt_case_hex(c, s->value))

void natt_step_set_long(struct natt_case *c, const struct natt_step *s)
{
    char text[256] = "";
    memset(text, 'a', (size_t)s->n < sizeof text ? (size_t)s->n : 0);
    memcpy(text, s->value, strlen(s->value));
    natt_plan_set_field(&c->plan, s->name, natt_plan_cbor_text(&c->plan, text));
}

void natt_step_add_many(struct natt_case *c, const struct natt_step *s)
{
    char name[24];
    for (int64_t i = 0; i < s->n; i++) {
        snprintf(name, sizeof name, "x%d", (int)i);
        add(c, name, natt_case_hex(c, "00"));
    }
}

void natt_step_repeat_field(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_entry copy = *field_of(c, s->name);
    natt_plan_entry *entry = natt_plan_append(&c->plan, &c->plan.payload, copy.key, copy.value);
    if (entry != NULL)
        *entry = copy;
}

EDIT(empty, field_of(c, s->name)->value = natt_plan_string(plan, ""), field_of(c, s->name)->source = NATT_SOURCE_VALUE)

/* Builds once to get the size of the rest. A value of 256 to 65535 bytes always has a head of 3 bytes. */
void natt_step_payload_len(struct natt_case *c, const struct natt_step *s)
{
    natt_plan_entry *entry = natt_plan_append(&c->plan, &c->plan.payload, natt_plan_cbor_text(&c->plan, "x"),
                                              natt_plan_cbor_zeros(&c->plan, 256));
    if (natt_case_build(c) && entry != NULL)
        entry->value = natt_plan_cbor_zeros(&c->plan, 256 + (size_t)s->n - natt_issuer_payload(c->issuer).len);
}

/* ---- PCRs and the bundle ---- */

static natt_plan_entry *entry_of(struct natt_case *c, natt_plan_list *list, int64_t at)
{
    static natt_plan_entry none;
    if ((size_t)at < list->count)
        return &list->entries[at];
    natt_case_fail(c, "the list has no entry %d", (int)at);
    return &none;
}

EDIT(set_pcr, natt_plan_set_pcr(plan, (uint32_t)s->n, natt_case_value(c, s)))
EDIT(pcr_key, entry_of(c, &plan->pcrs, s->n)->key = natt_case_hex(c, s->value))
EDIT(repeat_pcr, natt_plan_duplicate(plan, &plan->pcrs, (size_t)s->n))
EDIT(leaf_is, field_of(c, "certificate")->certificate = (uint32_t)s->n)
EDIT(bundle_set, entry_of(c, &plan->cabundle, s->n)->value = natt_case_value(c, s))
EDIT(bundle_repeat, natt_plan_duplicate(plan, &plan->cabundle, (size_t)s->n))
EDIT(bundle_remove, natt_plan_remove(plan, &plan->cabundle, (size_t)s->n))
EDIT(bundle_move, natt_plan_move(plan, &plan->cabundle, (size_t)s->n, (size_t)s->m))

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

static natt_plan_wrap *wrap_of(struct natt_case *c, const struct natt_step *s)
{
    return natt_case_member(c, s);
}

EDIT(form, wrap_of(c, s)->form = (natt_plan_form)s->n)
EDIT(length, wrap_of(c, s)->length_delta = s->n)
EDIT(width, wrap_of(c, s)->width = (uint32_t)s->n)
EDIT(head, wrap_of(c, s)->head = natt_case_hex(c, s->value))
EDIT(inside, wrap_of(c, s)->trailing = natt_case_hex(c, s->value))
EDIT(behind, wrap_of(c, s)->after = natt_case_hex(c, s->value))
