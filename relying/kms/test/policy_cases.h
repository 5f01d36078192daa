/* A request of policy_cases.json, and the required decision. */
#ifndef NATT_RELYING_KMS_TEST_POLICY_CASES_H
#define NATT_RELYING_KMS_TEST_POLICY_CASES_H

#include "relying/kms/policy/policy.h"

#define TEST_ACCOUNT "111122223333"
#define TEST_ALICE   "arn:aws:iam::111122223333:user/alice"
#define TEST_KEY     "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

/* The file's list of this name; json_decref the result. */
json_t *test_cases(const char *name);

/* The policy of these statements; ends the test if it is refused. NULL for NULL and JSON null. */
natt_kms_policy *test_policy(const json_t *statements, natt_kms_policy_kind kind);

/* {"key": "value" | ["value", ...] | null, ...} in the form of a request. */
typedef struct test_values {
    natt_kms_condition_value list[32];
    size_t count;
} test_values;
void test_values_read(test_values *out, json_t *object);

/* Ends the test unless the explanation is complete, in JSON and in the sentence. */
void test_explained(const natt_kms_decision *d, const natt_kms_question *q, const char *what);

/* The reason with this element and key, or NULL. */
json_t *test_reason(const natt_kms_decision *d, const char *element, const char *key);

#endif
