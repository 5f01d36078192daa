/* Whether two policies are equal, independent of their order and spelling. */
#ifndef NATT_RELYING_KMS_SERVER_SAME_POLICY_H
#define NATT_RELYING_KMS_SERVER_SAME_POLICY_H

#include "nitro_attest/base.h"

/* As JSON: white space, and the order of members and of what is in lists, mean nothing. False where one is no JSON. */
bool natt_kms_same_policy(natt_bytes a, natt_bytes b);

#endif
