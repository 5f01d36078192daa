/*
 * Cache in the caller's memory: certificates with a verified signature are not verified again, and signatures by keys
 * that occur repeatedly are verified faster.
 *
 * Certificates. A hit only skips the verification of one certificate's signature. Syntax, curve, names, constraints,
 * dates and deny list are checked on every call, and the document's own signature is always verified. An entry is the
 * SHA-384 of the trusted root's SHA-256, the issuer's public key and the exact bytes of the certificate: one different
 * byte is a miss. The first bytes of the digest select a set of eight entries, and a new entry replaces the least
 * recently used one of a full set.
 *
 * Hot keys. A table of multiples of a public key makes each further signature by that key about three times as fast:
 * that of a leaf that signs documents again, of an instance's certificate under new leaves, of zonal and regional
 * certificates. No verdict depends on a table; it is used only if all 96 bytes of the key are equal. A table is built
 * in an empty place when true verdicts have verified two signatures by the key. If no place is empty, it replaces the
 * least recently used table, only if that was not used between the key's last two signatures, and not before true
 * verdicts have verified 16 signatures since a table was built. So keys that appear once replace nothing, and with
 * more keys than tables replacements cost about a tenth of the signatures' cost without hot keys, or less. The key
 * selects one of several sets, of at most eight tables each; a set remembers eight other keys for each table. One call
 * of natt_verify, and one window of 64 documents of a batch, builds at most one table. This costs it as much as 1.2 to
 * 1.6 signatures, so a table pays with the fifth signature of its key. AWS's root key needs no table here, since the
 * library has one. A library that was built with -Dcrypto=mbedtls or -Dsmall_tables=true accepts hot keys, and builds
 * no tables.
 *
 * The cache is written only after a true verdict; a refused document does not change it. Only certificates and keys
 * under a trusted root can enter, so an attacker can at most make verifications as slow as without a cache, or, by
 * genuine documents that meet your requirements, slower by the construction of tables: one for each empty place, and
 * one in 16 signatures. The former can make each call that returns true build one, until no slot is empty.
 *
 * An attacker who can write to this memory can make forged certificates and documents verify: protect it like code, and
 * never load it from a file. Only one thread may use a cache at a time; give each thread its own.
 */
#ifndef NITRO_ATTEST_CACHE_H
#define NITRO_ATTEST_CACHE_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NATT_MAX_CACHE_CHAINS 1000000 /* 224 MB */
#define NATT_MAX_HOT_KEYS     10000   /* 255 MB */

typedef struct natt_cache natt_cache;

/*
 * Bytes for a cache of about `chains` chains of four certificates each and of `hot_keys` tables, at any alignment.
 * 0 if chains is 0 or above NATT_MAX_CACHE_CHAINS, or hot_keys is above NATT_MAX_HOT_KEYS.
 * hot_keys  25512 bytes each. As many as enclaves that send more than four documents within the three hours of a
 *           leaf certificate, and a few for the keys above them; 0: none.
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
