/* 64-bit machines other than x86-64: one implementation of everything. */
#include "verify/crypto/p384.h"
#include "verify/crypto/sha2.h"

const struct natt_p384_engine *natt_p384_engine(void)
{
    return &natt_p384_wide;
}

natt_sha384_feed *natt_sha384_fastest(void)
{
    return natt_sha384_feed_portable;
}
