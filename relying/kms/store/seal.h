/*
 * The two keys that a store derives from its master key. AES-256-GCM seals secrets with one, HMAC-SHA-256 authenticates
 * rows with the other. Both process fields with their lengths, so that different lists of fields are different bytes.
 */
#ifndef NATT_RELYING_KMS_STORE_SEAL_H
#define NATT_RELYING_KMS_STORE_SEAL_H

#include "relying/kms/store/store.h"

#define NATT_KMS_SALT_LEN  32
#define NATT_KMS_NONCE_LEN 12 /* random, which is safe for 2^32 secrets of one file [SP 800-38D 8.3] */
#define NATT_KMS_TAG_LEN   16
#define NATT_KMS_MAC_LEN   32
#define NATT_KMS_CHECK_LEN 32

typedef struct natt_kms_keys natt_kms_keys;

/* salt: the file's, so that two files do not share a key. check: detects a wrong master key, and reveals no key. NULL:
 * out of memory, or mbedTLS failed. */
natt_kms_keys *natt_kms_keys_derive(const uint8_t master_key[NATT_KMS_MASTER_KEY_LEN],
                                    const uint8_t salt[NATT_KMS_SALT_LEN], uint8_t check[NATT_KMS_CHECK_LEN]);
void natt_kms_keys_wipe(natt_kms_keys *keys); /* and frees */

/* The key that a secret belongs to. It cannot be opened for a different one. */
struct natt_kms_owner {
    natt_bytes id, spec, usage, material_id;
};

/* sealed: secret.len and NATT_KMS_TAG_LEN bytes. */
bool natt_kms_seal(const natt_kms_keys *keys, uint8_t nonce[NATT_KMS_NONCE_LEN], uint8_t *sealed,
                   const struct natt_kms_owner *owner, natt_bytes secret);
/* out: sealed.len - NATT_KMS_TAG_LEN bytes; zeros on false. */
bool natt_kms_unseal(const natt_kms_keys *keys, uint8_t *out, const struct natt_kms_owner *owner, natt_bytes nonce,
                     natt_bytes sealed);

/* HMAC over `kind` ("key", "alias"), then texts, then numbers. */
bool natt_kms_mac(const natt_kms_keys *keys, uint8_t out[NATT_KMS_MAC_LEN], const char *kind, const natt_bytes *fields,
                  size_t field_count, const int64_t *numbers, size_t number_count);

/* In constant time. */
bool natt_kms_same_mac(natt_bytes found, const uint8_t wanted[NATT_KMS_MAC_LEN]);

#endif
