/* See secret.h. */
#include "relying/kms/crypto/secret.h"

#include <mbedtls/platform_util.h>

#include "relying/kms/crypto/random.h"

void natt_kms_secret_wipe(natt_kms_secret *secret)
{
    mbedtls_platform_zeroize(secret, sizeof *secret);
}

natt_bytes natt_kms_secret_view(const natt_kms_secret *secret)
{
    return (natt_bytes){secret->bytes, secret->len};
}

bool natt_kms_secret_random(natt_kms_secret *out, size_t len)
{
    natt_kms_secret_wipe(out);
    if (len > sizeof out->bytes || natt_kms_random(NULL, out->bytes, len) != 0)
        return false;
    out->len = len;
    return true;
}
