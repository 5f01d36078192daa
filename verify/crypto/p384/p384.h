/*
 * ECDSA P-384 verification of public data. Not constant-time: this code must never process a secret.
 *
 * One engine per field implementation; the engines share every formula (p384_point.inc.h, p384_engine.inc.h) and differ
 * in the representation of field elements. Numbers enter and leave an engine as words: six 64-bit values, least
 * significant first.
 */
#ifndef NATT_VERIFY_CRYPTO_P384_H
#define NATT_VERIFY_CRYPTO_P384_H

#include "verify/crypto/crypto.h"

/* Signed windows: 5 bits for the key (8 points, built per verification), 9 bits for G (128 points, 12 KiB). */
#define NATT_P384_Q_WINDOW 5
#define NATT_P384_Q_POINTS 8
#define NATT_P384_G_WINDOW 9
#define NATT_P384_G_POINTS 128

/* A window of w bits has at most 385 / w digits: 77 for w = 5. bounds DIGITS 0: 0 .. 78 */
#define NATT_P384_MAX_DIGITS 78

/*
 * A scalar as the sum of value * 2^at: values odd, |value| < 2^(window-1), positions falling.
 *   bounds Q_DIGIT 0: -15 .. 15
 *   bounds G_DIGIT 0: -255 .. 255
 */
struct natt_p384_digits {
    uint32_t count;
    struct {
        int16_t at, value;
    } digit[NATT_P384_MAX_DIGITS];
};

/* Is the x coordinate of u1*G + u2*key congruent to r mod n? */
struct natt_p384_question {
    uint64_t key[2][6]; /* affine, on the curve */
    uint64_t r[6];      /* 1 .. n-1 */
    struct natt_p384_digits u1, u2;
};

/*
 * A scalar as the sum of 2^c (tooth 7 + sum over t < 7 of +-tooth t), over the columns c: the digit's entry of
 * natt_key_table, counted down from -1 if the whole column is subtracted.
 *   bounds COMB_DIGIT 0: -128 .. 127
 */
struct natt_p384_comb_digits {
    int16_t column[NATT_COMB_SPACING];
};

/* The same question about the key of a table. */
struct natt_p384_table_question {
    const struct natt_key_table *g, *key;
    uint64_t r[6]; /* 1 .. n-1 */
    struct natt_p384_comb_digits u1, u2;
};

struct natt_p384_engine {
    const char *name;
    /* Is (x, y), both below p, on the curve? */
    bool (*on_curve)(const uint64_t xy[2][6]);
    bool (*matches)(const struct natt_p384_question *question);
    bool (*matches_with_table)(const struct natt_p384_table_question *question);
    /* The multiples of a point of the curve. False: two of them meet; on P-384 they never do. */
    bool (*make_table)(struct natt_key_table *out, const uint64_t xy[2][6]);
    void (*inverse_mod_n)(uint64_t r[6], const uint64_t a[6]);
    /* For tests: arithmetic mod p. Operands below 2^384, results below p. bounds FACTOR 0: 0 .. 8 */
    void (*field_mul)(uint64_t r[6], const uint64_t a[6], const uint64_t b[6]);
    void (*field_sqr)(uint64_t r[6], const uint64_t a[6]);
    void (*field_add)(uint64_t r[6], const uint64_t a[6], const uint64_t b[6]);
    void (*field_sub)(uint64_t r[6], const uint64_t a[6], const uint64_t b[6]);
    void (*field_times)(uint64_t r[6], const uint64_t a[6], uint32_t k); /* k FACTOR */
    void (*field_inverse)(uint64_t r[6], const uint64_t a[6]);           /* of a < p; 0 for 0 */
};

extern const struct natt_p384_engine natt_p384_wide;   /* 7 limbs of 56 bits, needs __int128 */
extern const struct natt_p384_engine natt_p384_narrow; /* 12 limbs of 32 bits, 64-bit products */
extern const struct natt_p384_engine natt_p384_adx;    /* x86-64 with BMI2 and ADX */

/* The fastest engine for this processor. */
const struct natt_p384_engine *natt_p384_engine(void);

/* The numbers of a job. */
struct natt_p384_input {
    uint64_t key[2][6];  /* affine, on the curve */
    uint64_t r[6], s[6]; /* 1 .. n-1 */
    uint64_t hash[6];    /* the digest is as long as n: not truncated, it may exceed n */
};

/* False: r, s or the key is not in its range, or the key is not on the curve, so it is not a signature. */
bool natt_p384_read(struct natt_p384_input *out, const struct natt_p384_engine *engine, const struct natt_job *job);

natt_crypto_answer natt_p384_on_curve(const struct natt_p384_engine *engine, const uint8_t *public_key);
natt_crypto_answer natt_p384_verify(const struct natt_p384_engine *engine, const struct natt_job *job);

/* The table of the job's key, its own or a constant one; NULL: there is none. */
const struct natt_key_table *natt_p384_table_of(const struct natt_job *job);
/* As natt_crypto.make_table. */
bool natt_p384_make_table(const struct natt_p384_engine *engine, struct natt_key_table *out, const uint8_t *public_key);

/* r = a * b / 2^384 mod n, for a * b < 2^384 * n; r < n. */
void natt_p384_scalar_montmul(uint64_t r[6], const uint64_t a[6], const uint64_t b[6]);
/* u1 = hash / s, u2 = r / s mod n. hash any, r and s in 1 .. n-1; w is 1/s. */
void natt_p384_scalar_multipliers(uint64_t u1[6], uint64_t u2[6], const uint64_t hash[6], const uint64_t r[6],
                                  const uint64_t w[6]);

/* Recodes any value below 2^384; window 2 .. 15. */
void natt_p384_recode(struct natt_p384_digits *out, const uint64_t scalar[6], uint32_t window);
/* Recodes any value below n. */
void natt_p384_comb_recode(struct natt_p384_comb_digits *out, const uint64_t scalar[6]);

extern const uint64_t natt_p384_p[6], natt_p384_n[6], natt_p384_b[6];
extern const uint64_t natt_p384_p_minus_n[6], natt_p384_r2_mod_n[6];
extern const uint64_t natt_p384_n_negated_inverse; /* -1/n mod 2^64 */
extern const uint64_t natt_p384_g[NATT_P384_G_POINTS][2][6];

/* Tables that are constants: p384_comb_table.c, or p384_comb_none.c (-Dsmall_tables=true), which has none. Without
 * that of G no other table is used. */
struct natt_p384_tables {
    const struct natt_key_table *g, *aws_root;
};
extern const struct natt_p384_tables natt_p384_tables;

#endif
