/* The compression for AVX2 over the meaning of its instructions in C. */
#include "verify/crypto/test/plain_intrinsics.h"

#define natt_sha384_feed_avx2 natt_sha384_feed_avx2_plain

#include "verify/crypto/x86/sha384_avx2.inc.h"
