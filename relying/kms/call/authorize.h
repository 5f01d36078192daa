/* May the caller do this? Key policy and principal policy decide; why is kept for the log. */
#ifndef NATT_RELYING_KMS_CALL_AUTHORIZE_H
#define NATT_RELYING_KMS_CALL_AUTHORIZE_H

#include "relying/kms/call/keys.h"

/* With the key's policy. AccessDeniedException in KMS's words; DryRunOperationException is the caller's. */
bool natt_kms_authorize(natt_kms_call *call, const natt_kms_found *found);

/* Without a key: the principal's policy alone. resource: an alias ARN, or "*". */
bool natt_kms_authorize_resource(natt_kms_call *call, const char *resource);

/* Could the caller change this policy again, once the key has it? [KMS developer guide, "Default key policy"] */
bool natt_kms_policy_keeps_caller(natt_kms_call *call, const natt_kms_policy *policy, const char *resource,
                                  bool *keeps);

#endif
