/*
 * The field of P-384 for x86-64 with BMI2 and ADX, included only by p384_adx.c; p384_adx.S does the work.
 *
 * An element is any value below 2^384, reduced mod p or not, as six words; every function accepts and returns just
 * that, so there are no ranges to keep, and the words of the interface are elements without conversion.
 */
#include <stdbool.h>
#include <stdint.h>

#include "verify/crypto/p384/p384.h"
#include "verify/crypto/p384/p384_words.h"

typedef struct fe {
    uint64_t v[6];
} fe;

void natt_p384_adx_mul(uint64_t r[6], const uint64_t a[6], const uint64_t b[6]);
void natt_p384_adx_sqr(uint64_t r[6], const uint64_t a[6]);
void natt_p384_adx_add(uint64_t r[6], const uint64_t a[6], const uint64_t b[6]);
void natt_p384_adx_sub(uint64_t r[6], const uint64_t a[6], const uint64_t b[6]);
void natt_p384_adx_times(uint64_t r[6], const uint64_t a[6], uint64_t k);

static inline void fe_mul(fe *r, const fe *a, const fe *b)
{
    natt_p384_adx_mul(r->v, a->v, b->v);
}

static inline void fe_sqr(fe *r, const fe *a)
{
    natt_p384_adx_sqr(r->v, a->v);
}

static inline void fe_add(fe *r, const fe *a, const fe *b)
{
    natt_p384_adx_add(r->v, a->v, b->v);
}

static inline void fe_sub(fe *r, const fe *a, const fe *b)
{
    natt_p384_adx_sub(r->v, a->v, b->v);
}

/* r = a * k, k <= 8 */
static inline void fe_times(fe *r, const fe *a, int32_t k)
{
    natt_p384_adx_times(r->v, a->v, (uint64_t)k);
}

static inline void fe_from_words(fe *r, const uint64_t w[6])
{
    for (int i = 0; i < 6; i++)
        r->v[i] = w[i];
}

/* words = a mod p, below p. */
static inline void fe_to_words(uint64_t w[6], const fe *a)
{
    words_reduce_once(w, a->v, natt_p384_p);
}

static inline bool fe_is_zero(const fe *a)
{
    uint64_t w[6];
    fe_to_words(w, a);
    return words_are_zero(w);
}
