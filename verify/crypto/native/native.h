/* What the tables of the native back end share, and those that this processor runs. */
#ifndef NATT_VERIFY_CRYPTO_NATIVE_H
#define NATT_VERIFY_CRYPTO_NATIVE_H

#include "verify/crypto/crypto.h"

bool natt_native_sha384(uint8_t *out, const natt_bytes *parts, size_t count);
bool natt_native_sha256(uint8_t *out, const natt_bytes *parts, size_t count);
/* lanes_x86.c, or lanes_none.c. */
void natt_native_sha384_each(const struct natt_message *messages, size_t count);
natt_crypto_answer natt_native_on_curve(const uint8_t *public_key);
bool natt_native_make_table(struct natt_key_table *out, const uint8_t *public_key);

/* The table for this processor: natt_crypto_native, or one with lanes where they are measured to be faster. */
const struct natt_crypto *natt_native_fastest(void);

/* With lanes. To force one, pass it in place of natt_crypto_default() (natt_verify_with, tests, benchmarks), on a
 * processor that has its instructions (x86/cpu.h). */
extern const struct natt_crypto natt_crypto_lanes_fma;
extern const struct natt_crypto natt_crypto_lanes_ifma;

#endif
