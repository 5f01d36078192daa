/*
 * Verification with a given back end, for tests; natt_verify and natt_verify_batch use the build's default.
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

#endif
