/*
 * A batch writes its items while it reads options, so everything that it reads must be outside the items. R-USAGE-22.
 */
#include "signed.h"

#include <string.h>

#define ITEMS 3
#define LAST  (ITEMS - 1)

static uint8_t workspace[32768];
static struct natt_test_case test_case;
static natt_batch_item items[ITEMS];
static natt_verified first; /* of the document, with every optional field */

static void begin(void)
{
    struct natt_test_case *c = &test_case;
    natt_test_begin(c);
    natt_plan_set_field(&c->plan, "user_data", natt_plan_hex(&c->plan, "43010203"));
    natt_plan_set_field(&c->plan, "public_key", natt_plan_hex(&c->plan, "43010203"));
    natt_plan_set_field(&c->plan, "nonce", natt_plan_hex(&c->plan, "43010203"));
    natt_test_build(c);
    first = natt_test_verified_doc(c, __LINE__);
    c->opt.nonce_mode = NATT_NONCE_UNSET;
    c->opt.flags = 0;
}

static void end(void)
{
    natt_test_end(&test_case);
}

TestSuite(batch_overlap, .init = begin, .fini = end);

static natt_pcr_value pin;
static natt_pcr_set set;
static natt_policy policy;

/* Valid items, with a policy that has the document's PCR0. */
static void refill(void)
{
    pin = (natt_pcr_value){0, {first.pcrs[0], NATT_PCR_LEN}};
    set = (natt_pcr_set){NULL, &pin, 1};
    policy = (natt_policy)NATT_POLICY_INIT;
    policy.sets = &set;
    policy.set_count = 1;
    for (size_t i = 0; i < ITEMS; i++) {
        items[i] = (natt_batch_item)NATT_BATCH_ITEM_INIT;
        items[i].document = test_case.doc;
        items[i].nonce_mode = NATT_NONCE_NOT_USED;
        items[i].policy = &policy;
    }
}

static size_t run(const natt_options *opt)
{
    size_t verified;
    bool ok = natt_verify_batch(items, ITEMS, opt, NULL, workspace, sizeof workspace, &verified);
    cr_assert_eq(ok, verified == ITEMS);
    return verified;
}

static void assert_batch(size_t i)
{
    cr_assert(!items[i].holds);
    cr_assert_eq(items[i].error.code, NATT_E_USAGE_BATCH, "item %zu: %s", i, natt_code_name(items[i].error.code));
}

static void assert_only_refused(size_t item, const char *what)
{
    size_t verified = run(&test_case.opt);
    cr_assert_eq(verified, ITEMS - 1, "%s: %zu verified", what, verified);
    assert_batch(item);
}

Test(batch_overlap, items_hold_when_nothing_lies_inside)
{
    refill();
    cr_assert_eq(run(&test_case.opt), ITEMS);
}

/* The lowest and the highest address inside an item: before, at and after the item that refers to it. */
Test(batch_overlap, value_refused_when_it_touches_any_item)
{
    for (size_t in = 0; in < ITEMS; in++)
        for (size_t by = 0; by < ITEMS; by++) {
            uint8_t *begins = (uint8_t *)&items[in], *ends = (uint8_t *)(&items[in] + 1);
            const uint8_t *const places[] = {begins, ends - 1, items[in].verified.pcrs[0],
                                             (uint8_t *)items[in].verified.module_id};
            for (size_t i = 0; i < COUNT_OF(places); i++) {
                refill();
                items[by].nonce_mode = NATT_NONCE_EXACT;
                items[by].nonce = (natt_bytes){places[i], 1};
                assert_only_refused(by, "nonce");
            }
        }
}

/* A view that begins before the array, or in its last byte. */
Test(batch_overlap, value_refused_when_one_byte_is_inside)
{
    struct {
        uint8_t before[4];
        natt_batch_item item;
        uint8_t behind[4];
    } *memory = calloc(1, sizeof *memory);
    cr_assert(memory != NULL);
    uint8_t *array = (uint8_t *)&memory->item;
    const struct {
        const uint8_t *ptr;
        size_t len;
        bool inside;
    } rows[] = {{array - 1, 1, false},
                {array - 1, 2, true},
                {array + sizeof memory->item - 1, 1, true},
                {array + sizeof memory->item, 1, false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        refill();
        memory->item = items[0];
        memory->item.nonce_mode = NATT_NONCE_EXACT;
        memory->item.nonce = (natt_bytes){rows[i].ptr, rows[i].len};
        cr_assert_not(natt_verify_batch(&memory->item, 1, &test_case.opt, NULL, workspace, sizeof workspace, NULL));
        cr_assert_eq(memory->item.error.code, rows[i].inside ? NATT_E_USAGE_BATCH : NATT_E_EXPECT_NONCE, "row %zu", i);
    }
    free(memory);
}

Test(batch_overlap, item_refused_when_any_of_its_fields_lies_inside)
{
    natt_bytes inside = {items[LAST].verified.pcrs[3], 3};
    for (int field = 0; field < 5; field++) {
        refill();
        natt_bytes *const fields[] = {&items[0].document, &items[0].nonce, &items[0].user_data.value,
                                      &items[0].public_key.value, &items[0].module_id};
        *fields[field] = inside;
        assert_only_refused(0, "field");
    }
}

Test(batch_overlap, item_refused_when_any_part_of_its_policy_lies_inside)
{
    natt_pcr_value *const pin_inside = (void *)items[1].verified.chain;
    natt_pcr_set *const set_inside = (void *)items[1].verified.chain;
    natt_policy *const policy_inside = (void *)items[1].verified.chain;
    natt_policy own = NATT_POLICY_INIT;
    natt_pcr_set own_set;
    natt_pcr_value own_pins[2];
    for (int part = 0; part < 5; part++) {
        refill();
        own_pins[0] = own_pins[1] = pin;
        own_set = (natt_pcr_set){NULL, own_pins, 2};
        own.sets = &own_set;
        own.set_count = 1;
        items[0].policy = part == 0 ? policy_inside : &own;
        own.sets = part == 1 ? set_inside : &own_set;
        own_set.pcrs = part == 2 ? pin_inside : own_pins;
        own_pins[0].value.ptr = part == 3 ? items[1].verified.pcrs[0] : first.pcrs[0];
        own_pins[1].value.ptr = part == 4 ? items[1].verified.pcrs[0] : first.pcrs[0];
        assert_only_refused(0, "policy");
    }
}

Test(batch_overlap, all_refused_when_the_shared_options_lie_inside)
{
    natt_bytes root_inside = {items[1].verified.pcrs[0], 48}, *const roots_inside = (void *)items[1].verified.chain;
    natt_deny_entry entry = {NATT_DENY_CERTIFICATE_SHA256, {NULL, 0}, {first.root_sha256, 32}};
    natt_bytes roots[] = {test_case.root, test_case.root};
    for (int part = 0; part < 6; part++) {
        natt_options opt = test_case.opt;
        refill();
        opt.roots = part == 0 ? roots_inside : roots;
        opt.root_count = 2;
        roots[1] = part == 1 ? root_inside : test_case.root;
        opt.deny = part == 2 ? (void *)items[1].verified.chain : &entry;
        opt.deny_count = part >= 2 && part <= 4 ? 1 : 0;
        entry.type = part == 3 ? NATT_DENY_SERIAL : NATT_DENY_CERTIFICATE_SHA256;
        entry.issuer = part == 3 ? root_inside : (natt_bytes){NULL, 0};
        entry.value.ptr = part == 4 ? items[2].verified.root_sha256 : first.root_sha256;
        opt.region = part == 5 ? (natt_bytes){(uint8_t *)items[0].verified.region, 1} : (natt_bytes){NULL, 0};
        cr_assert_eq(run(&opt), 0, "part %d", part);
        for (size_t i = 0; i < ITEMS; i++)
            assert_batch(i);
    }
    refill();
    cr_assert_eq(run((const natt_options *)(const void *)&items[1].verified), 0);
    assert_batch(0);
}

/* Each position of a value in turn: in the used part of the workspace, its last byte, after it; in the cache, and after
 * it. */
Test(batch_overlap, refused_when_a_value_lies_in_the_workspace_or_the_cache)
{
    static uint8_t memory[4096 + 1];
    natt_error err;
    size_t size = natt_batch_workspace_size(ITEMS), cache_size = natt_cache_size(1, 0);
    cr_assert(size < sizeof workspace && cache_size < sizeof memory);
    natt_cache *cache = natt_cache_init(memory, sizeof memory, 1, 0, &err);
    const uint8_t *end = (const uint8_t *)cache + cache_size - 7; /* the size counts 7 bytes for any alignment */
    const struct {
        const uint8_t *ptr;
        bool refused;
    } rows[] = {{workspace, true},         {workspace + size - 1, true},
                {workspace + size, false}, {(uint8_t *)cache, true},
                {end - 1, true},           {end, false}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        refill();
        items[1].nonce_mode = NATT_NONCE_EXACT;
        items[1].nonce = (natt_bytes){rows[i].ptr, 1};
        cr_assert_not(natt_verify_batch(items, ITEMS, &test_case.opt, cache, workspace, sizeof workspace, NULL));
        natt_code want = rows[i].refused ? NATT_E_USAGE_BATCH : NATT_E_EXPECT_NONCE;
        cr_assert_eq(items[1].error.code, want, "row %zu: %s", i, natt_code_name(items[1].error.code));
        cr_assert(items[0].holds && items[2].holds);
    }
}

/* A digest in the workspace denies the root: if it were overwritten, it would deny nothing. */
Test(batch_overlap, deny_list_in_the_workspace_never_denies_nothing)
{
    natt_options opt = test_case.opt;
    natt_deny_entry entry = {NATT_DENY_CERTIFICATE_SHA256, {NULL, 0}, {NULL, 32}};
    opt.deny = &entry;
    opt.deny_count = 1;
    for (size_t at = 0; at < natt_batch_workspace_size(ITEMS); at += 97) {
        refill();
        memcpy(workspace + at, first.root_sha256, 32);
        entry.value.ptr = workspace + at;
        cr_assert_eq(run(&opt), 0, "offset %zu", at);
        assert_batch(0);
    }
    entry.value.ptr = first.root_sha256;
    refill();
    cr_assert_eq(run(&opt), 0);
    cr_assert_eq(items[0].error.code, NATT_E_CHAIN_DENIED);
}

Test(batch_overlap, all_refused_when_workspace_or_cache_lie_inside)
{
    static natt_batch_item many[192]; /* room for the workspace of a whole window */
    natt_cache *cache = (void *)&many[1].verified;
    cr_assert_geq(sizeof many - sizeof many[0], natt_batch_workspace_size(COUNT_OF(many)));
    for (int part = 0; part < 2; part++) {
        refill();
        for (size_t i = 0; i < COUNT_OF(many); i++)
            many[i] = items[0];
        void *space = part == 0 ? (void *)&many[1] : workspace;
        cr_assert_not(natt_verify_batch(many, COUNT_OF(many), &test_case.opt, part == 1 ? cache : NULL, space,
                                        natt_batch_workspace_size(COUNT_OF(many)), NULL));
        for (size_t i = 0; i < COUNT_OF(many); i++)
            cr_assert_eq(many[i].error.code, NATT_E_USAGE_BATCH);
    }
}

/* natt_verify returns the result that the batch would have to return, since it allows values inside its own result. */
Test(batch_overlap, natt_verify_allows_values_inside_its_result)
{
    natt_verified v = first;
    natt_error err;
    natt_options opt = test_case.opt;
    opt.nonce_mode = NATT_NONCE_NOT_USED;
    refill();
    pin.value.ptr = v.pcrs[0];
    opt.policy = &policy;
    cr_assert(natt_verify(&v, test_case.doc, &opt, NULL, &err), "%s", natt_code_name(err.code));
    v.pcrs[0][0] ^= 1;
    cr_assert_not(natt_verify(&v, test_case.doc, &opt, NULL, &err));
    cr_assert_eq(err.code, NATT_E_POLICY_PCR_MISMATCH);
}
