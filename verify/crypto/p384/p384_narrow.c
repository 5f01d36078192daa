/* The engine for 32-bit machines. */
#include "verify/crypto/p384/modinv.h"
#include "verify/crypto/p384/p384_field_narrow.inc.h"
#include "verify/crypto/p384/p384_point.inc.h"

#define ENGINE      natt_p384_narrow
#define ENGINE_NAME "narrow"
#define MODINV      natt_modinv_narrow
#define MODULUS_P   natt_p384_p_narrow
#define MODULUS_N   natt_p384_n_narrow

#include "verify/crypto/p384/p384_engine.inc.h"
