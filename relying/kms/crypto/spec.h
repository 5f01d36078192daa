/* Key specs of KMS, and what this server can do with each. */
#ifndef NATT_RELYING_KMS_CRYPTO_SPEC_H
#define NATT_RELYING_KMS_CRYPTO_SPEC_H

#include "nitro_attest/base.h"

typedef enum natt_kms_family { NATT_KMS_SYMMETRIC = 0, NATT_KMS_RSA, NATT_KMS_EC } natt_kms_family;

typedef struct natt_kms_spec {
    const char *name;
    natt_kms_family family;
    unsigned bits;
    int curve;                 /* mbedtls_ecp_group_id */
    bool key, pair;            /* made by CreateKey; by GenerateDataKeyPair */
    const char *usage;         /* the only usage of this spec here */
    const char *algorithms[3]; /* of that usage, ended by NULL */
} natt_kms_spec;

/* NULL: this server does not have it, although KMS may. */
const natt_kms_spec *natt_kms_spec_find(const char *name);

bool natt_kms_spec_has(const natt_kms_spec *spec, const char *algorithm);

#endif
