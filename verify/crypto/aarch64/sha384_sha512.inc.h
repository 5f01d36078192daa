/*
 * SHA-384 compression with the SHA-512 instructions of Armv8.2. [Arm ARM, C7.2, SHA512H to SHA512SU1] The file that
 * includes this has the intrinsics, or their meaning in C.
 */
#include "verify/crypto/hash/sha2.h"

/* Two rounds, kw = K(t) + W(t); the caller renames the pairs of letters instead of moving them. */
#define TWO_ROUNDS(ab, cd, ef, gh, kw)                                                                                 \
    {                                                                                                                  \
        const uint64x2_t words = kw;                                                                                   \
        const uint64x2_t sum = vaddq_u64(vextq_u64(words, words, 1), gh);                                              \
        const uint64x2_t t1 = vsha512hq_u64(sum, vextq_u64(ef, gh, 1), vextq_u64(cd, ef, 1));                          \
        gh = vsha512h2q_u64(t1, cd, ab);                                                                               \
        cd = vaddq_u64(cd, t1);                                                                                        \
    }

#define KW(i) vaddq_u64(w[i], vld1q_u64(k + 2 * (i)))

/* Two rounds with pair i of the words, then AFTER(i). */
#define STEP(ab, cd, ef, gh, i, AFTER)                                                                                 \
    TWO_ROUNDS(s[ab], s[cd], s[ef], s[gh], KW(i))                                                                      \
    AFTER(i)

#define SIXTEEN_ROUNDS(AFTER)                                                                                          \
    STEP(0, 1, 2, 3, 0, AFTER)                                                                                         \
    STEP(3, 0, 1, 2, 1, AFTER)                                                                                         \
    STEP(2, 3, 0, 1, 2, AFTER)                                                                                         \
    STEP(1, 2, 3, 0, 3, AFTER)                                                                                         \
    STEP(0, 1, 2, 3, 4, AFTER)                                                                                         \
    STEP(3, 0, 1, 2, 5, AFTER)                                                                                         \
    STEP(2, 3, 0, 1, 6, AFTER)                                                                                         \
    STEP(1, 2, 3, 0, 7, AFTER)

/* Replaces (W(t-16), W(t-15)) by (W(t), W(t+1)); w is a ring of eight pairs. */
#define NEXT_WORDS(i)                                                                                                  \
    w[i] = vsha512su1q_u64(vsha512su0q_u64(w[i], w[((i) + 1) & 7]), w[((i) + 7) & 7],                                  \
                           vextq_u64(w[((i) + 4) & 7], w[((i) + 5) & 7], 1));
#define NOTHING(i)

static inline void compress(uint64x2_t s[4], uint64x2_t w[8])
{
    const uint64_t *k = natt_sha384_round;
    for (int t = 0; t < 64; t += 16, k += 16) {
        SIXTEEN_ROUNDS(NEXT_WORDS)
    }
    SIXTEEN_ROUNDS(NOTHING)
}

void natt_sha384_feed_sha512(uint64_t state[8], const uint8_t *data, size_t blocks)
{
    uint64x2_t w[8], s[4];
    for (; blocks > 0; blocks--, data += NATT_SHA384_BLOCK) {
        for (int i = 0; i < 8; i++)
            w[i] = vreinterpretq_u64_u8(vrev64q_u8(vld1q_u8(data + 16 * i)));
        for (int i = 0; i < 4; i++)
            s[i] = vld1q_u64(state + 2 * i);
        compress(s, w);
        for (int i = 0; i < 4; i++)
            vst1q_u64(state + 2 * i, vaddq_u64(s[i], vld1q_u64(state + 2 * i)));
    }
}
