/* A secret between key and reply. Each function that declares one must wipe it on every path. */
#ifndef NATT_RELYING_KMS_CRYPTO_SECRET_H
#define NATT_RELYING_KMS_CRYPTO_SECRET_H

#include "nitro_attest/base.h"

#define NATT_KMS_SECRET_ROOM 4096 /* the largest Plaintext; a PKCS#8 private key of RSA 4096 has about 2,400 bytes */

typedef struct natt_kms_secret {
    size_t len;
    uint8_t bytes[NATT_KMS_SECRET_ROOM];
} natt_kms_secret;

void natt_kms_secret_wipe(natt_kms_secret *secret);
natt_bytes natt_kms_secret_view(const natt_kms_secret *secret);

/* len random bytes; false: it is empty. */
bool natt_kms_secret_random(natt_kms_secret *out, size_t len);

#endif
