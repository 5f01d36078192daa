/*
 * The engines of four lanes for x86-64 with AVX-512 IFMA and VL. Compiled for them, and called only where the processor
 * has them.
 */
#include <immintrin.h>

/* over these intrinsics */
#include "verify/crypto/x86/lanes_ifma4.inc.h"
