/* Other P-384 implementations to compare with. Keys are x || y; numbers are 48 big-endian bytes. */
#ifndef NATT_VERIFY_CRYPTO_TEST_PEERS_H
#define NATT_VERIFY_CRYPTO_TEST_PEERS_H

#include "verify/crypto/crypto.h"

/* A public key on the curve and a valid signature by it. */
bool mbedtls_holds(const struct natt_job *job);
bool openssl_holds(const struct natt_job *job);

/* Generates a new key every `per_key` calls. The caller owns job->hash; key has room for 96 bytes. Do not use it for
 * secrets. */
void openssl_sign(struct natt_job *job, uint8_t *key, unsigned per_key);

#endif
