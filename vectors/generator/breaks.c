/* See breaks.h. */
#include "vectors/generator/breaks.h"

#include "vectors/generator/steps.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- what a row requires of the verifier ---- */

static bool any_step(const struct natt_row *v, bool (*is_so)(const struct natt_step *s))
{
    for (const struct natt_step *s = v->steps; s->apply != NULL; s++)
        if (is_so(s))
            return true;
    return false;
}

/* Limits of age and allow flags only make a verifier accept more. */
static bool restricts(const struct natt_step *s)
{
    static natt_step_fn *const list[] = {natt_step_at,  natt_step_at_ms,         natt_step_archive, natt_step_expect,
                                         natt_step_pin, natt_step_own_module_id, natt_step_roots,   natt_step_deny};
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
        if (s->apply == list[i])
            return true;
    return (s->apply == natt_step_option && strcmp(s->name, "max_age_ms") != 0) ||
           (s->apply == natt_step_flag && strncmp(s->name, "require-", 8) == 0);
}

static bool counts_seconds(const struct natt_step *s)
{
    return s->apply == natt_step_valid;
}

static uint32_t own_fields(const struct natt_row *v)
{
    static const natt_field fields[] = {NATT_FIELD_PUBLIC_KEY, NATT_FIELD_USER_DATA, NATT_FIELD_NONCE};
    uint32_t own = 0;
    for (const struct natt_step *s = v->steps; s->apply != NULL; s++)
        for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++)
            if ((s->apply == natt_step_option || s->apply == natt_step_expect) &&
                strcmp(s->name, natt_field_name(fields[f])) == 0)
                own |= 1u << fields[f];
    return own;
}

/* ---- which rows are breaks ---- */

static const char *unaskable(const struct natt_step *s)
{
    if (s->apply == natt_step_expect && s->n == ABSENT)
        return "requires an option that nitro-attest verify does not have: a field must be absent";
    if (s->apply == natt_step_number && strstr(s->name, "_leeway_ms") != NULL)
        return "requires an option that nitro-attest verify does not have: a leeway at only one end of the validity";
    if (s->apply == natt_step_replace)
        return "is text, and nitro-attest verify would decode it first";
    return NULL;
}

static const char *why_no_break(const struct natt_row *v)
{
    if (v->genuine.file != NULL)
        return "is signed by AWS and cannot be created here";
    if (v->code == NATT_E_USAGE_ROOT_CA)
        return "has a root that cannot issue certificates: nitro-attest verify refuses the root, not the document";
    if (v->accept)
        return "is a valid document, which a verifier must accept";
    for (const struct natt_step *s = v->steps; s->apply != NULL; s++)
        if (unaskable(s) != NULL)
            return unaskable(s);
    return NULL;
}

/* The next row; all zero before the first. */
struct place {
    size_t group, row;
};

static const struct natt_row *next_row(struct place *at)
{
    for (; natt_vector_groups[at->group] != NULL; at->group++, at->row = 0)
        if (at->row < natt_vector_groups[at->group]->count)
            return &natt_vector_groups[at->group]->rows[at->row++];
    return NULL;
}

static natt_break break_of(const struct natt_row *v)
{
    return (natt_break){.id = v->id,
                        .class_name = v->class_name,
                        .severity = v->severity,
                        .text = v->description,
                        .differ = natt_row_policy(v),
                        .code = v->code,
                        .kind = v->base.kind,
                        .asked = any_step(v, restricts),
                        .whole_second = any_step(v, counts_seconds),
                        .own_fields = own_fields(v),
                        .row = v};
}

bool natt_break_at(natt_break *out, size_t index)
{
    const struct natt_row *v;
    struct place at = {0};
    while ((v = next_row(&at)) != NULL)
        if (why_no_break(v) == NULL && index-- == 0) {
            *out = break_of(v);
            return true;
        }
    return false;
}

/* ---- by name ---- */

bool natt_break_named(const natt_break *b, const char *name)
{
    return name == NULL || strcasecmp(b->id, name) == 0 || strcasecmp(natt_code_name(b->code), name) == 0 ||
           strcasecmp(natt_code_rule(b->code), name) == 0;
}

/* The lower, the better the example of its rule. An exact id is best. */
static unsigned rank(const natt_break *b, const char *name)
{
    if (b->row->clearest || strcasecmp(b->id, name) == 0)
        return 0;
    bool own_base = b->row->base.kind != NATT_KIND_OTHER || b->row->base.bundle != 0;
    return 1 + (b->asked ? 4u : 0) + (b->differ != NULL ? 2u : 0) + (own_base ? 1u : 0);
}

bool natt_break_find(natt_break *out, const char *name)
{
    const struct natt_row *v;
    struct place at = {0};
    bool found = false;
    while ((v = next_row(&at)) != NULL) {
        natt_break b = break_of(v);
        if (natt_break_named(&b, name) && why_no_break(v) == NULL && (!found || rank(&b, name) < rank(out, name))) {
            *out = b;
            found = true;
        }
    }
    return found;
}

#define CODE_NUMBER(name, number, item, rule, text, remedy) name,
static const natt_code codes[] = {NATT_CODE_LIST(CODE_NUMBER)};
#undef CODE_NUMBER

const char *natt_break_why_not(const char *name)
{
    const struct natt_row *v;
    struct place at = {0};
    while ((v = next_row(&at)) != NULL)
        if (strcasecmp(v->id, name) == 0)
            return why_no_break(v);
    for (size_t i = 0; name[0] != '\0' && i < sizeof codes / sizeof codes[0]; i++)
        if (strcasecmp(natt_code_name(codes[i]), name) == 0 || strcasecmp(natt_code_rule(codes[i]), name) == 0)
            return "does not depend on the document, so no document can break it";
    return NULL;
}

/* ---- creation ---- */

static bool can_plan(struct natt_maker *maker, natt_emulator_error *err)
{
    static const struct natt_base own = {0};
    natt_issue_plan plan = {0};
    natt_issuer *issuer = natt_issuer_of(maker, &own, err);
    bool can = issuer != NULL && natt_issuer_plan(issuer, &plan, &maker->request, err);
    natt_plan_free(&plan);
    return can;
}

struct natt_maker *natt_maker_new(const natt_issuer_options *options, const natt_issue_request *request,
                                  uint64_t max_age_ms, natt_emulator_error *err)
{
    struct natt_maker *maker = calloc(1, sizeof *maker);
    *err = (natt_emulator_error){.code = NATT_EMULATOR_E_MEMORY, .message = "out of memory"};
    if (maker == NULL)
        return NULL;
    maker->options = *options;
    maker->request = *request;
    maker->max_age_ms = max_age_ms;
    if (can_plan(maker, err))
        return maker;
    natt_maker_free(maker);
    return NULL;
}

void natt_maker_free(struct natt_maker *maker)
{
    if (maker != NULL)
        natt_issuers_free(maker);
    free(maker);
}

static void leave_out(natt_issue_request *request, uint32_t fields)
{
    static const natt_bytes absent = {NULL, 0};
    if ((fields & 1u << NATT_FIELD_PUBLIC_KEY) != 0)
        request->public_key = absent;
    if ((fields & 1u << NATT_FIELD_USER_DATA) != 0)
        request->user_data = absent;
    if ((fields & 1u << NATT_FIELD_NONCE) != 0)
        request->nonce = absent;
}

static json_t *trusted(const struct natt_case *c)
{
    json_t *out = json_array(), *name;
    size_t i;
    json_array_foreach(c->roots, i, name)
        json_array_append(out, json_object_get(c->root_table, json_string_value(name)));
    return out;
}

static void fill(natt_broken *out, struct natt_case *c)
{
    out->document = (natt_bytes){c->bytes, c->len};
    out->root = natt_issuer_root(c->issuer);
    out->options = c->options;
    out->roots = trusted(c);
    out->now_ms = c->now_ms;
}

bool natt_broken_make(natt_broken *out, struct natt_maker *maker, const natt_break *b)
{
    memset(out, 0, sizeof *out);
    out->fault = "out of memory";
    out->c = calloc(1, sizeof *out->c);
    json_t *root_table = json_object();
    if (out->c == NULL || root_table == NULL) {
        json_decref(root_table);
        return false;
    }
    natt_issue_request request = maker->request;
    leave_out(&maker->request, b->own_fields);
    bool made = natt_case_make(out->c, maker, b->row, root_table);
    maker->request = request;
    if (made)
        fill(out, out->c);
    out->fault = out->c->fault;
    json_decref(root_table);
    return made;
}

void natt_broken_free(natt_broken *broken)
{
    json_decref(broken->roots);
    if (broken->c != NULL)
        natt_case_free(broken->c);
    free(broken->c);
    memset(broken, 0, sizeof *broken);
}
