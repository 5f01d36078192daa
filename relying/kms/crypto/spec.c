/* See spec.h. */
#include "relying/kms/crypto/spec.h"

#include <mbedtls/ecp.h>
#include <string.h>

#define OAEP                                                                                                           \
    {                                                                                                                  \
        "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", NULL                                                                 \
    }
#define ECDH                                                                                                           \
    {                                                                                                                  \
        "ECDH", NULL                                                                                                   \
    }

/* KMS has no key agreement on secp256k1, so this spec is only for data key pairs. */
static const natt_kms_spec specs[] = {
    {"SYMMETRIC_DEFAULT", NATT_KMS_SYMMETRIC, 256, 0, true, false, "ENCRYPT_DECRYPT", {"SYMMETRIC_DEFAULT", NULL}},
    {"RSA_2048", NATT_KMS_RSA, 2048, 0, true, true, "ENCRYPT_DECRYPT", OAEP},
    {"RSA_3072", NATT_KMS_RSA, 3072, 0, true, true, "ENCRYPT_DECRYPT", OAEP},
    {"RSA_4096", NATT_KMS_RSA, 4096, 0, true, true, "ENCRYPT_DECRYPT", OAEP},
    {"ECC_NIST_P256", NATT_KMS_EC, 256, MBEDTLS_ECP_DP_SECP256R1, true, true, "KEY_AGREEMENT", ECDH},
    {"ECC_NIST_P384", NATT_KMS_EC, 384, MBEDTLS_ECP_DP_SECP384R1, true, true, "KEY_AGREEMENT", ECDH},
    {"ECC_NIST_P521", NATT_KMS_EC, 521, MBEDTLS_ECP_DP_SECP521R1, true, true, "KEY_AGREEMENT", ECDH},
    {"ECC_SECG_P256K1", NATT_KMS_EC, 256, MBEDTLS_ECP_DP_SECP256K1, false, true, NULL, {NULL}},
};

const natt_kms_spec *natt_kms_spec_find(const char *name)
{
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++)
        if (strcmp(specs[i].name, name) == 0)
            return &specs[i];
    return NULL;
}

bool natt_kms_spec_has(const natt_kms_spec *spec, const char *algorithm)
{
    for (size_t i = 0; spec->algorithms[i] != NULL; i++)
        if (strcmp(spec->algorithms[i], algorithm) == 0)
            return true;
    return false;
}
