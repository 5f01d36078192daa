/* Builds without lanes. */
#include "verify/crypto/native/native.h"

const struct natt_crypto *natt_native_fastest(void)
{
    return &natt_crypto_native;
}
