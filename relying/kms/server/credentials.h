/*
 * The access keys of a credentials file, which only its owner may read:
 *     {"version": 1, "credentials": [{"access_key_id", "secret_access_key", "session_token"?, "principal", "policy"?}]}
 * principal is an ARN of the server's account, policy a principal policy.
 */
#ifndef NATT_RELYING_KMS_SERVER_CREDENTIALS_H
#define NATT_RELYING_KMS_SERVER_CREDENTIALS_H

#include "nsm/kms/sigv4.h"
#include "relying/kms/policy/policy.h"
#include "relying/kms/server/private_file.h"

typedef struct natt_kms_credential {
    char *access_key, *secret, *session_token; /* token NULL = none */
    char *principal;
    natt_kms_policy *policy; /* NULL = none */
} natt_kms_credential;

typedef struct natt_kms_credentials {
    natt_kms_credential *list;
    size_t count;
} natt_kms_credentials;

/* NULL and *err, which names the member, such as "credentials[1].principal". */
natt_kms_credentials *natt_kms_credentials_read(const char *path, const char *account, natt_kms_error *err);
/* The same, from text. */
natt_kms_credentials *natt_kms_credentials_parse(natt_bytes text, const char *account, natt_kms_error *err);
void natt_kms_credentials_free(natt_kms_credentials *credentials);

/* NULL: no credential has this access key. */
const natt_kms_credential *natt_kms_credentials_find(const natt_kms_credentials *credentials, natt_bytes access_key);

#endif
