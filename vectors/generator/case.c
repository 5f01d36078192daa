/*
 * Makes one vector: a plan from an issuer with a fixed seed, the row's steps, the document, the row's later steps.
 */
#include "vectors/generator/vector.h"

#include "nitro_attest/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SEED        "nitro-attest vectors, version 1"
#define MAX_ISSUERS 32

static struct {
    struct natt_base base;
    natt_issuer *issuer;
} issuers[MAX_ISSUERS];

static bool same_issuer(const struct natt_base *a, const struct natt_base *b)
{
    return a->kind == b->kind && a->bundle == b->bundle && a->plain == b->plain &&
           strcmp(a->other != NULL ? a->other : SEED, b->other != NULL ? b->other : SEED) == 0;
}

static natt_issuer *new_issuer(const struct natt_base *base)
{
    natt_issuer_options options = NATT_ISSUER_OPTIONS_INIT;
    const char *seed = base->other != NULL ? base->other : SEED;
    options.seed = (natt_bytes){(const uint8_t *)seed, strlen(seed)};
    options.now_ms = NATT_VECTOR_NOW_MS;
    options.suffix = base->plain ? NULL : "aws";
    options.kind = base->kind == NATT_KIND_NITROTPM ? NATT_KIND_NITROTPM : NATT_KIND_ENCLAVE;
    options.bundle_count = base->bundle;
    options.role_arn = "arn:aws:iam::123456789012:role/test";
    return natt_issuer_new(&options, NULL);
}

/* Keys cost time: an issuer is made once. */
natt_issuer *natt_issuer_of(const struct natt_base *base)
{
    size_t i = 0;
    for (; i < MAX_ISSUERS && issuers[i].issuer != NULL; i++)
        if (same_issuer(&issuers[i].base, base))
            return issuers[i].issuer;
    if (i == MAX_ISSUERS)
        return NULL;
    issuers[i].base = *base;
    issuers[i].issuer = new_issuer(base);
    return issuers[i].issuer;
}

void natt_issuers_free(void)
{
    for (size_t i = 0; i < MAX_ISSUERS; i++) {
        natt_issuer_free(issuers[i].issuer);
        issuers[i].issuer = NULL;
    }
}

/* The first fault is kept. */
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
    char *text = natt_base64(der);
    const char *known = json_string_value(json_object_get(c->root_table, name));
    if (text == NULL || json_array_append_new(c->roots, json_string(name)) != 0)
        natt_case_fail(c, "out of memory");
    else if (known != NULL && strcmp(known, text) != 0)
        natt_case_fail(c, "two roots are called %s", name);
    else if (known == NULL && json_object_set_new(c->root_table, name, json_string(text)) != 0)
        natt_case_fail(c, "out of memory");
    free(text);
}

static json_t *first_options(const struct natt_vector *v)
{
    return json_pack("{s:s, s:s, s:i, s:[s]}", "kind", v->base.kind == NATT_KIND_NITROTPM ? "nitrotpm" : "enclave",
                     "time_mode", "now", "max_age_ms", 0, "flags", "no-pcr-policy");
}

static void begin(struct natt_case *c, const struct natt_vector *v, json_t *root_table)
{
    memset(c, 0, sizeof *c);
    c->vector = v;
    c->now_ms = NATT_VECTOR_NOW_MS;
    c->options = first_options(v);
    c->roots = json_array();
    c->root_table = root_table;
    if (c->options == NULL || c->roots == NULL)
        natt_case_fail(c, "out of memory");
}

static void plan(struct natt_case *c)
{
    natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    request.debug = c->vector->base.debug;
    request.definite = c->vector->base.definite;
    c->issuer = natt_issuer_of(&c->vector->base);
    if (c->issuer == NULL || !natt_issuer_plan(c->issuer, &c->plan, &request, NULL))
        natt_case_fail(c, "there is no plan");
}

static void apply(struct natt_case *c, const struct natt_step *steps, size_t count)
{
    for (size_t i = 0; i < count && steps[i].apply != NULL && c->fault[0] == '\0'; i++)
        steps[i].apply(c, &steps[i]);
}

static void build(struct natt_case *c)
{
    natt_error err;
    if (c->fault[0] == '\0' && !natt_issuer_build(c->issuer, c->bytes, sizeof c->bytes, &c->len, &c->plan, &err))
        natt_case_fail(c, "the plan does not build: %s", err.message);
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

bool natt_case_make(struct natt_case *c, const struct natt_vector *v, json_t *root_table, size_t *offset)
{
    begin(c, v, root_table);
    if (v->genuine.file == NULL)
        plan(c);
    apply(c, v->steps, NATT_VECTOR_STEPS);
    if (v->genuine.file == NULL)
        build(c);
    if (c->fault[0] == '\0')
        *offset = natt_anchor_offset(c, &v->at);
    apply(c, v->after, NATT_VECTOR_AFTER);
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
