/*
 * What engines.c and engines_signatures.c share: the input as numbers, and choices that follow from all of its bytes,
 * so that the cost of an execution does not depend on what the fuzzer prefers.
 */
#ifndef NATT_FUZZ_ENGINES_H
#define NATT_FUZZ_ENGINES_H

#include "fuzz/p384_numbers.h"
#include "verify/crypto/test/engines.h"
#include "verify/crypto/test/lanes_engines.h"
#include "verify/crypto/test/random.h"

struct engines_input {
    uint64_t number[4][6]; /* any values below 2^384 */
    uint64_t state;        /* of random_word */
};

/* 0 .. count - 1 */
static inline unsigned engines_draw(struct engines_input *in, unsigned count)
{
    return (unsigned)((random_word(&in->state) >> 32) * count >> 32);
}

/* One of the scalar engines. */
static inline const struct natt_p384_engine *engines_scalar(struct engines_input *in)
{
    unsigned count = 1;
    while (test_engine(count) != NULL)
        count++;
    return test_engine(engines_draw(in, count));
}

/* One of the engines of lanes. */
static inline const struct natt_p384_lanes *engines_lanes(struct engines_input *in)
{
    unsigned count = 1;
    while (test_lanes(count) != NULL)
        count++;
    return test_lanes(engines_draw(in, count));
}

/* r = a b mod n, for a below n. */
static inline void engines_mul_mod_n(uint64_t r[6], const uint64_t a[6], const uint64_t b[6])
{
    uint64_t t[6];
    natt_p384_scalar_montmul(t, a, natt_p384_r2_mod_n);
    natt_p384_scalar_montmul(r, t, b);
}

/* engines_arithmetic.c */
void engines_check_field(struct engines_input *in);
void engines_check_lanes_field(struct engines_input *in);
void engines_check_scalars(struct engines_input *in);

/* Whole signatures: one engine of a kind. engines_signatures.c */
void engines_check_scalar(struct engines_input *in);
void engines_check_table(struct engines_input *in);
void engines_check_one(struct engines_input *in);
void engines_check_lanes(struct engines_input *in);
void engines_check_batch(struct engines_input *in);

/* The formulas of points. engines_points.c */
void engines_check_points(struct engines_input *in);

#endif
