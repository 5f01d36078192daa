/* The rounds of SHA-384 [FIPS180-4 6.4.2], shared by its compression functions. */
#ifndef NATT_VERIFY_CRYPTO_SHA384_ROUNDS_H
#define NATT_VERIFY_CRYPTO_SHA384_ROUNDS_H

#include <stdint.h>

static inline uint64_t rotate(uint64_t x, int n)
{
    return x >> n | x << (64 - n);
}

static inline uint64_t load_big_endian(const uint8_t *b)
{
    return (uint64_t)b[0] << 56 | (uint64_t)b[1] << 48 | (uint64_t)b[2] << 40 | (uint64_t)b[3] << 32 |
           (uint64_t)b[4] << 24 | (uint64_t)b[5] << 16 | (uint64_t)b[6] << 8 | (uint64_t)b[7];
}

static inline void add_state(uint64_t state[8], const uint64_t s[8])
{
    for (int i = 0; i < 8; i++)
        state[i] += s[i];
}

/* One round, kw = K(t) + W(t); the caller renames the letters instead of moving them. */
#define SHA384_ROUND(a, b, c, d, e, f, g, h, kw)                                                                       \
    h += (kw) + (((f ^ g) & e) ^ g) + (rotate(e, 14) ^ rotate(e, 18) ^ rotate(e, 41));                                 \
    d += h;                                                                                                            \
    h += ((a & b) | (c & (a | b))) + (rotate(a, 28) ^ rotate(a, 34) ^ rotate(a, 39))

#define SHA384_EIGHT_ROUNDS(s, kw)                                                                                     \
    SHA384_ROUND(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], (kw)[0]);                                             \
    SHA384_ROUND(s[7], s[0], s[1], s[2], s[3], s[4], s[5], s[6], (kw)[1]);                                             \
    SHA384_ROUND(s[6], s[7], s[0], s[1], s[2], s[3], s[4], s[5], (kw)[2]);                                             \
    SHA384_ROUND(s[5], s[6], s[7], s[0], s[1], s[2], s[3], s[4], (kw)[3]);                                             \
    SHA384_ROUND(s[4], s[5], s[6], s[7], s[0], s[1], s[2], s[3], (kw)[4]);                                             \
    SHA384_ROUND(s[3], s[4], s[5], s[6], s[7], s[0], s[1], s[2], (kw)[5]);                                             \
    SHA384_ROUND(s[2], s[3], s[4], s[5], s[6], s[7], s[0], s[1], (kw)[6]);                                             \
    SHA384_ROUND(s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[0], (kw)[7])

static inline void sixteen_rounds(uint64_t s[8], const uint64_t kw[16])
{
    SHA384_EIGHT_ROUNDS(s, kw);
    SHA384_EIGHT_ROUNDS(s, kw + 8);
}

#endif
