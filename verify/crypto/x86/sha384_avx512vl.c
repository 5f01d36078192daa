/* Compiled for AVX-512 VL and BMI2; called only where the processor has both. */
#include <immintrin.h>

#include "verify/crypto/x86/sha384_avx512vl.inc.h"
