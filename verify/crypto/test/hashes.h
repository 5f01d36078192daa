/* Every compression of SHA-384 that this machine runs: in C, the others over plain C, and those of its processor. */
#ifndef NATT_VERIFY_CRYPTO_TEST_HASHES_H
#define NATT_VERIFY_CRYPTO_TEST_HASHES_H

#include "verify/crypto/hash/sha2.h"

natt_sha384_feed natt_sha384_feed_avx2_plain, natt_sha384_feed_avx512vl_plain, natt_sha384_feed_sha512_plain;

/* NULL past the last. */
natt_sha384_feed *test_sha384_feed(unsigned i);

/* Those of the processor, for test_sha384_feed: hashes_x86.c, hashes_aarch64.c or hashes_none.c. */
natt_sha384_feed *test_sha384_feed_of_processor(unsigned i);

#endif
