/* The compression for AArch64 over the meaning of its instructions in C. */
#include "verify/crypto/test/plain_neon.h"

#define natt_sha384_feed_sha512 natt_sha384_feed_sha512_plain

#include "verify/crypto/aarch64/sha384_sha512.inc.h"
