/*
 * Arithmetic mod n, the order of P-384. Included by p384_scalar_wide.c or p384_scalar_narrow.c, which define WORD
 * (unsigned), WORD_BITS and DOUBLE (unsigned, twice as wide).
 */
#include "verify/crypto/p384/p384.h"
#include "verify/crypto/p384/p384_words.h"

#define WORDS (384 / WORD_BITS)

static void split(WORD out[WORDS], const uint64_t a[6])
{
    for (int i = 0; i < WORDS; i++)
        out[i] = (WORD)(a[i * WORD_BITS / 64] >> i * WORD_BITS % 64);
}

static void join(uint64_t out[6], const WORD a[WORDS])
{
    for (int i = 0; i < 6; i++)
        out[i] = 0;
    for (int i = 0; i < WORDS; i++)
        out[i * WORD_BITS / 64] |= (uint64_t)a[i] << i * WORD_BITS % 64;
}

/* t += a * factor over all words; returns the carry. t[i] + a[i] * factor + carry fits a DOUBLE always. */
static WORD multiply_add(WORD t[WORDS], const WORD a[WORDS], WORD factor)
{
    DOUBLE carry = 0;
    for (int i = 0; i < WORDS; i++) {
        carry += (DOUBLE)a[i] * factor + t[i];
        t[i] = (WORD)carry;
        carry >>= WORD_BITS;
    }
    return (WORD)carry;
}

void natt_p384_scalar_montmul(uint64_t r[6], const uint64_t a[6], const uint64_t b[6])
{
    WORD t[2 * WORDS] = {0}, x[WORDS], y[WORDS], n[WORDS], top = 0;
    split(x, a);
    split(y, b);
    split(n, natt_p384_n);
    for (int i = 0; i < WORDS; i++) {
        DOUBLE high = (DOUBLE)multiply_add(t + i, x, y[i]) + top;
        high += multiply_add(t + i, n, t[i] * (WORD)natt_p384_n_negated_inverse);
        t[i + WORDS] = (WORD)high;
        top = (WORD)(high >> WORD_BITS);
    }
    uint64_t sum[6], less[6];
    join(sum, t + WORDS);
    bool keep = words_sub(less, sum, natt_p384_n) > top;
    for (int i = 0; i < 6; i++)
        r[i] = keep ? sum[i] : less[i];
}

void natt_p384_scalar_multipliers(uint64_t u1[6], uint64_t u2[6], const uint64_t hash[6], const uint64_t r[6],
                                  const uint64_t w[6])
{
    uint64_t scaled[6]; /* w * 2^384, so that the next products are not in Montgomery form */
    natt_p384_scalar_montmul(scaled, w, natt_p384_r2_mod_n);
    natt_p384_scalar_montmul(u1, hash, scaled);
    natt_p384_scalar_montmul(u2, r, scaled);
}
