/* 64-bit machines other than x86-64: one engine. */
#include "verify/crypto/p384/p384.h"

const struct natt_p384_engine *natt_p384_engine(void)
{
    return &natt_p384_wide;
}
