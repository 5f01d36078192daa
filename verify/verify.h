/*
 * Verifications with a named back end, for tests; natt_verify and natt_verify_batch use the one of the build.
 */
#ifndef NATT_VERIFY_VERIFY_H
#define NATT_VERIFY_VERIFY_H

#include "nitro_attest/batch.h"
#include "nitro_attest/verify.h"
#include "verify/crypto/crypto.h"

bool natt_verify_with(natt_verified *out, natt_bytes in, const natt_options *opt, natt_cache *cache,
                      const struct natt_crypto *crypto, natt_error *err);

/* The same of a batch. */
bool natt_verify_batch_with(natt_batch_item *items, size_t count, const natt_options *opt, natt_cache *cache,
                            void *workspace, size_t workspace_len, size_t *verified_count,
                            const struct natt_crypto *crypto);

/* natt_verify_with in working memory of the caller: natt_verify_run_size() bytes, aligned as for any type. */
size_t natt_verify_run_size(void);
bool natt_verify_run(void *memory, natt_verified *out, natt_bytes in, const natt_options *opt, natt_cache *cache,
                     const struct natt_crypto *crypto, natt_error *err);

/* As many signatures to prove as there are certificates: each but the root's, and the document's. */
bool natt_verify_jobs_complete(size_t job_count, size_t chain_count, natt_error *err);

/* No required check is missing among those that were performed. */
bool natt_verify_checks_complete(uint32_t checks, uint32_t required, natt_error *err);

#endif
