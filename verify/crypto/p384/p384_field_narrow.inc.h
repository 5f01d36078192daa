/*
 * The field of P-384 for 32-bit machines and compilers without __int128, included only by p384_narrow.c.
 *
 * An element is any value below 2^384, reduced mod p or not, as twelve 32-bit words, least significant first; every
 * function accepts and returns just that, so there are no ranges to keep. Only 32 by 32 bit products, and no shift by
 * a variable amount, so that no processor needs a support library. Right shifts of negative values are arithmetic.
 */
#include <stdbool.h>
#include <stdint.h>

#include "verify/crypto/p384/p384.h"
#include "verify/crypto/p384/p384_words.h"

typedef struct fe {
    uint32_t v[12];
} fe;

/*
 * r = the sum of c[i] * 2^(32 i) mod p. Ranges: c CARRY -> r ANY. With
 *   bounds CARRY 0-11: -2^40 .. 2^40
 * the carry out of the top, a few units of 2^384 = 2^128 + 2^96 - 2^32 + 1, is added again until there is no carry:
 * usually once, rarely twice more.
 */
static void fe_carry(fe *r, const int64_t c[12])
{
    int64_t t[12], top = 0;
    for (int i = 0; i < 12; i++)
        t[i] = c[i];
    do {
        t[0] += top;
        t[1] -= top;
        t[3] += top;
        t[4] += top;
        top = 0;
        for (int i = 0; i < 12; i++) {
            top += t[i];
            t[i] = top & 0xffffffff;
            top >>= 32;
        }
    } while (top != 0);
    for (int i = 0; i < 12; i++)
        r->v[i] = (uint32_t)t[i];
}

/*
 * r = the 24 words of t mod p, by the word form of 2^384 = 2^128 + 2^96 - 2^32 + 1. The three topmost words fold twice:
 * column i below collects every word h[k] = t[12 + k] that reaches it. At most ten terms of 2^32 each.
 * Ranges: t ANY -> r ANY.
 */
static void fe_reduce(fe *r, const uint32_t t[24])
{
    int64_t h[12], c[12];
    for (int i = 0; i < 12; i++)
        h[i] = t[12 + i];
    c[0] = t[0] + h[0] + h[8] + h[9] - h[11];
    c[1] = t[1] + h[1] + h[10] + h[11] - h[0] - h[8];
    c[2] = t[2] + h[2] + h[11] - h[1] - h[9];
    c[3] = t[3] + h[3] + h[0] + h[8] + h[9] - h[2] - h[10] - h[11];
    c[4] = t[4] + h[4] + h[0] + h[1] + h[8] + 2 * h[9] + h[10] - h[3] - 2 * h[11];
    c[5] = t[5] + h[5] + h[1] + h[2] + h[9] + 2 * h[10] + h[11] - h[4];
    c[6] = t[6] + h[6] + h[2] + h[3] + h[10] + 2 * h[11] - h[5];
    c[7] = t[7] + h[7] + h[3] + h[4] + h[11] - h[6];
    for (int i = 8; i < 12; i++)
        c[i] = t[i] + h[i] + h[i - 4] + h[i - 3] - h[i - 1];
    fe_carry(r, c);
}

/* r = a * b. Ranges: a, b ANY -> r ANY. */
static void fe_mul(fe *r, const fe *a, const fe *b)
{
    uint32_t t[24] = {0};
    for (int i = 0; i < 12; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 12; j++) {
            carry += (uint64_t)a->v[j] * b->v[i] + t[i + j];
            t[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
        t[i + 12] = (uint32_t)carry;
    }
    fe_reduce(r, t);
}

/* r = a^2. Ranges: a ANY -> r ANY. */
static void fe_sqr(fe *r, const fe *a)
{
    fe_mul(r, a, a);
}

/* r = a + b. Ranges: a, b ANY -> r ANY. */
static void fe_add(fe *r, const fe *a, const fe *b)
{
    int64_t c[12];
    for (int i = 0; i < 12; i++)
        c[i] = (int64_t)a->v[i] + b->v[i];
    fe_carry(r, c);
}

/* r = a - b. Ranges: a, b ANY -> r ANY. */
static void fe_sub(fe *r, const fe *a, const fe *b)
{
    int64_t c[12];
    for (int i = 0; i < 12; i++)
        c[i] = (int64_t)a->v[i] - b->v[i];
    fe_carry(r, c);
}

/* r = a * k. Ranges: a ANY, k FACTOR -> r ANY. */
static void fe_times(fe *r, const fe *a, int32_t k)
{
    int64_t c[12];
    for (int i = 0; i < 12; i++)
        c[i] = (int64_t)a->v[i] * k;
    fe_carry(r, c);
}

/* r = words. Ranges: w ANY -> r ANY. */
static void fe_from_words(fe *r, const uint64_t w[6])
{
    for (int i = 0; i < 6; i++) {
        r->v[2 * i] = (uint32_t)w[i];
        r->v[2 * i + 1] = (uint32_t)(w[i] >> 32);
    }
}

/* words = a mod p, below p. Ranges: a ANY -> w ANY. */
static void fe_to_words(uint64_t w[6], const fe *a)
{
    for (int i = 0; i < 6; i++)
        w[i] = a->v[2 * i] | (uint64_t)a->v[2 * i + 1] << 32;
    words_reduce_once(w, w, natt_p384_p);
}

static bool fe_is_zero(const fe *a)
{
    uint64_t w[6];
    fe_to_words(w, a);
    return words_are_zero(w);
}
