/*
 * Tables of keys that are used again: when one is built, which one is replaced, and that no verdict depends on them.
 */
#include "signed.h"

#include "verify/cache.h"
#include "verify/crypto/p384/p384.h"
#include "verify/verify.h"

#include <string.h>

#define HOT_KEY 25512 /* bytes, as in cache.h */
#define SEEN    8     /* keys that are stored for each table */
#define APART   16    /* uses of keys between two replacements of a table */

static uint8_t mem[9 * HOT_KEY + 8192];
static size_t built, with_table, without_table;
static uint8_t last_built[NATT_PUBLIC_KEY_LEN];

static natt_cache *new_cache(size_t hot_keys)
{
    natt_cache *cache = natt_cache_init(mem, sizeof mem, 4, hot_keys, NULL);
    cr_assert_not_null(cache);
    built = 0;
    return cache;
}

/* ---- the cache alone ---- */

static bool stub_maker(struct natt_key_table *out, const uint8_t *public_key)
{
    memset(out, 0x5a, sizeof *out);
    memcpy(out->public_key, public_key, sizeof out->public_key);
    built++;
    return true;
}

static bool refusing_maker(struct natt_key_table *out, const uint8_t *public_key)
{
    (void)out, (void)public_key;
    return false;
}

/* Key number `id` of a set; the first eight bytes select it. */
static const uint8_t *key(uint8_t set, uint8_t id)
{
    static uint8_t bytes[NATT_PUBLIC_KEY_LEN];
    memset(bytes, id, sizeof bytes);
    memset(bytes, 0, 8);
    bytes[0] = bytes[7] = set; /* for both byte orders, with up to two sets */
    return bytes;
}

static bool use(natt_cache *cache, uint8_t id)
{
    return natt_cache_use_key(cache, key(0, id), stub_maker);
}

/* Uses a key that gets no table. */
static void use_other(natt_cache *cache, int uses)
{
    while (uses-- > 0)
        cr_assert_not(natt_cache_use_key(cache, key(0, 255), NULL));
}

static bool has(natt_cache *cache, uint8_t id)
{
    const struct natt_key_table *table = natt_cache_table(cache, key(0, id));
    cr_assert(table == NULL || memcmp(table->public_key, key(0, id), NATT_PUBLIC_KEY_LEN) == 0);
    return table != NULL;
}

Test(hot_keys, size_is_that_of_the_header_and_zero_above_the_limit)
{
    cr_assert_eq(natt_cache_size(4, 1), natt_cache_size(4, 0) + HOT_KEY);
    cr_assert_eq(natt_cache_size(4, 9), natt_cache_size(4, 0) + 9 * HOT_KEY);
    cr_assert_eq(natt_cache_size(1, NATT_MAX_HOT_KEYS - 1), natt_cache_size(1, 0) + (NATT_MAX_HOT_KEYS - 1) * HOT_KEY);
    cr_assert_eq(natt_cache_size(1, NATT_MAX_HOT_KEYS), natt_cache_size(1, 0) + NATT_MAX_HOT_KEYS * HOT_KEY);
    cr_assert_eq(natt_cache_size(1, NATT_MAX_HOT_KEYS + 1), 0);
    cr_assert_eq(natt_cache_size(1, SIZE_MAX), 0);
    cr_assert_eq(natt_cache_size(0, 1), 0);
    cr_assert_gt(natt_cache_size(NATT_MAX_CACHE_CHAINS, NATT_MAX_HOT_KEYS), NATT_MAX_HOT_KEYS * (size_t)HOT_KEY);
}

Test(hot_keys, table_is_built_when_a_key_comes_back)
{
    natt_cache *cache = new_cache(2);
    cr_assert_not(use(cache, 1));
    cr_assert_not(has(cache, 1));
    cr_assert(use(cache, 1));
    cr_assert(has(cache, 1));
    cr_assert_not(use(cache, 1));
    cr_assert_eq(built, 1);
    cr_assert_eq(natt_cache_count(cache), 0, "certificates are counted, not tables");
}

Test(hot_keys, none_without_a_cache_without_tables_or_without_a_maker)
{
    natt_cache *cache = new_cache(0);
    cr_assert_not(use(cache, 1) || use(cache, 1) || use(NULL, 1) || use(NULL, 1));
    cr_assert(!has(cache, 1) && !has(NULL, 1));
    cache = new_cache(1);
    cr_assert_not(use(cache, 1));
    cr_assert_not(natt_cache_use_key(cache, key(0, 1), NULL));
    cr_assert(use(cache, 1), "it is remembered meanwhile");
    cr_assert_eq(built, 1);
}

/* Every byte of the key is compared. */
Test(hot_keys, table_of_another_key_is_not_found)
{
    natt_cache *cache = new_cache(1);
    uint8_t other[NATT_PUBLIC_KEY_LEN];
    cr_assert(!use(cache, 1) && use(cache, 1));
    memcpy(other, key(0, 1), sizeof other);
    for (size_t i = 0; i < sizeof other; i++) {
        other[i] ^= 1;
        cr_assert_null(natt_cache_table(cache, other), "byte %zu is not compared", i);
        cr_assert_not(natt_cache_use_key(cache, other, stub_maker), "byte %zu is not compared", i);
        other[i] ^= 1;
    }
    cr_assert_eq(natt_cache_table(cache, other), natt_cache_table(cache, key(0, 1)));
}

/* A table is replaced by a key that was used twice while the table was not. */
Test(hot_keys, table_in_use_is_not_replaced)
{
    natt_cache *cache = new_cache(1);
    cr_assert(!use(cache, 1) && use(cache, 1));
    use_other(cache, APART);
    for (int round = 0; round < 3; round++) {
        cr_assert_not(use(cache, 2), "1 was used since");
        cr_assert_not(use(cache, 1));
    }
    cr_assert(has(cache, 1) && !has(cache, 2));
    cr_assert_not(use(cache, 2));
    cr_assert(use(cache, 2), "1 was not used since");
    cr_assert(has(cache, 2) && !has(cache, 1));
    cr_assert_eq(built, 2);
}

Test(hot_keys, least_recently_used_table_gives_way)
{
    natt_cache *cache = new_cache(3);
    for (uint8_t id = 1; id <= 3; id++)
        cr_assert(!use(cache, id) && use(cache, id));
    cr_assert_not(use(cache, 1));
    use_other(cache, APART);
    cr_assert(!use(cache, 4) && use(cache, 4));
    cr_assert(has(cache, 1) && !has(cache, 2) && has(cache, 3) && has(cache, 4));
}

/* The 16th use after a table was built can replace a table; an empty place is filled at once. */
Test(hot_keys, tables_are_replaced_sixteen_uses_apart)
{
    for (int others = APART - 3; others <= APART - 1; others++) {
        natt_cache *cache = new_cache(2);
        cr_assert(!use(cache, 1) && use(cache, 1));
        cr_assert(!use(cache, 2) && use(cache, 2));
        cr_assert_not(use(cache, 3));
        use_other(cache, others);
        cr_assert_eq(use(cache, 3), others + 2 >= APART, "%d others", others);
        cr_assert_eq(has(cache, 1), others + 2 < APART, "%d others", others);
        cr_assert(has(cache, 2));
    }
}

/* In hundredths of a signature: a table costs at most 160, and saves 70 per use. */
static long cost_of_bursts(natt_cache *cache, uint8_t keys, int burst, int rounds)
{
    long cost = 0;
    for (int round = 0; round < rounds; round++)
        for (uint8_t id = 1; id <= keys; id++)
            for (int i = 0; i < burst; i++) {
                cost += has(cache, id) ? 30 : 100;
                cost += use(cache, id) ? 160 : 0;
            }
    return cost;
}

/* Whatever the order of keys, tables that replace each other cost at most a tenth. */
Test(hot_keys, more_keys_than_tables_cost_little)
{
    for (uint8_t tables = 1; tables <= 8; tables += 7)
        for (int burst = 1; burst <= 20; burst++)
            for (uint8_t keys = tables == 1 ? 1 : tables - 1; keys <= tables + 1; keys++) {
                natt_cache *cache = new_cache(tables);
                (void)cost_of_bursts(cache, keys, burst, 10);
                long cost = cost_of_bursts(cache, keys, burst, 50), uses = 50L * keys * burst;
                cr_assert_leq(cost, 110 * uses, "%u tables, %u keys, bursts of %d: %ld of %ld", tables, keys, burst,
                              cost, 100 * uses);
                cr_assert(keys > tables || cost == 30 * uses, "%u tables, %u keys", tables, keys);
            }
}

Test(hot_keys, keys_that_appear_once_replace_nothing)
{
    natt_cache *cache = new_cache(1);
    cr_assert(!use(cache, 1) && use(cache, 1));
    for (uint8_t id = 2; id < 250; id++)
        cr_assert_not(use(cache, id));
    cr_assert(has(cache, 1));
    cr_assert_eq(built, 1);
}

/* Eight keys are stored for each table: the least recently used one is dropped. */
Test(hot_keys, key_is_forgotten_after_eight_others)
{
    for (uint8_t others = SEEN - 1; others <= SEEN + 1; others++) {
        natt_cache *cache = new_cache(1);
        cr_assert_not(use(cache, 100));
        for (uint8_t id = 1; id <= others; id++)
            cr_assert_not(use(cache, id));
        cr_assert_eq(use(cache, 100), others < SEEN, "%u others", others);
    }
}

Test(hot_keys, key_without_a_use_for_a_table_changes_none)
{
    natt_cache *cache = new_cache(1);
    cr_assert(!use(cache, 1) && use(cache, 1));
    for (int i = 0; i < 3; i++)
        cr_assert_not(natt_cache_use_key(cache, key(0, 2), refusing_maker));
    cr_assert(has(cache, 1) && !has(cache, 2));
}

static void fill(natt_cache *cache, uint8_t set, size_t tables)
{
    for (uint8_t id = 1; id <= tables; id++) {
        cr_assert_not(natt_cache_use_key(cache, key(set, id), stub_maker));
        cr_assert(natt_cache_use_key(cache, key(set, id), stub_maker), "set %u, %u of %zu", set, id, tables);
    }
    for (uint8_t id = 1; id <= tables; id++)
        cr_assert_not_null(natt_cache_table(cache, key(set, id)), "set %u, %u of %zu", set, id, tables);
    for (uint8_t id = 100; id < 100 + SEEN * tables; id++)
        cr_assert_not(natt_cache_use_key(cache, key(set, id), NULL));
}

/* All tables are used, at any alignment, and no byte after the cache is changed. */
Test(hot_keys, every_table_is_used_and_none_behind_the_last)
{
    static const struct {
        size_t hot_keys, first, second; /* tables of each set */
    } rows[] = {{1, 1, 0}, {7, 7, 0}, {8, 8, 0}, {9, 4, 5}};
    for (size_t row = 0; row < COUNT_OF(rows); row++)
        for (size_t skip = 0; skip < 8; skip += 3) {
            size_t size = natt_cache_size(1, rows[row].hot_keys);
            uint8_t *block = malloc(skip + size);
            cr_assert_not_null(block);
            natt_cache *cache = natt_cache_init(block + skip, size, 1, rows[row].hot_keys, NULL);
            cr_assert_not_null(cache);
            fill(cache, 0, rows[row].first);
            fill(cache, 1, rows[row].second);
            uint8_t last = (uint8_t)(99 + SEEN * rows[row].first);
            use_other(cache, APART);
            cr_assert(natt_cache_use_key(cache, key(0, last), stub_maker), "the other set replaced a key of this one");
            natt_bytes memory = natt_cache_memory(cache);
            cr_assert(memory.ptr + memory.len <= block + skip + size &&
                      memory.ptr + memory.len + 8 > block + skip + size);
            free(block);
        }
}

/* ---- documents ---- */

#define NEEDS_TABLES()                                                                                                 \
    do {                                                                                                               \
        if (natt_p384_tables.g == NULL)                                                                                \
            cr_skip_test("built with -Dsmall_tables=true");                                                            \
    } while (0)

static bool counting_maker(struct natt_key_table *out, const uint8_t *public_key)
{
    built++;
    memcpy(last_built, public_key, sizeof last_built);
    return natt_crypto_native.make_table(out, public_key);
}

static void counting_verify(struct natt_job *const *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *(jobs[i]->table != NULL ? &with_table : &without_table) += 1;
    natt_crypto_native.verify(jobs, count);
}

static struct natt_crypto counting(void)
{
    struct natt_crypto crypto = natt_crypto_native;
    crypto.make_table = counting_maker;
    crypto.verify = counting_verify;
    built = with_table = without_table = 0;
    return crypto;
}

static natt_code verify(struct natt_test_case *c, natt_cache *cache)
{
    natt_verified v = NATT_VERIFIED_INIT;
    struct natt_crypto crypto = counting();
    natt_error err;
    natt_test_build(c);
    bool ok = natt_verify_with(&v, c->doc, &c->opt, cache, &crypto, &err);
    cr_assert_eq(ok, err.code == NATT_OK);
    return err.code;
}

#define EXPECT_COUNTS(want_built, want_with, want_without)                                                             \
    cr_assert(built == (want_built) && with_table == (want_with) && without_table == (want_without),                   \
              "line %d: %zu built, %zu signatures with a table, %zu without", __LINE__, built, with_table,             \
              without_table)

/* The constant table is bound to every byte of AWS's root key, and makes another table unnecessary. */
Test(hot_keys, aws_root_key_alone_has_a_constant_table)
{
    NEEDS_TABLES();
    static struct natt_key_table table;
    natt_certificate root;
    uint8_t own[NATT_PUBLIC_KEY_LEN];
    struct natt_job job = {.public_key = own};
    cr_assert(natt_certificate_parse(&root, natt_root_aws(), NULL));
    memcpy(own, root.public_key.ptr, sizeof own);
    cr_assert_eq(natt_p384_table_of(&job), natt_p384_tables.aws_root);
    cr_assert_not(natt_crypto_native.make_table(&table, own));
    for (size_t i = 0; i < sizeof own; i++) {
        own[i] ^= 1;
        cr_assert_null(natt_p384_table_of(&job), "byte %zu is not compared", i);
        own[i] ^= 1;
    }
}

Test(hot_keys, leaf_gets_a_table_with_the_second_document)
{
    NEEDS_TABLES();
    struct natt_test_case c;
    natt_cache *cache = new_cache(2);
    natt_test_begin(&c);
    cr_assert_eq(verify(&c, cache), NATT_OK);
    EXPECT_COUNTS(0, 0, 5);
    cr_assert_eq(verify(&c, cache), NATT_OK);
    EXPECT_COUNTS(1, 0, 1);
    cr_assert_eq(verify(&c, cache), NATT_OK);
    EXPECT_COUNTS(0, 1, 0);
    c.plan.envelope.signature.edit = NATT_SIGNATURE_FLIP_BIT;
    cr_assert_eq(verify(&c, cache), NATT_E_COSE_SIGNATURE);
    EXPECT_COUNTS(0, 1, 0);
    natt_test_end(&c);
}

/* Returns whether the last table was built for the key at this place of the chain. */
static bool built_last(const struct natt_test_case *c, uint32_t place)
{
    natt_certificate cert;
    cr_assert(natt_certificate_parse(&cert, natt_issuer_certificate(c->issuer, place), NULL));
    return memcmp(cert.public_key.ptr, last_built, sizeof last_built) == 0;
}

/* New leaf certificates of one instance: the instance's key and the leaf's are used again in every document. */
Test(hot_keys, one_table_is_built_in_a_call_from_root_to_leaf)
{
    NEEDS_TABLES();
    struct natt_test_case c;
    natt_cache *cache = new_cache(2);
    char serial[] = "020101";
    natt_test_begin(&c);
    for (int i = 1; i <= 4; i++) {
        serial[5] = (char)('0' + i);
        c.plan.certificates[TEST_LEAF].serial = natt_plan_hex(&c.plan, serial);
        cr_assert_eq(verify(&c, cache), NATT_OK);
        if (i == 1)
            EXPECT_COUNTS(0, 0, 5);
        else if (i == 2)
            EXPECT_COUNTS(1, 0, 2);
        else if (i == 3)
            EXPECT_COUNTS(1, 1, 1);
        else
            EXPECT_COUNTS(0, 2, 0);
        cr_assert(i != 2 || built_last(&c, TEST_LEAF - 1));
        cr_assert(i != 3 || built_last(&c, TEST_LEAF));
    }
    natt_test_end(&c);
}

/* Refused after all signatures were valid, by the last expectation: no key is counted, no table built. */
Test(hot_keys, refused_document_leaves_the_cache_as_it_was)
{
    static uint8_t before[sizeof mem];
    static const uint8_t nonce[] = {1};
    struct natt_test_case c;
    natt_cache *cache = new_cache(2);
    natt_test_begin(&c);
    for (int i = 0; i < 3; i++) {
        memcpy(before, mem, sizeof mem);
        c.opt.nonce_mode = NATT_NONCE_EXACT;
        c.opt.nonce = (natt_bytes){nonce, 1};
        cr_assert_eq(verify(&c, cache), NATT_E_EXPECT_NONCE_ABSENT);
        c.opt.nonce_mode = NATT_NONCE_NOT_USED;
        c.opt.nonce = (natt_bytes){NULL, 0};
        c.plan.envelope.signature.edit = NATT_SIGNATURE_FLIP_BIT;
        cr_assert_eq(verify(&c, cache), NATT_E_COSE_SIGNATURE);
        cr_assert_eq(built, 0);
        cr_assert_eq(memcmp(before, mem, sizeof mem), 0);
        c.plan.envelope.signature.edit = NATT_SIGNATURE_PLAIN;
        cr_assert_eq(verify(&c, cache), NATT_OK);
    }
    natt_test_end(&c);
}

/* Invalid certificates and documents are refused at the same place, whether or not their signers have tables. */
Test(hot_keys, refusals_are_the_same_with_and_without_tables)
{
    struct natt_test_case c;
    natt_cache *cache = new_cache(8);
    char serial[] = "020101";
    natt_test_begin(&c);
    for (int i = 1; i <= 9; i++) { /* every certificate below the root changes, so each key is used again */
        serial[5] = (char)('0' + i);
        for (uint32_t at = 1; at <= TEST_LEAF; at++)
            c.plan.certificates[at].serial = natt_plan_hex(&c.plan, serial);
        cr_assert_eq(verify(&c, cache), NATT_OK);
    }
    cr_assert(natt_p384_tables.g == NULL || (with_table == 5 && without_table == 0));
    for (uint32_t at = 1; at <= TEST_LEAF; at++) {
        c.plan.certificates[at].serial = natt_plan_hex(&c.plan, "02017f");
        c.plan.certificates[at].signature.edit = NATT_SIGNATURE_FLIP_BIT;
        cr_assert_eq(verify(&c, cache), NATT_E_CHAIN_SIGNATURE, "certificate %u", at);
        cr_assert_eq(verify(&c, NULL), NATT_E_CHAIN_SIGNATURE, "certificate %u", at);
        c.plan.certificates[at].signature.edit = NATT_SIGNATURE_PLAIN;
    }
    natt_test_end(&c);
}

/* Two documents in one window: a shared signature counts once; the leaf signed twice. */
Test(hot_keys, batch_builds_one_table_in_a_window_and_counts_shared_signatures_once)
{
    NEEDS_TABLES();
    static uint8_t workspace[65536], copies[3][8192];
    static natt_batch_item items[3];
    struct natt_test_case c;
    natt_cache *cache = new_cache(8);
    struct natt_crypto crypto = counting();
    char nonce[] = "4100";
    natt_test_begin(&c);
    for (size_t i = 0; i < 3; i++) {
        nonce[3] = (char)('1' + i);
        natt_plan_set_field(&c.plan, "nonce", natt_plan_hex(&c.plan, nonce));
        natt_test_build(&c);
        memcpy(copies[i], c.doc.ptr, c.doc.len);
        items[i] = (natt_batch_item)NATT_BATCH_ITEM_INIT;
        items[i].document = (natt_bytes){copies[i], c.doc.len};
        items[i].nonce_mode = NATT_NONCE_NOT_USED;
    }
    c.opt.nonce_mode = NATT_NONCE_UNSET;
    for (size_t round = 0; round < 2; round++) {
        crypto = counting();
        cr_assert(natt_verify_batch_with(items, 3, &c.opt, cache, workspace, sizeof workspace, NULL, &crypto));
        if (round == 0)
            EXPECT_COUNTS(1, 0, 7);
        else
            EXPECT_COUNTS(0, 3, 0);
    }
    cr_assert(built_last(&c, TEST_LEAF));
    natt_test_end(&c);
}
