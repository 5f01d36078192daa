/* Modular inversion with 30-bit limbs, for every other compiler and processor. */
#include <stdbool.h>

#include "verify/crypto/p384/modinv.h"

#define LIMB        int32_t
#define ULIMB       uint32_t
#define DOUBLE      int64_t
#define BITS        30
#define LIMBS       13
#define MODULUS     struct natt_modulus_narrow
#define MODINV      natt_modinv_narrow
#define COUNT_ZEROS __builtin_ctz

#include "verify/crypto/p384/modinv.inc.h"
