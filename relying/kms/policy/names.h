/* The names that a policy may use: condition keys, operators, actions. Tables, and functions that find a name in
 * them. */
#ifndef NATT_RELYING_KMS_POLICY_NAMES_H
#define NATT_RELYING_KMS_POLICY_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- condition keys; their names are compared without regard to case ---- */

typedef enum natt_kms_key_group {
    NATT_KMS_KEY_REQUEST,  /* of the caller, the request or the key */
    NATT_KMS_KEY_CONTEXT,  /* kms:EncryptionContext:<name> */
    NATT_KMS_KEY_ENCLAVE,  /* kms:RecipientAttestation:ImageSha384, :PCR<n> */
    NATT_KMS_KEY_NITROTPM, /* kms:RecipientAttestation:NitroTPMPCR<n> */
    NATT_KMS_KEY_ABSENT,   /* AWS sets it only in requests that this KMS never gets, so it is absent */
    NATT_KMS_KEY_REFUSED   /* AWS sets it, to a value that this KMS does not know */
} natt_kms_key_group;

typedef struct natt_kms_key {
    const char *name; /* after ':' or '/' at the end follows a name, after "PCR" an index */
    natt_kms_key_group group;
    bool multivalued;
} natt_kms_key;

#define NATT_KMS_IMAGE_SHA384 "kms:RecipientAttestation:ImageSha384"
#define NATT_KMS_ENCLAVE_PCR  "kms:RecipientAttestation:PCR"
#define NATT_KMS_NITROTPM_PCR "kms:RecipientAttestation:NitroTPMPCR"
#define NATT_KMS_CONTEXT      "kms:EncryptionContext:"
#define NATT_KMS_CONTEXT_KEYS "kms:EncryptionContextKeys"

/* NULL: unknown key. */
const natt_kms_key *natt_kms_key_find(const char *name);

/* The most similar name that a policy may use, with the index of a PCR; false if no name is similar. */
#define NATT_KMS_KEY_NEAR 64
bool natt_kms_key_near(char out[NATT_KMS_KEY_NEAR], const char *name);

bool natt_kms_key_is_attestation(const natt_kms_key *key);

/* The index after ...PCR; ImageSha384 is PCR0. For attestation keys only. */
uint32_t natt_kms_key_pcr(const natt_kms_key *key, const char *name);

/* ---- operators ---- */

typedef enum natt_kms_comparison {
    NATT_KMS_EQUALS,
    NATT_KMS_EQUALS_IGNORE_CASE,
    NATT_KMS_LIKE,
    NATT_KMS_ARN_LIKE,
    NATT_KMS_BOOL,
    NATT_KMS_NULL
} natt_kms_comparison;

typedef enum natt_kms_set { NATT_KMS_SINGLE, NATT_KMS_ALL_VALUES, NATT_KMS_ANY_VALUE } natt_kms_set;

typedef struct natt_kms_operator {
    natt_kms_comparison comparison;
    bool negated, if_exists;
    natt_kms_set set;
} natt_kms_operator;

typedef enum natt_kms_known { NATT_KMS_UNKNOWN, NATT_KMS_UNSUPPORTED, NATT_KMS_KNOWN } natt_kms_known;

/* [ForAllValues:|ForAnyValue:]NAME[IfExists], in exactly this case. */
natt_kms_known natt_kms_operator_find(natt_kms_operator *out, const char *name);
const char *natt_kms_operator_near(const char *name);

/* True: a condition with this operator, which is not Null, is met if the key is absent. */
bool natt_kms_operator_absent(const natt_kms_operator *op);

/* ---- actions ---- */

/* True: the pattern, such as "kms:Generate*", matches the action, such as "kms:GenerateRandom". */
bool natt_kms_action_match(const char *pattern, const char *action);

/* True: the pattern is "*", or one for KMS that matches at least one action. */
bool natt_kms_action_known(const char *pattern);
const char *natt_kms_action_near(const char *pattern);

/* The operations that have the parameter Recipient and a key, NULL after the last. */
const char *natt_kms_recipient_action(size_t i);
bool natt_kms_action_carries_document(const char *action);

/* All actions, in order, NULL after the last. */
const char *natt_kms_action_name(size_t i);

/* ---- comparison ---- */

/* * and ? as in StringLike; linear space; time is at most the product of both lengths. */
bool natt_kms_like(const char *pattern, const char *text, bool ignore_case);
/* The same for texts that are not terminated. */
bool natt_kms_like_part(const char *pattern, size_t pattern_len, const char *text, size_t text_len, bool ignore_case);

/* ASCII only: names and hexadecimal have no other characters. */
bool natt_kms_equal_ignore_case(const char *a, const char *b);

/* The index of the most similar of `count` names, `count` if no name is similar. */
size_t natt_kms_nearest(const char *name, const char *(*nth)(size_t i), size_t count);

#endif
