/*
 * Shared by the files of the issuer: the issuer itself, and the steps from its options to a signed document.
 */
#ifndef NATT_NSM_ISSUER_INTERNAL_H
#define NATT_NSM_ISSUER_INTERNAL_H

#include "nitro_attest/issuer.h"
#include "nsm/issuer/arena.h"
#include "nsm/issuer/error.h"
#include "nsm/issuer/issuer_keys.h"

#define NATT_MAX_COMMON_NAME 64   /* ub-common-name [RFC5280 A.1] */
#define NATT_MAX_ROLE_ARN    2048 /* the longest ARN of IAM */

/* The parts of a document, in a separate arena. */
struct natt_built {
    struct natt_arena *arena;
    natt_bytes certificates[NATT_PLAN_MAX_CERTIFICATES];
    natt_bytes payload, sig_structure, document;
};

/* Derived texts in a certificate. */
struct natt_identifiers {
    char name[17]; /* the first label of a regional or zonal commonName */
    char crl[37];  /* a UUID */
};

struct natt_issuer {
    struct natt_keyring ring;
    struct natt_key keys[NATT_ISSUER_MAX_BUNDLE + 1]; /* one per certificate, the leaf's at [bundle_count] */
    struct natt_identifiers identifiers[NATT_ISSUER_MAX_BUNDLE];
    uint32_t bundle_count;
    natt_kind kind;
    uint64_t now_ms;
    uint64_t enclave_id; /* 48 bits of start time in ms, 16 derived */
    int64_t root_not_before, root_not_after;
    bool aws_names;
    char suffix[NATT_MAX_COMMON_NAME + 1];
    char region[NATT_MAX_COMMON_NAME + 1];
    char instance_id[NATT_MAX_COMMON_NAME + 1];
    char module_id[NATT_MAX_COMMON_NAME + 1];
    char role_arn[NATT_MAX_ROLE_ARN + 1]; /* "" = none */
    struct natt_arena *own;               /* contains root */
    natt_bytes root;
    struct natt_built built; /* the last document */
};

/* Values by index; zero for those that are not present. */
struct natt_pcr_bank {
    uint8_t values[NATT_PCR_COUNT][NATT_PCR_LEN];
    bool present[NATT_PCR_COUNT];
};

/* The PCRs for a request without PCRs, see natt_issue_request.pcrs. NULL, or the failure. */
const char *natt_issuer_default_pcrs(struct natt_pcr_bank *set, const struct natt_issuer *issuer, bool debug);

/* Twice as many lower-case digits, and a NUL. No stdio, which would keep secrets in its buffers. */
void natt_hex_write(char *to, const uint8_t *bytes, size_t len);

/* The names and dates of issuer_profile.c. False and *why if an option does not fit into the profile. */
bool natt_profile_init(struct natt_issuer *issuer, const natt_issuer_options *options, const char **why);
/* Fills in the genuine certificate of that position. The arena records failures. */
void natt_profile_certificate(struct natt_issuer *issuer, struct natt_arena *arena, natt_plan_certificate *out,
                              uint32_t position);

/* The DER of a planned certificate. The arena records failures, also those of signing. */
natt_bytes natt_build_certificate(struct natt_issuer *issuer, struct natt_arena *arena,
                                  const natt_plan_certificate *certificate);

/* r || s, or ECDSA-Sig-Value if `der`, over `message`, as the plan requires. */
natt_bytes natt_build_signature(struct natt_issuer *issuer, struct natt_arena *arena, const natt_plan_signature *plan,
                                natt_bytes message, bool der, const natt_plan_wrap *sequence);

/*
 * True for NULL. Else fills in *err, which may be NULL: natt_arena_no_memory and natt_issuer_no_crypto have their own
 * codes; other texts have `code`.
 */
bool natt_issuer_check(natt_emulator_error *err, natt_emulator_code code, const char *why);

/* Appends to a list of a plan. */
natt_plan_entry *natt_list_append(struct natt_arena *arena, natt_plan_list *list, natt_plan_entry entry);

#endif
