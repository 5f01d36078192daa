/* -Dcrypto=native */
#include "verify/crypto/native/native.h"

const struct natt_crypto *natt_crypto_default(void)
{
    return natt_native_fastest();
}
