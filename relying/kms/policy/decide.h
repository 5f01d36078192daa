/* Internals of a decision. */
#ifndef NATT_RELYING_KMS_POLICY_DECIDE_H
#define NATT_RELYING_KMS_POLICY_DECIDE_H

#include "relying/kms/policy/model.h"

#define NATT_KMS_MAX_ARN 2048 /* [IAM API reference, arnType] */

/* The question, and the values that the caller's ARN adds. */
typedef struct natt_kms_case {
    const natt_kms_policy *key_policy, *principal_policy;
    natt_kms_question question; /* its values are owned */
    natt_kms_principal caller;  /* without an account: the ARN is not valid */
    char role_arn[NATT_KMS_MAX_ARN + 1];
} natt_kms_case;

/* False: out of memory. Free it in either case. */
bool natt_kms_case_begin(natt_kms_case *c, const natt_kms_policy *key_policy, const natt_kms_policy *principal_policy,
                         const natt_kms_question *question);
void natt_kms_case_free(natt_kms_case *c);

typedef struct natt_kms_ruling {
    natt_kms_effect effect;
    natt_kms_policy_kind by;
    const natt_kms_statement *statement, *delegated_by;
} natt_kms_ruling;

/* NULL: out of memory. */
json_t *natt_kms_explain(const natt_kms_ruling *ruling, const natt_kms_case *c);

#endif
