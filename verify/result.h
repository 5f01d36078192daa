/*
 * The result of a verification. Only verify.c fills one in, after every check passed.
 */
#ifndef NATT_VERIFY_RESULT_H
#define NATT_VERIFY_RESULT_H

#include "nitro_attest/verify.h"
#include "verify/rules/chain.h"
#include "verify/crypto/crypto.h"

#define NATT_RESULT_VALUES 3 /* public_key, user_data, nonce */

void natt_result_put_document(natt_verified *out, const natt_document *doc, const struct natt_chain *chain);
void natt_result_put_chain(natt_verified *out, const struct natt_chain *chain);

/* SHA-384 of public_key, user_data and nonce; zero when absent. */
bool natt_result_digests(uint8_t out[][NATT_SHA384_LEN], const natt_document *doc, const struct natt_crypto *crypto,
                         natt_error *err);
void natt_result_put_digests(natt_verified *out, const uint8_t digests[][NATT_SHA384_LEN]);

/* The last step: ties the result to its content. */
void natt_result_seal(natt_verified *v);

#endif
