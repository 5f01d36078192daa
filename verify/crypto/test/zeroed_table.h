/*
 * A signature that a table with zeroed points would accept under any key: the sum depends only on u1, so r is the sum's
 * x. Uses chord and tangent, whose formulas do not contain b and so give a result even for points that are on no common
 * curve.
 */
#ifndef NATT_VERIFY_CRYPTO_TEST_ZEROED_TABLE_H
#define NATT_VERIFY_CRYPTO_TEST_ZEROED_TABLE_H

#include <string.h>

#include "verify/crypto/p384/p384.h"
#include "verify/crypto/p384/p384_words.h"

/* p += q, p += p if q is NULL. */
static inline void school_sum(const struct natt_p384_engine *e, uint64_t p[2][6], const uint64_t q[2][6])
{
    const uint64_t three[6] = {3};
    uint64_t rise[6], run[6], x[6];
    if (q == NULL) {
        e->field_sqr(rise, p[0]);
        e->field_times(rise, rise, 3);
        e->field_sub(rise, rise, three);
        e->field_times(run, p[1], 2);
        q = (const uint64_t(*)[6])p;
    } else {
        e->field_sub(rise, q[1], p[1]);
        e->field_sub(run, q[0], p[0]);
    }
    e->field_inverse(run, run);
    e->field_mul(rise, rise, run);
    e->field_sqr(x, rise);
    e->field_sub(x, x, p[0]);
    e->field_sub(x, x, q[0]);
    e->field_sub(run, p[0], x);
    e->field_mul(run, run, rise);
    e->field_sub(p[1], run, p[1]);
    memcpy(p[0], x, sizeof x);
}

/* The sum of the comb of u1 and of the same number of points (0, 0), in the order of a verification. */
static inline void sum_with_zeros(const struct natt_p384_engine *e, uint64_t p[2][6], const uint64_t u1[6])
{
    static const uint64_t zero[2][6];
    struct natt_p384_comb_digits digits;
    uint64_t q[2][6];
    natt_p384_comb_recode(&digits, u1);
    memset(p, 0, sizeof q);
    for (int round = NATT_COMB_ROUNDS - 1; round >= 0; round--)
        for (int h = 0; h < NATT_COMB_PARTS; h++) {
            int digit = digits.column[round + NATT_COMB_ROUNDS * h];
            if (round < NATT_COMB_ROUNDS - 1 && h == 0)
                school_sum(e, p, NULL);
            if (round < NATT_COMB_ROUNDS - 1 || h > 0)
                school_sum(e, p, zero);
            memcpy(q, natt_p384_tables.g->point[h][digit < 0 ? -1 - digit : digit], sizeof q);
            if (digit < 0)
                e->field_sub(q[1], zero[1], q[1]);
            school_sum(e, p, (const uint64_t(*)[6])q);
        }
}

static inline void words_to_bytes(uint8_t bytes[48], const uint64_t words[6])
{
    for (int i = 0; i < 48; i++)
        bytes[i] = (uint8_t)(words[5 - i / 8] >> (56 - i % 8 * 8));
}

/* s is 1, so u1 is the hash. */
static inline void forge_for_zeroed_table(const struct natt_p384_engine *e, uint8_t r[48], uint8_t s[48],
                                          const uint8_t hash[48])
{
    uint64_t u1[6], p[2][6];
    words_from_bytes(u1, hash);
    words_reduce_once(u1, u1, natt_p384_n);
    sum_with_zeros(e, p, u1);
    words_to_bytes(r, p[0]);
    memset(s, 0, 48);
    s[47] = 1;
}

#endif
