/*
 * Property: each item of a batch gets the same verdict, error and result as it gets alone, whatever the other items
 * are, with and without a cache. The input sets every field of the shared options and of the items, including to
 * invalid values.
 */
#include "fuzz/property.h"
#include "fuzz/resign.h"
#include "fuzz/verdict.h"

#define ITEMS 3

const bool fuzz_resign_signs = true;

/* These bytes follow those that fuzz_options reads. They choose what the items change, which option and which item is
 * invalid, and how the batch is called. */
enum { OF_ITEMS = 10, SPOILT = OF_ITEMS + ITEMS, SPOILT_ITEM, CALL };
/* Bits of CALL: use a cache; number of items. The remaining bits are the offset of the workspace. */
enum { CACHED = 1, COUNT_SHIFT = 1, PLACE_SHIFT = 4 };

struct batch {
    natt_batch_item items[ITEMS];
    natt_options alone[ITEMS]; /* shared options and item combined */
    natt_options shared;
    size_t count;
};

/* Returns the input, a valid document, or the input without its last byte. */
static natt_bytes document_of(size_t i, natt_bytes in)
{
    static uint8_t good[NATT_MAX_DOCUMENT];
    static size_t good_len;
    if (good_len == 0)
        MUST(natt_issue(fuzz_issuer(), good, sizeof good, &good_len, NULL, NULL));
    if (i == 1)
        return (natt_bytes){good, good_len};
    return (natt_bytes){in.ptr, in.len - (i == 2 && in.len > 0 ? 1 : 0)};
}

static void spoil_time(natt_options *o, uint8_t how)
{
    uint64_t *const hours[] = {&o->max_future_ms, &o->not_before_leeway_ms, &o->not_after_leeway_ms};
    if (how == 0xf4)
        o->time_mode = NATT_TIME_UNSET;
    else if (how == 0xf5)
        o->now_ms /= 1000;
    else if (how == 0xf6)
        o->max_age_ms = NATT_MAX_TIME_MS + 1;
    else if (how >= 0xf7 && how <= 0xf9)
        *hours[how - 0xf7] = NATT_MAX_LEEWAY_MS + 1;
}

/* Makes one shared option invalid: a byte of 0xf0 or more selects the field. */
static void spoil(natt_options *o, uint8_t how)
{
    static const uint8_t junk[] = {0x30, 0x00};
    static const natt_bytes no_root = {junk, sizeof junk};
    spoil_time(o, how);
    o->struct_size -= how == 0xf0;
    o->root_count = how == 0xf1 ? 0 : how == 0xf2 ? 1 : o->root_count;
    o->roots = how == 0xf2 ? &no_root : o->roots;
    o->kind = how == 0xf3 ? NATT_KIND_OTHER : o->kind;
    o->flags |= how == 0xfa ? UINT32_C(1) << 31 : 0;
    o->flags &= how == 0xfd ? ~NATT_ALLOW_WEAK_POLICY : UINT32_MAX;
    o->limits = how == 0xfb ? (natt_limits)3 : o->limits;
    o->deny = how == 0xfc ? NULL : o->deny;
    o->deny_count = how == 0xfc ? 1 : o->deny_count;
    o->region.len = how == 0xfe ? 0 : o->region.len;
    o->required_checks |= how == 0xff ? NATT_CHECKED_AGE | NATT_CHECKED_USER_DATA : 0;
}

/* An item has its own expectations if its byte is not 0. The region is always shared. */
static void choose_item(natt_options *o, natt_bytes document, uint8_t chosen)
{
    natt_document doc;
    natt_bytes region = o->region;
    if (chosen == 0)
        return;
    if (!natt_document_parse(&doc, document, NULL))
        memset(&doc, 0, sizeof doc);
    o->nonce_mode = (chosen & 1) != 0 ? NATT_NONCE_EXACT : NATT_NONCE_NOT_USED;
    o->nonce = (natt_bytes){NULL, 0};
    fuzz_choose_expectations(o, &doc, (uint8_t)(chosen >> 1 & 0x3f), chosen >> 7 == 0 ? 1 : 2);
    o->region = region;
    o->policy = o->policy != NULL ? fuzz_policy(chosen >> 2) : NULL;
}

static natt_batch_item item_of(const natt_options *o, natt_bytes document)
{
    natt_batch_item item = NATT_BATCH_ITEM_INIT;
    item.document = document;
    item.nonce_mode = o->nonce_mode;
    item.nonce = o->nonce;
    item.user_data = o->user_data;
    item.public_key = o->public_key;
    item.module_id = o->module_id;
    item.policy = o->policy;
    return item;
}

static natt_options shared_part(const natt_options *opt)
{
    static const natt_options unset = NATT_OPTIONS_INIT;
    natt_options shared = *opt;
    shared.nonce_mode = unset.nonce_mode;
    shared.nonce = unset.nonce;
    shared.user_data = unset.user_data;
    shared.public_key = unset.public_key;
    shared.module_id = unset.module_id;
    shared.policy = unset.policy;
    return shared;
}

static void begin(struct batch *b, natt_bytes in, const natt_options *opt, const uint8_t chosen[FUZZ_SELECTOR])
{
    natt_options spoilt = *opt;
    spoil(&spoilt, chosen[SPOILT]);
    b->shared = shared_part(&spoilt);
    b->count = 1 + (chosen[CALL] >> COUNT_SHIFT & 3u) % ITEMS;
    b->count = chosen[CALL] == 0 ? ITEMS : b->count;
    for (size_t i = 0; i < ITEMS; i++) {
        natt_bytes document = document_of(i, in);
        b->alone[i] = spoilt;
        choose_item(&b->alone[i], document, chosen[OF_ITEMS + i]);
        if (chosen[SPOILT_ITEM] == 0xf0 + i)
            b->alone[i].nonce_mode = NATT_NONCE_UNSET;
        b->items[i] = item_of(&b->alone[i], document);
        if (i > 0 && chosen[SPOILT_ITEM] == 0xf8 + i)
            b->items[i].struct_size--;
    }
}

static void check_alone(const natt_batch_item *item, const natt_options *opt)
{
    natt_verified v = NATT_VERIFIED_INIT, got = item->verified;
    natt_error err;
    MUST(!item->holds || natt_verified_check(&got, NULL));
    if (item->struct_size != sizeof *item) {
        MUST(!item->holds && item->error.code == NATT_E_USAGE_STRUCT_SIZE && got.chain_count == 0);
        return;
    }
    MUST(natt_verify(&v, item->document, opt, NULL, &err) == item->holds && fuzz_same_error(&err, &item->error));
    got.cached_certificates = v.cached_certificates; /* a cache may change only this member and the seal */
    got.seal = v.seal;
    MUST(memcmp(&v, &got, sizeof v) == 0);
}

static natt_cache *cache_of(const uint8_t chosen[FUZZ_SELECTOR])
{
    static uint8_t memory[32768];
    return (chosen[CALL] & CACHED) != 0 ? natt_cache_init(memory, sizeof memory, 2, 1, NULL) : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t workspace[65536];
    static struct batch b;
    uint8_t chosen[FUZZ_SELECTOR];
    natt_bytes in = {data, size}, first = in;
    fuzz_take(&first, chosen, sizeof chosen);
    natt_options opt = fuzz_options(&in);
    size_t held, counted = 0;
    begin(&b, in, &opt, chosen);
    size_t place = chosen[CALL] >> PLACE_SHIFT;
    bool all = natt_verify_batch(b.items, b.count, &b.shared, cache_of(chosen), workspace + place,
                                 natt_batch_workspace_size(b.count), &held);
    for (size_t i = 0; i < b.count; i++) {
        check_alone(&b.items[i], &b.alone[i]);
        counted += b.items[i].holds;
    }
    MUST(counted == held && all == (held == b.count));
    return 0;
}
