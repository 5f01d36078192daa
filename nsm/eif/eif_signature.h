/*
 * The signature section of an enclave image: certificates with COSE_Sign1 objects, of which the first pair counts.
 */
#ifndef NATT_NSM_EIF_SIGNATURE_H
#define NATT_NSM_EIF_SIGNATURE_H

#include "nitro_attest/eif.h"
#include "nsm/eif/eif_certificate.h"

/* The parsed content of the section: if a part cannot be parsed, all following ones are absent. */
struct natt_eif_signature {
    uint8_t section[NATT_EIF_MAX_SIGNATURE];
    size_t len;
    uint8_t pem[NATT_EIF_MAX_SIGNATURE], der[NATT_EIF_MAX_SIGNATURE], cose[NATT_EIF_MAX_SIGNATURE];
    size_t cose_len;
    natt_bytes certificate; /* DER; absent if it cannot be read */
    struct natt_eif_certificate read;
};

/* Parses `section`. Returns NULL, or the error. */
const char *natt_eif_signature_read(struct natt_eif_signature *signature);

/*
 * Checks that the certificate's key signed this PCR0. NULL, or the fault; natt_issuer_no_crypto or
 * natt_arena_no_memory, compared by address, if mbedTLS returned no result. Call it only after natt_eif_signature_read.
 */
const char *natt_eif_signature_verify(const struct natt_eif_signature *signature, const uint8_t pcr0[48]);

#endif
