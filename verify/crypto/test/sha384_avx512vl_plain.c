/* The compression for AVX-512 VL over the meaning of its instructions in C. */
#include "verify/crypto/test/plain_intrinsics.h"

#define natt_sha384_feed_avx512vl natt_sha384_feed_avx512vl_plain

#include "verify/crypto/x86/sha384_avx512vl.inc.h"
