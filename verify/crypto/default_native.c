/* -Dcrypto=native: the table the library uses. */
#include "verify/crypto/native.h"

const struct natt_crypto natt_crypto_default = NATT_CRYPTO_NATIVE;
