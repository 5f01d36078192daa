/*
 * The condition values that a verified document supplies to policies: kms:RecipientAttestation:ImageSha384 and :PCR<n>
 * of an enclave, :NitroTPMPCR<n> of a NitroTPM, in lower-case hexadecimal. An unverified document supplies none:
 * passing one does not compile. Source: KMS developer guide, "Condition keys for Nitro Enclaves", "Condition keys for
 * NitroTPM".
 */
#ifndef NATT_RELYING_KMS_ATTESTATION_VALUES_H
#define NATT_RELYING_KMS_ATTESTATION_VALUES_H

#include "nitro_attest/verify.h"
#include "relying/kms/policy/policy.h"

#define NATT_KMS_MAX_ATTESTATION (NATT_PCR_COUNT + 1) /* each PCR, and ImageSha384, which is PCR0 */

typedef struct natt_kms_attestation {
    natt_kms_condition_value values[NATT_KMS_MAX_ATTESTATION]; /* point into this structure: do not copy it */
    size_t count;
    char keys[NATT_PCR_COUNT][40], hex[NATT_PCR_COUNT][2 * NATT_PCR_LEN + 1];
} natt_kms_attestation;

/*
 * True: *out has a value for each PCR that the document has. False: natt_verify did not fill in *v, or *v or its
 * document was changed afterwards; out->count is 0.
 * err  may be NULL. Codes of natt_verified_check.
 */
NATT_MUST_CHECK bool natt_kms_attestation_values(natt_kms_attestation *out, const natt_verified *v, natt_error *err);

#endif
