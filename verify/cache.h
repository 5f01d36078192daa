/*
 * The chain cache: a set-associative table of digests. Independent of certificates.
 */
#ifndef NATT_VERIFY_CACHE_H
#define NATT_VERIFY_CACHE_H

#include "nitro_attest/cache.h"
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

#endif
