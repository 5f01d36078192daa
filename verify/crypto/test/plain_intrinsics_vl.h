/* As plain_intrinsics.h: those by which four lanes change places. [Intel SDM vol. 2, the instructions] */
#ifndef NATT_VERIFY_CRYPTO_TEST_PLAIN_INTRINSICS_VL_H
#define NATT_VERIFY_CRYPTO_TEST_PLAIN_INTRINSICS_VL_H

#include "verify/crypto/test/plain_intrinsics.h"

/* Two bits of the control for each lane; the lanes of `otherwise` where the mask has no bit. */
static inline __m256i _mm256_mask_permutex_epi64(__m256i otherwise, unsigned mask, __m256i a, int control)
{
    __m256i r;
    PLAIN_256(mask >> i & 1 ? a.u[control >> 2 * i & 3] : otherwise.u[i]);
    return r;
}

static inline __m256i _mm256_permute4x64_epi64(__m256i a, int control)
{
    return _mm256_mask_permutex_epi64(a, 15, a, control);
}

/* Two bits of the mask for each lane, one for each half of it. */
static inline __m256i _mm256_blend_epi32(__m256i a, __m256i b, int mask)
{
    const uint64_t halves[4] = {0, UINT32_MAX, (uint64_t)UINT32_MAX << 32, UINT64_MAX};
    __m256i r;
    PLAIN_256((b.u[i] & halves[mask >> 2 * i & 3]) | (a.u[i] & ~halves[mask >> 2 * i & 3]));
    return r;
}

static inline __m256i _mm256_mask_add_epi64(__m256i otherwise, unsigned mask, __m256i a, __m256i b)
{
    __m256i r;
    PLAIN_256(mask >> i & 1 ? a.u[i] + b.u[i] : otherwise.u[i]);
    return r;
}

static inline __m256i _mm256_mask_sub_epi64(__m256i otherwise, unsigned mask, __m256i a, __m256i b)
{
    __m256i r;
    PLAIN_256(mask >> i & 1 ? a.u[i] - b.u[i] : otherwise.u[i]);
    return r;
}

#endif
