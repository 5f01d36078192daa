/* With AVX2. */
#include "verify/crypto/hash/sha2.h"

static inline __m256i xor_words(__m256i a, __m256i b, __m256i c)
{
    return _mm256_xor_si256(_mm256_xor_si256(a, b), c);
}

static inline __m256i rotate_words(__m256i x, int n)
{
    return _mm256_or_si256(_mm256_srli_epi64(x, n), _mm256_slli_epi64(x, 64 - n));
}

#include "verify/crypto/x86/sha384_vector.inc.h"

void natt_sha384_feed_avx2(uint64_t state[8], const uint8_t *data, size_t blocks)
{
    feed_in_pairs(state, data, blocks);
}
