/*
 * The cache. The caller's memory contains a header, sets of eight slots for certificates, the tables of hot keys, and
 * the keys that were seen without a table. Time is a counter of verdicts, so nothing depends on a clock. jobs.c defines
 * the keys of certificates.
 */
#include "verify/cache.h"

#include <string.h>

#define WAYS                   8
#define CERTIFICATES_PER_CHAIN 4 /* below the root, in every genuine chain */
#define ALIGNMENT              8
#define SEEN_PER_TABLE         8  /* the number of different keys between two uses of a key after which it is dropped */
#define USES_PER_REPLACEMENT   16 /* so replacements cost at most a tenth, for any order of keys */

struct slot {
    uint64_t used; /* 0 = empty */
    uint8_t key[NATT_CACHE_KEY_LEN];
};

struct hot_table {
    uint64_t used; /* 0 = empty */
    struct natt_key_table table;
};

/* A key whose signature was verified, and that has no table. */
struct seen_key {
    uint64_t used; /* 0 = empty */
    uint8_t public_key[NATT_PUBLIC_KEY_LEN];
};

struct natt_cache {
    uint64_t mark; /* binds the header to its address and size */
    uint64_t now;  /* the last stamp assigned */
    size_t sets, hot_keys;
    uint64_t uses; /* number of keys since a table was last built */
    struct slot slots[];
};

static uint64_t mark_of(const natt_cache *cache)
{
    return UINT64_C(0x6e6174742d636832) ^ (uint64_t)(uintptr_t)cache ^ (uint64_t)cache->sets << 20 ^
           (uint64_t)cache->hot_keys << 44;
}

static size_t sets_of(size_t chains)
{
    return (chains * CERTIFICATES_PER_CHAIN + WAYS - 1) / WAYS;
}

static size_t used_of(size_t sets, size_t hot_keys)
{
    size_t hot_key = sizeof(struct hot_table) + SEEN_PER_TABLE * sizeof(struct seen_key);
    return sizeof(natt_cache) + sets * WAYS * sizeof(struct slot) + hot_keys * hot_key;
}

/* With at most a million chains and 10000 keys there is no overflow, even with 32 bits. */
size_t natt_cache_size(size_t chains, size_t hot_keys)
{
    if (chains == 0 || chains > NATT_MAX_CACHE_CHAINS || hot_keys > NATT_MAX_HOT_KEYS)
        return 0;
    return ALIGNMENT - 1 + used_of(sets_of(chains), hot_keys);
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
    cache->hot_keys = hot_keys;
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
    return (natt_bytes){(const uint8_t *)cache, used_of(cache->sets, cache->hot_keys)};
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

/* The index of the slot with this key, or an index past the last slot. All 48 bytes are compared. */
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

/* ---- tables of hot keys ---- */

/* Tables begin .. end - 1, at most WAYS, and SEEN_PER_TABLE keys without a table for each. */
struct hot_set {
    struct hot_table *tables;
    struct seen_key *seen;
    size_t count;
};

static struct hot_set hot_set_of(natt_cache *cache, const uint8_t *key)
{
    size_t sets = (cache->hot_keys + WAYS - 1) / WAYS, set = (size_t)(natt_eight_bytes(key) % sets);
    size_t begin = set * cache->hot_keys / sets, end = (set + 1) * cache->hot_keys / sets;
    struct hot_table *tables = (struct hot_table *)(void *)&cache->slots[cache->sets * WAYS];
    struct seen_key *seen = (struct seen_key *)(void *)&tables[cache->hot_keys];
    return (struct hot_set){tables + begin, seen + begin * SEEN_PER_TABLE, end - begin};
}

/* All 96 bytes are compared. An empty slot contains a key that no table has. */
static struct hot_table *find_table(const struct hot_set *set, const uint8_t *key)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->tables[i].used != 0 && natt_same(set->tables[i].table.public_key, key, NATT_PUBLIC_KEY_LEN))
            return &set->tables[i];
    return NULL;
}

static struct hot_table *oldest_table(const struct hot_set *set)
{
    struct hot_table *old = set->tables;
    for (size_t i = 1; i < set->count; i++)
        old = set->tables[i].used < old->used ? &set->tables[i] : old;
    return old;
}

static struct seen_key *find_seen(const struct hot_set *set, const uint8_t *key)
{
    for (size_t i = 0; i < set->count * SEEN_PER_TABLE; i++)
        if (set->seen[i].used != 0 && natt_same(set->seen[i].public_key, key, NATT_PUBLIC_KEY_LEN))
            return &set->seen[i];
    return NULL;
}

static struct seen_key *oldest_seen(const struct hot_set *set)
{
    struct seen_key *old = set->seen;
    for (size_t i = 1; i < set->count * SEEN_PER_TABLE; i++)
        old = set->seen[i].used < old->used ? &set->seen[i] : old;
    return old;
}

const struct natt_key_table *natt_cache_table(natt_cache *cache, const uint8_t key[NATT_PUBLIC_KEY_LEN])
{
    if (cache == NULL || cache->hot_keys == 0)
        return NULL;
    struct hot_set set = hot_set_of(cache, key);
    struct hot_table *found = find_table(&set, key);
    return found != NULL ? &found->table : NULL;
}

/* Built from the cache's copy of the key, so the table matches it even if the caller changes the document. */
static bool build(natt_cache *cache, struct hot_table *place, struct seen_key *seen, natt_table_maker *make)
{
    if (!make(&place->table, seen->public_key))
        return false;
    place->used = ++cache->now;
    cache->uses = 0;
    memset(seen, 0, sizeof *seen);
    return true;
}

/* Never replaces a table that was used since the new key was. */
static bool gives_way(const natt_cache *cache, const struct hot_table *old, const struct seen_key *seen)
{
    return old->used < seen->used && (old->used == 0 || cache->uses >= USES_PER_REPLACEMENT);
}

bool natt_cache_use_key(natt_cache *cache, const uint8_t key[NATT_PUBLIC_KEY_LEN], natt_table_maker *make)
{
    if (cache == NULL || cache->hot_keys == 0)
        return false;
    struct hot_set set = hot_set_of(cache, key);
    struct hot_table *found = find_table(&set, key), *old = oldest_table(&set);
    struct seen_key *seen = find_seen(&set, key);
    cache->uses++;
    if (found != NULL) {
        found->used = ++cache->now;
        return false;
    }
    if (seen != NULL && make != NULL && gives_way(cache, old, seen) && build(cache, old, seen, make))
        return true;
    seen = seen != NULL ? seen : oldest_seen(&set);
    memcpy(seen->public_key, key, NATT_PUBLIC_KEY_LEN);
    seen->used = ++cache->now;
    return false;
}
