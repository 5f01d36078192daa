/*
 * Key policies of the local KMS: AWS's JSON policy language as far as KMS's attestation conditions need it. Pure
 * functions over text; no store, no clock. What is not understood is an error, never ignored.
 * Sources: AWS IAM user guide, "JSON policy element reference" and "Policy evaluation logic"; KMS developer guide,
 * "AWS KMS condition keys for attested platforms".
 */
#ifndef NATT_RELYING_KMS_POLICY_POLICY_H
#define NATT_RELYING_KMS_POLICY_POLICY_H

#include <jansson.h>

#include "nitro_attest/policy.h"

#define NATT_KMS_MAX_POLICY 32768 /* bytes, as of KMS's PutKeyPolicy */

typedef struct natt_kms_policy natt_kms_policy;

typedef enum natt_kms_policy_fault {
    NATT_KMS_POLICY_WRONG,       /* no policy, for AWS either */
    NATT_KMS_POLICY_NO_JSON,     /* no text of JSON */
    NATT_KMS_POLICY_UNKNOWN,     /* a name or a feature that AWS may know, and this KMS does not */
    NATT_KMS_POLICY_NO_PRINCIPAL /* of a key policy; that of a principal has none */
} natt_kms_policy_fault;

typedef struct natt_kms_policy_error {
    natt_kms_policy_fault fault;
    char where[160]; /* "Statement[1].Condition.StringEquals", or "line 3, column 7" where it is no JSON; may be "" */
    char text[256];
} natt_kms_policy_error;

typedef enum natt_kms_policy_kind {
    NATT_KMS_KEY_POLICY,      /* has Principal */
    NATT_KMS_PRINCIPAL_POLICY /* has none, as an IAM policy */
} natt_kms_policy_kind;

/* NULL and *err where it is not understood whole. `text` may go away. Threads: one policy may be read by any number. */
natt_kms_policy *natt_kms_policy_parse(natt_bytes text, natt_kms_policy_kind kind, natt_kms_policy_error *err);
void natt_kms_policy_free(natt_kms_policy *policy);

/* True: the ARN of one identity, a user, role, session, federated user or root user; and its account. */
bool natt_kms_caller_account(char account[12 + 1], const char *arn);

/* True, and which: every principal whom the key policy allows something is of one account, and not of this one. */
bool natt_kms_policy_other_account(char other[12 + 1], const natt_kms_policy *policy, const char *account);

/*
 * One condition key of the request, "kms:RecipientAttestation:PCR0"; one that is not listed is absent. Values are text;
 * a key that comes several times is multi-valued (kms:EncryptionContextKeys, kms:ResourceAliases).
 * The caller's ARN gives by itself, where they are not listed: aws:PrincipalArn, aws:PrincipalAccount,
 * aws:PrincipalType, aws:username, aws:PrincipalIsAWSService, aws:ViaAWSService, kms:CallerAccount; the account gives
 * aws:ResourceAccount.
 * A server lists what it has of the others that policies may name:
 *   of a verified document   attestation_values.h
 *   of the request           kms:EncryptionContext:<name>, kms:EncryptionContextKeys, kms:EncryptionAlgorithm,
 *                            kms:DataKeyPairSpec, kms:KeyAgreementAlgorithm, kms:RequestAlias, aws:RequestedRegion,
 *                            aws:SecureTransport, kms:BypassPolicyLockoutSafetyCheck,
 *                            kms:ScheduleKeyDeletionPendingWindowInDays
 *   of the key               kms:KeySpec, kms:KeyUsage, kms:KeyOrigin, kms:MultiRegion, kms:ResourceAliases, and the
 *                            old names kms:CustomerMasterKeySpec, kms:CustomerMasterKeyUsage
 */
typedef struct natt_kms_condition_value {
    const char *key, *value;
} natt_kms_condition_value;

typedef struct natt_kms_question {
    const char *account;   /* that owns the keys: "111122223333" */
    const char *principal; /* "arn:aws:iam::111122223333:user/alice"; or the ARN of a session or role */
    const char *action;    /* "kms:Decrypt" */
    const char *resource;  /* the key's ARN; "*" without a key */
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
     * Why, as JSON; json_decref it:
     * {"decision": "allow" | "implicit deny" | "explicit deny",
     *  "policy": "key policy" | "principal policy" (the one that decided),
     *  "statement": {"index": 0, "sid": "..." | null} | null (the one that decided; none does for an implicit deny),
     *  "delegated_by": the same | null (the statement that hands the question to the principal's policy),
     *  "closest": the same | null (for an implicit deny: the Allow statement that lacks least),
     *  "reasons": [{"element": "Condition" | "Principal" | "NotAction" | ..., "operator": "..." | null, "key": "..." |
     *               null, "expected": [...], "actual": "..." | [...] | null}]
     *             (implicit deny: what of the closest statement is not met; explicit deny: the conditions of the Deny,
     *             or what it names, where it has none; of a value that is actual, 256 bytes and "... (8000 bytes)", and
     *             of many 16 and "... (2600 values)"),
     *  "statements": [{"policy", "index", "sid", "effect": "Allow" | "Deny", "applies": bool, "principal": bool,
     *                  "delegates": bool, "action": bool, "resource": bool, "conditions": [{"operator", "key",
     *                  "expected": [...], "actual", "satisfied": bool}]}]}
     */
    json_t *explanation;
} natt_kms_decision;

/*
 * Deny wins; then some statement must allow. A key policy's statement whose principal is the account ("arn:aws:iam::
 * ACCOUNT:root" or the number) hands the question to the principal's policy, and a principal of another account needs
 * both policies.
 * key_policy        NULL: the action has no key (kms:GenerateRandom, ListKeys), so the principal's policy decides.
 * principal_policy  NULL: it allows everything. The root user needs none.
 * False: out of memory; *out is zero, which is a deny.
 * Cost: every statement is asked, and the explanation is built in every case.
 */
bool natt_kms_policy_decide(natt_kms_decision *out, const natt_kms_policy *key_policy,
                            const natt_kms_policy *principal_policy, const natt_kms_question *question);

/*
 * One sentence of an explanation, for a log: who was denied what, by which statement, and which conditions differ,
 * expected against actual. Pure ASCII without line breaks. malloc'ed; NULL without memory.
 */
char *natt_kms_decision_text(const natt_kms_decision *decision, const natt_kms_question *question);

/* What KMS itself writes of a denial, for a caller who must not learn the policy: the first part of that sentence,
 * up to the colon. malloc'ed; NULL without memory. */
char *natt_kms_denial_message(const natt_kms_decision *decision, const natt_kms_question *question);

/* One weakness of a policy. */
typedef struct natt_kms_finding {
    const char *id; /* "attestation-optional", "zero-pcr", ... constant */
    bool severe;    /* the policy does not require attestation, or can never allow anything */
    char where[160], text[512], remedy[384];
} natt_kms_finding;

/* The first `capacity` findings; returns the number of all findings. */
size_t natt_kms_policy_lint(natt_kms_finding *out, size_t capacity, const natt_kms_policy *policy);

/* What natt_kms_policy_write makes a key policy of. */
typedef struct natt_kms_policy_plan {
    const char *account;           /* 12 digits */
    const char *partition;         /* "aws" */
    const char *const *principals; /* who may decrypt, with a document: ARNs, at least one */
    size_t principal_count;
    const char *const *administrators; /* ARNs; none: the account, by policies of its own */
    size_t administrator_count;
    const char *const *encryptors; /* who may encrypt, without a document: ARNs; may be none */
    size_t encryptor_count;
    natt_kind kind;
    const natt_pcr_set *sets; /* alternatives; each a statement */
    size_t set_count;
} natt_kms_policy_plan;

/*
 * The text of a key policy in which nobody gets a plaintext without a document that has these PCRs, as long as the
 * administrators do not change it. malloc'ed, with a line end; NULL without memory. It checks nothing: parse and lint
 * it.
 */
char *natt_kms_policy_write(const natt_kms_policy_plan *plan);

#endif
