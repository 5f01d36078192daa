/* Arithmetic mod n, the order of P-384, on 32-bit words. A signature needs only four products, so nothing faster is
 * worthwhile. */
#include "verify/crypto/p384/p384.h"
#include "verify/crypto/p384/p384_words.h"

static void split(uint32_t out[12], const uint64_t a[6])
{
    for (int i = 0; i < 6; i++) {
        out[2 * i] = (uint32_t)a[i];
        out[2 * i + 1] = (uint32_t)(a[i] >> 32);
    }
}

/* t += a * factor over twelve words; returns the carry. t[i] + a[i] * factor + carry < 2^64 always. */
static uint32_t multiply_add(uint32_t t[12], const uint32_t a[12], uint32_t factor)
{
    uint64_t carry = 0;
    for (int i = 0; i < 12; i++) {
        carry += (uint64_t)a[i] * factor + t[i];
        t[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return (uint32_t)carry;
}

void natt_p384_scalar_montmul(uint64_t r[6], const uint64_t a[6], const uint64_t b[6])
{
    uint32_t t[24] = {0}, x[12], y[12], n[12], top = 0;
    split(x, a);
    split(y, b);
    split(n, natt_p384_n);
    for (int i = 0; i < 12; i++) {
        uint64_t high = (uint64_t)multiply_add(t + i, x, y[i]) + top;
        high += multiply_add(t + i, n, t[i] * natt_p384_n_negated_inverse);
        t[i + 12] = (uint32_t)high;
        top = (uint32_t)(high >> 32);
    }
    uint64_t sum[6], less[6];
    for (int i = 0; i < 6; i++)
        sum[i] = t[12 + 2 * i] | (uint64_t)t[13 + 2 * i] << 32;
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
