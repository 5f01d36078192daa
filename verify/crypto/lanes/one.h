/*
 * One ECDSA P-384 signature in four lanes: the independent products of a formula side by side. Public data only.
 *
 * Such an engine is one of scalars (p384.h) with faster sums: its field, its tables and its inverses are those of the
 * engine below it, which also computes sums again that the lanes could not.
 */
#ifndef NATT_VERIFY_CRYPTO_LANES_ONE_H
#define NATT_VERIFY_CRYPTO_LANES_ONE_H

#include "verify/crypto/lanes/lanes.h"

/* The answer of the lanes; UNKNOWN: the engine below computes it again. */
natt_lanes_answer natt_one_c_ask(const struct natt_p384_question *question);
natt_lanes_answer natt_one_ifma_ask(const struct natt_p384_question *question);

extern const struct natt_p384_engine natt_p384_one_c;    /* plain C, over natt_p384_narrow */
extern const struct natt_p384_engine natt_p384_one_ifma; /* AVX-512 IFMA and VL, over natt_p384_adx */

#endif
