/*
 * The result of a verification. Only publish in window.c writes one, after every check passed.
 */
#ifndef NATT_VERIFY_RESULT_H
#define NATT_VERIFY_RESULT_H

#include "nitro_attest/verify.h"
#include "verify/crypto/crypto.h"
#include "verify/rules/chain.h"

#define NATT_RESULT_VALUES 3 /* public_key, user_data, nonce */

/* The findings of the stages in addition to the document and its chain. */
struct natt_result_findings {
    uint8_t canonical_id[NATT_SHA384_LEN], root_sha256[NATT_SHA256_LEN];
    uint8_t digests[NATT_RESULT_VALUES][NATT_SHA384_LEN];
    size_t matched_set;
    uint32_t checks;
};

/* Zeroes the size that the caller gives, and keeps struct_size for the next call. */
void natt_result_clear(natt_verified *out);

/* Copies into a cleared result, and seals it. */
void natt_result_write(natt_verified *out, const natt_document *doc, const struct natt_chain *chain,
                       const struct natt_result_findings *found, uint32_t cached_certificates);

/* It is unchanged since natt_result_write. */
bool natt_result_is_sealed(const natt_verified *v);

/* SHA-384 of a value; if it is absent, zero, which is not a known SHA-384 digest. */
bool natt_result_digest(uint8_t out[NATT_SHA384_LEN], natt_bytes value, const struct natt_crypto *crypto,
                        natt_error *err);

/* The digests of public_key, user_data and nonce. */
bool natt_result_digests(uint8_t out[][NATT_SHA384_LEN], const natt_document *doc, const struct natt_crypto *crypto,
                         natt_error *err);

#endif
