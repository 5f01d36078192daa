/*
 * Batches: every item gets the verdict that it would get alone, whatever the other items are.
 */
#include "signed.h"

#include <string.h>

#define ITEMS 9

static uint8_t workspace[65536];
static uint8_t documents[ITEMS][8192];

struct batch_case {
    struct natt_test_case c;
    natt_batch_item items[ITEMS];
};

static natt_bytes copy_document(struct batch_case *b, size_t i)
{
    natt_test_build(&b->c);
    cr_assert_leq(b->c.doc.len, sizeof documents[i]);
    memcpy(documents[i], b->c.doc.ptr, b->c.doc.len);
    return (natt_bytes){documents[i], b->c.doc.len};
}

/* Nine valid documents, each with its own nonce. */
static void begin_batch(struct batch_case *b)
{
    static uint8_t nonces[ITEMS];
    char cbor[] = "4100";
    natt_test_begin(&b->c);
    for (size_t i = 0; i < ITEMS; i++) {
        cbor[3] = (char)('1' + i);
        natt_plan_set_field(&b->c.plan, "nonce", natt_plan_hex(&b->c.plan, cbor));
        nonces[i] = (uint8_t)(1 + i);
        b->items[i] = (natt_batch_item)NATT_BATCH_ITEM_INIT;
        b->items[i].document = copy_document(b, i);
        b->items[i].nonce_mode = NATT_NONCE_EXACT;
        b->items[i].nonce = (natt_bytes){&nonces[i], 1};
    }
    b->c.opt.nonce_mode = NATT_NONCE_UNSET;
}

static size_t run(struct batch_case *b, natt_cache *cache)
{
    size_t held;
    bool ok = natt_verify_batch(b->items, ITEMS, &b->c.opt, cache, workspace, sizeof workspace, &held);
    cr_assert_eq(ok, held == ITEMS);
    return held;
}

/* Each verdict and error is the same as natt_verify returns for that document alone. */
static void assert_same_as_alone(struct batch_case *b)
{
    for (size_t i = 0; i < ITEMS; i++) {
        natt_options opt = b->c.opt;
        natt_verified v = NATT_VERIFIED_INIT;
        natt_error err;
        opt.nonce_mode = b->items[i].nonce_mode;
        opt.nonce = b->items[i].nonce;
        bool ok = natt_verify(&v, b->items[i].document, &opt, NULL, &err);
        cr_assert_eq(ok, b->items[i].holds, "item %zu", i);
        cr_assert_eq(err.code, b->items[i].error.code, "item %zu", i);
        cr_assert_eq(err.offset, b->items[i].error.offset, "item %zu", i);
        cr_assert_arr_eq(v.canonical_id, b->items[i].verified.canonical_id, sizeof v.canonical_id);
    }
}

Test(batch, holds_when_every_item_holds)
{
    static struct batch_case b;
    begin_batch(&b);
    cr_assert_eq(run(&b, NULL), ITEMS);
    assert_same_as_alone(&b);
    natt_test_end(&b.c);
}

Test(batch, one_bad_item_fails_alone_at_every_place)
{
    static struct batch_case b;
    begin_batch(&b);
    for (size_t bad = 0; bad < ITEMS; bad++) {
        natt_bytes good = b.items[bad].document;
        documents[bad][good.len - 1] ^= 1; /* signature */
        cr_assert_eq(run(&b, NULL), ITEMS - 1);
        cr_assert_eq(b.items[bad].error.code, NATT_E_COSE_SIGNATURE);
        assert_same_as_alone(&b);
        documents[bad][good.len - 1] ^= 1;
        b.items[bad].document.len = 7; /* unparsable, between valid ones */
        cr_assert_eq(run(&b, NULL), ITEMS - 1);
        cr_assert_eq(b.items[bad].error.code, NATT_E_CBOR_TRUNCATED);
        b.items[bad].document = good;
    }
    natt_test_end(&b.c);
}

Test(batch, expectations_are_never_mixed_between_items)
{
    static struct batch_case b;
    begin_batch(&b);
    natt_bytes nonce = b.items[2].nonce;
    b.items[2].nonce = b.items[5].nonce;
    b.items[5].nonce = nonce;
    cr_assert_eq(run(&b, NULL), ITEMS - 2);
    cr_assert_eq(b.items[2].error.code, NATT_E_EXPECT_NONCE);
    cr_assert_eq(b.items[5].error.code, NATT_E_EXPECT_NONCE);
    b.items[2].nonce_mode = NATT_NONCE_UNSET;
    b.items[2].nonce = (natt_bytes){NULL, 0};
    cr_assert_eq(run(&b, NULL), ITEMS - 2);
    cr_assert_eq(b.items[2].error.code, NATT_E_USAGE_NONCE, "an item without nonce mode is a usage error of that item");
    natt_test_end(&b.c);
}

/* Items of the same window share the work; the cache has the results of earlier calls. */
Test(batch, cache_serves_the_next_call)
{
    static struct batch_case b;
    static uint8_t mem[16384];
    begin_batch(&b);
    natt_cache *cache = natt_cache_init(mem, sizeof mem, 4, 0, NULL);
    for (uint32_t cached = 0; cached <= 4; cached += 4) {
        cr_assert_eq(run(&b, cache), ITEMS);
        for (size_t i = 0; i < ITEMS; i++)
            cr_assert_eq(b.items[i].verified.cached_certificates, cached);
    }
    natt_test_end(&b.c);
}

Test(batch, empty_or_missing_batch_is_never_true)
{
    static struct batch_case b;
    size_t held = 77;
    begin_batch(&b);
    cr_assert_not(natt_verify_batch(b.items, 0, &b.c.opt, NULL, workspace, sizeof workspace, &held));
    cr_assert_eq(held, 0);
    cr_assert_not(natt_verify_batch(NULL, 3, &b.c.opt, NULL, workspace, sizeof workspace, NULL));
    natt_test_end(&b.c);
}

/* Every item reports the fault of the call, and no result of an earlier call remains. */
static void assert_call_refused(struct batch_case *b, const natt_options *opt, void *space, size_t len, natt_code code)
{
    size_t held = 77;
    cr_assert_eq(run(b, NULL), ITEMS);
    cr_assert_not(natt_verify_batch(b->items, ITEMS, opt, NULL, space, len, &held));
    cr_assert_eq(held, 0);
    for (size_t i = 0; i < ITEMS; i++) {
        cr_assert_not(b->items[i].holds);
        cr_assert_eq(b->items[i].verified.chain_count, 0);
        assert_refused(b->items[i].error, code, NATT_NO_ITEM, NATT_NO_OFFSET);
    }
}

Test(batch, workspace_refused_when_missing_or_one_byte_short)
{
    static struct batch_case b;
    size_t size = natt_batch_workspace_size(ITEMS);
    begin_batch(&b);
    assert_call_refused(&b, &b.c.opt, NULL, size, NATT_E_USAGE_WORKSPACE);
    assert_call_refused(&b, &b.c.opt, workspace, size - 1, NATT_E_USAGE_WORKSPACE);
    for (size_t skip = 0; skip < 16; skip++)
        cr_assert(natt_verify_batch(b.items, ITEMS, &b.c.opt, NULL, workspace + skip, size, NULL));
    natt_test_end(&b.c);
}

Test(batch, shared_options_refused_when_they_speak_for_single_items)
{
    static struct batch_case b;
    static const uint8_t one[] = {1};
    static const natt_policy policy = {sizeof policy, NULL, 0};
    begin_batch(&b);
    const natt_expectation exact = {NATT_EXPECT_EXACT, {one, 1}};
    for (int i = 0; i < 10; i++) {
        natt_options opt = b.c.opt;
        opt.nonce_mode = i == 0 ? NATT_NONCE_NOT_USED : opt.nonce_mode;
        opt.nonce = i == 1 ? exact.value : opt.nonce;
        opt.user_data = i == 2 ? exact : opt.user_data;
        opt.public_key = i == 3 ? exact : opt.public_key;
        opt.module_id = i == 4 ? exact.value : opt.module_id;
        opt.policy = i == 5 ? &policy : opt.policy;
        opt.user_data.value = i == 6 ? exact.value : opt.user_data.value;
        opt.public_key.value = i == 7 ? exact.value : opt.public_key.value;
        opt.user_data.mode = i == 8 ? NATT_EXPECT_ABSENT : opt.user_data.mode;
        opt.public_key.mode = i == 9 ? NATT_EXPECT_ABSENT : opt.public_key.mode;
        assert_call_refused(&b, &opt, workspace, sizeof workspace, NATT_E_USAGE_BATCH);
    }
    assert_call_refused(&b, NULL, workspace, sizeof workspace, NATT_E_USAGE_ARGUMENT);
    natt_options opt = b.c.opt;
    opt.struct_size--;
    assert_call_refused(&b, &opt, workspace, sizeof workspace, NATT_E_USAGE_STRUCT_SIZE);
    natt_test_end(&b.c);
}

/* The item after the last one, in a valid call and in one that is refused as a whole. */
Test(batch, memory_behind_the_last_item_is_left_alone)
{
    static struct batch_case b;
    static natt_batch_item before;
    begin_batch(&b);
    memset(&b.items[ITEMS - 1], 0x5a, sizeof before);
    memcpy(&before, &b.items[ITEMS - 1], sizeof before);
    cr_assert(natt_verify_batch(b.items, ITEMS - 1, &b.c.opt, NULL, workspace, sizeof workspace, NULL));
    cr_assert_eq(memcmp(&before, &b.items[ITEMS - 1], sizeof before), 0);
    cr_assert_not(natt_verify_batch(b.items, ITEMS - 1, &b.c.opt, NULL, NULL, 0, NULL));
    cr_assert_eq(memcmp(&before, &b.items[ITEMS - 1], sizeof before), 0);
    natt_test_end(&b.c);
}

Test(batch, struct_size_refused_when_of_another_item)
{
    static struct batch_case b, before;
    begin_batch(&b);
    b.items[0].struct_size = sizeof(natt_batch_item) - 8;
    before = b;
    size_t held;
    cr_assert_not(natt_verify_batch(b.items, ITEMS, &b.c.opt, NULL, workspace, sizeof workspace, &held));
    cr_assert_eq(memcmp(before.items, b.items, sizeof b.items), 0, "left untouched");
    b.items[0].struct_size = sizeof(natt_batch_item);
    b.items[3].struct_size = 0;
    cr_assert_not(natt_verify_batch(b.items, ITEMS, &b.c.opt, NULL, workspace, sizeof workspace, &held));
    cr_assert_eq(held, ITEMS - 1);
    cr_assert_eq(b.items[3].error.code, NATT_E_USAGE_STRUCT_SIZE);
    natt_test_end(&b.c);
}
