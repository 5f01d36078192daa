#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <stdlib.h>
#include <string.h>

#include "verify/crypto/test/peers.h"

bool openssl_holds(const struct natt_job *job)
{
    uint8_t encoded[97] = {4};
    const uint8_t *at = encoded;
    EC_KEY *key = EC_KEY_new_by_curve_name(NID_secp384r1);
    ECDSA_SIG *signature = ECDSA_SIG_new();
    memcpy(encoded + 1, job->public_key, 96);
    ECDSA_SIG_set0(signature, BN_bin2bn(job->r, 48, NULL), BN_bin2bn(job->s, 48, NULL));
    bool holds = o2i_ECPublicKey(&key, &at, 97) != NULL && ECDSA_do_verify(job->hash, 48, signature, key) == 1;
    ECDSA_SIG_free(signature);
    EC_KEY_free(key);
    return holds;
}

void openssl_sign(struct natt_job *job, uint8_t *key, unsigned per_key)
{
    static EC_KEY *signer;
    static uint8_t encoded[97];
    static unsigned uses;
    if (uses++ % per_key == 0) {
        uint8_t *at = encoded;
        EC_KEY_free(signer);
        signer = EC_KEY_new_by_curve_name(NID_secp384r1);
        if (EC_KEY_generate_key(signer) != 1 || i2o_ECPublicKey(signer, &at) != 97)
            abort();
    }
    ECDSA_SIG *signature = ECDSA_do_sign(job->hash, 48, signer);
    if (signature == NULL)
        abort();
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), job->r, 48);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), job->s, 48);
    ECDSA_SIG_free(signature);
    memcpy(key, encoded + 1, 96);
    job->public_key = key;
    job->answer = NATT_CRYPTO_ERROR;
}
