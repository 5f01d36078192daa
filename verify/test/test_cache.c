/*
 * Only the table of the chain cache: sizes, memory, content, replacement.
 */
#include "support.h"

#include "verify/cache.h"

#include <string.h>

/* A key that belongs to set `set` of a cache with `sets` sets (set < sets), distinguished by `id`. */
static void make_key(uint8_t *key, uint32_t set, uint8_t id)
{
    memset(key, id, NATT_CACHE_KEY_LEN);
    for (int i = 0; i < 4; i++)
        key[i] = (uint8_t)(set >> (24 - 8 * i));
}

static bool holds(const natt_cache *cache, uint32_t set, uint8_t id)
{
    uint8_t key[NATT_CACHE_KEY_LEN];
    make_key(key, set, id);
    return natt_cache_contains(cache, key);
}

static void put(natt_cache *cache, uint32_t set, uint8_t id)
{
    uint8_t key[NATT_CACHE_KEY_LEN];
    make_key(key, set, id);
    natt_cache_put(cache, key);
}

Test(cache, size_is_zero_when_it_cannot_be)
{
    cr_assert_eq(natt_cache_size(0, 0), 0);
    cr_assert_eq(natt_cache_size(1, NATT_MAX_HOT_KEYS + 1), 0);
    cr_assert_eq(natt_cache_size(NATT_MAX_CACHE_CHAINS + 1, 0), 0);
    cr_assert_eq(natt_cache_size(SIZE_MAX, 0), 0);
    cr_assert_gt(natt_cache_size(NATT_MAX_CACHE_CHAINS, 0), natt_cache_size(NATT_MAX_CACHE_CHAINS - 2, 0));
    cr_assert_gt(natt_cache_size(1, 0), 8 * 56);
}

Test(cache, init_refused_when_memory_is_missing_or_one_byte_short)
{
    static uint8_t mem[4096];
    size_t size = natt_cache_size(2, 0);
    natt_error err;
    cr_assert_null(natt_cache_init(NULL, size, 2, 0, &err));
    assert_refused(err, NATT_E_USAGE_CACHE, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_null(natt_cache_init(mem, size - 1, 2, 0, &err));
    assert_refused(err, NATT_E_USAGE_CACHE, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_null(natt_cache_init(mem, sizeof mem, 0, 0, &err));
    assert_refused(err, NATT_E_USAGE_CACHE, NATT_NO_ITEM, NATT_NO_OFFSET);
    cr_assert_null(natt_cache_init(mem, sizeof mem, 2, 1, NULL), "a table needs more than all of this");
    cr_assert_not_null(natt_cache_init(mem, size, 2, 0, &err));
    cr_assert_not_null(natt_cache_init(mem, size + 1, 2, 0, &err));
}

Test(cache, init_accepts_any_alignment_and_stays_inside)
{
    size_t size = natt_cache_size(2, 0);
    for (size_t skip = 0; skip < 16; skip++) {
        uint8_t *mem = malloc(skip + size);
        natt_error err;
        natt_cache *cache = natt_cache_init(mem + skip, size, 2, 0, &err);
        cr_assert_not_null(cache);
        for (uint8_t id = 1; id <= 20; id++)
            put(cache, 0, id);
        cr_assert_eq(natt_cache_count(cache), 8);
        free(mem);
    }
}

Test(cache, check_refused_when_no_cache_or_moved)
{
    static uint8_t mem[4096], copy[4096];
    natt_error err = BLANK_ERROR;
    natt_cache *cache = natt_cache_init(mem, sizeof mem, 2, 0, &err);
    cr_assert(natt_cache_check(NULL, &err) && natt_cache_check(cache, &err));
    size_t inside = (size_t)((uint8_t *)cache - mem);
    memcpy(copy, mem, sizeof mem);
    cr_assert_not(natt_cache_check((natt_cache *)(void *)(copy + inside), &err));
    assert_refused(err, NATT_E_USAGE_CACHE, NATT_NO_ITEM, NATT_NO_OFFSET);
    memset(copy, 0, sizeof copy);
    cr_assert_not(natt_cache_check((natt_cache *)(void *)(copy + inside), &err));
    cr_assert_eq(natt_cache_count((natt_cache *)(void *)(copy + inside)), 0);
    cr_assert_eq(natt_cache_count(NULL), 0);
}

Test(cache, count_is_zero_when_the_block_is_not_a_cache)
{
    static uint8_t mem[4096], copy[4096];
    natt_cache *cache = natt_cache_init(mem, sizeof mem, 2, 0, NULL);
    put(cache, 0, 1);
    cr_assert_eq(natt_cache_count(cache), 1);
    memcpy(copy, mem, sizeof mem);
    cr_assert_eq(natt_cache_count((natt_cache *)(void *)(copy + ((uint8_t *)cache - mem))), 0, "it was moved");
}

/* The header that cache.c keeps before the slots. */
struct header {
    uint64_t mark, now;
    size_t sets, hot_keys;
};

/* A header whose mark is valid for `at`, made from that of a cache elsewhere. */
static natt_cache *forge(uint8_t *at, const natt_cache *cache, size_t sets)
{
    struct header header;
    memcpy(&header, cache, sizeof header);
    header.mark ^= (uint64_t)(uintptr_t)cache ^ (uint64_t)header.sets << 20;
    header.mark ^= (uint64_t)(uintptr_t)at ^ (uint64_t)sets << 20;
    header.sets = sets;
    memcpy(at, &header, sizeof header);
    return (natt_cache *)(void *)at;
}

Test(cache, check_refused_when_misaligned_or_without_sets)
{
    static uint64_t mem[512], block[512];
    natt_error err = BLANK_ERROR;
    natt_cache *cache = natt_cache_init(mem, sizeof mem, 2, 0, NULL);
    uint8_t *at = (uint8_t *)block;
    cr_assert(natt_cache_check(forge(at, cache, 1), &err), "the forged mark is right");
    for (size_t skip = 1; skip < 8; skip++) {
        cr_assert_not(natt_cache_check(forge(at + skip, cache, 1), &err), "%zu bytes off", skip);
        assert_refused(err, NATT_E_USAGE_CACHE, NATT_NO_ITEM, NATT_NO_OFFSET);
        cr_assert_eq(natt_cache_count((natt_cache *)(void *)(at + skip)), 0);
    }
    cr_assert(natt_cache_check(forge(at + 8, cache, 1), &err), "8 bytes off is aligned");
    cr_assert_not(natt_cache_check(forge(at, cache, 0), &err), "no sets");
    assert_refused(err, NATT_E_USAGE_CACHE, NATT_NO_ITEM, NATT_NO_OFFSET);
}

/* The last set ends at the end of the cache; the bytes after it belong to others. */
Test(cache, every_slot_of_every_set_is_used_and_none_behind_the_last)
{
    static uint8_t mem[4096];
    size_t size = natt_cache_size(4, 0);
    memset(mem, 0xff, sizeof mem);
    natt_cache *cache = natt_cache_init(mem, size, 4, 0, NULL);
    for (uint32_t set = 0; set < 2; set++)
        for (uint8_t id = 1; id <= 8; id++) {
            put(cache, set, id);
            cr_assert_eq(natt_cache_count(cache), set * 8 + id);
        }
    put(cache, 1, 8); /* the last slot again */
    cr_assert_eq(natt_cache_count(cache), 16);
    for (uint32_t set = 0; set < 2; set++)
        for (uint8_t id = 1; id <= 8; id++)
            cr_assert(holds(cache, set, id), "set %u, %u", (unsigned)set, (unsigned)id);
    cr_assert_not(holds(cache, 1, 9));
    put(cache, 1, 9);
    cr_assert(holds(cache, 1, 9) && holds(cache, 1, 2) && holds(cache, 1, 8) && holds(cache, 0, 1));
    cr_assert_not(holds(cache, 1, 1), "1 was used longest ago");
    for (size_t i = size; i < sizeof mem; i++)
        cr_assert_eq(mem[i], 0xff, "byte %zu after the cache was written", i - size);
}

Test(cache, holds_what_was_put_and_nothing_else)
{
    static uint8_t mem[16384];
    natt_cache *cache = natt_cache_init(mem, sizeof mem, 16, 0, NULL);
    uint8_t key[NATT_CACHE_KEY_LEN];
    cr_assert_not(holds(cache, 3, 7));
    put(cache, 3, 7);
    cr_assert(holds(cache, 3, 7));
    cr_assert_eq(natt_cache_count(cache), 1);
    make_key(key, 3, 7);
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] ^= 1;
        cr_assert_not(natt_cache_contains(cache, key), "byte %zu is not compared", i);
        key[i] ^= 1;
    }
    put(cache, 3, 7);
    cr_assert_eq(natt_cache_count(cache), 1);
    cr_assert_not(natt_cache_contains(NULL, key));
    natt_cache_put(NULL, key);
}

/* A key of zeros is an ordinary key, and an empty slot does not match it. */
Test(cache, empty_slots_hold_nothing)
{
    static uint8_t mem[4096];
    natt_cache *cache = natt_cache_init(mem, sizeof mem, 2, 0, NULL);
    cr_assert_not(holds(cache, 0, 0));
    put(cache, 0, 0);
    cr_assert(holds(cache, 0, 0));
}

Test(cache, least_recently_used_of_a_full_set_gives_way)
{
    static uint8_t mem[16384];
    natt_cache *cache = natt_cache_init(mem, sizeof mem, 16, 0, NULL);
    put(cache, 2, 99);
    for (uint8_t id = 1; id <= 8; id++)
        put(cache, 3, id);
    put(cache, 3, 1);
    put(cache, 3, 9);
    cr_assert(holds(cache, 3, 1) && holds(cache, 3, 9));
    cr_assert_not(holds(cache, 3, 2), "2 was used longest ago");
    put(cache, 3, 10);
    cr_assert_not(holds(cache, 3, 3));
    cr_assert(holds(cache, 3, 4) && holds(cache, 3, 1));
    cr_assert(holds(cache, 2, 99), "other sets are not touched");
}

Test(cache, looking_changes_nothing)
{
    static uint8_t mem[4096], before[4096];
    natt_cache *cache = natt_cache_init(mem, sizeof mem, 2, 0, NULL);
    for (uint8_t id = 1; id <= 8; id++)
        put(cache, 0, id);
    memcpy(before, mem, sizeof mem);
    cr_assert(holds(cache, 0, 1));
    cr_assert_not(holds(cache, 0, 77));
    cr_assert_eq(memcmp(before, mem, sizeof mem), 0);
}
