/*
 * The engine of eight lanes for x86-64 with AVX-512 IFMA. Compiled for them, and called only where the processor has
 * them.
 */
#include <immintrin.h>

/* over these intrinsics */
#include "verify/crypto/x86/lanes_ifma8.inc.h"
