/*
 * ECDSA P-384 signature values as bytes: range, fixed width, twin. No curve arithmetic.
 */
#ifndef NATT_VERIFY_ECDSA_H
#define NATT_VERIFY_ECDSA_H

#include "nitro_attest/base.h"

#define NATT_SCALAR_LEN 48

/* 1 <= value <= n-1, for a big-endian value of at most 48 bytes. [SEC1 4.1.4] */
bool natt_scalar_in_range(natt_bytes value);

/* Big-endian with leading zeros; value has at most 48 bytes. */
void natt_scalar_pad(uint8_t out[NATT_SCALAR_LEN], natt_bytes value);

/* out = n - s, for s in range: (r, s) and (r, n-s) verify alike. */
void natt_scalar_negate(uint8_t out[NATT_SCALAR_LEN], const uint8_t s[NATT_SCALAR_LEN]);

#endif
