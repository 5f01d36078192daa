/*
 * The two forms of credentials in text: JSON and the shared credentials file of the AWS CLI. Both readers copy nothing
 * anywhere but into *out, which is in locked memory.
 */
#ifndef NATT_NSM_KMS_CREDENTIALS_FORM_H
#define NATT_NSM_KMS_CREDENTIALS_FORM_H

#include "nsm/kms/credentials.h"

#define NATT_AWS_CREDENTIALS_MAX_TIME 40 /* characters: "2026-11-30T12:34:56.123456789+00:00" has 35 */
#define NATT_AWS_CREDENTIALS_MAX_CODE 64 /* of IMDSv2's Code: "Success", "AssumeRoleUnauthorizedAccess" */

/* Room for one value, and what is in it; len > capacity: it did not fit. */
typedef struct natt_aws_text {
    uint8_t *ptr;
    size_t capacity, len;
    bool given;
} natt_aws_text;

/* What was read. The texts point into the arrays below them. */
typedef struct natt_aws_values {
    natt_aws_text access_key, secret_key, session_token, expiration, code;
    uint64_t expires_ms; /* UINT64_MAX = never */
    uint8_t access_key_bytes[NATT_AWS_CREDENTIALS_MAX_KEY];
    uint8_t secret_key_bytes[NATT_AWS_CREDENTIALS_MAX_SECRET];
    uint8_t session_token_bytes[NATT_AWS_CREDENTIALS_MAX_TOKEN];
    uint8_t expiration_bytes[NATT_AWS_CREDENTIALS_MAX_TIME];
    uint8_t code_bytes[NATT_AWS_CREDENTIALS_MAX_CODE];
} natt_aws_values;

/* Empties the values, wipes their previous content, and sets their room. */
void natt_aws_values_init(natt_aws_values *values);
/* False: it had been given already. */
bool natt_aws_text_set(natt_aws_text *text, natt_bytes value);

/*
 * The values are complete and can go into a header: NATT_KMS_CLIENT_E_CREDENTIALS_MISSING, _FORM. Reads expiration and
 * code.
 */
bool natt_aws_values_check(natt_aws_values *values, natt_kms_client_error *err);

/* One of the two forms; profile NULL = "default". False: NATT_KMS_CLIENT_E_CREDENTIALS_FORM, _MISSING. */
bool natt_aws_values_parse(natt_aws_values *out, natt_bytes text, const char *profile, natt_kms_client_error *err);
bool natt_aws_values_parse_json(natt_aws_values *out, natt_bytes text, natt_kms_client_error *err);
bool natt_aws_values_parse_profile(natt_aws_values *out, natt_bytes text, const char *profile,
                                   natt_kms_client_error *err);

#endif
