/*
 * SHA-384 compression for x86-64: scalar rounds, and the message schedule two words at a time in vector registers while
 * they run. Compiled for AVX-512 VL and BMI2; called only where the processor has both.
 */
#include <immintrin.h>
#include <string.h>

#include "verify/crypto/hash/sha2.h"
#include "verify/crypto/hash/sha384_rounds.inc.h"

static inline __m128i three_way_xor(__m128i a, __m128i b, __m128i c)
{
    return _mm_ternarylogic_epi64(a, b, c, 0x96);
}

/* Replaces the words x[i] = (W(t-16), W(t-15)) by (W(t), W(t+1)); x is a ring of eight pairs. */
static inline void next_pair(__m128i x[8], int i)
{
    __m128i early = _mm_alignr_epi8(x[(i + 1) & 7], x[i], 8), late = x[(i + 7) & 7];
    __m128i middle = _mm_alignr_epi8(x[(i + 5) & 7], x[(i + 4) & 7], 8);
    __m128i s0 = three_way_xor(_mm_ror_epi64(early, 1), _mm_ror_epi64(early, 8), _mm_srli_epi64(early, 7));
    __m128i s1 = three_way_xor(_mm_ror_epi64(late, 19), _mm_ror_epi64(late, 61), _mm_srli_epi64(late, 6));
    x[i] = _mm_add_epi64(_mm_add_epi64(x[i], middle), _mm_add_epi64(s0, s1));
}

static inline void store_pair(uint64_t *kw, const uint64_t *k, __m128i x)
{
    _mm_store_si128((__m128i *)kw, _mm_add_epi64(x, _mm_loadu_si128((const __m128i *)k)));
}

static inline void load_block(__m128i x[8], uint64_t kw[16], const uint8_t *data)
{
    const __m128i swap = _mm_set_epi8(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    for (int i = 0; i < 8; i++) {
        x[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(data + 16 * i)), swap);
        store_pair(kw + 2 * i, natt_sha384_round + 2 * i, x[i]);
    }
}

/* Two rounds with the words of one pair, then that pair sixteen rounds on, with its constants k. */
#define TWO_ROUNDS(a, b, c, d, e, f, g, h, i)                                                                          \
    SHA384_ROUND(s[a], s[b], s[c], s[d], s[e], s[f], s[g], s[h], kw[2 * (i)]);                                         \
    SHA384_ROUND(s[h], s[a], s[b], s[c], s[d], s[e], s[f], s[g], kw[2 * (i) + 1]);                                     \
    next_pair(x, i);                                                                                                   \
    store_pair(kw + 2 * (i), k + 2 * (i), x[i])

static inline void rounds_and_schedule(uint64_t s[8], uint64_t kw[16], __m128i x[8], const uint64_t *k)
{
    TWO_ROUNDS(0, 1, 2, 3, 4, 5, 6, 7, 0);
    TWO_ROUNDS(6, 7, 0, 1, 2, 3, 4, 5, 1);
    TWO_ROUNDS(4, 5, 6, 7, 0, 1, 2, 3, 2);
    TWO_ROUNDS(2, 3, 4, 5, 6, 7, 0, 1, 3);
    TWO_ROUNDS(0, 1, 2, 3, 4, 5, 6, 7, 4);
    TWO_ROUNDS(6, 7, 0, 1, 2, 3, 4, 5, 5);
    TWO_ROUNDS(4, 5, 6, 7, 0, 1, 2, 3, 6);
    TWO_ROUNDS(2, 3, 4, 5, 6, 7, 0, 1, 7);
}

void natt_sha384_feed_avx512vl(uint64_t state[8], const uint8_t *data, size_t blocks)
{
    _Alignas(16) uint64_t kw[16];
    uint64_t s[8];
    __m128i x[8];
    for (; blocks > 0; blocks--, data += NATT_SHA384_BLOCK) {
        memcpy(s, state, sizeof(s));
        load_block(x, kw, data);
        for (int t = 16; t < 80; t += 16)
            rounds_and_schedule(s, kw, x, natt_sha384_round + t);
        sixteen_rounds(s, kw);
        add_state(state, s);
    }
}
