/*
 * The intrinsics of aarch64/sha384_sha512.inc.h, with their meaning in C, so that every machine runs this text.
 * [Arm ARM, C7.2, the instructions]
 */
#ifndef NATT_VERIFY_CRYPTO_TEST_PLAIN_NEON_H
#define NATT_VERIFY_CRYPTO_TEST_PLAIN_NEON_H

#include <stdint.h>
#include <string.h>

typedef struct {
    uint64_t u[2];
} uint64x2_t;

typedef struct {
    uint8_t b[16];
} uint8x16_t;

static inline uint64x2_t vld1q_u64(const uint64_t *p)
{
    return (uint64x2_t){{p[0], p[1]}};
}

static inline void vst1q_u64(uint64_t *p, uint64x2_t a)
{
    memcpy(p, a.u, sizeof a.u);
}

static inline uint8x16_t vld1q_u8(const uint8_t *p)
{
    uint8x16_t r;
    memcpy(r.b, p, sizeof r.b);
    return r;
}

/* The bytes of each half in the other order. */
static inline uint8x16_t vrev64q_u8(uint8x16_t a)
{
    uint8x16_t r;
    for (int i = 0; i < 16; i++)
        r.b[i] = a.b[i ^ 7];
    return r;
}

/* Byte 0 is the lowest of the first word. */
static inline uint64x2_t vreinterpretq_u64_u8(uint8x16_t a)
{
    uint64x2_t r = {{0, 0}};
    for (int i = 0; i < 16; i++)
        r.u[i / 8] |= (uint64_t)a.b[i] << (8 * (i % 8));
    return r;
}

static inline uint64x2_t vaddq_u64(uint64x2_t a, uint64x2_t b)
{
    return (uint64x2_t){{a.u[0] + b.u[0], a.u[1] + b.u[1]}};
}

/* Of the words of a and then b, two from word n on. */
static inline uint64x2_t vextq_u64(uint64x2_t a, uint64x2_t b, int n)
{
    const uint64_t both[4] = {a.u[0], a.u[1], b.u[0], b.u[1]};
    return (uint64x2_t){{both[n], both[n + 1]}};
}

static inline uint64_t plain_rotate(uint64_t x, int n)
{
    return x >> n | x << (64 - n);
}

static inline uint64_t plain_t1(uint64_t e, uint64_t f, uint64_t g, uint64_t sum)
{
    return sum + ((e & f) ^ (~e & g)) + (plain_rotate(e, 14) ^ plain_rotate(e, 18) ^ plain_rotate(e, 41));
}

/* T1 of two rounds: fg = (f, g), de = (d, e), sum = h + K + W of the second round and of the first. */
static inline uint64x2_t vsha512hq_u64(uint64x2_t sum, uint64x2_t fg, uint64x2_t de)
{
    uint64_t first = plain_t1(de.u[1], fg.u[0], fg.u[1], sum.u[1]);
    return (uint64x2_t){{plain_t1(first + de.u[0], de.u[1], fg.u[0], sum.u[0]), first}};
}

static inline uint64_t plain_t2(uint64_t a, uint64_t b, uint64_t c)
{
    return ((a & b) ^ (a & c) ^ (b & c)) + (plain_rotate(a, 28) ^ plain_rotate(a, 34) ^ plain_rotate(a, 39));
}

/* The next a and b: T1 + T2 of two rounds. */
static inline uint64x2_t vsha512h2q_u64(uint64x2_t t1, uint64x2_t cd, uint64x2_t ab)
{
    uint64_t first = t1.u[1] + plain_t2(ab.u[0], ab.u[1], cd.u[0]);
    return (uint64x2_t){{t1.u[0] + plain_t2(first, ab.u[0], ab.u[1]), first}};
}

static inline uint64_t plain_s0(uint64_t x)
{
    return plain_rotate(x, 1) ^ plain_rotate(x, 8) ^ x >> 7;
}

static inline uint64_t plain_s1(uint64_t x)
{
    return plain_rotate(x, 19) ^ plain_rotate(x, 61) ^ x >> 6;
}

static inline uint64x2_t vsha512su0q_u64(uint64x2_t w, uint64x2_t next)
{
    return (uint64x2_t){{w.u[0] + plain_s0(w.u[1]), w.u[1] + plain_s0(next.u[0])}};
}

static inline uint64x2_t vsha512su1q_u64(uint64x2_t w, uint64x2_t late, uint64x2_t middle)
{
    return (uint64x2_t){{w.u[0] + plain_s1(late.u[0]) + middle.u[0], w.u[1] + plain_s1(late.u[1]) + middle.u[1]}};
}

#endif
