/*
 * Random options for the model. First everything is drawn so that the document is accepted, at limits as often as
 * inside them; then about half of the sets are spoilt in one or two fields. The model determines the result.
 */
#include "model_draw.h"

#include <string.h>

#define HOUR UINT64_C(3600000)

static uint64_t state = UINT64_C(0x6d6f64656c2d7631);

/* splitmix64 */
uint64_t model_pick_ms(uint64_t n)
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % n;
}

size_t model_pick(size_t n)
{
    return (size_t)model_pick_ms(n);
}

bool model_chance(unsigned percent)
{
    return model_pick(100) < percent;
}

natt_bytes model_copy(uint8_t *room, natt_bytes of)
{
    if (of.len > 0)
        memcpy(room, of.ptr, of.len);
    return (natt_bytes){room, of.len};
}

/* ---- time ---- */

/* Milliseconds between the timestamp and now, around every limit. */
static int64_t draw_delta(const struct model_document *d)
{
    const struct model_certificate *c = &d->certificates[model_pick(d->certificate_count)];
    int64_t t = (int64_t)d->timestamp_ms, off = (int64_t)model_pick(5) - 2;
    switch (model_pick(10)) {
    case 0:
    case 1:
    case 2:
        return 0;
    case 3:
        return (int64_t)model_pick(7) - 3;
    case 4:
    case 5:
        return (int64_t)model_pick_ms(600000);
    case 6:
        return -(int64_t)model_pick_ms(HOUR);
    case 7:
        return (c->not_after + 1) * 1000 - t + off;
    case 8:
        return c->not_before * 1000 - t + off;
    default:
        return (int64_t)model_pick_ms(9 * HOUR / 4);
    }
}

static uint64_t at_least(int64_t needed)
{
    uint64_t least = needed > 0 ? (uint64_t)needed : 0, room = least < HOUR ? HOUR - least : 0;
    uint64_t more = model_chance(40) ? 0 : model_chance(50) ? 1 : model_pick_ms(room + 1);
    uint64_t drawn = least + more;
    return drawn < HOUR ? drawn : HOUR;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Leeways that let every certificate pass, if an hour is enough. */
static void draw_leeways(natt_options *o, const struct model_document *d, bool at_now)
{
    int64_t t = (int64_t)d->timestamp_ms, now = (int64_t)o->now_ms, before = 0, after = 0;
    int64_t first = at_now && now < t ? now : t, last = at_now && now > t ? now : t;
    for (size_t i = 0; i < d->certificate_count; i++) {
        before = larger(before, d->certificates[i].not_before * 1000 - first);
        after = larger(after, last - (d->certificates[i].not_after + 1) * 1000 + 1);
    }
    o->not_before_leeway_ms = at_least(before);
    o->not_after_leeway_ms = at_least(after);
}

static void draw_time(natt_options *o, const struct model_document *d)
{
    int64_t delta = draw_delta(d);
    bool archive = model_chance(30);
    o->time_mode = archive ? NATT_TIME_ARCHIVE : NATT_TIME_NOW;
    o->now_ms = (uint64_t)((int64_t)d->timestamp_ms + delta);
    if (archive && model_chance(20))
        o->now_ms = NATT_MAX_TIME_MS;
    o->max_future_ms = at_least(-delta);
    o->max_age_ms = archive ? NATT_UNSET_MS : model_chance(20) ? NATT_UNLIMITED_MS : at_least(delta);
    if (!archive && o->max_age_ms != NATT_UNLIMITED_MS && (int64_t)o->max_age_ms < delta)
        o->max_age_ms = (uint64_t)delta;
    draw_leeways(o, d, !archive);
}

/* ---- roots, deny list, limits, flags ---- */

/* The document's root is one of up to three, at a random position. */
static void draw_roots(struct model_set *s)
{
    const struct model_document *others = model_documents();
    size_t count = 1 + model_pick(3), own = model_pick(count);
    for (size_t i = 0; i < count; i++)
        s->roots[i] =
            model_chance(50) ? natt_root_aws() : model_root_of(MODEL_ROOT_GOOD, &others[model_pick(MODEL_DOCUMENTS)]);
    s->roots[own] = model_root_of(MODEL_ROOT_GOOD, s->doc);
    s->opt.roots = s->roots;
    s->opt.root_count = count;
}

/* An entry that matches no certificate, but almost: a different serial, the right one of a different issuer, other
 * digests. */
void model_draw_harmless_entry(struct model_set *s, size_t at)
{
    const struct model_certificate *c = &s->doc->certificates[model_pick(s->doc->certificate_count)];
    natt_deny_entry *e = &s->deny[at];
    uint8_t *bytes = s->deny_bytes[at];
    unsigned type = (unsigned)model_pick(4);
    *e = (natt_deny_entry){NATT_DENY_SERIAL, {NULL, 0}, {bytes, 0}};
    if (type <= 1) {
        e->value = model_copy(bytes, (natt_bytes){c->serial, sizeof c->serial});
        if (type == 0)
            bytes[model_pick(3)] ^= 0x20;
        else
            e->issuer = (natt_bytes){(const uint8_t *)"\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01\x5a", 14};
        return;
    }
    e->type = type == 2 ? NATT_DENY_CERTIFICATE_SHA256 : NATT_DENY_SPKI_SHA256;
    e->value = model_copy(bytes, (natt_bytes){type == 2 ? c->sha256 : c->spki_sha256, 32});
    bytes[model_pick(32)] ^= (uint8_t)(1u << model_pick(8));
}

static void draw_deny(struct model_set *s)
{
    size_t count = model_chance(50) ? 0 : 1 + model_pick(5);
    for (size_t i = 0; i < count; i++)
        model_draw_harmless_entry(s, i);
    s->opt.deny = count > 0 ? s->deny : NULL;
    s->opt.deny_count = count;
}

static void draw_limits(natt_options *o, const struct model_document *d)
{
    size_t most = larger((int64_t)d->user_data.len, (int64_t)d->nonce.len) > (int64_t)d->public_key.len
                      ? (size_t)larger((int64_t)d->user_data.len, (int64_t)d->nonce.len)
                      : d->public_key.len;
    bool empty_key = d->public_key.ptr != NULL && d->public_key.len == 0;
    unsigned strictest = most > 1024 ? 0 : most > 512 || empty_key ? 1 : 2;
    o->limits = (natt_limits)model_pick(strictest + 1);
}

static void draw_flags(natt_options *o, const struct model_document *d)
{
    o->flags = 0;
    o->flags |= d->debug || model_chance(20) ? NATT_ALLOW_DEBUG : 0;
    o->flags |= d->unknown_fields > 0 || model_chance(20) ? NATT_ALLOW_UNKNOWN_FIELDS : 0;
    o->flags |= model_chance(30) ? NATT_ALLOW_WEAK_POLICY : 0;
    o->flags |= model_chance(30) ? NATT_INSECURE_NO_PCR_POLICY : 0;
    o->flags |= d->region != NULL && model_chance(40) ? NATT_REQUIRE_MODULE_BINDING : 0;
}

/* ---- the fields of an item ---- */

static natt_expectation draw_expectation(uint8_t *room, natt_bytes own)
{
    if (model_chance(40))
        return (natt_expectation){NATT_EXPECT_ANY, {NULL, 0}};
    if (own.ptr == NULL)
        return (natt_expectation){NATT_EXPECT_ABSENT, {NULL, 0}};
    return (natt_expectation){NATT_EXPECT_EXACT, model_copy(room, own)};
}

static natt_bytes draw_text(uint8_t *room, const char *own)
{
    if (own == NULL || model_chance(50))
        return (natt_bytes){NULL, 0};
    return model_copy(room, (natt_bytes){(const uint8_t *)own, strlen(own)});
}

static natt_pcr_value own_pin(const struct model_set *s, uint32_t index)
{
    return (natt_pcr_value){index, {s->doc->pcrs[index], NATT_PCR_LEN}};
}

/* PCRs that identify the document, as its kind requires, then others of its PCRs and alternatives. */
static void draw_matching_set(struct model_set *s, size_t at)
{
    static const uint8_t other[NATT_PCR_LEN] = {9, 9, 9};
    natt_pcr_value *pins = s->pins[at];
    bool tpm = s->doc->kind == NATT_KIND_NITROTPM, pair = model_chance(50);
    size_t n = 0;
    pins[n++] = own_pin(s, tpm ? (pair ? 4 : 7) : pair && !s->doc->debug ? 1 : 8);
    if (pair && (tpm || !s->doc->debug))
        pins[n++] = own_pin(s, tpm ? 12 : 2);
    for (size_t more = model_pick(4); more > 0; more--)
        pins[n++] = own_pin(s, (uint32_t)model_pick(tpm ? 24 : 16));
    if (model_chance(30)) {
        pins[n] = pins[model_pick(n)];
        pins[n++].value.ptr = other;
    }
    s->sets[at] = (natt_pcr_set){"drawn", pins, n};
}

/* A different image: one value differs, or the document lacks a PCR. */
static void draw_other_set(struct model_set *s, size_t at)
{
    static const uint8_t other[NATT_PCR_LEN] = {7, 7, 7};
    draw_matching_set(s, at);
    natt_pcr_value *pins = s->pins[at];
    if (model_chance(30))
        pins[s->sets[at].pcr_count++] = (natt_pcr_value){31, {other, NATT_PCR_LEN}};
    for (size_t i = 0; i < s->sets[at].pcr_count; i++)
        pins[i].value.ptr = pins[i].index == pins[0].index ? other : pins[i].value.ptr;
}

static void draw_policy(struct model_set *s)
{
    size_t count = 1 + model_pick(3), match = model_pick(count);
    s->opt.policy = NULL;
    if ((s->opt.flags & NATT_INSECURE_NO_PCR_POLICY) != 0)
        return;
    for (size_t i = 0; i < count; i++)
        (i == match ? draw_matching_set : draw_other_set)(s, i);
    s->policy = (natt_policy)NATT_POLICY_INIT;
    s->policy.sets = s->sets;
    s->policy.set_count = count;
    s->policy.flags = model_chance(30) ? NATT_POLICY_ALLOW_DEBUG : 0;
    s->opt.policy = &s->policy;
}

static void draw_item_fields(struct model_set *s)
{
    natt_options *o = &s->opt;
    bool exact = s->doc->nonce.len > 0 && model_chance(60);
    o->nonce_mode = exact ? NATT_NONCE_EXACT : NATT_NONCE_NOT_USED;
    o->nonce = exact ? model_copy(s->nonce, s->doc->nonce) : (natt_bytes){NULL, 0};
    o->user_data = draw_expectation(s->user_data, s->doc->user_data);
    o->public_key = draw_expectation(s->public_key, s->doc->public_key);
    o->module_id = draw_text(s->module_id, s->doc->module_id);
    draw_policy(s);
}

void model_draw(struct model_set *s, const struct model_document *doc)
{
    s->doc = doc;
    s->opt = (natt_options)NATT_OPTIONS_INIT;
    s->opt.kind = doc->kind;
    draw_time(&s->opt, doc);
    draw_roots(s);
    draw_deny(s);
    draw_limits(&s->opt, doc);
    draw_flags(&s->opt, doc);
    s->opt.region = draw_text(s->region, doc->region);
    draw_item_fields(s);
    if (model_chance(60))
        s->opt.required_checks = model_performed(&s->opt) & (uint32_t)model_pick(1u << 14);
    for (size_t times = model_pick(100); times >= 45; times -= 45)
        model_spoil(s, false);
}

void model_draw_item(struct model_set *s, const struct model_document *doc, const natt_options *shared)
{
    s->doc = doc;
    s->opt = *shared;
    draw_item_fields(s);
    if (model_chance(30))
        model_spoil(s, true);
}
