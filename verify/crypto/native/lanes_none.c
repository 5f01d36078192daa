/* Builds without lanes. */
#include "verify/crypto/native/native.h"

void natt_native_sha384_each(const struct natt_message *messages, size_t count)
{
    for (size_t i = 0; i < count; i++)
        (void)natt_native_sha384(messages[i].digest, messages[i].parts, NATT_MESSAGE_PARTS);
}

const struct natt_crypto *natt_native_fastest(void)
{
    return &natt_crypto_native;
}
