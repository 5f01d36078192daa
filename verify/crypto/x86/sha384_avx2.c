/* Compiled for AVX2 and BMI2; called only where the processor has both. */
#include <immintrin.h>

#include "verify/crypto/x86/sha384_avx2.inc.h"
