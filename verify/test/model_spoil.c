/* Ways to spoil a set of options: each changes one field, most of them so that the document is refused. */
#include "model_draw.h"

#include <string.h>

#define HOUR UINT64_C(3600000)

static const uint8_t zeros[NATT_PCR_LEN],
    ones[NATT_PCR_LEN] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                          0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
/* PCR7 of every NitroTPM instance with Secure Boot off. */
static const uint8_t secure_boot_off[NATT_PCR_LEN] = {
    0x98, 0x44, 0x1c, 0x7f, 0x76, 0x25, 0xd1, 0x00, 0x58, 0xc4, 0x76, 0x83, 0xae, 0xc4, 0x86, 0xce,
    0x31, 0x1c, 0x63, 0x32, 0x35, 0xeb, 0x55, 0x55, 0x93, 0xa7, 0xee, 0x79, 0x11, 0x21, 0xe3, 0x57,
    0x8a, 0xe7, 0x2d, 0x04, 0xec, 0xef, 0x66, 0x1f, 0x27, 0x2d, 0x59, 0x05, 0x8b, 0x77, 0xaf, 0x35};

typedef void spoil_fn(struct model_set *s);

/* ---- shared: sizes, roots, kind ---- */

static void struct_size(struct model_set *s)
{
    s->opt.struct_size = model_chance(50) ? 0 : s->opt.struct_size + (model_chance(50) ? 8 : (size_t)-8);
}

static void no_roots(struct model_set *s)
{
    s->opt.root_count = model_chance(50) ? 0 : s->opt.root_count;
    s->opt.roots = s->opt.root_count == 0 ? s->opt.roots : NULL;
}

static void bad_root(struct model_set *s)
{
    enum model_root how = model_chance(50) ? MODEL_ROOT_UNREADABLE : MODEL_ROOT_NO_CA;
    s->roots[model_pick(s->opt.root_count > 0 ? s->opt.root_count : 1)] = model_root_of(how, s->doc);
}

/* All roots are valid, but none is the document's: AWS's, and that of the other seed. */
static void other_roots(struct model_set *s)
{
    const struct model_document *all = model_documents();
    for (size_t i = 0; i < 4; i++) {
        const struct model_document *other = &all[model_pick(MODEL_DOCUMENTS)];
        bool same = other->root_len == s->doc->root_len && memcmp(other->root, s->doc->root, other->root_len) == 0;
        s->roots[i] = same ? natt_root_aws() : model_root_of(MODEL_ROOT_GOOD, other);
    }
}

static void kind(struct model_set *s)
{
    static const int kinds[] = {NATT_KIND_OTHER, NATT_KIND_ENCLAVE, NATT_KIND_NITROTPM, 3};
    s->opt.kind = (natt_kind)kinds[model_pick(4)];
}

static void other_kind(struct model_set *s)
{
    s->opt.kind = s->opt.kind == NATT_KIND_ENCLAVE ? NATT_KIND_NITROTPM : NATT_KIND_ENCLAVE;
}

/* ---- shared: time ---- */

static void time_mode(struct model_set *s)
{
    s->opt.time_mode = (natt_time_mode)(model_chance(50) ? 0 : 3);
}

static void other_time_mode(struct model_set *s)
{
    s->opt.time_mode = s->opt.time_mode == NATT_TIME_NOW ? NATT_TIME_ARCHIVE : NATT_TIME_NOW;
}

static void now_out_of_range(struct model_set *s)
{
    static const uint64_t values[] = {0, NATT_MIN_TIME_MS - 1, NATT_MAX_TIME_MS + 1, NATT_UNSET_MS, UINT64_MAX};
    s->opt.now_ms = values[model_pick(5)];
}

static void now_at_the_ends(struct model_set *s)
{
    s->opt.now_ms = model_chance(50) ? NATT_MIN_TIME_MS : NATT_MAX_TIME_MS;
}

static void max_age_out_of_range(struct model_set *s)
{
    static const uint64_t values[] = {NATT_UNSET_MS, NATT_MAX_TIME_MS + 1, UINT64_MAX, NATT_UNLIMITED_MS - 3};
    s->opt.max_age_ms = s->opt.time_mode == NATT_TIME_ARCHIVE ? model_pick_ms(HOUR) : values[model_pick(4)];
}

static int64_t age_of(const struct model_set *s)
{
    return (int64_t)s->opt.now_ms - (int64_t)s->doc->timestamp_ms;
}

/* One millisecond too little, or none. */
static void too_old(struct model_set *s)
{
    if (age_of(s) <= 0)
        s->opt.now_ms = s->doc->timestamp_ms + 1 + model_pick(5000);
    if (s->opt.time_mode == NATT_TIME_NOW)
        s->opt.max_age_ms = (uint64_t)age_of(s) - 1 - model_pick_ms((uint64_t)age_of(s));
}

static void too_new(struct model_set *s)
{
    if (age_of(s) >= 0)
        s->opt.now_ms = s->doc->timestamp_ms - 1 - model_pick(5000);
    s->opt.max_future_ms = (uint64_t)-age_of(s) - 1 - model_pick_ms((uint64_t)-age_of(s));
}

static void leeway_out_of_range(struct model_set *s)
{
    uint64_t *const leeways[] = {&s->opt.max_future_ms, &s->opt.not_before_leeway_ms, &s->opt.not_after_leeway_ms};
    *leeways[model_pick(3)] = model_chance(50) ? HOUR + 1 : HOUR + 1 + model_pick_ms(UINT64_MAX / 2);
}

static void less_leeway(struct model_set *s)
{
    uint64_t *leeway = model_chance(50) ? &s->opt.not_before_leeway_ms : &s->opt.not_after_leeway_ms;
    *leeway -= *leeway > 0 ? 1 + model_pick_ms(*leeway) : 0;
}

/* A time at which a certificate is not yet or no longer valid, without leeway. */
static void at_the_edge(struct model_set *s)
{
    const struct model_certificate *c = &s->doc->certificates[model_pick(s->doc->certificate_count)];
    bool begins = model_chance(50);
    int64_t edge = begins ? c->not_before * 1000 : (c->not_after + 1) * 1000;
    s->opt.now_ms = (uint64_t)(edge + (int64_t)model_pick(3) - 1);
    s->opt.not_before_leeway_ms = s->opt.not_after_leeway_ms = model_chance(50) ? 0 : 1;
    s->opt.max_future_ms = HOUR;
    s->opt.max_age_ms = s->opt.time_mode == NATT_TIME_NOW ? NATT_UNLIMITED_MS : NATT_UNSET_MS;
}

/* ---- shared: region, limits, flags, deny list ---- */

static void region(struct model_set *s)
{
    static const char *const regions[] = {"eu-north-2", "eu-north-", "eu-north-11", "eu-north-1"};
    const char *text = regions[model_pick(4)];
    s->opt.region = model_copy(s->region, (natt_bytes){(const uint8_t *)text, strlen(text)});
}

static void region_unreadable(struct model_set *s)
{
    s->opt.region = model_chance(50) ? (natt_bytes){NULL, 4} : (natt_bytes){s->region, 0};
}

static void limits(struct model_set *s)
{
    s->opt.limits = (natt_limits)model_pick(4);
}

static void smallest_limits(struct model_set *s)
{
    s->opt.limits = NATT_LIMITS_AWS_512;
}

static void flag_unknown(struct model_set *s)
{
    s->opt.flags |= UINT32_C(1) << (5 + model_pick(27));
}

static void flag_turned(struct model_set *s)
{
    s->opt.flags ^= UINT32_C(1) << model_pick(5);
}

static void no_allowances(struct model_set *s)
{
    s->opt.flags &= ~(NATT_ALLOW_DEBUG | NATT_ALLOW_UNKNOWN_FIELDS);
}

/* Removes something that the document needs: an allowance, a leeway, or names that are not required. */
static void what_it_needs(struct model_set *s)
{
    no_allowances(s);
    s->opt.flags |= NATT_REQUIRE_MODULE_BINDING;
    s->opt.not_before_leeway_ms = s->opt.not_after_leeway_ms = model_chance(50) ? 0 : model_pick(3000);
}

/* A check that the options do not perform, or a bit that is not a check. */
static void check_not_made(struct model_set *s)
{
    s->opt.required_checks |= UINT32_C(1) << (model_chance(80) ? model_pick(14) : 14 + model_pick(18));
}

/* Adds one entry at a random place of the list. */
static size_t insert_entry(struct model_set *s)
{
    size_t at = model_pick(s->opt.deny_count + 1);
    if (s->opt.deny_count == 6 || (s->opt.deny == NULL && s->opt.deny_count > 0))
        return model_pick(6);
    for (size_t i = s->opt.deny_count; i > at; i--) {
        s->deny[i] = s->deny[i - 1];
        memcpy(s->deny_bytes[i], s->deny_bytes[i - 1], sizeof s->deny_bytes[i]);
        s->deny[i].value.ptr = s->deny_bytes[i];
    }
    s->opt.deny = s->deny;
    s->opt.deny_count++;
    return at;
}

/* The entry matches one of the document's certificates: by serial, with or without issuer and zeros, or by a digest. */
static void denied(struct model_set *s)
{
    const struct model_certificate *c = &s->doc->certificates[model_pick(s->doc->certificate_count)];
    size_t at = insert_entry(s), zeros_in_front = model_pick(3);
    natt_deny_entry *e = &s->deny[at];
    uint8_t *bytes = s->deny_bytes[at];
    const uint8_t *const digests[] = {c->sha256, c->twin_sha256, c->spki_sha256};
    size_t how = model_pick(5);
    *e = (natt_deny_entry){NATT_DENY_SERIAL, {NULL, 0}, {bytes, 3 + zeros_in_front}};
    memset(bytes, 0, sizeof s->deny_bytes[at]);
    if (how < 3) {
        e->type = how == 2 ? NATT_DENY_SPKI_SHA256 : NATT_DENY_CERTIFICATE_SHA256;
        e->value = model_copy(bytes, (natt_bytes){digests[how], 32});
        return;
    }
    memcpy(bytes + zeros_in_front, c->serial, 3);
    e->issuer = how == 3 ? (natt_bytes){NULL, 0} : (natt_bytes){c->issuer, c->issuer_len};
}

static void deny_unreadable(struct model_set *s)
{
    size_t at = insert_entry(s);
    natt_deny_entry *e = &s->deny[at];
    model_draw_harmless_entry(s, at);
    bool serial = e->type == NATT_DENY_SERIAL;
    switch (model_pick(6)) {
    case 0:
        e->type = model_chance(50) ? NATT_DENY_UNSET : (natt_deny_type)4;
        break;
    case 1:
        e->value.ptr = NULL;
        break;
    case 2:
        e->value.len = serial ? 0 : 31;
        break;
    case 3:
        memset(s->deny_bytes[at], serial ? 0 : 1, sizeof s->deny_bytes[at]);
        e->value.len = serial ? 20 : 33;
        break;
    case 4:
        memset(s->deny_bytes[at], 1, sizeof s->deny_bytes[at]);
        e->value.len = serial ? 21 : 48;
        break;
    default:
        e->issuer = (natt_bytes){(const uint8_t *)"\x31\x00", 2};
    }
}

static void deny_without_list(struct model_set *s)
{
    s->opt.deny = NULL;
    s->opt.deny_count = 1;
}

/* ---- the fields of an item ---- */

/* A different length, or a different byte. */
static natt_bytes changed(uint8_t *room, natt_bytes own)
{
    natt_bytes out = model_copy(room, own);
    if (own.len > 0 && model_chance(60))
        room[model_pick(own.len)] ^= (uint8_t)(1u << model_pick(8));
    else if (own.len > 0 && model_chance(50))
        out.len--;
    else
        room[out.len++] = 0;
    return out;
}

static void nonce(struct model_set *s)
{
    s->opt.nonce_mode = NATT_NONCE_EXACT;
    s->opt.nonce = changed(s->nonce, s->doc->nonce);
    s->opt.nonce.len += s->opt.nonce.len == 0 ? 1 : 0;
}

static void nonce_unreadable(struct model_set *s)
{
    static const uint8_t byte[] = {1};
    switch (model_pick(4)) {
    case 0:
        s->opt.nonce_mode = (natt_nonce_mode)(model_chance(50) ? 0 : 3);
        break;
    case 1:
        s->opt.nonce_mode = NATT_NONCE_EXACT;
        s->opt.nonce = (natt_bytes){s->nonce, 0};
        break;
    case 2:
        s->opt.nonce_mode = NATT_NONCE_EXACT;
        s->opt.nonce = (natt_bytes){NULL, 4};
        break;
    default:
        s->opt.nonce_mode = NATT_NONCE_NOT_USED;
        s->opt.nonce = (natt_bytes){byte, 1};
    }
}

static void spoil_expectation(natt_expectation *e, uint8_t *room, natt_bytes own)
{
    bool absent = own.ptr != NULL && model_chance(30);
    *e = (natt_expectation){absent ? NATT_EXPECT_ABSENT : NATT_EXPECT_EXACT, {NULL, 0}};
    if (!absent)
        e->value = changed(room, own);
}

static void user_data(struct model_set *s)
{
    spoil_expectation(&s->opt.user_data, s->user_data, s->doc->user_data);
}

static void public_key(struct model_set *s)
{
    spoil_expectation(&s->opt.public_key, s->public_key, s->doc->public_key);
}

static void expectation_unreadable(struct model_set *s)
{
    natt_expectation *e = model_chance(50) ? &s->opt.user_data : &s->opt.public_key;
    switch (model_pick(3)) {
    case 0:
        e->mode = (natt_expect_mode)3;
        break;
    case 1:
        *e = (natt_expectation){NATT_EXPECT_EXACT, {NULL, model_pick(2)}};
        break;
    default:
        *e = (natt_expectation){model_chance(50) ? NATT_EXPECT_ANY : NATT_EXPECT_ABSENT, {zeros, model_pick(3)}};
    }
}

static void module_id(struct model_set *s)
{
    natt_bytes own = {(const uint8_t *)s->doc->module_id, strlen(s->doc->module_id)};
    s->opt.module_id = changed(s->module_id, own);
}

static void module_id_unreadable(struct model_set *s)
{
    s->opt.module_id = model_chance(50) ? (natt_bytes){NULL, 4} : (natt_bytes){s->module_id, 0};
}

/* ---- the policy ---- */

/* Returns a pin of the policy to change, or NULL if there is none. */
static natt_pcr_value *a_pin(struct model_set *s)
{
    if (s->opt.policy == NULL || s->policy.set_count == 0 || s->policy.sets == NULL)
        return NULL;
    size_t set = model_pick(s->policy.set_count);
    return s->sets[set].pcr_count > 0 ? &s->pins[set][model_pick(s->sets[set].pcr_count)] : NULL;
}

static void other_value(struct model_set *s)
{
    static const uint8_t value[NATT_PCR_LEN] = {3, 3, 3};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < s->sets[i].pcr_count && s->opt.policy != NULL && j < 8; j++)
            s->pins[i][j].value.ptr = model_chance(70) ? value : s->pins[i][j].value.ptr;
}

/* Only one set, so that the refusal names the PCR. */
static void one_set(struct model_set *s)
{
    s->policy.set_count = s->policy.set_count > 0 ? 1 : 0;
    other_value(s);
}

static void lacking_pcr(struct model_set *s)
{
    natt_pcr_value *pin = a_pin(s);
    if (pin != NULL)
        pin->index = (uint32_t)(24 + model_pick(8));
    s->policy.set_count = s->policy.set_count > 0 && model_chance(70) ? 1 : s->policy.set_count;
}

static void constant_value(struct model_set *s)
{
    const uint8_t *const values[] = {zeros, ones, secure_boot_off};
    const uint8_t *value = values[model_pick(3)];
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < s->sets[i].pcr_count && s->opt.policy != NULL && j < 8; j++)
            s->pins[i][j].value.ptr = model_chance(60) ? value : s->pins[i][j].value.ptr;
}

static void weak_index(struct model_set *s)
{
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < s->sets[i].pcr_count && s->opt.policy != NULL && j < 8; j++)
            s->pins[i][j].index = (uint32_t)model_pick(16);
}

static void pcr_unreadable(struct model_set *s)
{
    natt_pcr_value *pin = a_pin(s);
    if (pin == NULL)
        return;
    switch (model_pick(3)) {
    case 0:
        pin->index = model_chance(50) ? 32 : UINT32_MAX;
        break;
    case 1:
        pin->value.len = model_chance(50) ? 47 : 49;
        break;
    default:
        pin->value.ptr = NULL;
    }
}

static void empty_policy(struct model_set *s)
{
    size_t set = model_pick(3);
    switch (model_pick(4)) {
    case 0:
        s->policy.set_count = 0;
        break;
    case 1:
        s->policy.sets = NULL;
        break;
    case 2:
        s->sets[set].pcr_count = 0;
        break;
    default:
        s->sets[set].pcrs = NULL;
    }
}

static void policy_size_or_flags(struct model_set *s)
{
    s->policy.struct_size -= model_chance(50) ? 8 : 0;
    s->policy.flags |= UINT32_C(1) << model_pick(32);
}

static void policy_or_flag(struct model_set *s)
{
    s->opt.policy = s->opt.policy != NULL ? NULL : &s->policy;
}

/* clang-format off */
static spoil_fn *const of_all[] = {
    struct_size, no_roots, bad_root, other_roots, kind, other_kind, time_mode, other_time_mode, now_out_of_range,
    now_at_the_ends, max_age_out_of_range, too_old, too_old, too_new, too_new, leeway_out_of_range, less_leeway,
    less_leeway, at_the_edge, at_the_edge, region, region_unreadable, limits, smallest_limits, smallest_limits,
    flag_unknown, flag_turned, what_it_needs, what_it_needs, what_it_needs, what_it_needs, what_it_needs,
    what_it_needs, denied, denied, deny_unreadable, deny_without_list, check_not_made, check_not_made,
};
static spoil_fn *const of_item[] = {
    nonce, nonce_unreadable, user_data, public_key, expectation_unreadable, module_id, module_id_unreadable,
    other_value, one_set, lacking_pcr, lacking_pcr, constant_value, weak_index, pcr_unreadable, empty_policy,
    policy_size_or_flags, policy_or_flag,
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

void model_spoil(struct model_set *s, bool item)
{
    size_t at = model_pick(item ? COUNT(of_item) : COUNT(of_all) + COUNT(of_item));
    (at < COUNT(of_item) ? of_item[at] : of_all[at - COUNT(of_item)])(s);
}
