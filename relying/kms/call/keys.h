/* Finds keys by the names that requests use (id, ARN, alias, alias ARN), and checks whether they can be used. */
#ifndef NATT_RELYING_KMS_CALL_KEYS_H
#define NATT_RELYING_KMS_CALL_KEYS_H

#include "relying/kms/call/call.h"
#include "relying/kms/crypto/secret.h"
#include "relying/kms/crypto/spec.h"

typedef struct natt_kms_found {
    natt_kms_key key;
    const natt_kms_spec *spec;
    char *policy; /* malloc'ed text */
    char arn[NATT_KMS_ARN_ROOM];
    char alias[NATT_KMS_MAX_ALIAS + 1]; /* that the request named; "" = none */
} natt_kms_found;

typedef enum natt_kms_names {
    NATT_KMS_ANY_NAME,     /* of the four */
    NATT_KMS_NO_ALIAS_NAME /* operations that change a key accept only its id or ARN */
} natt_kms_names;

/* NotFoundException, InvalidArnException; KeyUnavailableException: the HMAC of the key's row does not match. Free it in
 * either case. */
bool natt_kms_find_key(natt_kms_call *call, natt_kms_found *out, const char *name, natt_kms_names names);
/* The same by id. If there is no such key, *there is false and no fault is set. */
bool natt_kms_find_key_by_id(natt_kms_call *call, natt_kms_found *out, const char *id, bool *there);
void natt_kms_found_free(natt_kms_found *found);

void natt_kms_key_arn(char out[NATT_KMS_ARN_ROOM], const natt_kms_config *config, const char *id);
void natt_kms_alias_arn(char out[NATT_KMS_ARN_ROOM], const natt_kms_config *config, const char *alias);

/* DisabledException, KMSInvalidStateException. */
bool natt_kms_check_enabled(natt_kms_call *call, const natt_kms_found *found);
bool natt_kms_check_not_pending(natt_kms_call *call, const natt_kms_found *found);
/* InvalidKeyUsageException */
bool natt_kms_check_usage(natt_kms_call *call, const natt_kms_found *found, const char *usage);

/* "alias/" and 1 to 250 of a-z A-Z 0-9 / _ -, not "alias/aws/" [KMS API reference, CreateAlias]. */
bool natt_kms_alias_valid(const char *name);

/* The key itself; wipe it. KeyUnavailableException: it cannot be unsealed. */
bool natt_kms_key_secret(natt_kms_call *call, natt_kms_secret *out, const natt_kms_found *found);

#endif
