/*
 * SHA-384 compression for x86-64: scalar rounds, and the message schedule of two blocks, two words of each at a time,
 * in vector registers while the rounds of the first block run. The file that includes this has the intrinsics, or their
 * meaning in C, and defines rotate_words(x, n) and xor_words(a, b, c) for vectors of four words.
 */
#ifndef NATT_VERIFY_CRYPTO_SHA384_VECTOR_H
#define NATT_VERIFY_CRYPTO_SHA384_VECTOR_H

#include "verify/crypto/hash/sha2.h"
#include "verify/crypto/hash/sha384_rounds.inc.h"

/* K(t) + W(t) of two blocks: for each two rounds two words of the first block, then two of the second. */
#define ROW 4

/* Replaces the words x[i] = (W(t-16), W(t-15)) of both blocks by (W(t), W(t+1)); x is a ring of eight. */
static inline void next_words(__m256i x[8], int i)
{
    __m256i early = _mm256_alignr_epi8(x[(i + 1) & 7], x[i], 8), late = x[(i + 7) & 7];
    __m256i middle = _mm256_alignr_epi8(x[(i + 5) & 7], x[(i + 4) & 7], 8);
    __m256i s0 = xor_words(rotate_words(early, 1), rotate_words(early, 8), _mm256_srli_epi64(early, 7));
    __m256i s1 = xor_words(rotate_words(late, 19), rotate_words(late, 61), _mm256_srli_epi64(late, 6));
    x[i] = _mm256_add_epi64(_mm256_add_epi64(x[i], middle), _mm256_add_epi64(s0, s1));
}

static inline void store_row(uint64_t *kw, const uint64_t *k, __m256i x)
{
    __m256i constants = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)k));
    _mm256_store_si256((__m256i *)kw, _mm256_add_epi64(x, constants));
}

/* lddqu loads bytes. */
static inline void load_blocks(__m256i x[8], uint64_t *kw, const uint8_t *first, const uint8_t *second)
{
    const __m256i swap =
        _mm256_set_epi64x(0x08090a0b0c0d0e0f, 0x0001020304050607, 0x08090a0b0c0d0e0f, 0x0001020304050607);
    for (int i = 0; i < 8; i++) {
        __m256i lower = _mm256_castsi128_si256(_mm_lddqu_si128((const __m128i *)(first + 16 * i)));
        __m256i both = _mm256_inserti128_si256(lower, _mm_lddqu_si128((const __m128i *)(second + 16 * i)), 1);
        x[i] = _mm256_shuffle_epi8(both, swap);
        store_row(kw + ROW * i, natt_sha384_round + 2 * i, x[i]);
    }
}

/* Two rounds of the first block, then the words of both blocks sixteen rounds on, with their constants k. */
#define ROUNDS_AND_WORDS(a, b, c, d, e, f, g, h, i)                                                                    \
    SHA384_TWO_ROUNDS(a, b, c, d, e, f, g, h, kw + ROW * (i))                                                          \
    next_words(x, i);                                                                                                  \
    store_row(kw + ROW * ((i) + 8), k + 2 * (i), x[i]);

#define SIXTEEN_ROUNDS_AND_WORDS                                                                                       \
    ROUNDS_AND_WORDS(0, 1, 2, 3, 4, 5, 6, 7, 0)                                                                        \
    ROUNDS_AND_WORDS(6, 7, 0, 1, 2, 3, 4, 5, 1)                                                                        \
    ROUNDS_AND_WORDS(4, 5, 6, 7, 0, 1, 2, 3, 2)                                                                        \
    ROUNDS_AND_WORDS(2, 3, 4, 5, 6, 7, 0, 1, 3)                                                                        \
    ROUNDS_AND_WORDS(0, 1, 2, 3, 4, 5, 6, 7, 4)                                                                        \
    ROUNDS_AND_WORDS(6, 7, 0, 1, 2, 3, 4, 5, 5)                                                                        \
    ROUNDS_AND_WORDS(4, 5, 6, 7, 0, 1, 2, 3, 6)                                                                        \
    ROUNDS_AND_WORDS(2, 3, 4, 5, 6, 7, 0, 1, 7)

/* The rounds of the first block, and the schedule of both. */
static inline void first_block(uint64_t state[8], uint64_t kw[40 * ROW], __m256i x[8])
{
    uint64_t s[8];
    copy_state(s, state);
    uint64_t b_c = s[1] ^ s[2];
    for (int t = 16; t < 80; t += 16, kw += 8 * ROW) {
        const uint64_t *k = natt_sha384_round + t;
        SIXTEEN_ROUNDS_AND_WORDS
    }
    SHA384_SIXTEEN_ROUNDS(kw, ROW)
    add_state(state, s);
}

static inline void second_block(uint64_t state[8], const uint64_t kw[40 * ROW])
{
    uint64_t s[8];
    copy_state(s, state);
    uint64_t b_c = s[1] ^ s[2];
    for (int t = 0; t < 80; t += 16, kw += 8 * ROW) {
        SHA384_SIXTEEN_ROUNDS(kw + 2, ROW)
    }
    add_state(state, s);
}

/* The last block of an odd number is taken twice: the schedule of two costs no more than that of one. */
static inline void feed_in_pairs(uint64_t state[8], const uint8_t *data, size_t blocks)
{
    _Alignas(32) uint64_t kw[40 * ROW];
    __m256i x[8];
    size_t two;
    for (; blocks > 0; blocks -= 1 + two, data += NATT_SHA384_BLOCK + NATT_SHA384_BLOCK * two) {
        two = blocks > 1;
        load_blocks(x, kw, data, data + NATT_SHA384_BLOCK * two);
        first_block(state, kw, x);
        if (two)
            second_block(state, kw);
    }
}

#endif
