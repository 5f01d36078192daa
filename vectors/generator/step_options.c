/*
 * Edits of the options of the verifier, and of the built bytes.
 */
#include "vectors/generator/steps.h"

#include "nitro_attest/verify.h"
#include "vectors/loader/loader.h"

#include <stdlib.h>
#include <string.h>

static void put(struct natt_case *c, const char *key, json_t *value)
{
    if (json_object_set_new(c->options, key, value) != 0)
        natt_case_fail(c, "out of memory");
}

static void append(struct natt_case *c, json_t *list, json_t *value)
{
    if (json_array_append_new(list, value) != 0)
        natt_case_fail(c, "out of memory");
}

/* The member of an object. If it does not exist, `value` becomes it. */
static json_t *member(struct natt_case *c, json_t *object, const char *key, json_t *value)
{
    json_t *old = json_object_get(object, key);
    if (old != NULL)
        json_decref(value);
    else if (json_object_set_new(object, key, value) != 0)
        natt_case_fail(c, "out of memory");
    return json_object_get(object, key);
}

static json_t *hex(natt_bytes in)
{
    char text[2 * NATT_MAX_CERTIFICATE + 1] = "";
    if (in.len <= NATT_MAX_CERTIFICATE)
        natt_vectors_hex_text(text, in);
    return json_string(text);
}

static json_t *expectation(const struct natt_step *s)
{
    return s->n == EXACT ? json_pack("{s:s, s:s}", "mode", "exact", "value", s->value)
                         : json_pack("{s:s}", "mode", "absent");
}

/* Archive mode has no age. */
EDIT(archive, put(c, "time_mode", json_string("archive")), json_object_del(c->options, "max_age_ms"))
EDIT(any_nonce, json_object_del(c->options, "nonce"))
EDIT(at, c->now_ms = (uint64_t)((int64_t)c->clock_ms + s->n))
EDIT(at_ms, c->now_ms = (uint64_t)s->n)
EDIT(option, put(c, s->name, json_string(s->value)))
EDIT(number, put(c, s->name, json_integer(s->n)))
EDIT(flag, append(c, json_object_get(c->options, "flags"), json_string(s->name)))
EDIT(expect, put(c, s->name, expectation(s)))
EDIT(own_module_id,
     put(c, "module_id",
         json_stringn(natt_issuer_module_id(c->issuer), strlen(natt_issuer_module_id(c->issuer)) - (size_t)s->n)))

/* ---- PCR policy: one set after another, in the order of their first pin ---- */

static json_t *policy_sets(struct natt_case *c)
{
    if (json_object_get(c->options, "pcr_policy") == NULL)
        json_array_remove(json_object_get(c->options, "flags"), 0); /* no-pcr-policy */
    json_t *policy = member(c, c->options, "pcr_policy", json_pack("{s:i, s:[]}", "version", 1, "sets"));
    return json_object_get(policy, "sets");
}

static json_t *set_pcrs(struct natt_case *c, const char *name)
{
    json_t *sets = policy_sets(c), *set;
    size_t i;
    json_array_foreach(sets, i, set)
    {
        if (strcmp(json_string_value(json_object_get(set, "name")), name) == 0)
            return json_object_get(set, "pcrs");
    }
    append(c, sets, json_pack("{s:s, s:{}}", "name", name, "pcrs"));
    return json_object_get(json_array_get(sets, json_array_size(sets) - 1), "pcrs");
}

/* "same" is the value in the plan, "other" has its last bit changed, "zero" is zero. */
static bool pin_value(struct natt_case *c, const struct natt_step *s, uint8_t out[NATT_PCR_LEN])
{
    natt_plan_entry *entry = natt_plan_pcr(&c->plan, (uint32_t)s->n);
    memset(out, 0, NATT_PCR_LEN);
    if (strcmp(s->value, "zero") == 0)
        return true;
    if (entry == NULL || entry->value.len != NATT_PCR_LEN + 2)
        return false;
    memcpy(out, entry->value.ptr + 2, NATT_PCR_LEN);
    out[NATT_PCR_LEN - 1] ^= strcmp(s->value, "other") == 0 ? 1 : 0;
    return true;
}

void natt_step_pin(struct natt_case *c, const struct natt_step *s)
{
    uint8_t value[NATT_PCR_LEN];
    char index[24];
    if (!pin_value(c, s, value)) {
        natt_case_fail(c, "the document does not have this PCR");
        return;
    }
    snprintf(index, sizeof index, "%d", (int)s->n);
    append(c, member(c, set_pcrs(c, s->name), index, json_array()), hex((natt_bytes){value, sizeof value}));
}

/* ---- roots: words of `value` ---- */

static void add_root(struct natt_case *c, const char *name)
{
    struct natt_base other = c->vector->base;
    other.other = "nitro-attest vectors, another issuer";
    natt_issuer *issuer = strcmp(name, "other") == 0 ? natt_issuer_of(c->maker, &other, NULL) : NULL;
    if (strcmp(name, "test") == 0)
        natt_case_root(c, name, natt_issuer_root(c->issuer));
    else if (issuer != NULL)
        natt_case_root(c, name, natt_issuer_root(issuer));
    else if (strcmp(name, "aws-root-g1") == 0)
        natt_case_root(c, name, natt_root_aws());
    else
        natt_case_fail(c, "unknown root %s", name);
}

void natt_step_roots(struct natt_case *c, const struct natt_step *s)
{
    char words[100];
    snprintf(words, sizeof words, "%s", s->value);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " "))
        add_root(c, word);
}

/* ---- built bytes ---- */

static size_t place_of(struct natt_case *c, const struct natt_step *s)
{
    size_t at = natt_anchor_offset(c, &s->at);
    if (at < c->len)
        return at;
    natt_case_fail(c, "the place of a later step is not in the document");
    return 0;
}

EDIT(cut, c->len = place_of(c, s))
EDIT(flip, c->bytes[place_of(c, s)] ^= (uint8_t)s->n)

void natt_step_replace(struct natt_case *c, const struct natt_step *s)
{
    natt_bytes bytes = natt_case_hex(c, s->value);
    memcpy(c->bytes, bytes.ptr, bytes.len);
    c->len = bytes.len;
}

static void grow(struct natt_case *c, size_t len, const uint8_t *bytes)
{
    if (len > sizeof c->bytes - c->len)
        natt_case_fail(c, "the document is too large for this step");
    else if (bytes != NULL)
        memcpy(c->bytes + c->len, bytes, len);
    else
        memset(c->bytes + c->len, 0, len);
    c->len += c->fault[0] == '\0' ? len : 0;
}

EDIT(pad_to, grow(c, (size_t)s->n - c->len, NULL))
EDIT(twice, grow(c, c->len, c->bytes))

void natt_step_own_root(struct natt_case *c, const struct natt_step *s)
{
    char name[100];
    (void)s;
    snprintf(name, sizeof name, "root-of-%s", c->vector->id);
    natt_case_root(c, name, natt_issuer_certificate(c->issuer, 0));
}

/* ---- the deny list ---- */

static void add_denied(struct natt_case *c, const char *type, natt_bytes issuer, natt_bytes value)
{
    json_t *entry = json_pack("{s:s}", "type", type);
    if (issuer.ptr != NULL)
        json_object_set_new(entry, "issuer", hex(issuer));
    json_object_set_new(entry, "value", hex(value));
    append(c, member(c, c->options, "deny", json_array()), entry);
}

static void deny_serial(struct natt_case *c, const natt_plan_certificate *cert, const char *how)
{
    natt_bytes serial = {cert->serial.ptr + 2, cert->serial.len - 2}, issuer = {NULL, 0};
    if (strcmp(how, "padded") == 0)
        serial = natt_plan_join(&c->plan, natt_case_hex(c, "000000"), serial);
    if (strcmp(how, "other") == 0)
        serial = natt_plan_flip(&c->plan, serial, serial.len * 8 - 1);
    if (strcmp(how, "issuer") == 0)
        issuer = cert->issuer;
    if (strcmp(how, "wrong-issuer") == 0)
        issuer = natt_plan_der_common_name(&c->plan, "somebody else");
    add_denied(c, "serial", issuer, serial);
}

static void deny_digest(struct natt_case *c, const struct natt_step *s, natt_bytes what)
{
    uint8_t digest[32];
    if (!natt_vectors_sha256(digest, what))
        natt_case_fail(c, "cannot compute SHA-256");
    digest[31] ^= strcmp(s->value, "other") == 0 ? 1 : 0;
    add_denied(c, s->name, (natt_bytes){NULL, 0}, (natt_bytes){digest, sizeof digest});
}

EDIT(built, natt_case_built(c))

void natt_step_deny(struct natt_case *c, const struct natt_step *s)
{
    const natt_plan_certificate *cert = &c->plan.certificates[s->n];
    if (strcmp(s->name, "serial") == 0)
        deny_serial(c, cert, s->value);
    else if (strcmp(s->name, "certificate-sha256") == 0)
        deny_digest(c, s, natt_issuer_certificate(c->issuer, (uint32_t)s->n));
    else
        deny_digest(c, s, cert->spki);
}
