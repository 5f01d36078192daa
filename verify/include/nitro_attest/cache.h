/*
 * Chain cache in the caller's memory: certificates whose signatures were verified need not be verified again.
 *
 * A hit skips the arithmetic of one certificate's signature and nothing else. Shape, curve, names, constraints, dates
 * and deny list are checked on every call, and the document's own signature is always verified. An entry is the SHA-384
 * of the trusted root's SHA-256, the issuer's public key and the exact bytes of the certificate: any other byte is a
 * miss.
 *
 * It is written only after a true verdict; a refused document leaves it as it was. Replacement: entries live in sets of
 * eight, picked by the first bytes of the digest, and the least recently used entry of a full set gives way. Only
 * certificates under a root you trust can enter, so a stranger can at most make verifications as slow as without a
 * cache.
 *
 * Whoever can write to this memory can make forged certificates verify: treat it like code, and never load it from a
 * file. One thread at a time; give each thread a cache of its own.
 */
#ifndef NITRO_ATTEST_CACHE_H
#define NITRO_ATTEST_CACHE_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NATT_MAX_CACHE_CHAINS 1000000 /* 260 MB */

typedef struct natt_cache natt_cache;

/*
 * Bytes for a cache that remembers about `chains` chains of four certificates each, at any alignment.
 * 0 when it cannot be: chains is 0 or above NATT_MAX_CACHE_CHAINS, or hot_keys is not 0.
 * hot_keys  must be 0: tables for keys that sign often are not made yet.
 */
NATT_API size_t natt_cache_size(size_t chains, size_t hot_keys);

/*
 * An empty cache inside mem, or NULL and NATT_E_USAGE_CACHE in *err when mem is NULL or mem_len below
 * natt_cache_size().
 * mem  must outlive the cache; there is nothing to release. Calling it again empties the cache. Must not be moved.
 * err  may be NULL. Cost: writes all of it once.
 */
NATT_API NATT_MUST_CHECK natt_cache *natt_cache_init(void *mem, size_t mem_len, size_t chains, size_t hot_keys,
                                                     natt_error *err);

/* Certificates remembered now; 0 for NULL or what is no cache. */
NATT_API size_t natt_cache_count(const natt_cache *cache);

#ifdef __cplusplus
}
#endif
#endif
