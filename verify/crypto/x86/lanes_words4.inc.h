/* Words of four lanes: AVX2 registers. Included by lanes_fma.inc.h and lanes_ifma4.inc.h. */
#include <stddef.h>
#include <stdint.h>

#include "verify/crypto/lanes/lanes.h"
#include "verify/crypto/p384/p384_words.h"

#define LANES 4

typedef __m256i lane;

struct fl {
    lane v[8];
};

static inline lane lane_set(int64_t n)
{
    return _mm256_set1_epi64x(n);
}

static inline lane lane_load(const int64_t n[LANES])
{
    return _mm256_loadu_si256((const __m256i *)(const void *)n);
}

static inline lane lane_add(lane a, lane b)
{
    return _mm256_add_epi64(a, b);
}

static inline lane lane_sub(lane a, lane b)
{
    return _mm256_sub_epi64(a, b);
}

static inline lane lane_and(lane a, lane b)
{
    return _mm256_and_si256(a, b);
}

static inline __attribute__((always_inline)) lane lane_shl(lane a, int n)
{
    return _mm256_slli_epi64(a, n);
}

static inline __attribute__((always_inline)) lane lane_shr(lane a, int n)
{
    return _mm256_srli_epi64(a, n);
}

/* mask: 0 or -1 in each lane. */
static inline lane lane_select(lane mask, lane set, lane otherwise)
{
    return _mm256_blendv_epi8(otherwise, set, mask);
}

static inline void lane_store(uint64_t out[LANES], lane a)
{
    _mm256_storeu_si256((__m256i *)(void *)out, a);
}

static inline lane lane_load_four(const uint64_t *row)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)row);
}

/* out[i] = word at + i of each row. */
static inline void lane_load_rows(lane out[4], const uint64_t *const rows[LANES], size_t at)
{
    lane a = lane_load_four(rows[0] + at), b = lane_load_four(rows[1] + at);
    lane c = lane_load_four(rows[2] + at), d = lane_load_four(rows[3] + at);
    lane ab0 = _mm256_unpacklo_epi64(a, b), ab1 = _mm256_unpackhi_epi64(a, b);
    lane cd0 = _mm256_unpacklo_epi64(c, d), cd1 = _mm256_unpackhi_epi64(c, d);
    out[0] = _mm256_permute2x128_si256(ab0, cd0, 0x20);
    out[1] = _mm256_permute2x128_si256(ab1, cd1, 0x20);
    out[2] = _mm256_permute2x128_si256(ab0, cd0, 0x31);
    out[3] = _mm256_permute2x128_si256(ab1, cd1, 0x31);
}
