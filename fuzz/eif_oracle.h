/* Verifies the signature of an accepted enclave image a second time, with libcbor and mbedTLS. */
#ifndef NATT_FUZZ_EIF_ORACLE_H
#define NATT_FUZZ_EIF_ORACLE_H

#include "fuzz/property.h"

/* SHA-384 of the concatenated pieces. */
void fuzz_sha384(uint8_t out[48], const natt_bytes *pieces, size_t count);

/*
 * Checks the first entry of the section: its certificate is `der`, and the certificate's key signed register 0 with
 * this value.
 */
void fuzz_check_image_signature(natt_bytes section, natt_bytes der, const uint8_t pcr0[48]);

#endif
