/* Modular inversion with 62-bit limbs, for compilers that have __int128. */
#include <stdbool.h>

#include "verify/crypto/p384/modinv.h"

__extension__ typedef __int128 modinv_double;

#define LIMB        int64_t
#define ULIMB       uint64_t
#define DOUBLE      modinv_double
#define BITS        62
#define LIMBS       7
#define MODULUS     struct natt_modulus_wide
#define MODINV      natt_modinv_wide
#define COUNT_ZEROS __builtin_ctzll

#include "verify/crypto/p384/modinv.inc.h"
