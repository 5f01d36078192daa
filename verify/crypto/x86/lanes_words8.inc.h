/* Words of eight lanes: AVX-512 registers. Included by lanes_ifma8.inc.h. */
#include <stddef.h>
#include <stdint.h>

#include "verify/crypto/lanes/lanes.h"
#include "verify/crypto/p384/p384_words.h"

#define LANES 8

typedef __m512i lane;

struct fl {
    lane v[8];
};

static inline lane lane_set(int64_t n)
{
    return _mm512_set1_epi64(n);
}

static inline lane lane_load(const int64_t n[LANES])
{
    return _mm512_loadu_si512(n);
}

static inline lane lane_add(lane a, lane b)
{
    return _mm512_add_epi64(a, b);
}

static inline lane lane_sub(lane a, lane b)
{
    return _mm512_sub_epi64(a, b);
}

static inline lane lane_and(lane a, lane b)
{
    return _mm512_and_si512(a, b);
}

static inline __attribute__((always_inline)) lane lane_shl(lane a, int n)
{
    return _mm512_slli_epi64(a, (unsigned)n);
}

static inline __attribute__((always_inline)) lane lane_shr(lane a, int n)
{
    return _mm512_srli_epi64(a, (unsigned)n);
}

/* mask: 0 or -1 in each lane. */
static inline lane lane_select(lane mask, lane set, lane otherwise)
{
    return _mm512_ternarylogic_epi64(mask, set, otherwise, 0xca); /* mask ? set : otherwise */
}

static inline void lane_store(uint64_t out[LANES], lane a)
{
    _mm512_storeu_si512(out, a);
}

/* Four words of two rows. */
static inline lane lane_load_four(const uint64_t *low, const uint64_t *high)
{
    lane r = _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)(const void *)low));
    return _mm512_inserti64x4(r, _mm256_loadu_si256((const __m256i *)(const void *)high), 1);
}

/* out[i] = word at + i of each row. */
static inline void lane_load_rows(lane out[4], const uint64_t *const rows[LANES], size_t at)
{
    const lane even = _mm512_set_epi64(13, 12, 5, 4, 9, 8, 1, 0), odd = _mm512_set_epi64(15, 14, 7, 6, 11, 10, 3, 2);
    lane a = lane_load_four(rows[0] + at, rows[4] + at), b = lane_load_four(rows[1] + at, rows[5] + at);
    lane c = lane_load_four(rows[2] + at, rows[6] + at), d = lane_load_four(rows[3] + at, rows[7] + at);
    lane ab0 = _mm512_unpacklo_epi64(a, b), ab1 = _mm512_unpackhi_epi64(a, b);
    lane cd0 = _mm512_unpacklo_epi64(c, d), cd1 = _mm512_unpackhi_epi64(c, d);
    out[0] = _mm512_permutex2var_epi64(ab0, even, cd0);
    out[1] = _mm512_permutex2var_epi64(ab1, even, cd1);
    out[2] = _mm512_permutex2var_epi64(ab0, odd, cd0);
    out[3] = _mm512_permutex2var_epi64(ab1, odd, cd1);
}
