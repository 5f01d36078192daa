/*
 * The engine of lanes for x86-64 with AVX2 and FMA. Compiled for them, and called only where the processor has them.
 */
#include <immintrin.h>

/* over these intrinsics */
#include "verify/crypto/x86/lanes_fma.inc.h"
