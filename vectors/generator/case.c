/*
 * Creates one vector: a plan from an issuer of the maker, the steps of the row, the document, the later steps.
 */
#include "vectors/generator/steps.h"

#include "nitro_attest/verify.h"
#include "vectors/loader/loader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool same_issuer(const struct natt_base *a, const struct natt_base *b)
{
    return a->kind == b->kind && a->bundle == b->bundle && a->plain == b->plain &&
           strcmp(a->other != NULL ? a->other : "", b->other != NULL ? b->other : "") == 0;
}

static natt_issuer *new_issuer(const struct natt_maker *maker, const struct natt_base *base, natt_emulator_error *err)
{
    natt_issuer_options options = maker->options;
    if (base->other != NULL)
        options.seed = (natt_bytes){(const uint8_t *)base->other, strlen(base->other)};
    if (base->plain)
        options.suffix = NULL;
    if (base->kind != NATT_KIND_OTHER)
        options.kind = base->kind;
    options.bundle_count = base->bundle;
    return natt_issuer_new(&options, err);
}

/* Keys take time, so each issuer is created once. */
natt_issuer *natt_issuer_of(struct natt_maker *maker, const struct natt_base *base, natt_emulator_error *err)
{
    size_t i = 0;
    for (; i < NATT_MAKER_ISSUERS && maker->issuers[i].issuer != NULL; i++)
        if (same_issuer(&maker->issuers[i].base, base))
            return maker->issuers[i].issuer;
    if (i == NATT_MAKER_ISSUERS)
        return NULL;
    maker->issuers[i].base = *base;
    maker->issuers[i].issuer = new_issuer(maker, base, err);
    return maker->issuers[i].issuer;
}

void natt_issuers_free(struct natt_maker *maker)
{
    for (size_t i = 0; i < NATT_MAKER_ISSUERS; i++) {
        natt_issuer_free(maker->issuers[i].issuer);
        maker->issuers[i].issuer = NULL;
    }
}

/* Keeps the first fault. */
void natt_case_fail(struct natt_case *c, const char *format, ...)
{
    va_list args;
    if (c->fault[0] != '\0')
        return;
    va_start(args, format);
    vsnprintf(c->fault, sizeof c->fault, format, args);
    va_end(args);
}

void natt_case_root(struct natt_case *c, const char *name, natt_bytes der)
{
    json_t *text = natt_vectors_base64_json(der), *known = json_object_get(c->root_table, name);
    if (text == NULL || json_array_append_new(c->roots, json_string(name)) != 0)
        natt_case_fail(c, "out of memory");
    else if (known != NULL && !json_equal(known, text))
        natt_case_fail(c, "two different roots have the name %s", name);
    else if (known == NULL && json_object_set(c->root_table, name, text) != 0)
        natt_case_fail(c, "out of memory");
    json_decref(text);
}

/* A row that edits the nonce says itself what is expected, so that a wrong nonce never hides its fault. */
static bool edits_nonce(const struct natt_row *v)
{
    for (const struct natt_step *s = v->steps; s->apply != NULL; s++)
        if (s->name != NULL && strcmp(s->name, "nonce") == 0 && s->apply != natt_step_to_front &&
            s->apply != natt_step_repeat_field)
            return true;
    return false;
}

static json_t *first_options(const struct natt_maker *maker, const struct natt_row *v)
{
    const char *nonce = v->genuine.file == NULL && !edits_nonce(v) ? maker->nonce : NULL;
    natt_kind kind = v->base.kind != NATT_KIND_OTHER ? v->base.kind : maker->options.kind;
    return json_pack("{s:s, s:s, s:I, s:s*, s:[s]}", "kind", kind == NATT_KIND_NITROTPM ? "nitrotpm" : "enclave",
                     "time_mode", "now", "max_age_ms", (json_int_t)maker->max_age_ms, "nonce", nonce, "flags",
                     "no-pcr-policy");
}

static void begin(struct natt_case *c, struct natt_maker *maker, const struct natt_row *v, json_t *root_table)
{
    memset(c, 0, sizeof *c);
    c->maker = maker;
    c->vector = v;
    c->offset = NATT_NO_OFFSET;
    c->now_ms = c->clock_ms = maker->options.now_ms;
    c->options = first_options(maker, v);
    c->roots = json_array();
    c->root_table = root_table;
    if (c->options == NULL || c->roots == NULL)
        natt_case_fail(c, "out of memory");
}

static void plan(struct natt_case *c)
{
    natt_emulator_error err = {.message = "too many issuers"};
    natt_issue_request request = c->maker->request;
    request.debug = request.debug || c->vector->base.debug;
    request.definite = request.definite || c->vector->base.definite;
    c->issuer = natt_issuer_of(c->maker, &c->vector->base, &err);
    if (c->issuer == NULL || !natt_issuer_plan(c->issuer, &c->plan, &request, &err))
        natt_case_fail(c, "cannot plan the document: %s", err.message);
}

bool natt_case_build(struct natt_case *c)
{
    natt_emulator_error err;
    if (c->fault[0] == '\0' && !natt_issuer_build(c->issuer, c->bytes, sizeof c->bytes, &c->len, &c->plan, &err))
        natt_case_fail(c, "cannot build the document: %s", err.message);
    return c->fault[0] == '\0';
}

static void default_root(struct natt_case *c)
{
    if (json_array_size(c->roots) != 0)
        return;
    if (c->vector->genuine.file != NULL)
        natt_case_root(c, "aws-root-g1", natt_root_aws());
    else
        natt_case_root(c, c->vector->base.plain ? "test-plain" : "test", natt_issuer_root(c->issuer));
}

void natt_case_built(struct natt_case *c)
{
    bool done = c->vector->genuine.file != NULL ? c->fault[0] == '\0' : natt_case_build(c);
    if (done && !c->built && !c->vector->accept)
        c->offset = natt_anchor_offset(c, &c->vector->at);
    c->built = true;
}

bool natt_case_make(struct natt_case *c, struct natt_maker *maker, const struct natt_row *v, json_t *root_table)
{
    begin(c, maker, v, root_table);
    if (v->genuine.file == NULL)
        plan(c);
    for (const struct natt_step *s = v->steps; s->apply != NULL && c->fault[0] == '\0'; s++)
        s->apply(c, s);
    if (!c->built)
        natt_case_built(c);
    if (c->fault[0] == '\0')
        default_root(c);
    return c->fault[0] == '\0';
}

void natt_case_free(struct natt_case *c)
{
    natt_plan_free(&c->plan);
    json_decref(c->options);
    json_decref(c->roots);
}

natt_bytes natt_case_hex(struct natt_case *c, const char *words)
{
    natt_bytes out = natt_plan_string(&c->plan, "");
    char copy[512];
    if (snprintf(copy, sizeof copy, "%s", words) >= (int)sizeof copy)
        natt_case_fail(c, "more than %zu digits", sizeof copy - 1);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        char *star = strchr(word, '*');
        if (star != NULL)
            *star = '\0';
        natt_bytes unit = natt_plan_hex(&c->plan, word);
        size_t times = star != NULL ? strtoul(star + 1, NULL, 10) : 1;
        out = natt_plan_join(&c->plan, out, natt_plan_repeat(&c->plan, unit, times));
    }
    return out;
}

natt_bytes natt_case_value(struct natt_case *c, const struct natt_step *s)
{
    return s->value != NULL ? natt_case_hex(c, s->value) : natt_plan_cbor_zeros(&c->plan, (size_t)s->m);
}

void *natt_case_member(struct natt_case *c, const struct natt_step *s)
{
    return (uint8_t *)&c->plan + s->m;
}
