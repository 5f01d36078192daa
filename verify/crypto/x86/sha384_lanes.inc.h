/*
 * SHA-384 compression of eight messages at once, one in each 64-bit lane of ZMM registers. Needs AVX-512 F and BW.
 */
#include "verify/crypto/hash/sha384_lanes.h"

#define SUM(a, b)     _mm512_add_epi64(a, b)
#define XOR3(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0x96)
#define ROTATE        _mm512_ror_epi64 /* its count is an immediate */

/* Ch is 0xca, "e ? f : g"; Maj is 0xe8. [FIPS180-4 6.4.2] */
#define LANES_ROUND(a, b, c, d, e, f, g, h, kw)                                                                        \
    {                                                                                                                  \
        __m512i early = SUM(h, kw), ch = _mm512_ternarylogic_epi64(e, f, g, 0xca);                                     \
        __m512i maj = _mm512_ternarylogic_epi64(a, b, c, 0xe8);                                                        \
        early = SUM(early, SUM(ch, XOR3(ROTATE(e, 14), ROTATE(e, 18), ROTATE(e, 41))));                                \
        d = SUM(d, early);                                                                                             \
        h = SUM(early, SUM(maj, XOR3(ROTATE(a, 28), ROTATE(a, 34), ROTATE(a, 39))));                                   \
    }

#define LANES_EIGHT_ROUNDS(WORD, i)                                                                                    \
    LANES_ROUND(s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], WORD(i))                                               \
    LANES_ROUND(s[7], s[0], s[1], s[2], s[3], s[4], s[5], s[6], WORD((i) + 1))                                         \
    LANES_ROUND(s[6], s[7], s[0], s[1], s[2], s[3], s[4], s[5], WORD((i) + 2))                                         \
    LANES_ROUND(s[5], s[6], s[7], s[0], s[1], s[2], s[3], s[4], WORD((i) + 3))                                         \
    LANES_ROUND(s[4], s[5], s[6], s[7], s[0], s[1], s[2], s[3], WORD((i) + 4))                                         \
    LANES_ROUND(s[3], s[4], s[5], s[6], s[7], s[0], s[1], s[2], WORD((i) + 5))                                         \
    LANES_ROUND(s[2], s[3], s[4], s[5], s[6], s[7], s[0], s[1], WORD((i) + 6))                                         \
    LANES_ROUND(s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[0], WORD((i) + 7))

/* Row i is 64 bytes of message i; then row i is word i of each message. */
static inline void transpose(__m512i r[8])
{
    const __m512i low = _mm512_set_epi64(13, 12, 5, 4, 9, 8, 1, 0), high = _mm512_set_epi64(15, 14, 7, 6, 11, 10, 3, 2);
    const __m512i lower = _mm512_set_epi64(11, 10, 9, 8, 3, 2, 1, 0),
                  upper = _mm512_set_epi64(15, 14, 13, 12, 7, 6, 5, 4);
    __m512i pairs[8], fours[8];
    for (int i = 0; i < 4; i++) {
        pairs[i] = _mm512_unpacklo_epi64(r[2 * i], r[2 * i + 1]);     /* words 0, 2, 4, 6 of two messages */
        pairs[i + 4] = _mm512_unpackhi_epi64(r[2 * i], r[2 * i + 1]); /* words 1, 3, 5, 7 */
    }
    for (int i = 0; i < 4; i++) {
        /* words 0 and 4, or 1 and 5, of four messages; then 2 and 6, or 3 and 7 */
        fours[i] = _mm512_permutex2var_epi64(pairs[2 * i], low, pairs[2 * i + 1]);
        fours[i + 4] = _mm512_permutex2var_epi64(pairs[2 * i], high, pairs[2 * i + 1]);
    }
    for (int i = 0; i < 4; i++) {
        int odd = i & 1, from = 2 * odd + (i & 2 ? 4 : 0);
        r[i] = _mm512_permutex2var_epi64(fours[from], lower, fours[from + 1]);
        r[i + 4] = _mm512_permutex2var_epi64(fours[from], upper, fours[from + 1]);
    }
}

static inline void load_words(__m512i w[16], const uint8_t *const data[8], size_t at)
{
    const __m512i swap =
        _mm512_set_epi64(0x08090a0b0c0d0e0f, 0x0001020304050607, 0x08090a0b0c0d0e0f, 0x0001020304050607,
                         0x08090a0b0c0d0e0f, 0x0001020304050607, 0x08090a0b0c0d0e0f, 0x0001020304050607);
    for (int half = 0; half < 16; half += 8) {
        for (int i = 0; i < 8; i++)
            w[half + i] = _mm512_shuffle_epi8(_mm512_loadu_epi8(data[i] + at + 8 * half), swap);
        transpose(w + half);
    }
}

/* W(t) = s1(W(t-2)) + W(t-7) + s0(W(t-15)) + W(t-16), in a ring of sixteen. */
static inline __m512i next_word(__m512i w[16], int t)
{
    __m512i early = w[(t + 1) & 15], late = w[(t + 14) & 15];
    __m512i s0 = XOR3(ROTATE(early, 1), ROTATE(early, 8), _mm512_srli_epi64(early, 7));
    __m512i s1 = XOR3(ROTATE(late, 19), ROTATE(late, 61), _mm512_srli_epi64(late, 6));
    w[t & 15] = SUM(SUM(w[t & 15], w[(t + 9) & 15]), SUM(s0, s1));
    return w[t & 15];
}

#define CONSTANT(i)   _mm512_set1_epi64((long long)k[i])
#define FIRST_WORD(i) SUM(CONSTANT(i), w[i])
#define NEXT_WORD(i)  SUM(CONSTANT(i), next_word(w, i))

static inline void lanes_block(__m512i s[8], __m512i w[16])
{
    const uint64_t *k = natt_sha384_round;
    LANES_EIGHT_ROUNDS(FIRST_WORD, 0)
    LANES_EIGHT_ROUNDS(FIRST_WORD, 8)
    for (int t = 16; t < 80; t += 16) {
        k = natt_sha384_round + t;
        LANES_EIGHT_ROUNDS(NEXT_WORD, 0)
        LANES_EIGHT_ROUNDS(NEXT_WORD, 8)
    }
}

void natt_sha384_feed_lanes_avx512(uint64_t state[8][NATT_SHA384_LANES], const uint8_t *const data[NATT_SHA384_LANES],
                                   size_t blocks)
{
    __m512i w[16], s[8];
    for (size_t at = 0; blocks > 0; blocks--, at += NATT_SHA384_BLOCK) {
        load_words(w, data, at);
        for (int i = 0; i < 8; i++)
            s[i] = _mm512_loadu_si512(state[i]);
        lanes_block(s, w);
        for (int i = 0; i < 8; i++)
            _mm512_storeu_si512(state[i], SUM(s[i], _mm512_loadu_si512(state[i])));
    }
}
