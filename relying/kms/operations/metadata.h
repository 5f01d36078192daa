/* What replies contain about a key: KeyMetadata, and its parts. */
#ifndef NATT_RELYING_KMS_OPERATIONS_METADATA_H
#define NATT_RELYING_KMS_OPERATIONS_METADATA_H

#include "relying/kms/call/keys.h"

/* KeySpec, its old name, and the algorithms. */
bool natt_kms_put_spec(natt_kms_call *call, json_t *into, const natt_kms_key *key, const natt_kms_spec *spec);

/* The member KeyMetadata. */
bool natt_kms_put_metadata(natt_kms_call *call, const natt_kms_key *key, const natt_kms_spec *spec);

const char *natt_kms_state_name(natt_kms_state state);

#endif
