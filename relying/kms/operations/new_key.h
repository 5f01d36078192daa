/* Makes keys: for CreateKey, and for kms serve --key. */
#ifndef NATT_RELYING_KMS_OPERATIONS_NEW_KEY_H
#define NATT_RELYING_KMS_OPERATIONS_NEW_KEY_H

#include "relying/kms/call/config.h"
#include "relying/kms/crypto/pair.h"
#include "relying/kms/store/store.h"

#define NATT_KMS_DEFAULT_POLICY_ROOM 512

/* The policy of a key created without one: it delegates everything to the account, so its principals' policies
 * decide. */
void natt_kms_default_policy(char out[NATT_KMS_DEFAULT_POLICY_ROOM], const char *account);

/* The search for an RSA key ends at the server's time limit. False: NATT_KMS_STORE_LOCKED at that limit, else
 * NATT_KMS_STORE_FAILED. */
bool natt_kms_new_pair(natt_kms_secret *private_key, natt_kms_spki *public_key, const natt_kms_config *config,
                       const natt_kms_spec *spec, natt_kms_store_error *err);

/* A key with new material, in the store. False: *err is from the store or natt_kms_new_pair. */
bool natt_kms_new_key(natt_kms_key *out, const natt_kms_config *config, const natt_kms_spec *spec,
                      const char *description, const char *policy, int64_t now_ms, natt_kms_store_error *err);

#endif
