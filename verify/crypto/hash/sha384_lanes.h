/* SHA-384 of several messages at once, each in a lane of vector registers. */
#ifndef NATT_VERIFY_CRYPTO_SHA384_LANES_H
#define NATT_VERIFY_CRYPTO_SHA384_LANES_H

#include "verify/crypto/crypto.h"
#include "verify/crypto/hash/sha2.h"

#define NATT_SHA384_LANES 8

/* Feeds whole blocks of eight messages to their states; word i of lane j is state[i][j]. */
typedef void natt_sha384_feed_lanes(uint64_t state[8][NATT_SHA384_LANES], const uint8_t *const data[NATT_SHA384_LANES],
                                    size_t blocks);

natt_sha384_feed_lanes natt_sha384_feed_lanes_avx512; /* x86-64 with AVX-512 F and BW */

/* Digests of messages of any lengths, each at most 2^61 - 1 bytes. lanes: NULL, then one after the other. */
void natt_sha384_each(const struct natt_message *messages, size_t count, natt_sha384_feed *feed,
                      natt_sha384_feed_lanes *lanes);

#endif
