/*
 * The field of P-384 for 64-bit machines whose compiler has __int128, included only by p384_wide.c.
 *
 * p = 2^384 - 2^128 - 2^96 + 2^32 - 1. An element is the sum of v[i] * 2^(56 i), with signed limbs: sums, differences
 * and small multiples need no carries, and a product column never overflows. tools/check-bounds derives the ranges from
 * the lines below and a -Dbounds=true build checks them at run time. TIGHT is what products and conversions return:
 *   bounds TIGHT 0-4: 0 .. 2^56 - 1
 *   bounds TIGHT 5: -2^15 .. 2^56 + 2^15
 *   bounds TIGHT 6: 0 .. 2^48 - 1
 * LOOSE is what everything accepts:
 *   bounds LOOSE 0-5: -2^61 .. 2^61
 *   bounds LOOSE 6: -2^54 .. 2^54
 * COLUMN is the range of the columns of a product before they are reduced:
 *   bounds COLUMN 0-10: -2^125 .. 2^125
 *   bounds COLUMN 11: -2^117 .. 2^117
 *   bounds COLUMN 12: -2^109 .. 2^109
 * Right shifts of negative values are arithmetic, as gcc and clang define them; left shifts are written as products.
 */
#include <stdbool.h>
#include <stdint.h>

#include "verify/crypto/p384/p384.h"
#include "verify/crypto/p384/p384_words.h"

__extension__ typedef __int128 wide;
typedef struct fe {
    int64_t v[7];
} fe;

#define LIMB_MASK (((int64_t)1 << 56) - 1)
#define TOP_MASK  (((int64_t)1 << 48) - 1)
#define POWER(n)  ((wide)1 << (n))

#include NATT_P384_BOUNDS_HEADER

/*
 * r = the sum of c[k] * 2^(56 k). Ranges: c COLUMN -> r TIGHT.
 *
 * Columns above 2^384 come down by 2^392 = 2^136 + 2^104 - 2^40 + 2^8 (limbs k + 2, k + 1 and k), what then lies above
 * 2^384 by 2^384 = 2^128 + 2^96 - 2^32 + 1. Column 12 is folded before columns 7 to 11 are carried and what leaves
 * column 11 joins the second fold, so no third one is needed.
 */
static inline __attribute__((always_inline)) void fe_reduce(fe *r, wide c[13])
{
    const wide low = POWER(40) - POWER(8);
    int64_t t5 = (int64_t)c[12] & LIMB_MASK, t6 = (int64_t)(c[12] >> 56);
    c[5] -= t5 * low;
    c[6] += t5 * POWER(48) - t6 * low;
    c[7] += t5 * POWER(24) + t6 * POWER(48);
    c[8] += t6 * POWER(24);

    int64_t h0 = (int64_t)c[7] & LIMB_MASK;
    c[8] += c[7] >> 56;
    int64_t h1 = (int64_t)c[8] & LIMB_MASK;
    c[9] += c[8] >> 56;
    int64_t h2 = (int64_t)c[9] & LIMB_MASK;
    c[10] += c[9] >> 56;
    int64_t h3 = (int64_t)c[10] & LIMB_MASK;
    c[11] += c[10] >> 56;
    int64_t h4 = (int64_t)c[11] & LIMB_MASK, h5 = (int64_t)(c[11] >> 56);

    c[4] += h3 * POWER(48) + h2 * POWER(24) - h4 * low;
    c[5] += h4 * POWER(48) + h3 * POWER(24) - h5 * low + (c[4] >> 56);
    c[6] += h5 * POWER(48) + h4 * POWER(24) + (c[5] >> 56);
    wide q = (c[6] >> 48) + h5 * POWER(32); /* h5 * 2^24 belongs to column 7: 2^8 higher */
    int64_t q0 = (int64_t)q & LIMB_MASK, q1 = (int64_t)(q >> 56);

    c[0] += q0 - q0 * POWER(32) - h0 * low;
    c[1] += q0 * POWER(40) + q1 - q1 * POWER(32) + h0 * POWER(48) - h1 * low + (c[0] >> 56);
    c[2] += q0 * POWER(16) + q1 * POWER(40) + h1 * POWER(48) + h0 * POWER(24) - h2 * low + (c[1] >> 56);
    c[3] += q1 * POWER(16) + h2 * POWER(48) + h1 * POWER(24) - h3 * low + (c[2] >> 56);
    wide rest = (c[4] & LIMB_MASK) + (c[3] >> 56);
    r->v[0] = (int64_t)c[0] & LIMB_MASK;
    r->v[1] = (int64_t)c[1] & LIMB_MASK;
    r->v[2] = (int64_t)c[2] & LIMB_MASK;
    r->v[3] = (int64_t)c[3] & LIMB_MASK;
    r->v[4] = (int64_t)rest & LIMB_MASK;
    r->v[5] = ((int64_t)c[5] & LIMB_MASK) + (int64_t)(rest >> 56);
    r->v[6] = (int64_t)c[6] & TOP_MASK;
    check_tight(r);
}

#define PRODUCT(i, j) ((wide)a->v[i] * b->v[j])

/* c[k] = the columns of a * b. Ranges: a, b LOOSE -> c COLUMN. */
static inline __attribute__((always_inline)) void fe_columns(wide c[13], const fe *a, const fe *b)
{
    c[0] = PRODUCT(0, 0);
    c[1] = PRODUCT(0, 1) + PRODUCT(1, 0);
    c[2] = PRODUCT(0, 2) + PRODUCT(1, 1) + PRODUCT(2, 0);
    c[3] = PRODUCT(0, 3) + PRODUCT(1, 2) + PRODUCT(2, 1) + PRODUCT(3, 0);
    c[4] = PRODUCT(0, 4) + PRODUCT(1, 3) + PRODUCT(2, 2) + PRODUCT(3, 1) + PRODUCT(4, 0);
    c[5] = PRODUCT(0, 5) + PRODUCT(1, 4) + PRODUCT(2, 3) + PRODUCT(3, 2) + PRODUCT(4, 1) + PRODUCT(5, 0);
    c[6] =
        PRODUCT(0, 6) + PRODUCT(1, 5) + PRODUCT(2, 4) + PRODUCT(3, 3) + PRODUCT(4, 2) + PRODUCT(5, 1) + PRODUCT(6, 0);
    c[7] = PRODUCT(1, 6) + PRODUCT(2, 5) + PRODUCT(3, 4) + PRODUCT(4, 3) + PRODUCT(5, 2) + PRODUCT(6, 1);
    c[8] = PRODUCT(2, 6) + PRODUCT(3, 5) + PRODUCT(4, 4) + PRODUCT(5, 3) + PRODUCT(6, 2);
    c[9] = PRODUCT(3, 6) + PRODUCT(4, 5) + PRODUCT(5, 4) + PRODUCT(6, 3);
    c[10] = PRODUCT(4, 6) + PRODUCT(5, 5) + PRODUCT(6, 4);
    c[11] = PRODUCT(5, 6) + PRODUCT(6, 5);
    c[12] = PRODUCT(6, 6);
}

#undef PRODUCT
#define SQUARE(i)   ((wide)a->v[i] * a->v[i])
#define TWICE(i, j) ((wide)d[i] * a->v[j])

/* c[k] = the columns of a^2. Ranges: a LOOSE -> c COLUMN. */
static inline __attribute__((always_inline)) void fe_square_columns(wide c[13], const fe *a)
{
    const int64_t d[6] = {2 * a->v[0], 2 * a->v[1], 2 * a->v[2], 2 * a->v[3], 2 * a->v[4], 2 * a->v[5]};
    c[0] = SQUARE(0);
    c[1] = TWICE(0, 1);
    c[2] = TWICE(0, 2) + SQUARE(1);
    c[3] = TWICE(0, 3) + TWICE(1, 2);
    c[4] = TWICE(0, 4) + TWICE(1, 3) + SQUARE(2);
    c[5] = TWICE(0, 5) + TWICE(1, 4) + TWICE(2, 3);
    c[6] = TWICE(0, 6) + TWICE(1, 5) + TWICE(2, 4) + SQUARE(3);
    c[7] = TWICE(1, 6) + TWICE(2, 5) + TWICE(3, 4);
    c[8] = TWICE(2, 6) + TWICE(3, 5) + SQUARE(4);
    c[9] = TWICE(3, 6) + TWICE(4, 5);
    c[10] = TWICE(4, 6) + SQUARE(5);
    c[11] = TWICE(5, 6);
    c[12] = SQUARE(6);
}

#undef SQUARE
#undef TWICE

/* r = a * b. Ranges: a, b LOOSE -> r TIGHT. */
static __attribute__((noinline)) void fe_mul(fe *r, const fe *a, const fe *b)
{
    wide c[13];
    check_loose(a);
    check_loose(b);
    fe_columns(c, a, b);
    fe_reduce(r, c);
}

/* r = a^2. Ranges: a LOOSE -> r TIGHT. */
static __attribute__((noinline)) void fe_sqr(fe *r, const fe *a)
{
    wide c[13];
    check_loose(a);
    fe_square_columns(c, a);
    fe_reduce(r, c);
}

/* r = a + b, limb by limb; the caller keeps the result LOOSE. */
static inline void fe_add(fe *r, const fe *a, const fe *b)
{
    for (int i = 0; i < 7; i++)
        r->v[i] = a->v[i] + b->v[i];
    check_loose(r);
}

/* r = a - b, limb by limb; the caller keeps the result LOOSE. */
static inline void fe_sub(fe *r, const fe *a, const fe *b)
{
    for (int i = 0; i < 7; i++)
        r->v[i] = a->v[i] - b->v[i];
    check_loose(r);
}

/* r = a * k, limb by limb, k FACTOR; the caller keeps the result LOOSE. */
static inline void fe_times(fe *r, const fe *a, int32_t k)
{
    for (int i = 0; i < 7; i++)
        r->v[i] = a->v[i] * k;
    check_loose(r);
}

/* r = words, any value below 2^384. Ranges: w ANY -> r TIGHT. */
static inline void fe_from_words(fe *r, const uint64_t w[6])
{
    const uint64_t mask = (uint64_t)LIMB_MASK;
    r->v[0] = (int64_t)(w[0] & mask);
    r->v[1] = (int64_t)((w[0] >> 56 | w[1] << 8) & mask);
    r->v[2] = (int64_t)((w[1] >> 48 | w[2] << 16) & mask);
    r->v[3] = (int64_t)((w[2] >> 40 | w[3] << 24) & mask);
    r->v[4] = (int64_t)((w[3] >> 32 | w[4] << 32) & mask);
    r->v[5] = (int64_t)((w[4] >> 24 | w[5] << 40) & mask);
    r->v[6] = (int64_t)(w[5] >> 16);
}

/*
 * words = a mod p, below p. A TIGHT value lies in (-2^296, 2^384 + 2^296): with p added it is positive.
 * Ranges: a LOOSE -> w ANY.
 */
static void fe_to_words(uint64_t w[6], const fe *a)
{
    fe t, p;
    const fe one = {{1, 0, 0, 0, 0, 0, 0}};
    uint64_t v[7];
    fe_mul(&t, a, &one);
    fe_from_words(&p, natt_p384_p);
    fe_add(&t, &t, &p);
    for (int i = 0; i < 7; i++) {
        v[i] = (uint64_t)(t.v[i] & LIMB_MASK);
        t.v[i < 6 ? i + 1 : 6] += t.v[i] >> 56;
    }
    for (int i = 0; i < 6; i++)
        w[i] = v[i] >> (8 * i) | v[i + 1] << (56 - 8 * i);
    for (uint64_t top = v[6] >> 48; top != 0;)
        top -= words_sub(w, w, natt_p384_p);
    words_reduce_once(w, w, natt_p384_p);
    words_reduce_once(w, w, natt_p384_p);
}

static bool fe_is_zero(const fe *a)
{
    uint64_t w[6];
    fe_to_words(w, a);
    return words_are_zero(w);
}
