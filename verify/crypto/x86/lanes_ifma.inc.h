/*
 * Products of lanes by AVX-512 IFMA, over the words of lanes_words4.inc.h or lanes_words8.inc.h: included by
 * lanes_ifma4.inc.h and lanes_ifma8.inc.h, which define MADD52_LOW and MADD52_HIGH.
 *
 * The instructions multiply the lower 52 bits of each lane, and add the lower or the upper 52 bits of the product. A
 * limb has 48 bits, so an upper part counts 2^4 in the column above.
 */

/* Nothing of what runs here depends on a mode of the processor. */
static inline unsigned enter_mode(void)
{
    return 0;
}

static inline void leave_mode(unsigned saved)
{
    (void)saved;
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
            h[i + j] = MADD52_HIGH(h[i + j], a->v[i], b->v[j]);
    add_high(c, h);
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++)
#pragma GCC unroll 8
        for (int j = 0; j < 8; j++)
            c[i + j] = MADD52_LOW(c[i + j], a->v[i], b->v[j]);
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
        h[2 * i] = MADD52_HIGH(h[2 * i], a->v[i], a->v[i]);
#pragma GCC unroll 8
        for (int j = i + 1; j < 8; j++)
            h[i + j] = MADD52_HIGH(h[i + j], twice[i], a->v[j]);
    }
    add_high(c, h);
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        c[2 * i] = MADD52_LOW(c[2 * i], a->v[i], a->v[i]);
#pragma GCC unroll 8
        for (int j = i + 1; j < 8; j++)
            c[i + j] = MADD52_LOW(c[i + j], twice[i], a->v[j]);
    }
}
