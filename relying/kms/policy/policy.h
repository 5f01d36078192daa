/*
 * Key policies of the local KMS: AWS's JSON policy language as far as KMS's attestation conditions need it. Pure
 * functions over text; no store, no clock. What is not understood is an error, never ignored.
 * Sources: AWS IAM user guide, "JSON policy element reference" and "Policy evaluation logic"; KMS developer guide,
 * "AWS KMS condition keys for attested platforms".
 */
#ifndef NATT_RELYING_KMS_POLICY_POLICY_H
#define NATT_RELYING_KMS_POLICY_POLICY_H

#include <jansson.h>

#include "nitro_attest/base.h"

#define NATT_KMS_MAX_POLICY 32768 /* bytes, as of KMS's PutKeyPolicy */

typedef struct natt_kms_policy natt_kms_policy;

typedef struct natt_kms_policy_error {
    char where[160]; /* "Statement[1].Condition.StringEquals", or "line 3, column 7" where it is no JSON */
    char text[256];
} natt_kms_policy_error;

typedef enum natt_kms_policy_kind {
    NATT_KMS_KEY_POLICY,      /* has Principal */
    NATT_KMS_PRINCIPAL_POLICY /* has none, as an IAM policy */
} natt_kms_policy_kind;

/* NULL and *err where it is not understood whole. */
natt_kms_policy *natt_kms_policy_parse(natt_bytes text, natt_kms_policy_kind kind, natt_kms_policy_error *err);
void natt_kms_policy_free(natt_kms_policy *policy);

/* One condition key of the request, "kms:RecipientAttestation:PCR0"; one that is not listed is absent. Values are text;
 * a key that comes several times is multi-valued (kms:EncryptionContextKeys). */
typedef struct natt_kms_condition_value {
    const char *key, *value;
} natt_kms_condition_value;

typedef struct natt_kms_question {
    const char *account;   /* "111122223333" */
    const char *principal; /* "arn:aws:iam::111122223333:user/alice" */
    const char *action;    /* "kms:Decrypt" */
    const char *resource;  /* the key's ARN; "*" where there is no key */
    const natt_kms_condition_value *values;
    size_t value_count;
} natt_kms_question;

typedef enum natt_kms_effect {
    NATT_KMS_IMPLICIT_DENY = 0, /* no statement allows it */
    NATT_KMS_EXPLICIT_DENY,
    NATT_KMS_ALLOW
} natt_kms_effect;

typedef struct natt_kms_decision {
    natt_kms_effect effect;
    /*
     * Why, as JSON; json_decref it: {"decision": "allow" | "implicit deny" | "explicit deny", "policy": "key policy" |
     * "principal policy", "statement": {"index": 0, "sid": "..."} | null (the one that decided), "statements": [{"policy",
     * "index", "sid", "effect", "applies": bool, "principal": bool, "action": bool, "resource": bool, "conditions":
     * [{"operator", "key", "expected": [...], "actual": "..." | [...] | null, "satisfied": bool}]}]}
     */
    json_t *explanation;
} natt_kms_decision;

/*
 * Deny wins; then some statement must allow. A key policy's statement whose principal is the account ("arn:aws:iam::
 * ACCOUNT:root" or the number) hands the question to the principal's policy.
 * key_policy        NULL: the action has no key (kms:GenerateRandom, ListKeys), so the principal's policy decides.
 * principal_policy  NULL: it allows everything.
 * False: out of memory; *out is zero, which is a deny.
 */
bool natt_kms_policy_decide(natt_kms_decision *out, const natt_kms_policy *key_policy,
                            const natt_kms_policy *principal_policy, const natt_kms_question *question);

/* One sentence of an explanation, for a log: who was denied what, by which statement, and which conditions differ,
 * expected against actual. malloc'ed; NULL without memory. */
char *natt_kms_decision_text(const natt_kms_decision *decision, const natt_kms_question *question);

/* One weakness of a key policy. */
typedef struct natt_kms_finding {
    const char *id; /* "attestation-optional", "zero-pcr", ... constant */
    bool severe;    /* the policy does not require attestation, or can never allow anything */
    char where[160], text[512], remedy[384];
} natt_kms_finding;

/* The first `capacity` findings; returns how many there are. */
size_t natt_kms_policy_lint(natt_kms_finding *out, size_t capacity, const natt_kms_policy *policy);

#endif
