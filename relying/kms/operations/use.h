/* Shared code of operations that use a key. */
#ifndef NATT_RELYING_KMS_OPERATIONS_USE_H
#define NATT_RELYING_KMS_OPERATIONS_USE_H

#include "relying/kms/call/authorize.h"

/* The key that KeyId names, authorized, enabled, of this usage (NULL = any); DryRun ends here. Free `found` in either
 * case. */
bool natt_kms_use(natt_kms_call *call, natt_kms_found *found, const char *usage);
/* The last steps of natt_kms_use, for a key that was found. */
bool natt_kms_use_found(natt_kms_call *call, const natt_kms_found *found, const char *usage);

/* InvalidKeyUsageException: this key cannot do that. */
bool natt_kms_check_algorithm(natt_kms_call *call, const natt_kms_found *found, const char *algorithm);
bool natt_kms_check_symmetric(natt_kms_call *call, const natt_kms_found *found);

/* Adds the member `name` to the reply: the secret, encrypted under the key with the encryption context. */
bool natt_kms_put_ciphertext(natt_kms_call *call, const char *name, const natt_kms_found *found, natt_bytes secret);
/* InvalidCiphertextException for every fault. */
bool natt_kms_open_ciphertext(natt_kms_call *call, natt_kms_secret *out, const natt_kms_found *found, natt_bytes blob);
bool natt_kms_invalid_ciphertext(natt_kms_call *call);

/* Adds KeyId to the reply and, for symmetric keys, KeyMaterialId. */
bool natt_kms_put_key_ids(natt_kms_call *call, const natt_kms_found *found);

#endif
