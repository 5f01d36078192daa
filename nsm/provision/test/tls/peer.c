/* See peer.h. */
#include "nsm/provision/test/tls/peer.h"

#include <stdio.h>

#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

EVP_PKEY *peer_load(const char *path)
{
    FILE *f = fopen(path, "rb");
    EVP_PKEY *key = f == NULL ? NULL : PEM_read_PrivateKey(f, NULL, NULL, NULL);
    if (f != NULL)
        (void)fclose(f);
    return key;
}

bool peer_sign_pkcs1(struct peer_bytes *out, EVP_PKEY *key, const EVP_MD *md, const unsigned char *in, size_t len)
{
    out->len = sizeof out->bytes;
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    EVP_PKEY_CTX *plain = EVP_PKEY_CTX_new(key, NULL);
    bool done = md != NULL
                    ? EVP_DigestSignInit(hash, NULL, md, NULL, key) == 1 &&
                          EVP_DigestSign(hash, out->bytes, &out->len, in, len) == 1
                    : EVP_PKEY_sign_init(plain) == 1 && EVP_PKEY_CTX_set_rsa_padding(plain, RSA_PKCS1_PADDING) == 1 &&
                          EVP_PKEY_sign(plain, out->bytes, &out->len, in, len) == 1;
    EVP_MD_CTX_free(hash);
    EVP_PKEY_CTX_free(plain);
    return done;
}

bool peer_sign_raw(struct peer_bytes *out, EVP_PKEY *key, const unsigned char *in, size_t len)
{
    out->len = sizeof out->bytes;
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);
    bool done = EVP_PKEY_sign_init(c) == 1 && EVP_PKEY_CTX_set_rsa_padding(c, RSA_NO_PADDING) == 1 &&
                EVP_PKEY_sign(c, out->bytes, &out->len, in, len) == 1;
    EVP_PKEY_CTX_free(c);
    return done;
}

bool peer_encrypt(struct peer_bytes *out, EVP_PKEY *key, int padding, const unsigned char *in, size_t len)
{
    out->len = sizeof out->bytes;
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);
    bool done = EVP_PKEY_encrypt_init(c) == 1 && EVP_PKEY_CTX_set_rsa_padding(c, padding) == 1 &&
                EVP_PKEY_encrypt(c, out->bytes, &out->len, in, len) == 1;
    EVP_PKEY_CTX_free(c);
    return done;
}

bool peer_verify_pss(EVP_PKEY *key, const EVP_MD *md, int salt_len, const struct peer_bytes *signature,
                     const unsigned char *in, size_t len)
{
    EVP_PKEY_CTX *c;
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    bool good = EVP_DigestVerifyInit(hash, &c, md, NULL, key) == 1 &&
                EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PSS_PADDING) == 1 &&
                EVP_PKEY_CTX_set_rsa_pss_saltlen(c, salt_len) == 1 &&
                EVP_DigestVerify(hash, signature->bytes, signature->len, in, len) == 1;
    EVP_MD_CTX_free(hash);
    return good;
}

static unsigned char *to_der(const struct peer_bytes *signature, int *len)
{
    unsigned char *der = NULL;
    int half = (int)(signature->len / 2);
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature->bytes, half, NULL), *s = BN_bin2bn(signature->bytes + half, half, NULL);
    (void)ECDSA_SIG_set0(pair, r, s);
    *len = i2d_ECDSA_SIG(pair, &der);
    ECDSA_SIG_free(pair);
    return der;
}

bool peer_verify_ecdsa(EVP_PKEY *key, const struct peer_bytes *signature, const unsigned char *in, size_t len)
{
    int der_len;
    unsigned char *der = to_der(signature, &der_len);
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(key, NULL);
    bool good = der_len > 0 && EVP_PKEY_verify_init(c) == 1 && EVP_PKEY_verify(c, der, (size_t)der_len, in, len) == 1;
    EVP_PKEY_CTX_free(c);
    OPENSSL_free(der);
    return good;
}
