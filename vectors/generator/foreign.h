/*
 * Keys that no certificate of AWS has: other curves, RSA, Ed25519. Test keys, the same for every issuer.
 */
#ifndef NATT_VECTORS_FOREIGN_H
#define NATT_VECTORS_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

#define NATT_FOREIGN_MAX 600 /* bytes of the largest SubjectPublicKeyInfo or signature */

struct natt_foreign {
    uint8_t bytes[NATT_FOREIGN_MAX];
    size_t len;
};

/*
 * SubjectPublicKeyInfo. key: "P-256", "P-384", "P-521", "secp256k1", "RSA", "RSA-PSS" or "Ed25519". Returns NULL or the
 * reason of the failure, as the next function does.
 */
const char *natt_foreign_spki(struct natt_foreign *out, const char *key);

/*
 * A signature over a message. scheme: "SHA-256", "SHA-384" or "SHA-512"; ignored for Ed25519. half: 0 = in DER, else
 * r || s with this number of bytes each; ignored for RSA and Ed25519.
 */
const char *natt_foreign_sign(struct natt_foreign *out, const char *key, const char *scheme, size_t half,
                              const uint8_t *message, size_t len);

/* Ed25519 [RFC8032 5.1]: the key of 32 bytes, and a signature of 64. Return 0, or an error of mbedTLS. */
int natt_ed25519_public(uint8_t out[32]);
int natt_ed25519_sign(uint8_t out[64], const uint8_t *message, size_t len);

#endif
