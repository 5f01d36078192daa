/*
 * Inverse modulo an odd number below 2^384, by division steps of Bernstein and Yang ("Fast constant-time gcd
 * computation and modular inversion", 2019), here in variable time. Two builds of one template (modinv.inc.h).
 */
#ifndef NATT_VERIFY_CRYPTO_MODINV_H
#define NATT_VERIFY_CRYPTO_MODINV_H

#include <stdint.h>

/* Limbs are signed; all but the last of a modulus lie in [0, 2^bits). `inverse` is 1/m mod 2^bits. */
struct natt_modulus_wide {
    int64_t limb[7]; /* of 62 bits */
    uint64_t inverse;
};
struct natt_modulus_narrow {
    int32_t limb[13]; /* of 30 bits */
    uint32_t inverse;
};

/* r = 1/a mod m, or 0 when a is 0. a and r are words below m; m is prime. */
void natt_modinv_wide(uint64_t r[6], const uint64_t a[6], const struct natt_modulus_wide *m);
void natt_modinv_narrow(uint64_t r[6], const uint64_t a[6], const struct natt_modulus_narrow *m);

extern const struct natt_modulus_wide natt_p384_p_wide, natt_p384_n_wide;
extern const struct natt_modulus_narrow natt_p384_p_narrow, natt_p384_n_narrow;

#endif
