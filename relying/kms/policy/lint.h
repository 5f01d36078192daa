/* Internals of the check of a policy: the findings, and conditions that several checks share. */
#ifndef NATT_RELYING_KMS_POLICY_LINT_H
#define NATT_RELYING_KMS_POLICY_LINT_H

#include "relying/kms/policy/model.h"

/* id, severe, remedy */
#define NATT_KMS_FINDING_LIST(X)                                                                                       \
    X(ATTESTATION_OPTIONAL, "attestation-optional", true,                                                              \
      "remove these actions from the statement, or deny them to Principal \"*\" with StringNotEqualsIgnoreCase on "    \
      "the attestation key, which is met without a document as well")                                                  \
    X(ATTESTATION_NEGATED, "attestation-negated", true,                                                                \
      "allow the values that you trust, with StringEqualsIgnoreCase; use negated operators only in a Deny")            \
    X(ATTESTATION_IF_EXISTS, "attestation-if-exists", true, "leave IfExists out")                                      \
    X(ATTESTATION_ALL_VALUES, "attestation-for-all-values", true, "leave ForAllValues: out")                           \
    X(ATTESTATION_NULL, "attestation-null", true, "require the values, or write \"false\"")                            \
    X(REENCRYPT, "reencrypt-avoids-attestation", true, "do not allow kms:ReEncryptFrom on this key")                   \
    X(GRANT, "grant-avoids-attestation", true,                                                                         \
      "do not allow kms:CreateGrant, or only with the condition kms:GrantIsForAWSResource")                            \
    X(ANY_PRINCIPAL, "any-principal", true, "name the roles, or add a condition on aws:PrincipalArn")                  \
    X(ANY_ACCOUNT, "any-account", false, "name the roles, or add a condition on aws:PrincipalAccount")                 \
    X(DENY_WITHOUT_NULL, "deny-without-null", false,                                                                   \
      "use a negated operator, or add a Deny with \"Null\": {\"kms:RecipientAttestation:ImageSha384\": \"true\"}")     \
    X(NO_IMAGE, "no-image-identity", true,                                                                             \
      "require PCR0 or PCR8, or PCR1 with PCR2; for a NitroTPM PCR4 with PCR12, or PCR7 with Secure Boot")             \
    X(PCR8_ALONE, "pcr8-without-pcr0", false,                                                                          \
      "require PCR0 or ImageSha384 as well, unless every image of this signer, including old ones, may decrypt")       \
    X(ZERO_PCR, "zero-pcr", true, "run the enclave without debug mode, and use the PCRs that its build printed")       \
    X(SECURE_BOOT_OFF, "secure-boot-off", true, "require PCR4 and PCR12, or switch Secure Boot on")                    \
    X(PLATFORM_CONSTANT, "platform-constant", true, "use the value that was measured for your image")                  \
    X(VALUE_CASE, "value-case", true, "write lower case, or use StringEqualsIgnoreCase")                               \
    X(VALUE_NOT_HEX, "value-not-hex", true, "write 96 hexadecimal digits, without 0x")                                 \
    X(VALUE_LENGTH, "value-length", true, "a SHA-384 value has 96 hexadecimal digits; copy the whole value")           \
    X(ANY_DOCUMENT, "any-document", true, "write the values that you trust")                                           \
    X(WILDCARD_VALUE, "wildcard-value", false, "write the whole value, with StringEqualsIgnoreCase")                   \
    X(UNUSED_PCR, "unused-pcr", true, "leave the condition out")                                                       \
    X(NEVER_PRESENT, "document-never-present", true,                                                                   \
      "move these actions to a separate statement without attestation; only Decrypt, GenerateDataKey, "                \
      "GenerateDataKeyPair, DeriveSharedSecret and GenerateRandom have a document")                                    \
    X(SOMETIMES_PRESENT, "document-sometimes-present", false,                                                          \
      "move these actions to a separate statement without attestation; only Decrypt, GenerateDataKey, "                \
      "GenerateDataKeyPair, DeriveSharedSecret and GenerateRandom have a document")                                    \
    X(LOCKED_OUT, "deny-locks-out", true, "limit the Deny to actions that have a document")                            \
    X(ALWAYS_DENIED, "deny-of-other-actions", false, "limit the Deny to actions that have a document")                 \
    X(CONTRADICTION, "contradiction", true, "give alternatives as a list of values, or as separate statements")        \
    X(KINDS_MIXED, "kinds-mixed", true, "use separate statements for enclaves and NitroTPMs")                          \
    X(NO_ADMINISTRATOR, "nobody-changes-policy", false,                                                                \
      "allow kms:PutKeyPolicy to a principal, without attestation; KMS refuses the policy otherwise")                  \
    X(CHANGES_POLICY, "principal-changes-policy", false,                                                               \
      "allow kms:PutKeyPolicy to as few other identities as possible, and alert on every call")

typedef enum natt_kms_finding_id {
#define X(name, id, severe, remedy) NATT_KMS_FINDING_##name,
    NATT_KMS_FINDING_LIST(X)
#undef X
        NATT_KMS_FINDINGS
} natt_kms_finding_id;

typedef struct natt_kms_lint {
    const natt_kms_policy *policy;
    natt_kms_finding *out;
    size_t capacity, count;
} natt_kms_lint;

/* In a statement and, if it is not NULL, one of its conditions. Statement NULL: in the whole policy. */
void natt_kms_find(natt_kms_lint *l, natt_kms_finding_id id, const natt_kms_statement *s, const natt_kms_condition *c,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));

/* An attestation key. */
bool natt_kms_attests(const natt_kms_condition *c);
bool natt_kms_has_attestation(const natt_kms_statement *s);

/* Met by a request without a document. For attestation conditions only. */
bool natt_kms_met_without(const natt_kms_condition *c);

/* The condition trusts the values that it lists: it allows them, or denies all others. */
bool natt_kms_trusts(const natt_kms_statement *s, const natt_kms_condition *c);

/* An Allow that requires a document. */
bool natt_kms_requires_document(const natt_kms_statement *s);

/* A Deny of the action, for every principal of `allow`, if the request has no document. */
bool natt_kms_guards(const natt_kms_statement *deny, const natt_kms_statement *allow, const char *action);
bool natt_kms_guarded(const natt_kms_policy *policy, const natt_kms_statement *allow, const char *action);

/* Names of actions for a sentence: the first three, and the number of others. */
typedef struct natt_kms_names {
    char text[160];
    size_t count;
} natt_kms_names;
void natt_kms_names_add(natt_kms_names *names, const char *name);
const char *natt_kms_names_end(natt_kms_names *names);

void natt_kms_lint_openings(natt_kms_lint *l, const natt_kms_statement *s);
void natt_kms_lint_values(natt_kms_lint *l, const natt_kms_statement *s);
void natt_kms_lint_logic(natt_kms_lint *l, const natt_kms_statement *s);
void natt_kms_lint_actions(natt_kms_lint *l, const natt_kms_statement *s);
void natt_kms_lint_change(natt_kms_lint *l, const natt_kms_statement *s);

#endif
