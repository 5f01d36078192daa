/* The engine for 64-bit machines. */
#include "verify/crypto/p384/modinv.h"
#include "verify/crypto/p384/p384_field_wide.inc.h"
#include "verify/crypto/p384/p384_point.inc.h"

#define ENGINE      natt_p384_wide
#define ENGINE_NAME "wide"
#define MODINV      natt_modinv_wide
#define MODULUS_P   natt_p384_p_wide
#define MODULUS_N   natt_p384_n_wide

#include "verify/crypto/p384/p384_engine.inc.h"
