/* SHA-384 and SHA-256 [FIPS180-4], over a list of parts. */
#ifndef NATT_VERIFY_CRYPTO_SHA2_H
#define NATT_VERIFY_CRYPTO_SHA2_H

#include "nitro_attest/base.h"

#define NATT_SHA384_BLOCK 128

/* Feeds whole blocks of message to the state. */
typedef void natt_sha384_feed(uint64_t state[8], const uint8_t *data, size_t blocks);

natt_sha384_feed natt_sha384_feed_portable;
natt_sha384_feed natt_sha384_feed_avx2;     /* x86-64 with AVX2 and BMI2 */
natt_sha384_feed natt_sha384_feed_avx512vl; /* x86-64 with AVX-512 VL and BMI2 */
natt_sha384_feed natt_sha384_feed_sha512;   /* AArch64 with the SHA-512 instructions */

/* The fastest one for this processor. */
natt_sha384_feed *natt_sha384_fastest(void);

/* A message in pieces. A copy continues independently. */
struct natt_sha384 {
    uint64_t state[8];
    uint8_t block[NATT_SHA384_BLOCK];
    size_t used; /* bytes waiting in block, below NATT_SHA384_BLOCK */
    uint64_t total;
    natt_sha384_feed *feed;
};

void natt_sha384_start(struct natt_sha384 *h, natt_sha384_feed *feed);
void natt_sha384_add(struct natt_sha384 *h, natt_bytes piece); /* at most 2^61 - 1 bytes together */
void natt_sha384_finish(uint8_t out[48], struct natt_sha384 *h);

/* Digest of the concatenated parts, at most 2^61 - 1 bytes together; out has 48 or 32 bytes. */
void natt_sha384_parts(uint8_t *out, const natt_bytes *parts, size_t count, natt_sha384_feed *feed);
void natt_sha256_parts(uint8_t *out, const natt_bytes *parts, size_t count);

/* For the compression functions, and for those that call them. */
extern const uint64_t natt_sha384_round[80];
extern const uint64_t natt_sha384_initial[8];
void natt_sha384_write(uint8_t out[48], const uint64_t state[8]); /* the digest of a whole message */

#endif
