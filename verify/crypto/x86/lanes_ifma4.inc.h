/*
 * Four lanes in AVX-512 IFMA of 256 bits, and one signature in four lanes. Included after the intrinsics: of the
 * compiler by lanes_ifma4.c, or of ../test/plain_intrinsics_vl.h.
 */
#include "verify/crypto/x86/lanes_words4.inc.h"

#define MADD52_LOW  _mm256_madd52lo_epu64
#define MADD52_HIGH _mm256_madd52hi_epu64

#include "verify/crypto/x86/lanes_ifma.inc.h"

/* over these words */
#include "verify/crypto/lanes/lanes_field.inc.h"
#include "verify/crypto/lanes/lanes_point.inc.h"

#define ENGINE      natt_p384_lanes_ifma4
#define ENGINE_NAME "lanes, 4 of IFMA"

#include "verify/crypto/lanes/lanes_engine.inc.h"

/* over this field */
#include "verify/crypto/x86/one_ifma.inc.h"
