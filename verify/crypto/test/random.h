/* Reproducible numbers for tests. */
#ifndef NATT_VERIFY_CRYPTO_TEST_RANDOM_H
#define NATT_VERIFY_CRYPTO_TEST_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* SplitMix64 */
static inline uint64_t random_word(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static inline void random_bytes(uint8_t *out, size_t len, uint64_t *state)
{
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)random_word(state);
}

/* Six words, often with long runs of ones and zeros, in which carries propagate far. */
static inline void random_number(uint64_t out[6], uint64_t *state)
{
    uint64_t style = random_word(state);
    for (int i = 0; i < 6; i++, style >>= 4) {
        uint64_t word = random_word(state);
        uint64_t choices[8] = {
            word, word, word, 0, ~(uint64_t)0, word >> (word & 63), ~(word >> (word & 63)), (uint64_t)1 << (word & 63)};
        out[i] = choices[style & 7];
    }
}

/*
 * Of a number mod p: C = 2^384 mod p and a little more. Code that reduces to below 2^384 only, and gets such a residue,
 * most likely passed 2^384 a second time, which random products do not do.
 */
static inline void random_residue_above_c(uint64_t out[6], uint64_t *state)
{
    out[0] = 0xffffffff00000001;
    out[1] = 0xffffffff;
    out[2] = 1 + (random_word(state) >> (random_word(state) & 63));
    out[3] = out[4] = out[5] = 0;
}

#endif
