/* Checks a valid signature of an enclave image again, with libcbor and mbedTLS. */
#ifndef NATT_FUZZ_EIF_ORACLE_H
#define NATT_FUZZ_EIF_ORACLE_H

#include "fuzz/property.h"

/* SHA-384 of pieces in a row. */
void fuzz_sha384(uint8_t out[48], const natt_bytes *pieces, size_t count);

/*
 * The first entry of the section: its certificate is `der`, its signature is over register 0 with this value, and by
 * the certificate's key.
 */
void fuzz_check_image_signature(natt_bytes section, natt_bytes der, const uint8_t pcr0[48]);

#endif
