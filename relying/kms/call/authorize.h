/* Authorization of the caller. Evaluates the key policy and the principal policy, and keeps the reason for the log. */
#ifndef NATT_RELYING_KMS_CALL_AUTHORIZE_H
#define NATT_RELYING_KMS_CALL_AUTHORIZE_H

#include "relying/kms/call/keys.h"

/* Evaluates the key's policy. If it returns false, the call has AccessDeniedException with KMS's text. The calling
 * function reports DryRunOperationException. */
bool natt_kms_authorize(natt_kms_call *call, const natt_kms_found *found);

/* Without a key, only the principal's policy decides. resource: an alias ARN, or "*". */
bool natt_kms_authorize_resource(natt_kms_call *call, const char *resource);

/* Returns whether the caller could change this policy again once the key has it. [KMS developer guide, "Default key
 * policy"] */
bool natt_kms_policy_keeps_caller(natt_kms_call *call, const natt_kms_policy *policy, const char *resource,
                                  bool *keeps);

#endif
