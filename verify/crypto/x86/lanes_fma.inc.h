/*
 * Lanes in AVX2 registers, and products of doubles by FMA: four lanes. Included after the intrinsics: of the compiler
 * by lanes_fma.c, or of ../test/plain_intrinsics.h.
 *
 * A double has 53 bits. For whole numbers x, y with 0 <= x y < 2^100,
 *   high = fma(x, y, 2^100) is 2^100 plus the multiple of 2^48 nearest to x y;
 *   low = fma(x, y, (2^100 + 3 * 2^51) - high) is 3 * 2^51 plus the rest, exactly, |rest| <= 2^47.
 * The lower 52 bits of high are then x y / 2^48, those of low 2^51 plus the rest; as integers both patterns add up in
 * columns, and what the exponents and 2^51 add is known beforehand. This requires rounding to nearest: enter_mode
 * sets it.
 */
#include "verify/crypto/x86/lanes_words4.inc.h"

/* Rounding to nearest, no exception unmasked, denormals as they are: whatever the caller's thread has set. */
#define MXCSR_INITIAL 0x1f80u

static inline unsigned enter_mode(void)
{
    unsigned saved = _mm_getcsr();
    _mm_setcsr(MXCSR_INITIAL);
    return saved;
}

static inline void leave_mode(unsigned saved)
{
    _mm_setcsr(saved);
}

#define TWO_52  0x1p52
#define TWO_100 0x1p100
#define MIDDLE  (0x1p100 + 0x1.8p52)
/* The bit patterns of 2^52, 2^100 and 3 * 2^51. */
#define BITS_52     0x4330000000000000
#define BITS_100    0x4630000000000000
#define BITS_MIDDLE 0x4338000000000000

/* Below 2^52. */
static inline __m256d to_double(lane limb)
{
    __m256d biased = _mm256_castsi256_pd(_mm256_or_si256(limb, lane_set(BITS_52)));
    return _mm256_sub_pd(biased, _mm256_set1_pd(TWO_52));
}

static inline __attribute__((always_inline)) void to_doubles(__m256d out[8], const struct fl *a)
{
    for (int i = 0; i < 8; i++)
        out[i] = to_double(a->v[i]);
}

/* low and high += the bit patterns of one product. */
static inline __attribute__((always_inline)) void add_product(lane *low, lane *high, __m256d x, __m256d y)
{
    __m256d h = _mm256_fmadd_pd(x, y, _mm256_set1_pd(TWO_100));
    __m256d l = _mm256_fmadd_pd(x, y, _mm256_sub_pd(_mm256_set1_pd(MIDDLE), h));
    *high = lane_add(*high, _mm256_castpd_si256(h));
    *low = lane_add(*low, _mm256_castpd_si256(l));
}

/* The sum of the patterns alone, for these counts of products; negated, modulo 2^64. */
static inline lane less_patterns(uint64_t low_count, uint64_t high_count)
{
    return lane_set((int64_t)(0 - low_count * BITS_MIDDLE - high_count * BITS_100));
}

/* How many limbs i and k - i there are. */
static inline uint64_t pairs(int k)
{
    return (uint64_t)(k < 0 || k > 14 ? 0 : k < 8 ? k + 1 : 15 - k);
}

/* Without optimization gcc warns that it ignores the pragma. */
#ifdef __OPTIMIZE__
#define UNROLL_8 _Pragma("GCC unroll 8")
#else
#define UNROLL_8
#endif

/* c += the columns of a * b */
static inline __attribute__((always_inline)) void fl_mul_columns(lane c[16], const struct fl *a, const struct fl *b)
{
    __m256d x[8], y[8];
    lane high = lane_set(0);
    to_doubles(x, a);
    to_doubles(y, b);
#pragma GCC unroll 16
    for (int k = 0; k < 15; k++) {
        lane low = lane_add(high, less_patterns(pairs(k), pairs(k - 1)));
        high = lane_set(0);
        UNROLL_8
        for (int i = k < 8 ? 0 : k - 7; i <= k && i < 8; i++)
            add_product(&low, &high, x[i], y[k - i]);
        c[k] = lane_add(c[k], low);
    }
    c[15] = lane_add(c[15], lane_add(high, less_patterns(0, 1)));
}

/* How many pairs i < k - i there are. */
static inline uint64_t unequal(int k)
{
    return pairs(k) / 2;
}

static inline uint64_t equal(int k)
{
    return pairs(k) % 2;
}

/* c += the columns of a^2. Products of different limbs count twice: as a column, since twice a product may be too
 * large. */
static inline __attribute__((always_inline)) void fl_sqr_columns(lane c[16], const struct fl *a)
{
    __m256d x[8];
    lane twice_high = lane_set(0), once_high = lane_set(0);
    to_doubles(x, a);
#pragma GCC unroll 16
    for (int k = 0; k < 15; k++) {
        lane twice = twice_high;
        lane once = lane_add(once_high, less_patterns(2 * unequal(k) + equal(k), 2 * unequal(k - 1) + equal(k - 1)));
        twice_high = once_high = lane_set(0);
        UNROLL_8
        for (int i = k < 8 ? 0 : k - 7; 2 * i < k; i++)
            add_product(&twice, &twice_high, x[i], x[k - i]);
        if (k % 2 == 0)
            add_product(&once, &once_high, x[k / 2], x[k / 2]);
        c[k] = lane_add(c[k], lane_add(lane_add(twice, twice), once));
    }
    c[15] = lane_add(c[15], lane_add(once_high, less_patterns(0, 1)));
}

/* over these words */
#include "verify/crypto/lanes/lanes_field.inc.h"
#include "verify/crypto/lanes/lanes_point.inc.h"

#define ENGINE      natt_p384_lanes_fma
#define ENGINE_NAME "lanes, FMA"

#include "verify/crypto/lanes/lanes_engine.inc.h"
