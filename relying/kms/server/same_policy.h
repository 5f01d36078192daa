/* Compares two policies, independent of their order and spelling. */
#ifndef NATT_RELYING_KMS_SERVER_SAME_POLICY_H
#define NATT_RELYING_KMS_SERVER_SAME_POLICY_H

#include "nitro_attest/base.h"

/* Compares as JSON: white space, and the order of members and of items in lists, do not matter. False: they differ, or
 * one is not JSON. */
bool natt_kms_same_policy(natt_bytes a, natt_bytes b);

#endif
