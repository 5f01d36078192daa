/*
 * Chain cache in the caller's memory: certificates with a verified signature are not verified again.
 *
 * A hit only skips the verification of one certificate's signature. Syntax, curve, names, constraints, dates and deny
 * list are checked on every call, and the document's own signature is always verified. An entry is the SHA-384
 * of the trusted root's SHA-256, the issuer's public key and the exact bytes of the certificate: one different byte is
 * a miss.
 *
 * The cache is written only after a true verdict; a refused document does not change it. The first bytes of the digest
 * select a set of eight entries, and a new entry replaces the least recently used one of a full set. Only certificates
 * under a trusted root can enter, so an attacker can at most make verifications as slow as without a cache.
 *
 * An attacker who can write to this memory can make forged certificates verify: protect it like code, and never load it
 * from a file. Only one thread may use a cache at a time; give each thread its own.
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
 * Bytes for a cache of about `chains` chains of four certificates each, at any alignment.
 * 0 if chains is 0 or above NATT_MAX_CACHE_CHAINS, or hot_keys is not 0.
 * hot_keys  must be 0: reserved for tables that make frequent keys faster.
 */
NATT_API size_t natt_cache_size(size_t chains, size_t hot_keys);

/*
 * Creates an empty cache in mem. Returns NULL, with NATT_E_USAGE_CACHE in *err, if mem is NULL or mem_len is below
 * natt_cache_size().
 * mem  must outlive the cache and must not be moved; there is nothing to free. A second call empties the cache.
 * err  may be NULL. Cost: writes all bytes once.
 */
NATT_API NATT_MUST_CHECK natt_cache *natt_cache_init(void *mem, size_t mem_len, size_t chains, size_t hot_keys,
                                                     natt_error *err);

/* The number of certificates in the cache; 0 for NULL and for memory that is not a cache. */
NATT_API size_t natt_cache_count(const natt_cache *cache);

#ifdef __cplusplus
}
#endif
#endif
