/* The native back end, for tests that link it beside others; the library reaches it as natt_crypto_default. */
#ifndef NATT_VERIFY_CRYPTO_NATIVE_H
#define NATT_VERIFY_CRYPTO_NATIVE_H

#include "verify/crypto/crypto.h"

bool natt_native_sha384(uint8_t *out, const natt_bytes *parts, size_t count);
bool natt_native_sha256(uint8_t *out, const natt_bytes *parts, size_t count);
natt_crypto_answer natt_native_on_curve(const uint8_t *public_key);
void natt_native_verify(struct natt_job *jobs, size_t count);

#define NATT_CRYPTO_NATIVE                                                                                             \
    {                                                                                                                  \
        natt_native_sha384, natt_native_sha256, natt_native_on_curve, natt_native_verify                               \
    }

extern const struct natt_crypto natt_crypto_native;

#endif
