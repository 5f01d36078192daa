/*
 * The cache: a set-associative table of digests, independent of certificates, and tables of hot keys.
 */
#ifndef NATT_VERIFY_CACHE_H
#define NATT_VERIFY_CACHE_H

#include "nitro_attest/cache.h"
#include "verify/crypto/crypto.h"
#include "verify/parse/reader.h"

#define NATT_CACHE_KEY_LEN 48

/* Usage: absent, or initialized by natt_cache_init at this address. */
bool natt_cache_check(const natt_cache *cache, natt_error *err);

/* The memory that it may write to: one byte if it is not a cache, none for NULL. */
natt_bytes natt_cache_memory(const natt_cache *cache);

/* NULL contains nothing. Changes nothing. */
bool natt_cache_contains(const natt_cache *cache, const uint8_t key[NATT_CACHE_KEY_LEN]);

/* Makes the key the most recent of its set. Does nothing for NULL. */
void natt_cache_put(natt_cache *cache, const uint8_t key[NATT_CACHE_KEY_LEN]);

/* The table of this key; NULL: there is none. Changes nothing; valid until the next natt_cache_use_key. */
const struct natt_key_table *natt_cache_table(natt_cache *cache, const uint8_t key[NATT_PUBLIC_KEY_LEN]);

/*
 * Call after a true verdict that verified a signature by this key. A key that was used before without a table gets one:
 * in an empty place, or instead of the least recently used table, if that table was not used since the key was, and
 * this is at least the 16th use of a key since a table was built. `make`: NULL builds nothing now. Returns true if a
 * table was built.
 */
bool natt_cache_use_key(natt_cache *cache, const uint8_t key[NATT_PUBLIC_KEY_LEN], natt_table_maker *make);

#endif
