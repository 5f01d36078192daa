/* Compiled for AVX-512 F and BW; called only where the processor has both. */
#include <immintrin.h>

#include "verify/crypto/x86/sha384_lanes.inc.h"
