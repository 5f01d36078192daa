/*
 * Lanes in AVX-512 registers, and products by IFMA: eight lanes. Included after the intrinsics: of the compiler by
 * lanes_ifma.c, or of ../test/plain_intrinsics.h.
 *
 * The instructions multiply the lower 52 bits of each lane, and add the lower or the upper 52 bits of the product. A
 * limb has 48 bits, so an upper part counts 2^4 in the column above.
 */
#include <stddef.h>
#include <stdint.h>

#include "verify/crypto/lanes/lanes.h"
#include "verify/crypto/p384/p384_words.h"

#define LANES 8

typedef __m512i lane;

struct fl {
    lane v[8];
};

/* Nothing of what runs here depends on a mode of the processor. */
static inline unsigned enter_mode(void)
{
    return 0;
}

static inline void leave_mode(unsigned saved)
{
    (void)saved;
}

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

/* c[k + 1] += 2^4 h[k] */
static inline __attribute__((always_inline)) void add_high(lane c[16], const lane h[15])
{
    for (int k = 0; k < 15; k++)
        c[k + 1] = lane_add(c[k + 1], lane_shl(h[k], 4));
}

/* c += the columns of a * b */
static inline __attribute__((always_inline)) void fl_mul_columns(lane c[16], const struct fl *a, const struct fl *b)
{
    lane h[15];
    for (int k = 0; k < 15; k++)
        h[k] = lane_set(0);
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++)
#pragma GCC unroll 8
        for (int j = 0; j < 8; j++)
            h[i + j] = _mm512_madd52hi_epu64(h[i + j], a->v[i], b->v[j]);
    add_high(c, h);
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++)
#pragma GCC unroll 8
        for (int j = 0; j < 8; j++)
            c[i + j] = _mm512_madd52lo_epu64(c[i + j], a->v[i], b->v[j]);
}

/* c += the columns of a^2; twice a limb is below 2^52. */
static inline __attribute__((always_inline)) void fl_sqr_columns(lane c[16], const struct fl *a)
{
    lane h[15], twice[8];
    for (int k = 0; k < 15; k++)
        h[k] = lane_set(0);
    for (int i = 0; i < 8; i++)
        twice[i] = lane_add(a->v[i], a->v[i]);
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        h[2 * i] = _mm512_madd52hi_epu64(h[2 * i], a->v[i], a->v[i]);
#pragma GCC unroll 8
        for (int j = i + 1; j < 8; j++)
            h[i + j] = _mm512_madd52hi_epu64(h[i + j], twice[i], a->v[j]);
    }
    add_high(c, h);
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        c[2 * i] = _mm512_madd52lo_epu64(c[2 * i], a->v[i], a->v[i]);
#pragma GCC unroll 8
        for (int j = i + 1; j < 8; j++)
            c[i + j] = _mm512_madd52lo_epu64(c[i + j], twice[i], a->v[j]);
    }
}

/* over these words */
#include "verify/crypto/lanes/lanes_field.inc.h"
#include "verify/crypto/lanes/lanes_point.inc.h"

#define ENGINE      natt_p384_lanes_ifma
#define ENGINE_NAME "lanes, IFMA"

#include "verify/crypto/lanes/lanes_engine.inc.h"
