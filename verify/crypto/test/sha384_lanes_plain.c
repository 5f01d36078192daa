/* Hashes in lanes over the meaning of their instructions in C. */
#include "verify/crypto/test/plain_intrinsics.h"

#define natt_sha384_feed_lanes_avx512 natt_sha384_feed_lanes_plain

#include "verify/crypto/x86/sha384_lanes.inc.h"
