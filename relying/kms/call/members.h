/*
 * Members of requests: one row each has its JSON name, type and limits, since clients check almost nothing. As in AWS,
 * unknown members of an operation are ignored, and null means absent. Sources: the KMS service model and API reference.
 */
#ifndef NATT_RELYING_KMS_CALL_MEMBERS_H
#define NATT_RELYING_KMS_CALL_MEMBERS_H

#include <jansson.h>

#include "relying/kms/call/fault.h"

typedef enum natt_kms_member {
    NATT_KMS_IN_KEY_ID = 0,
    NATT_KMS_IN_CIPHERTEXT,
    NATT_KMS_IN_PLAINTEXT,
    NATT_KMS_IN_CONTEXT,
    NATT_KMS_IN_GRANT_TOKENS,
    NATT_KMS_IN_ALGORITHM,
    NATT_KMS_IN_DRY_RUN,
    NATT_KMS_IN_DATA_KEY_SPEC,
    NATT_KMS_IN_BYTES,
    NATT_KMS_IN_PAIR_SPEC,
    NATT_KMS_IN_CUSTOM_STORE,
    NATT_KMS_IN_AGREEMENT,
    NATT_KMS_IN_PUBLIC_KEY,
    NATT_KMS_IN_KEY_SPEC,
    NATT_KMS_IN_OLD_KEY_SPEC, /* CustomerMasterKeySpec, its former name */
    NATT_KMS_IN_KEY_USAGE,
    NATT_KMS_IN_DESCRIPTION,
    NATT_KMS_IN_ORIGIN,
    NATT_KMS_IN_POLICY,
    NATT_KMS_IN_POLICY_NAME,
    NATT_KMS_IN_BYPASS, /* BypassPolicyLockoutSafetyCheck */
    NATT_KMS_IN_MULTI_REGION,
    NATT_KMS_IN_ALIAS_NAME,
    NATT_KMS_IN_TARGET_KEY_ID,
    NATT_KMS_IN_MARKER,
    NATT_KMS_IN_LIMIT,
    NATT_KMS_IN_ALIAS_LIMIT, /* Limit of ListAliases */
    NATT_KMS_IN_PENDING_DAYS,
    NATT_KMS_IN_RECIPIENT,
    NATT_KMS_IN_RECIPIENT_ALGORITHM, /* the last two are members of Recipient */
    NATT_KMS_IN_DOCUMENT,
    NATT_KMS_MEMBER_COUNT
} natt_kms_member;

#define NATT_KMS_BIT(member) (UINT64_C(1) << (member))

typedef struct natt_kms_value {
    bool given;
    const char *text; /* lives in the request's JSON */
    int64_t number;
    bool flag;
    natt_bytes bytes; /* malloc'ed, wiped by natt_kms_members_free */
    json_t *json;     /* MAP, LIST, OBJECT; borrowed */
} natt_kms_value;

/* Reads the members in `takes`; those in `needs` are required. False: *fault has the reason. Free them in either
 * case. */
bool natt_kms_members_read(natt_kms_value out[NATT_KMS_MEMBER_COUNT], const json_t *request, uint64_t takes,
                           uint64_t needs, natt_kms_fault *fault);
void natt_kms_members_free(natt_kms_value values[NATT_KMS_MEMBER_COUNT]);

#endif
