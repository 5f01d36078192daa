/* The names that a policy may use: condition keys, operators, actions. Tables, and how a written name is looked up. */
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
    NATT_KMS_KEY_ABSENT,   /* AWS has it for requests that this KMS never gets; absent, as it would be there */
    NATT_KMS_KEY_REFUSED   /* AWS has it, and would give a value that this KMS does not know */
} natt_kms_key_group;

typedef struct natt_kms_key {
    const char *name; /* one that ends in ':' or '/' has a name behind it, one that ends in "PCR" an index */
    natt_kms_key_group group;
    bool multivalued;
} natt_kms_key;

#define NATT_KMS_IMAGE_SHA384 "kms:RecipientAttestation:ImageSha384"
#define NATT_KMS_ENCLAVE_PCR  "kms:RecipientAttestation:PCR"
#define NATT_KMS_NITROTPM_PCR "kms:RecipientAttestation:NitroTPMPCR"
#define NATT_KMS_CONTEXT      "kms:EncryptionContext:"
#define NATT_KMS_CONTEXT_KEYS "kms:EncryptionContextKeys"

/* NULL: no such key. */
const natt_kms_key *natt_kms_key_find(const char *name);

/* The nearest name that a policy may use, with the index of a PCR; false if none is near. */
#define NATT_KMS_KEY_NEAR 64
bool natt_kms_key_near(char out[NATT_KMS_KEY_NEAR], const char *name);

bool natt_kms_key_is_attestation(const natt_kms_key *key);

/* The index behind ...PCR; ImageSha384 is PCR0. Of attestation keys alone. */
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

/* Whether a condition with this operator, other than Null, is met if the key is absent. */
bool natt_kms_operator_absent(const natt_kms_operator *op);

/* ---- actions ---- */

/* True: the pattern, "kms:Generate*", takes the action "kms:GenerateRandom". */
bool natt_kms_action_match(const char *pattern, const char *action);

/* True: at least one action of KMS, for a pattern of this service or "*". */
bool natt_kms_action_known(const char *pattern);
const char *natt_kms_action_near(const char *pattern);

/* The operations that have the parameter Recipient and a key, NULL behind the last. */
const char *natt_kms_recipient_action(size_t i);
bool natt_kms_action_carries_document(const char *action);

/* All actions, in order, NULL behind the last. */
const char *natt_kms_action_name(size_t i);

/* ---- comparing ---- */

/* * and ? as in StringLike; linear space, time the product of both lengths at most. */
bool natt_kms_like(const char *pattern, const char *text, bool ignore_case);
/* The same of texts that something follows. */
bool natt_kms_like_part(const char *pattern, size_t pattern_len, const char *text, size_t text_len, bool ignore_case);

/* ASCII alone: names and hexadecimal have nothing else. */
bool natt_kms_equal_ignore_case(const char *a, const char *b);

/* The index of the nearest of `count` names, `count` if none is near. */
size_t natt_kms_nearest(const char *name, const char *(*nth)(size_t i), size_t count);

#endif
