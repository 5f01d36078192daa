/*
 * The chain cache. The caller's memory contains a header and sets of eight slots. Time is a counter of verdicts, so
 * nothing depends on a clock. jobs.c defines the keys.
 */
#include "verify/cache.h"

#include <string.h>

#define WAYS                   8
#define CERTIFICATES_PER_CHAIN 4 /* below the root, in every genuine chain */
#define ALIGNMENT              8

struct slot {
    uint64_t used; /* 0 = empty */
    uint8_t key[NATT_CACHE_KEY_LEN];
};

struct natt_cache {
    uint64_t mark; /* binds the header to its address and size */
    uint64_t now;  /* the last stamp given */
    size_t sets;
    struct slot slots[];
};

static uint64_t mark_of(const natt_cache *cache)
{
    return UINT64_C(0x6e6174742d636831) ^ (uint64_t)(uintptr_t)cache ^ (uint64_t)cache->sets << 20;
}

static size_t sets_of(size_t chains)
{
    return (chains * CERTIFICATES_PER_CHAIN + WAYS - 1) / WAYS;
}

/* With at most a million chains nothing overflows, also not with 32 bits. */
size_t natt_cache_size(size_t chains, size_t hot_keys)
{
    if (chains == 0 || chains > NATT_MAX_CACHE_CHAINS || hot_keys != 0)
        return 0;
    return ALIGNMENT - 1 + sizeof(natt_cache) + sets_of(chains) * WAYS * sizeof(struct slot);
}

/* R-USAGE-20 */
natt_cache *natt_cache_init(void *mem, size_t mem_len, size_t chains, size_t hot_keys, natt_error *err)
{
    natt_error spare;
    size_t size = natt_cache_size(chains, hot_keys);
    err = natt_error_begin(err, &spare);
    if (mem == NULL || size == 0 || mem_len < size) {
        (void)natt_fail_code(err, NATT_E_USAGE_CACHE);
        return NULL;
    }
    memset(mem, 0, size);
    size_t skip = (ALIGNMENT - (uintptr_t)mem % ALIGNMENT) % ALIGNMENT;
    natt_cache *cache = (natt_cache *)(void *)((uint8_t *)mem + skip);
    cache->sets = sets_of(chains);
    cache->mark = mark_of(cache);
    return cache;
}

static bool is_cache(const natt_cache *cache)
{
    return (uintptr_t)cache % ALIGNMENT == 0 && cache->sets > 0 && cache->mark == mark_of(cache);
}

/* R-USAGE-20 */
bool natt_cache_check(const natt_cache *cache, natt_error *err)
{
    return cache == NULL || is_cache(cache) || natt_fail_code(err, NATT_E_USAGE_CACHE);
}

natt_bytes natt_cache_memory(const natt_cache *cache)
{
    if (cache == NULL)
        return (natt_bytes){NULL, 0};
    if (!is_cache(cache))
        return (natt_bytes){(const uint8_t *)cache, 1};
    return (natt_bytes){(const uint8_t *)cache, sizeof *cache + cache->sets * WAYS * sizeof(struct slot)};
}

size_t natt_cache_count(const natt_cache *cache)
{
    size_t count = 0;
    if (cache == NULL || !is_cache(cache))
        return 0;
    for (size_t i = 0; i < cache->sets * WAYS; i++)
        count += cache->slots[i].used != 0;
    return count;
}

/* The first slot of the key's set. */
static size_t set_of(const natt_cache *cache, const uint8_t *key)
{
    uint32_t pick = (uint32_t)key[0] << 24 | (uint32_t)key[1] << 16 | (uint32_t)key[2] << 8 | key[3];
    return pick % cache->sets * WAYS;
}

/* Index of the slot with this key, or of none. All 48 bytes are compared. */
static size_t find(const natt_cache *cache, const uint8_t *key)
{
    size_t first = set_of(cache, key);
    for (size_t i = first; i < first + WAYS; i++)
        if (cache->slots[i].used != 0 && memcmp(cache->slots[i].key, key, NATT_CACHE_KEY_LEN) == 0)
            return i;
    return cache->sets * WAYS;
}

/* An empty slot is the least recently used one. */
static size_t oldest(const natt_cache *cache, const uint8_t *key)
{
    size_t first = set_of(cache, key), old = first;
    for (size_t i = first + 1; i < first + WAYS; i++)
        if (cache->slots[i].used < cache->slots[old].used)
            old = i;
    return old;
}

bool natt_cache_contains(const natt_cache *cache, const uint8_t key[NATT_CACHE_KEY_LEN])
{
    return cache != NULL && find(cache, key) < cache->sets * WAYS;
}

void natt_cache_put(natt_cache *cache, const uint8_t key[NATT_CACHE_KEY_LEN])
{
    if (cache == NULL)
        return;
    size_t at = find(cache, key);
    if (at == cache->sets * WAYS)
        at = oldest(cache, key);
    cache->slots[at].used = ++cache->now;
    memcpy(cache->slots[at].key, key, NATT_CACHE_KEY_LEN);
}
