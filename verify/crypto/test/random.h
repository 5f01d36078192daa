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

/* Six words, often of long runs of ones and zeros, where carries travel far. */
static inline void random_number(uint64_t out[6], uint64_t *state)
{
    uint64_t style = random_word(state);
    for (int i = 0; i < 6; i++, style >>= 4) {
        uint64_t word = random_word(state);
        uint64_t choices[8] = {word, word, word, 0, ~(uint64_t)0, word >> (word & 63), ~(word >> (word & 63)),
                               (uint64_t)1 << (word & 63)};
        out[i] = choices[style & 7];
    }
}

#endif
