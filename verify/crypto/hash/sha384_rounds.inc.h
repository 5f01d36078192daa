/* The rounds of SHA-384 [FIPS180-4 6.4.2], shared by its compression functions. */
#ifndef NATT_VERIFY_CRYPTO_SHA384_ROUNDS_H
#define NATT_VERIFY_CRYPTO_SHA384_ROUNDS_H

#include <stddef.h>
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

/* Not memcpy, whose call, in a freestanding build, would force the words into memory for all rounds. */
static inline void copy_state(uint64_t s[8], const uint64_t state[8])
{
    s[0] = state[0];
    s[1] = state[1];
    s[2] = state[2];
    s[3] = state[3];
    s[4] = state[4];
    s[5] = state[5];
    s[6] = state[6];
    s[7] = state[7];
}

static inline void add_state(uint64_t state[8], const uint64_t s[8])
{
    for (int i = 0; i < 8; i++)
        state[i] += s[i];
}

/*
 * One round, kw = K(t) + W(t); the caller renames the letters instead of moving them. b_c is b ^ c, and then a ^ b,
 * which is the b ^ c of the next round. The order suits processors that compute several sums at once: from e to the
 * next e there are five operations, since d + h + kw does not wait for e.
 */
#define SHA384_ROUND(a, b, c, d, e, f, g, h, kw)                                                                       \
    {                                                                                                                  \
        const uint64_t late = (((f ^ g) & e) ^ g) + (rotate(e, 14) ^ rotate(e, 18) ^ rotate(e, 41));                   \
        const uint64_t a_b = a ^ b;                                                                                    \
        h += (kw);                                                                                                     \
        d += h;                                                                                                        \
        d += late;                                                                                                     \
        h += late;                                                                                                     \
        h += (a_b & b_c) ^ b;                                                                                          \
        h += rotate(a, 28) ^ rotate(a, 34) ^ rotate(a, 39);                                                            \
        b_c = a_b;                                                                                                     \
    }

#define SHA384_TWO_ROUNDS(a, b, c, d, e, f, g, h, kw)                                                                  \
    SHA384_ROUND(s[a], s[b], s[c], s[d], s[e], s[f], s[g], s[h], (kw)[0])                                              \
    SHA384_ROUND(s[h], s[a], s[b], s[c], s[d], s[e], s[f], s[g], (kw)[1])

/* Of the state s, with b_c. The words of two rounds are `step` apart from those of the next two. A macro, since a call
 * would put the state into memory. */
#define SHA384_SIXTEEN_ROUNDS(kw, step)                                                                                \
    SHA384_TWO_ROUNDS(0, 1, 2, 3, 4, 5, 6, 7, kw)                                                                      \
    SHA384_TWO_ROUNDS(6, 7, 0, 1, 2, 3, 4, 5, (kw) + (step))                                                           \
    SHA384_TWO_ROUNDS(4, 5, 6, 7, 0, 1, 2, 3, (kw) + 2 * (step))                                                       \
    SHA384_TWO_ROUNDS(2, 3, 4, 5, 6, 7, 0, 1, (kw) + 3 * (step))                                                       \
    SHA384_TWO_ROUNDS(0, 1, 2, 3, 4, 5, 6, 7, (kw) + 4 * (step))                                                       \
    SHA384_TWO_ROUNDS(6, 7, 0, 1, 2, 3, 4, 5, (kw) + 5 * (step))                                                       \
    SHA384_TWO_ROUNDS(4, 5, 6, 7, 0, 1, 2, 3, (kw) + 6 * (step))                                                       \
    SHA384_TWO_ROUNDS(2, 3, 4, 5, 6, 7, 0, 1, (kw) + 7 * (step))

#endif
