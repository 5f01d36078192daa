/*
 * AWS credentials from the environment, a file, a descriptor or the caller, in locked memory.
 */
#ifndef NATT_NSM_KMS_CREDENTIALS_H
#define NATT_NSM_KMS_CREDENTIALS_H

#include "nitro_attest/kms_client.h"

#define NATT_AWS_CREDENTIALS_MAX_FILE   65536 /* bytes of a file, or of the input from a descriptor */
#define NATT_AWS_CREDENTIALS_MAX_KEY    128   /* characters of an access key [IAM API AccessKey] */
#define NATT_AWS_CREDENTIALS_MAX_SECRET 256   /* of a secret access key, as sigv4.h */
#define NATT_AWS_CREDENTIALS_MAX_TOKEN  8192  /* of a session token */

typedef struct natt_aws_credentials natt_aws_credentials;

/*
 * Reads them once; from a descriptor, up to deadline_ms of the monotonic clock. NULL:
 * NATT_KMS_CLIENT_E_USAGE_CREDENTIALS, _CREDENTIALS_*, _MEMORY.
 */
natt_aws_credentials *natt_aws_credentials_new(const natt_kms_client_credentials *source, uint64_t deadline_ms,
                                               natt_kms_client_error *err);
/* Wipes and frees them. NULL is ignored. */
void natt_aws_credentials_free(natt_aws_credentials *credentials);

/*
 * Views that are valid until the next refresh. The file is read again when its Expiration is less than five minutes
 * after now_ms, or when force is set. False: NATT_KMS_CLIENT_E_CREDENTIALS_EXPIRED, or why the file could not be read
 * after the previous credentials expired.
 */
bool natt_aws_credentials_get(natt_aws_credentials *credentials, natt_bytes *access_key, natt_bytes *secret_key,
                              natt_bytes *session_token, uint64_t now_ms, bool force, natt_kms_client_error *err);
/* The secret values: views as above. */
void natt_aws_credentials_secrets(const natt_aws_credentials *credentials, natt_bytes *secret_key,
                                  natt_bytes *session_token);
/* They come from a file, so reading it again can help. */
bool natt_aws_credentials_can_refresh(const natt_aws_credentials *credentials);

#endif
