/* The same keys in OpenSSL, from files, to compare or verify the token's results. */
#ifndef NATT_NSM_PROVISION_TEST_PEER_H
#define NATT_NSM_PROVISION_TEST_PEER_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/evp.h>

#define PEER_MAX 1024 /* bytes of a signature or of a block of RSA */

struct peer_bytes {
    unsigned char bytes[PEER_MAX];
    size_t len;
};

/* NULL: there is no such key. */
EVP_PKEY *peer_load(const char *path);

/* The signature of PKCS #1 v1.5; md NULL = the input is put into the block unchanged. */
bool peer_sign_pkcs1(struct peer_bytes *out, EVP_PKEY *key, const EVP_MD *md, const unsigned char *in, size_t len);
bool peer_sign_raw(struct peer_bytes *out, EVP_PKEY *key, const unsigned char *in, size_t len);
/* padding: RSA_PKCS1_PADDING or RSA_NO_PADDING. */
bool peer_encrypt(struct peer_bytes *out, EVP_PKEY *key, int padding, const unsigned char *in, size_t len);
/* Exactly this length of salt; digest and MGF1 with md. */
bool peer_verify_pss(EVP_PKEY *key, const EVP_MD *md, int salt_len, const struct peer_bytes *signature,
                     const unsigned char *in, size_t len);
/* signature: r and s, each as long as the order. */
bool peer_verify_ecdsa(EVP_PKEY *key, const struct peer_bytes *signature, const unsigned char *in, size_t len);

#endif
