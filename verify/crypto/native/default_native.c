/* -Dcrypto=native */
#include "verify/crypto/crypto.h"

const struct natt_crypto *natt_crypto_default(void)
{
    return &natt_crypto_native;
}
