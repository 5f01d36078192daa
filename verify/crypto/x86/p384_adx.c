/* The engine for x86-64 with BMI2 and ADX. */
#include "verify/crypto/p384/modinv.h"
#include "verify/crypto/x86/p384_field_adx.inc.h"

/* over this field */
#include "verify/crypto/p384/p384_point.inc.h"

#define ENGINE      natt_p384_adx
#define ENGINE_NAME "adx"
#define MODINV      natt_modinv_wide
#define MODULUS_P   natt_p384_p_wide
#define MODULUS_N   natt_p384_n_wide

#include "verify/crypto/p384/p384_engine.inc.h"
