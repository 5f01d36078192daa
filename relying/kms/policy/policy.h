/*
 * Key policies of the local KMS: the part of AWS's JSON policy language that KMS's attestation conditions need. Pure
 * functions over text; no store, no clock. Every unknown element is an error. Sources: AWS IAM user guide, "JSON policy
 * element reference" and "Policy evaluation logic"; KMS developer guide, "AWS KMS condition keys for attested
 * platforms".
 */
#ifndef NATT_RELYING_KMS_POLICY_POLICY_H
#define NATT_RELYING_KMS_POLICY_POLICY_H

#include <jansson.h>

#include "nitro_attest/policy.h"

#define NATT_KMS_MAX_POLICY 32768 /* bytes, as in KMS's PutKeyPolicy */

typedef struct natt_kms_policy natt_kms_policy;

typedef enum natt_kms_policy_fault {
    NATT_KMS_POLICY_WRONG,       /* not a policy, for AWS either */
    NATT_KMS_POLICY_NO_JSON,     /* not JSON */
    NATT_KMS_POLICY_UNKNOWN,     /* a name or a feature that AWS may have and this KMS does not */
    NATT_KMS_POLICY_NO_PRINCIPAL /* of a key policy; a principal policy has none */
} natt_kms_policy_fault;

typedef struct natt_kms_policy_error {
    natt_kms_policy_fault fault;
    char where[160]; /* "Statement[1].Condition.StringEquals", or "line 3, column 7" if it is not JSON; may be "" */
    char text[256];
} natt_kms_policy_error;

typedef enum natt_kms_policy_kind {
    NATT_KMS_KEY_POLICY,      /* has Principal */
    NATT_KMS_PRINCIPAL_POLICY /* has none, like an IAM policy */
} natt_kms_policy_kind;

/* NULL and *err: it is not fully understood. The policy does not refer to `text`. Any number of threads may read one
 * policy. */
natt_kms_policy *natt_kms_policy_parse(natt_bytes text, natt_kms_policy_kind kind, natt_kms_policy_error *err);
void natt_kms_policy_free(natt_kms_policy *policy);

/* True: the ARN of one user, role, session, federated user or root user; `account` is its account. */
bool natt_kms_caller_account(char account[12 + 1], const char *arn);

/* True: all principals that the key policy allows something belong to one account, `other`, which is not `account`. */
bool natt_kms_policy_other_account(char other[12 + 1], const natt_kms_policy *policy, const char *account);

/*
 * One condition key of the request, such as "kms:RecipientAttestation:PCR0"; keys that are not listed are absent.
 * Values are text; a key that appears several times is multi-valued (kms:EncryptionContextKeys, kms:ResourceAliases).
 * The engine derives these from the caller's ARN, unless they are listed: aws:PrincipalArn, aws:PrincipalAccount,
 * aws:PrincipalType, aws:username, aws:PrincipalIsAWSService, aws:ViaAWSService, kms:CallerAccount; the account gives
 * aws:ResourceAccount. Of the other keys that policies may name, a server lists those that it knows:
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
     * The reasons as JSON; json_decref it:
     * {"decision": "allow" | "implicit deny" | "explicit deny",
     *  "policy": "key policy" | "principal policy" (the one that decided),
     *  "statement": {"index": 0, "sid": "..." | null} | null (the one that decided; null for an implicit deny),
     *  "delegated_by": the same | null (the statement that delegates the decision to the principal's policy),
     *  "closest": the same | null (for an implicit deny: the Allow statement that is closest to applying),
     *  "reasons": [{"element": "Condition" | "Principal" | "NotAction" | ..., "operator": "..." | null, "key": "..." |
     *               null, "expected": [...], "actual": "..." | [...] | null}]
     *             (implicit deny: the parts of the closest statement that are not met; explicit deny: the conditions of
     *             the Deny or, without conditions, the elements that match; "actual" has at most 256 bytes of a value,
     *             then "... (8000 bytes)", and at most 16 values, then "... (2600 values)"),
     *  "statements": [{"policy", "index", "sid", "effect": "Allow" | "Deny", "applies": bool, "principal": bool,
     *                  "delegates": bool, "action": bool, "resource": bool, "conditions": [{"operator", "key",
     *                  "expected": [...], "actual", "satisfied": bool}]}]}
     */
    json_t *explanation;
} natt_kms_decision;

/*
 * A Deny overrides every Allow; without a Deny, a statement must allow the request. A key policy's statement whose
 * principal is the account ("arn:aws:iam::ACCOUNT:root" or the number) delegates the decision to the principal's
 * policy. A principal of another account needs both policies.
 * key_policy        NULL: the action has no key (kms:GenerateRandom, ListKeys), so the principal's policy decides.
 * principal_policy  NULL: it allows everything. The root user needs none.
 * False: out of memory; *out is zero, which is a deny. Cost: each call evaluates every statement and builds the
 * explanation.
 */
bool natt_kms_policy_decide(natt_kms_decision *out, const natt_kms_policy *key_policy,
                            const natt_kms_policy *principal_policy, const natt_kms_question *question);

/*
 * An explanation as one sentence for a log: principal, action, deciding statement, and the conditions that differ with
 * expected and actual values. Pure ASCII without line breaks. malloc'ed; NULL: out of memory.
 */
char *natt_kms_decision_text(const natt_kms_decision *decision, const natt_kms_question *question);

/* KMS's message of a denial, for callers who must not learn the policy: the first part of that sentence, up to the
 * colon. malloc'ed; NULL: out of memory. */
char *natt_kms_denial_message(const natt_kms_decision *decision, const natt_kms_question *question);

/* One weakness of a policy. */
typedef struct natt_kms_finding {
    const char *id; /* "attestation-optional", "zero-pcr", ... constant */
    bool severe;    /* the policy does not require attestation, or can never allow anything */
    char where[160], text[512], remedy[384];
} natt_kms_finding;

/* The first `capacity` findings; returns the number of all findings. */
size_t natt_kms_policy_lint(natt_kms_finding *out, size_t capacity, const natt_kms_policy *policy);

/* The input of natt_kms_policy_write. */
typedef struct natt_kms_policy_plan {
    const char *account;           /* 12 digits */
    const char *partition;         /* "aws" */
    const char *const *principals; /* ARNs that may decrypt, with a document; at least one */
    size_t principal_count;
    const char *const *administrators; /* ARNs; if empty, the account's own policies decide */
    size_t administrator_count;
    const char *const *encryptors; /* ARNs that may encrypt, without a document; may be empty */
    size_t encryptor_count;
    natt_kind kind;
    const natt_pcr_set *sets; /* alternatives, one statement each */
    size_t set_count;
} natt_kms_policy_plan;

/*
 * The text of a key policy that requires a document with these PCRs for every plaintext, as long as the administrators
 * do not change it. malloc'ed, with a line end; NULL: out of memory. The text is not checked: parse and lint it.
 */
char *natt_kms_policy_write(const natt_kms_policy_plan *plan);

#endif
