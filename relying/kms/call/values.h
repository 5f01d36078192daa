/* Copied values of condition keys, in the form for the policy engine. Adding returns no error; it sets `failed`. */
#ifndef NATT_RELYING_KMS_CALL_VALUES_H
#define NATT_RELYING_KMS_CALL_VALUES_H

#include "relying/kms/call/keys.h"

typedef struct natt_kms_values {
    natt_kms_condition_value *items;
    size_t count, capacity;
    bool failed; /* out of memory: do not evaluate policies with these */
} natt_kms_values;

/* value NULL: not added. */
void natt_kms_values_add(natt_kms_values *values, const char *key, const char *value);
void natt_kms_values_free(natt_kms_values *values);

/* Adds the values of the request, of its document, and of its key, which may be NULL; the engine adds the caller's. */
void natt_kms_values_of_call(natt_kms_values *values, natt_kms_call *call, const natt_kms_found *found);

#endif
