/*
 * The ciphertexts of symmetric keys, in this server's own format:
 *     "NKM1" | key id, 16 | key material id, 32 | nonce, 12 | tag, 16 | ciphertext
 * AES-256-GCM; the additional data are the first 52 bytes and the encryption context. Nonces are random, so the limit
 * is 2^32 ciphertexts per key [NIST SP 800-38D 8.3].
 */
#ifndef NATT_RELYING_KMS_CRYPTO_BLOB_H
#define NATT_RELYING_KMS_CRYPTO_BLOB_H

#include "relying/kms/crypto/random.h"
#include "relying/kms/crypto/secret.h"

#define NATT_KMS_BLOB_OVERHEAD 80
#define NATT_KMS_MAX_BLOB      6144 /* CiphertextBlob [KMS API reference] */

typedef struct natt_kms_blob_key {
    const char *id;          /* UUID */
    const char *material_id; /* 64 hexadecimal digits */
    natt_bytes secret;       /* 32 bytes */
} natt_kms_blob_key;

/* False: the key does not have these forms, or mbedTLS failed; *len is 0. `context` is the canonical encryption
 * context. */
bool natt_kms_blob_seal(uint8_t out[NATT_KMS_MAX_BLOB], size_t *len, const natt_kms_blob_key *key, natt_bytes context,
                        natt_bytes plaintext);

/* The key id in the ciphertext, not authenticated. False: it is not a ciphertext of this format. */
bool natt_kms_blob_key_id(char out[NATT_KMS_UUID_LEN + 1], natt_bytes blob);

/* False, and an empty secret: a different key, a different context, or a changed byte. The caller does not learn
 * which. */
bool natt_kms_blob_open(natt_kms_secret *out, const natt_kms_blob_key *key, natt_bytes context, natt_bytes blob);

#endif
