/* With AVX-512 VL, a rotation or a function of three words is one instruction. */
#include "verify/crypto/hash/sha2.h"

static inline __m256i xor_words(__m256i a, __m256i b, __m256i c)
{
    return _mm256_ternarylogic_epi64(a, b, c, 0x96);
}

#define rotate_words _mm256_ror_epi64 /* its count is an immediate */

#include "verify/crypto/x86/sha384_vector.inc.h"

void natt_sha384_feed_avx512vl(uint64_t state[8], const uint8_t *data, size_t blocks)
{
    feed_in_pairs(state, data, blocks);
}
