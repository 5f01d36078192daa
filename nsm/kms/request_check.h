/*
 * The arguments of the operations in one structure, and the checks before anything is sent.
 */
#ifndef NATT_NSM_KMS_REQUEST_CHECK_H
#define NATT_NSM_KMS_REQUEST_CHECK_H

#include "nitro_attest/kms_client.h"

#define NATT_KMS_CLIENT_MAX_SPEC 64 /* characters of a spec or an algorithm; KMS's have at most 22 */

/* Members of a request. Members that an operation does not have are absent: NULL or zero. */
typedef struct natt_kms_members {
    natt_bytes ciphertext, public_key, plaintext;
    const char *key_id, *key_spec, *key_pair_spec, *encryption_algorithm, *key_agreement_algorithm;
    uint32_t number_of_bytes;
    natt_kms_client_context context;
    natt_kms_client_recipient recipient;
} natt_kms_members;

/* Which of them an operation must have, as bits. All members that are present are checked, required or not. */
enum {
    NATT_KMS_NEEDS_CIPHERTEXT = 1,
    NATT_KMS_NEEDS_KEY_ID = 2,
    NATT_KMS_NEEDS_PUBLIC_KEY = 4,
    NATT_KMS_NEEDS_PLAINTEXT = 8,
    NATT_KMS_NEEDS_PAIR_SPEC = 16,
    NATT_KMS_NEEDS_BYTES = 32,         /* number_of_bytes */
    NATT_KMS_NEEDS_SPEC_OR_BYTES = 64, /* exactly one of key_spec and number_of_bytes */
    NATT_KMS_NEEDS_RECIPIENT = 128
};

/* NATT_KMS_CLIENT_E_USAGE_*. */
bool natt_kms_members_check(const natt_kms_members *members, unsigned needs, natt_kms_client_error *err);

#endif
