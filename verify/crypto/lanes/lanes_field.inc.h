/*
 * The field of P-384 in LANES lanes, over the words of lanes_c.inc.h, ../x86/lanes_words4.inc.h or
 * ../x86/lanes_words8.inc.h, one of which is included before.
 *
 * p = 2^384 - 2^128 - 2^96 + 2^32 - 1. In each lane, an element is the sum of v[i] * 2^(48 i). Limbs are never negative
 * (IFMA requires it), so a difference adds a multiple of p, and every shift to the right is logical. With
 *   bounds TIGHT 0: 0 .. 2^48 - 1
 *   bounds TIGHT 1-7: 0 .. 2^48 + 2^15
 * as what products return, these are the operands of products:
 *   bounds LOOSE 0-7: 0 .. 2^50 - 1
 *   bounds WIDE 0-7: 0 .. 2^51 - 1
 *   bounds SMALL 0: 0 .. 1
 * What is subtracted from a square, and what is converted to words, is
 *   bounds WIDER 0-7: 0 .. 2^52 - 1
 * A product of two limbs is below 2^100, since LOOSE meets LOOSE and WIDE meets TIGHT: the doubles need it.
 *
 * What a file of words provides: LANES; `lane`, LANES signed 64-bit integers; lane_load, lane_store, lane_load_rows,
 * lane_set, lane_add, lane_sub, lane_and, lane_shl, lane_shr (of values that are not negative), lane_select; and
 * fl_mul_columns, fl_sqr_columns, which add the columns of a product, at most 2^57 each and above -2^52.
 *   bounds COLUMN 0-14: 2^57 .. 2^60
 *   bounds COLUMN 15: 2^50 .. 2^56
 */
#include <stdbool.h>
#include <stdint.h>

#include "verify/crypto/lanes/lanes_constants.h"

#include NATT_LANES_BOUNDS_HEADER

#define LIMB_BITS 48
#define LIMB_MASK (((int64_t)1 << LIMB_BITS) - 1)

/* Where v is multiplied by 2^32 the lower 16 bits stay in their limb; the others belong to the next. */
static inline lane shifted_low(lane v)
{
    return lane_shl(lane_and(v, lane_set(0xffff)), 32);
}

static inline lane shifted_high(lane v)
{
    return lane_shr(v, 16);
}

/*
 * r = the sum of c[k] * 2^(48 k) modulo p. c begins as FL_START, so the columns are positive.
 *
 * Column 8 + k, h, comes down by 2^384 = 2^128 + 2^96 - 2^32 + 1: with W = h * 2^32, h + W is added to column k + 2 and
 * h - W to column k. Sums that go to columns 8, 9 and 10 are added to h first, so no second fold is needed. Columns are
 * carried once, at the end: sums of three fit a lane.
 * Ranges: c COLUMN -> r TIGHT.
 */
static inline __attribute__((always_inline)) void fl_reduce(struct fl *r, lane c[16])
{
    const lane mask = lane_set(LIMB_MASK);
    lane *h = c + 8;
    lane w6 = lane_add(shifted_low(h[6]), shifted_high(h[5]));
    lane w7 = lane_add(shifted_low(h[7]), shifted_high(h[6]));
    lane w8 = shifted_high(h[7]);
    c[6] = lane_add(c[6], lane_sub(h[6], w6));
    c[7] = lane_add(c[7], lane_sub(h[7], w7));
    h[0] = lane_add(h[0], lane_sub(lane_add(h[6], w6), w8));
    h[1] = lane_add(h[1], lane_add(h[7], w7));
    h[2] = lane_add(h[2], w8);
    for (int k = 5; k >= 0; k--) {
        lane w = k > 0 ? lane_add(shifted_low(h[k]), shifted_high(h[k - 1])) : shifted_low(h[k]);
        c[k] = lane_add(c[k], lane_sub(h[k], w));
        c[k + 2] = lane_add(c[k + 2], lane_add(h[k], w));
    }
    lane top = lane_shr(c[7], LIMB_BITS), top_shifted = lane_shl(top, 32);
    c[7] = lane_and(c[7], mask);
    c[0] = lane_add(c[0], lane_sub(top, top_shifted));
    c[2] = lane_add(c[2], lane_add(top, top_shifted));
    r->v[0] = lane_and(c[0], mask);
    for (int k = 1; k < 7; k++)
        r->v[k] = lane_add(lane_and(c[k], mask), lane_shr(c[k - 1], LIMB_BITS));
    r->v[7] = lane_add(c[7], lane_shr(c[6], LIMB_BITS));
    check_tight(r);
}

static inline __attribute__((always_inline)) void start(lane c[16])
{
    for (int k = 0; k < 16; k++)
        c[k] = lane_set(FL_START[k]);
}

static inline __attribute__((always_inline)) void no_columns(lane c[16])
{
    for (int k = 0; k < 16; k++)
        c[k] = lane_set(0);
}

/* r = a * b. Ranges: a, b LOOSE -> r TIGHT. */
static __attribute__((noinline)) void fl_mul(struct fl *r, const struct fl *a, const struct fl *b)
{
    lane c[16];
    check_loose(a);
    check_loose(b);
    start(c);
    fl_mul_columns(c, a, b);
    fl_reduce(r, c);
}

/* r = a^2. Ranges: a LOOSE -> r TIGHT. */
static __attribute__((noinline)) void fl_sqr(struct fl *r, const struct fl *a)
{
    lane c[16];
    check_loose(a);
    start(c);
    fl_sqr_columns(c, a);
    fl_reduce(r, c);
}

/* r = 3 a b. Ranges: a, b LOOSE -> r TIGHT. */
static __attribute__((noinline)) void fl_mul_three(struct fl *r, const struct fl *a, const struct fl *b)
{
    lane c[16], t[16];
    check_loose(a);
    check_loose(b);
    no_columns(t);
    fl_mul_columns(t, a, b);
    start(c);
    for (int k = 0; k < 16; k++)
        c[k] = lane_add(c[k], lane_add(t[k], lane_add(t[k], t[k])));
    fl_reduce(r, c);
}

/* r = a^2 - t. Ranges: a LOOSE, t WIDER -> r TIGHT. */
static __attribute__((noinline)) void fl_sqr_sub(struct fl *r, const struct fl *a, const struct fl *t)
{
    lane c[16];
    check_loose(a);
    start(c);
    for (int k = 0; k < 8; k++)
        c[k] = lane_sub(c[k], t->v[k]);
    fl_sqr_columns(c, a);
    fl_reduce(r, c);
}

/* r = a b + x y. Ranges: a, b, x, y LOOSE -> r TIGHT. */
static __attribute__((noinline)) void fl_mul_add(struct fl *r, const struct fl *a, const struct fl *b,
                                                 const struct fl *x, const struct fl *y)
{
    lane c[16];
    check_loose(a);
    check_loose(b);
    check_loose(x);
    check_loose(y);
    start(c);
    fl_mul_columns(c, a, b);
    fl_mul_columns(c, x, y);
    fl_reduce(r, c);
}

/* r = a b - 8 g^2. Ranges: a, g TIGHT, b WIDE -> r TIGHT. */
static __attribute__((noinline)) void fl_mul_sub_eight_sqr(struct fl *r, const struct fl *a, const struct fl *b,
                                                           const struct fl *g)
{
    lane c[16], t[16];
    check_tight(a);
    check_wide(b);
    check_tight(g);
    no_columns(t);
    fl_sqr_columns(t, g);
    start(c);
    for (int k = 0; k < 16; k++)
        c[k] = lane_sub(c[k], lane_shl(t[k], 3));
    fl_mul_columns(c, a, b);
    fl_reduce(r, c);
}

/* r = a + b, limb by limb; the caller keeps the result in a range. */
static inline void fl_add(struct fl *r, const struct fl *a, const struct fl *b)
{
    for (int i = 0; i < 8; i++)
        r->v[i] = lane_add(a->v[i], b->v[i]);
}

/* r = a * 2^k, limb by limb; the caller keeps the result in a range. */
static inline __attribute__((always_inline)) void fl_shl(struct fl *r, const struct fl *a, int k)
{
    for (int i = 0; i < 8; i++)
        r->v[i] = lane_shl(a->v[i], k);
}

/* r = a - b modulo p; b TIGHT, a plus 2^49 + 2^16 in a range. */
static inline void fl_sub(struct fl *r, const struct fl *a, const struct fl *b)
{
    check_tight(b);
    for (int i = 0; i < 8; i++)
        r->v[i] = lane_add(a->v[i], lane_sub(lane_set(FL_BIAS[i]), b->v[i]));
}

/* r = -a modulo p. Ranges: a TIGHT -> r LOOSE. */
static inline void fl_negate(struct fl *r, const struct fl *a)
{
    check_tight(a);
    for (int i = 0; i < 8; i++)
        r->v[i] = lane_sub(lane_set(FL_BIAS[i]), a->v[i]);
}

/* Where the mask is set, r = -r modulo p. Ranges: r TIGHT -> r LOOSE. */
static inline void fl_negate_where(struct fl *r, lane mask)
{
    struct fl negated;
    fl_negate(&negated, r);
    for (int i = 0; i < 8; i++)
        r->v[i] = lane_select(mask, negated.v[i], r->v[i]);
}

/* r = the same number in every lane. Ranges: n SMALL -> r TIGHT. */
static inline void fl_set(struct fl *r, int64_t n)
{
    r->v[0] = lane_set(n);
    for (int i = 1; i < 8; i++)
        r->v[i] = lane_set(0);
}

/* r = the six words from word `at` of each row. */
static inline void fl_from_words(struct fl *r, const uint64_t *const rows[LANES], size_t at)
{
    const lane mask = lane_set(LIMB_MASK), low = lane_set(0xffff), middle = lane_set(0xffffffff);
    lane w[8]; /* words 0 to 3, then 2 to 5 */
    lane_load_rows(w, rows, at);
    lane_load_rows(w + 4, rows, at + 2);
    r->v[0] = lane_and(w[0], mask);
    r->v[1] = lane_add(lane_shr(w[0], 48), lane_shl(lane_and(w[1], middle), 16));
    r->v[2] = lane_add(lane_shr(w[1], 32), lane_shl(lane_and(w[2], low), 32));
    r->v[3] = lane_shr(w[2], 16);
    r->v[4] = lane_and(w[3], mask);
    r->v[5] = lane_add(lane_shr(w[3], 48), lane_shl(lane_and(w[6], middle), 16));
    r->v[6] = lane_add(lane_shr(w[6], 32), lane_shl(lane_and(w[7], low), 32));
    r->v[7] = lane_shr(w[7], 16);
}

/* r = the eight limbs from limb `at` of each row. */
static inline void fl_from_limbs(struct fl *r, const uint64_t *const rows[LANES], size_t at)
{
    lane_load_rows(r->v, rows, at);
    lane_load_rows(r->v + 4, rows, at + 4);
}

/* limb[i][l] = limb i in lane l. */
static inline void fl_to_limbs(uint64_t limb[8][LANES], const struct fl *a)
{
    for (int i = 0; i < 8; i++)
        lane_store(limb[i], a->v[i]);
}

/* r has limb i in lane l from limb[i][l]. */
static inline void fl_from_lanes(struct fl *r, const int64_t limb[8][LANES])
{
    for (int i = 0; i < 8; i++)
        r->v[i] = lane_load(limb[i]);
}

/* words = the element in lane l, whose limbs are below 2^52, modulo p, below p. */
static void words_of_lane(uint64_t words[6], const uint64_t limb[8][LANES], int l)
{
    uint64_t v[8], carry = 0;
    for (int i = 0; i < 8; i++) {
        carry += limb[i][l];
        v[i] = carry & (uint64_t)LIMB_MASK;
        carry >>= LIMB_BITS;
    }
    for (int i = 0; i < 2; i++) {
        const uint64_t *u = v + 4 * i;
        words[3 * i] = u[0] | u[1] << 48;
        words[3 * i + 1] = u[1] >> 16 | u[2] << 32;
        words[3 * i + 2] = u[2] >> 32 | u[3] << 16;
    }
    while (carry != 0)
        carry -= words_sub(words, words, natt_p384_p);
    words_reduce_once(words, words, natt_p384_p);
}

/* words[l] = the element in lane l modulo p, below p. Ranges: a WIDER -> words ANY. */
static void fl_to_words(uint64_t words[LANES][6], const struct fl *a)
{
    uint64_t limb[8][LANES];
    fl_to_limbs(limb, a);
    for (int l = 0; l < LANES; l++)
        words_of_lane(words[l], (const uint64_t(*)[LANES])limb, l);
}
