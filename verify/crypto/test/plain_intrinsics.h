/*
 * The intrinsics of lanes and hashes in x86/, with their meaning in C, so that every machine runs the text of these
 * files. Loads and stores are of words of this machine; lddqu and loadu_epi8 are of bytes. [Intel SDM vol. 2, the
 * instructions]
 */
#ifndef NATT_VERIFY_CRYPTO_TEST_PLAIN_INTRINSICS_H
#define NATT_VERIFY_CRYPTO_TEST_PLAIN_INTRINSICS_H

#include <fenv.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    uint64_t u[2];
} __m128i;

typedef struct {
    uint64_t u[4];
} __m256i;

typedef struct {
    double d[4];
} __m256d;

typedef struct {
    uint64_t u[8];
} __m512i;

/* ---- MXCSR: only the rounding mode exists in C ---- */

static inline unsigned _mm_getcsr(void)
{
    return (unsigned)fegetround();
}

static inline void _mm_setcsr(unsigned mode)
{
    fesetround(mode == 0x1f80 ? FE_TONEAREST : (int)mode);
}

/* ---- two lanes ---- */

#define PLAIN_EACH(part, count, expression)                                                                            \
    for (int i = 0; i < (count); i++)                                                                                  \
    r.part[i] = (expression)
#define PLAIN_256(expression) PLAIN_EACH(u, 4, expression)
#define PLAIN_PD(expression)  PLAIN_EACH(d, 4, expression)
#define PLAIN_512(expression) PLAIN_EACH(u, 8, expression)

static inline __m128i _mm_loadu_si128(const __m128i *p)
{
    __m128i r;
    memcpy(&r, p, sizeof r);
    return r;
}

/* Bytes, the lowest first. */
static inline __m128i _mm_lddqu_si128(const __m128i *p)
{
    const uint8_t *b = (const uint8_t *)p;
    __m128i r = {{0, 0}};
    for (int i = 0; i < 16; i++)
        r.u[i / 8] |= (uint64_t)b[i] << (8 * (i % 8));
    return r;
}

/* ---- four lanes ---- */

static inline __m256i _mm256_castsi128_si256(__m128i a)
{
    __m256i r;
    PLAIN_256(i < 2 ? a.u[i] : 0); /* there, the upper half is undefined */
    return r;
}

static inline __m256i _mm256_inserti128_si256(__m256i a, __m128i b, int upper)
{
    __m256i r;
    PLAIN_256(i / 2 == upper ? b.u[i % 2] : a.u[i]);
    return r;
}

static inline __m256i _mm256_broadcastsi128_si256(__m128i a)
{
    __m256i r;
    PLAIN_256(a.u[i % 2]);
    return r;
}

static inline __m256i _mm256_set_epi64x(long long d, long long c, long long b, long long a)
{
    return (__m256i){{(uint64_t)a, (uint64_t)b, (uint64_t)c, (uint64_t)d}};
}

static inline __m256i _mm256_set1_epi64x(long long n)
{
    __m256i r;
    PLAIN_256((uint64_t)n);
    return r;
}

static inline __m256i _mm256_loadu_si256(const __m256i *p)
{
    __m256i r;
    memcpy(&r, p, sizeof r);
    return r;
}

static inline void _mm256_storeu_si256(__m256i *p, __m256i a)
{
    memcpy(p, &a, sizeof a);
}

static inline void _mm256_store_si256(__m256i *p, __m256i a)
{
    memcpy(p, &a, sizeof a);
}

static inline __m256i _mm256_add_epi64(__m256i a, __m256i b)
{
    __m256i r;
    PLAIN_256(a.u[i] + b.u[i]);
    return r;
}

static inline __m256i _mm256_sub_epi64(__m256i a, __m256i b)
{
    __m256i r;
    PLAIN_256(a.u[i] - b.u[i]);
    return r;
}

static inline __m256i _mm256_and_si256(__m256i a, __m256i b)
{
    __m256i r;
    PLAIN_256(a.u[i] & b.u[i]);
    return r;
}

static inline __m256i _mm256_or_si256(__m256i a, __m256i b)
{
    __m256i r;
    PLAIN_256(a.u[i] | b.u[i]);
    return r;
}

static inline __m256i _mm256_xor_si256(__m256i a, __m256i b)
{
    __m256i r;
    PLAIN_256(a.u[i] ^ b.u[i]);
    return r;
}

static inline __m256i _mm256_ror_epi64(__m256i a, int n)
{
    __m256i r;
    PLAIN_256(a.u[i] >> n | a.u[i] << (64 - n));
    return r;
}

/* Bit 4 a + 2 b + c of the table, for each bit. */
static inline uint64_t plain_ternary(uint64_t a, uint64_t b, uint64_t c, int table)
{
    uint64_t r = 0;
    for (int i = 0; i < 8; i++)
        if (table >> i & 1)
            r |= (i & 4 ? a : ~a) & (i & 2 ? b : ~b) & (i & 1 ? c : ~c);
    return r;
}

static inline __m256i _mm256_ternarylogic_epi64(__m256i a, __m256i b, __m256i c, int table)
{
    __m256i r;
    PLAIN_256(plain_ternary(a.u[i], b.u[i], c.u[i], table));
    return r;
}

/* Byte i of two words. */
static inline uint64_t plain_byte(const uint64_t *u, unsigned i)
{
    return u[i / 8] >> (8 * (i % 8)) & 0xff;
}

/* In each half: byte i is the one that byte i of `by` names, 0 where its top bit is set. */
static inline __m256i _mm256_shuffle_epi8(__m256i a, __m256i by)
{
    __m256i r = {{0, 0, 0, 0}};
    for (unsigned i = 0; i < 32; i++) {
        uint64_t control = plain_byte(by.u, i), byte = plain_byte(a.u + i / 16 * 2, control & 15);
        r.u[i / 8] |= (control & 0x80 ? 0 : byte) << (8 * (i % 8));
    }
    return r;
}

/* In each half: of 32 bytes, b and then a, 16 from byte n on. */
static inline __m256i _mm256_alignr_epi8(__m256i a, __m256i b, unsigned n)
{
    __m256i r = {{0, 0, 0, 0}};
    for (unsigned i = 0; i < 32; i++) {
        const uint64_t both[5] = {b.u[i / 16 * 2], b.u[i / 16 * 2 + 1], a.u[i / 16 * 2], a.u[i / 16 * 2 + 1], 0};
        r.u[i / 8] |= plain_byte(both, i % 16 + n) << (8 * (i % 8));
    }
    return r;
}

static inline __m256i _mm256_slli_epi64(__m256i a, int n)
{
    __m256i r;
    PLAIN_256(a.u[i] << n);
    return r;
}

static inline __m256i _mm256_srli_epi64(__m256i a, int n)
{
    __m256i r;
    PLAIN_256(a.u[i] >> n);
    return r;
}

/* By the top bit of each byte of the mask. */
static inline uint64_t plain_blend(uint64_t a, uint64_t b, uint64_t mask)
{
    uint64_t bytes = (mask >> 7 & 0x0101010101010101u) * 0xff;
    return (a & ~bytes) | (b & bytes);
}

static inline __m256i _mm256_blendv_epi8(__m256i a, __m256i b, __m256i mask)
{
    __m256i r;
    PLAIN_256(plain_blend(a.u[i], b.u[i], mask.u[i]));
    return r;
}

static inline __m256i _mm256_unpacklo_epi64(__m256i a, __m256i b)
{
    return (__m256i){{a.u[0], b.u[0], a.u[2], b.u[2]}};
}

static inline __m256i _mm256_unpackhi_epi64(__m256i a, __m256i b)
{
    return (__m256i){{a.u[1], b.u[1], a.u[3], b.u[3]}};
}

/* Halves by number: 0 and 1 of a, 2 and 3 of b. */
static inline __m256i _mm256_permute2x128_si256(__m256i a, __m256i b, int control)
{
    const uint64_t halves[4][2] = {{a.u[0], a.u[1]}, {a.u[2], a.u[3]}, {b.u[0], b.u[1]}, {b.u[2], b.u[3]}};
    const uint64_t *low = halves[control & 3], *high = halves[control >> 4 & 3];
    return (__m256i){{low[0], low[1], high[0], high[1]}};
}

/* ---- four doubles ---- */

static inline __m256d _mm256_castsi256_pd(__m256i a)
{
    __m256d r;
    memcpy(&r, &a, sizeof r);
    return r;
}

static inline __m256i _mm256_castpd_si256(__m256d a)
{
    __m256i r;
    memcpy(&r, &a, sizeof r);
    return r;
}

static inline __m256d _mm256_set1_pd(double x)
{
    __m256d r;
    PLAIN_PD(x);
    return r;
}

static inline __m256d _mm256_sub_pd(__m256d a, __m256d b)
{
    __m256d r;
    PLAIN_PD(a.d[i] - b.d[i]);
    return r;
}

static inline __m256d _mm256_fmadd_pd(__m256d a, __m256d b, __m256d c)
{
    __m256d r;
    PLAIN_PD(fma(a.d[i], b.d[i], c.d[i]));
    return r;
}

/* ---- eight lanes ---- */

static inline __m512i _mm512_set1_epi64(long long n)
{
    __m512i r;
    PLAIN_512((uint64_t)n);
    return r;
}

static inline __m512i _mm512_set_epi64(long long h, long long g, long long f, long long e, long long d, long long c,
                                       long long b, long long a)
{
    const long long all[8] = {a, b, c, d, e, f, g, h};
    __m512i r;
    PLAIN_512((uint64_t)all[i]);
    return r;
}

static inline __m512i _mm512_loadu_si512(const void *p)
{
    __m512i r;
    memcpy(&r, p, sizeof r);
    return r;
}

/* Bytes, the lowest first. */
static inline __m512i _mm512_loadu_epi8(const void *p)
{
    __m512i r;
    PLAIN_512(_mm_lddqu_si128((const __m128i *)((const uint8_t *)p + i / 2 * 16)).u[i % 2]);
    return r;
}

static inline void _mm512_storeu_si512(void *p, __m512i a)
{
    memcpy(p, &a, sizeof a);
}

static inline __m512i _mm512_castsi256_si512(__m256i a)
{
    __m512i r;
    PLAIN_512(i < 4 ? a.u[i] : 0); /* there, the upper half is undefined */
    return r;
}

static inline __m512i _mm512_inserti64x4(__m512i a, __m256i b, int upper)
{
    __m512i r;
    PLAIN_512(i / 4 == upper ? b.u[i % 4] : a.u[i]);
    return r;
}

static inline __m512i _mm512_add_epi64(__m512i a, __m512i b)
{
    __m512i r;
    PLAIN_512(a.u[i] + b.u[i]);
    return r;
}

static inline __m512i _mm512_sub_epi64(__m512i a, __m512i b)
{
    __m512i r;
    PLAIN_512(a.u[i] - b.u[i]);
    return r;
}

static inline __m512i _mm512_and_si512(__m512i a, __m512i b)
{
    __m512i r;
    PLAIN_512(a.u[i] & b.u[i]);
    return r;
}

static inline __m512i _mm512_slli_epi64(__m512i a, unsigned n)
{
    __m512i r;
    PLAIN_512(a.u[i] << n);
    return r;
}

static inline __m512i _mm512_srli_epi64(__m512i a, unsigned n)
{
    __m512i r;
    PLAIN_512(a.u[i] >> n);
    return r;
}

static inline __m512i _mm512_ternarylogic_epi64(__m512i a, __m512i b, __m512i c, int table)
{
    __m512i r;
    PLAIN_512(plain_ternary(a.u[i], b.u[i], c.u[i], table));
    return r;
}

static inline __m512i _mm512_ror_epi64(__m512i a, int n)
{
    __m512i r;
    PLAIN_512(a.u[i] >> n | a.u[i] << (64 - n));
    return r;
}

/* Each quarter as _mm256_shuffle_epi8. */
static inline __m512i _mm512_shuffle_epi8(__m512i a, __m512i by)
{
    __m512i r;
    for (int i = 0; i < 8; i += 4) {
        __m256i half = _mm256_shuffle_epi8((__m256i){{a.u[i], a.u[i + 1], a.u[i + 2], a.u[i + 3]}},
                                           (__m256i){{by.u[i], by.u[i + 1], by.u[i + 2], by.u[i + 3]}});
        memcpy(r.u + i, half.u, sizeof half.u);
    }
    return r;
}

static inline __m512i _mm512_unpacklo_epi64(__m512i a, __m512i b)
{
    __m512i r;
    PLAIN_512(i % 2 == 0 ? a.u[i] : b.u[i - 1]);
    return r;
}

static inline __m512i _mm512_unpackhi_epi64(__m512i a, __m512i b)
{
    __m512i r;
    PLAIN_512(i % 2 == 0 ? a.u[i + 1] : b.u[i]);
    return r;
}

/* Lanes 0 to 7 of a, 8 to 15 of b. */
static inline __m512i _mm512_permutex2var_epi64(__m512i a, __m512i index, __m512i b)
{
    __m512i r;
    PLAIN_512(index.u[i] & 8 ? b.u[index.u[i] & 7] : a.u[index.u[i] & 7]);
    return r;
}

#define PLAIN_52 0xfffffffffffffu

/* The product of the lower 52 bits of each, its bits from 52 on or those below. */
static inline uint64_t plain_product_52(uint64_t a, uint64_t b, int upper)
{
    uint64_t a0 = a & 0x3ffffff, a1 = (a & PLAIN_52) >> 26, b0 = b & 0x3ffffff, b1 = (b & PLAIN_52) >> 26;
    uint64_t middle = a0 * b1 + a1 * b0, low = a0 * b0 + ((middle & 0x3ffffff) << 26);
    return upper ? a1 * b1 + (middle >> 26) + (low >> 52) : low & PLAIN_52;
}

static inline __m256i _mm256_madd52lo_epu64(__m256i sum, __m256i a, __m256i b)
{
    __m256i r;
    PLAIN_256(sum.u[i] + plain_product_52(a.u[i], b.u[i], 0));
    return r;
}

static inline __m256i _mm256_madd52hi_epu64(__m256i sum, __m256i a, __m256i b)
{
    __m256i r;
    PLAIN_256(sum.u[i] + plain_product_52(a.u[i], b.u[i], 1));
    return r;
}

static inline __m512i _mm512_madd52lo_epu64(__m512i sum, __m512i a, __m512i b)
{
    __m512i r;
    PLAIN_512(sum.u[i] + plain_product_52(a.u[i], b.u[i], 0));
    return r;
}

static inline __m512i _mm512_madd52hi_epu64(__m512i sum, __m512i a, __m512i b)
{
    __m512i r;
    PLAIN_512(sum.u[i] + plain_product_52(a.u[i], b.u[i], 1));
    return r;
}

#endif
