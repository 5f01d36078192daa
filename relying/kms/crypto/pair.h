/*
 * RSA and elliptic curve keys by mbedTLS. Private keys are PKCS #8 in DER, as in KMS's replies and in the store; public
 * keys are SubjectPublicKeyInfo in DER. Builds with mbedTLS 2.28 and 3.6.
 */
#ifndef NATT_RELYING_KMS_CRYPTO_PAIR_H
#define NATT_RELYING_KMS_CRYPTO_PAIR_H

#include "relying/kms/crypto/random.h"
#include "relying/kms/crypto/secret.h"
#include "relying/kms/crypto/spec.h"

#define NATT_KMS_SPKI_ROOM 1024 /* RSA 4096 has 550 bytes */

typedef struct natt_kms_spki {
    size_t len;
    uint8_t bytes[NATT_KMS_SPKI_ROOM];
} natt_kms_spki;

/* A new key; RSA 4096 takes seconds, sometimes ten times as long. False, and both are empty: deadline->passed, or
 * mbedTLS failed. */
bool natt_kms_pair_generate(natt_kms_secret *private_key, natt_kms_spki *public_key, const natt_kms_spec *spec,
                            natt_kms_deadline *deadline);

bool natt_kms_pair_public(natt_kms_spki *out, natt_bytes private_key);

/* The maximum number of bytes that RSAES-OAEP with this hash encrypts [RFC 8017 7.1.1]. */
size_t natt_kms_oaep_room(const natt_kms_spec *spec, const char *algorithm);

/* algorithm: "RSAES_OAEP_SHA_1" or "RSAES_OAEP_SHA_256"; out has 512 bytes. */
bool natt_kms_oaep_encrypt(uint8_t out[512], size_t *len, natt_bytes private_key, const char *algorithm,
                           natt_bytes plaintext);
/* False, and an empty secret, for every fault of the ciphertext. */
bool natt_kms_oaep_decrypt(natt_kms_secret *out, natt_bytes private_key, const char *algorithm, natt_bytes ciphertext);

typedef enum natt_kms_agreed { NATT_KMS_AGREED = 0, NATT_KMS_PEER_INVALID, NATT_KMS_AGREE_FAILED } natt_kms_agreed;

/* ECDH: the x coordinate, as long as the field. PEER_INVALID: not exactly one SPKI in DER with a point on the key's
 * curve. */
natt_kms_agreed natt_kms_agree(natt_kms_secret *out, natt_bytes private_key, natt_bytes peer);

#endif
