/*
 * The certificate chain of a document: root, intermediates in order, leaf. Judges shapes, rules and times, and collects
 * the signatures to prove; proves none itself.
 */
#ifndef NATT_VERIFY_CHAIN_H
#define NATT_VERIFY_CHAIN_H

#include "nitro_attest/verify.h"
#include "verify/cache.h"
#include "verify/crypto/crypto.h"
#include "verify/reader.h"

struct natt_chain {
    natt_certificate certs[NATT_MAX_CHAIN]; /* [0] root, [count - 1] leaf */
    size_t count;
    size_t root_index;   /* into the caller's roots */
    const uint8_t *base; /* of the document: offset 0 */
};

/* Every certificate's shape, root to leaf, keys on the curve. */
bool natt_chain_parse(struct natt_chain *out, const natt_document *doc, const struct natt_crypto *crypto,
                      natt_error *err);

/* Every rule and time, root to leaf. */
bool natt_chain_judge(struct natt_chain *chain, const natt_document *doc, const natt_options *opt,
                      const struct natt_crypto *crypto, natt_error *err);

/* What has to be proved of a chain. */
struct natt_chain_work {
    uint8_t keys[NATT_MAX_CHAIN][NATT_CACHE_KEY_LEN]; /* of each certificate but the root, when there is a cache */
    size_t cached;                                    /* certificates that the cache holds */
};

/* One job for each certificate but the root and those in the cache; *count grows. */
bool natt_chain_jobs(const struct natt_chain *chain, const uint8_t root_sha256[NATT_SHA256_LEN],
                     const struct natt_crypto *crypto, const natt_cache *cache, struct natt_chain_work *work,
                     struct natt_job *jobs, size_t *count, natt_error *err);

/* After a true verdict: every certificate of the chain is remembered. */
void natt_chain_remember(const struct natt_chain *chain, const struct natt_chain_work *work, natt_cache *cache);

/* seconds since 1970 */
int64_t natt_chain_earliest_expiry(const struct natt_chain *chain);

#endif
