/*
 * One signature in four lanes of IFMA, over the words and the field of lanes_ifma4.inc.h, which includes this.
 *
 * The registers have 256 bits, not 512: AMD Zen 4 computes 512 bits in two operations, and Intel's Xeon computes 256
 * bits on three ports and 512 on two.
 */
#include "verify/crypto/lanes/one.h"

/* Macros, since the instructions contain the numbers. */
#define lane_order(a, i, j, k, l) _mm256_permute4x64_epi64(a, (i) | (j) << 2 | (k) << 4 | (l) << 6)
#define lane_blend(a, b, which)                                                                                        \
    _mm256_blend_epi32(a, b, ((which)&1) * 3 | ((which)&2) * 6 | ((which)&4) * 12 | ((which)&8) * 24)
#define lane_order_where(r, which, a, i, j, k, l)                                                                      \
    _mm256_mask_permutex_epi64(r, which, a, (i) | (j) << 2 | (k) << 4 | (l) << 6)
#define lane_add_where(r, which, a, b) _mm256_mask_add_epi64(r, which, a, b)
#define lane_sub_where(r, which, a, b) _mm256_mask_sub_epi64(r, which, a, b)

#define UPPER 1
#define LOWER 0

/* sum[k] += the upper or lower parts of the products in the columns first to last: those of a's highest limb first, so
 * that the next product in a column does not wait for this one. */
static inline __attribute__((always_inline)) void add_parts(lane *sum, int part, int first, int last,
                                                            const struct fl *a, const struct fl *b)
{
#pragma GCC unroll 8
    for (int i = 7; i >= 0; i--)
#pragma GCC unroll 8
        for (int j = 7; j >= 0; j--)
            if (first <= i + j && i + j <= last)
                sum[i + j] = part == UPPER ? MADD52_HIGH(sum[i + j], a->v[i], b->v[j])
                                           : MADD52_LOW(sum[i + j], a->v[i], b->v[j]);
}

/* c = FL_START and the columns of a * b. Columns from 8 on are complete first, as fl_reduce begins with them. */
static inline __attribute__((always_inline)) void fl_product_columns(lane c[16], const struct fl *a, const struct fl *b)
{
    lane h[15];
    c[0] = lane_set(FL_START[0]);
    for (int k = 0; k < 15; k++)
        h[k] = lane_set(FL_START[k + 1] >> 4);
    add_parts(h, UPPER, 3, 14, a, b);
    for (int k = 7; k < 15; k++)
        c[k + 1] = lane_shl(h[k], 4);
    add_parts(c, LOWER, 8, 14, a, b);
    add_parts(h, UPPER, 0, 2, a, b);
    for (int k = 0; k < 7; k++)
        c[k + 1] = lane_shl(h[k], 4);
    add_parts(c, LOWER, 0, 7, a, b);
}

#define ONE_ASK    natt_one_ifma_ask
#define ONE_ENGINE natt_p384_one_ifma
#define ONE_NAME   "one, IFMA"

/* Unless a test has others. */
#ifndef SCALAR
#define SCALAR      natt_p384_adx
#define ONE_PRODUCT static inline __attribute__((always_inline))
#endif

#include "verify/crypto/lanes/one_field.inc.h"

/* over this field */
#include "verify/crypto/lanes/one_engine.inc.h"
#include "verify/crypto/lanes/one_table.inc.h"
