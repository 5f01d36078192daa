/*
 * Tests the formulas that all engines share, and a complete verification, on a curve of small prime order: every key,
 * every pair of scalars and every signature, with and without tables, against sums by textbook formulas. The code is
 * that of the engines; meson.build gives field, constants and sizes: SMALL_P, SMALL_N, SMALL_B, SMALL_GX, SMALL_GY,
 * SMALL_TEETH, SMALL_SPACING. The order is below p, as on P-384. Prints TAP.
 *
 * usage: small_curve [STEP [OFFSET]]     only every STEPth key and hash; default 1 and 0
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/crypto/p384/p384_words.h"

/* ---- crypto.h and p384.h at a small size ---- */

#define NATT_VERIFY_CRYPTO_P384_H

#define NATT_P384_LEN       48
#define NATT_PUBLIC_KEY_LEN 96
#define NATT_P384_Q_WINDOW  5
#define NATT_P384_Q_POINTS  8
#define NATT_P384_G_WINDOW  5
#define NATT_P384_G_POINTS  8

#define NATT_COMB_TEETH   SMALL_TEETH
#define NATT_COMB_SPACING SMALL_SPACING
#define NATT_COMB_PARTS   2
#define NATT_COMB_ROUNDS  (SMALL_SPACING / 2)
#define NATT_COMB_ENTRIES (1 << (SMALL_TEETH - 1))

typedef enum { NATT_CRYPTO_ERROR = 0, NATT_CRYPTO_INVALID, NATT_CRYPTO_VALID } natt_crypto_answer;

struct natt_key_table {
    uint8_t public_key[NATT_PUBLIC_KEY_LEN];
    uint64_t point[NATT_COMB_PARTS][NATT_COMB_ENTRIES][2][6];
};

struct natt_job {
    const uint8_t *public_key;
    const struct natt_key_table *table;
    uint8_t hash[48], r[48], s[48];
};

struct natt_p384_digits {
    uint32_t count;
    struct {
        int16_t at, value;
    } digit[78];
};

struct natt_p384_question {
    uint64_t key[2][6], r[6];
    struct natt_p384_digits u1, u2;
};

struct natt_p384_comb_digits {
    int16_t column[NATT_COMB_SPACING];
};

struct natt_p384_input {
    uint64_t key[2][6], r[6], s[6], hash[6];
};

struct natt_p384_table_question {
    const struct natt_key_table *g, *key;
    uint64_t r[6];
    struct natt_p384_comb_digits u1, u2;
};

struct natt_p384_engine {
    const char *name;
    bool (*on_curve)(const uint64_t xy[2][6]);
    bool (*matches)(const struct natt_p384_question *question);
    bool (*matches_with_table)(const struct natt_p384_table_question *question);
    bool (*make_table)(struct natt_key_table *out, const uint64_t xy[2][6]);
    void (*inverse_mod_n)(uint64_t r[6], const uint64_t a[6]);
    void (*field_mul)(uint64_t r[6], const uint64_t a[6], const uint64_t b[6]);
    void (*field_sqr)(uint64_t r[6], const uint64_t a[6]);
    void (*field_add)(uint64_t r[6], const uint64_t a[6], const uint64_t b[6]);
    void (*field_sub)(uint64_t r[6], const uint64_t a[6], const uint64_t b[6]);
    void (*field_times)(uint64_t r[6], const uint64_t a[6], uint32_t k);
    void (*field_inverse)(uint64_t r[6], const uint64_t a[6]);
};

struct natt_p384_tables {
    const struct natt_key_table *g, *aws_root;
};

static const uint64_t natt_p384_p[6] = {SMALL_P}, natt_p384_n[6] = {SMALL_N}, natt_p384_b[6] = {SMALL_B};
static const uint64_t natt_p384_p_minus_n[6] = {SMALL_P - SMALL_N};
static uint64_t odd_multiples[NATT_P384_G_POINTS][2][6];
#define natt_p384_g ((const uint64_t(*)[2][6])odd_multiples)
static struct natt_key_table table_of_g;
static const struct natt_p384_tables natt_p384_tables = {&table_of_g, NULL};

static uint32_t inverses_p[SMALL_P], inverses_n[SMALL_N];

static void invert(uint64_t r[6], const uint64_t a[6], const uint64_t *m)
{
    uint32_t inverse = m == natt_p384_p ? inverses_p[a[0]] : inverses_n[a[0]];
    memset(r, 0, 48);
    r[0] = inverse;
}

static void natt_p384_scalar_multipliers(uint64_t u1[6], uint64_t u2[6], const uint64_t hash[6], const uint64_t r[6],
                                         const uint64_t w[6])
{
    memset(u1, 0, 48);
    memset(u2, 0, 48);
    u1[0] = hash[0] * w[0] % SMALL_N;
    u2[0] = r[0] * w[0] % SMALL_N;
}

/* ---- the field ---- */

typedef struct fe {
    uint32_t v; /* below p */
} fe;

static void fe_mul(fe *r, const fe *a, const fe *b)
{
    r->v = a->v * b->v % SMALL_P;
}

static void fe_sqr(fe *r, const fe *a)
{
    r->v = a->v * a->v % SMALL_P;
}

static void fe_add(fe *r, const fe *a, const fe *b)
{
    r->v = (a->v + b->v) % SMALL_P;
}

static void fe_sub(fe *r, const fe *a, const fe *b)
{
    r->v = (a->v + SMALL_P - b->v) % SMALL_P;
}

static void fe_times(fe *r, const fe *a, int32_t k)
{
    r->v = a->v * (uint32_t)k % SMALL_P;
}

static void fe_from_words(fe *r, const uint64_t w[6])
{
    r->v = (uint32_t)(w[0] % SMALL_P);
}

static void fe_to_words(uint64_t w[6], const fe *a)
{
    memset(w, 0, 48);
    w[0] = a->v;
}

static bool fe_is_zero(const fe *a)
{
    return a->v == 0;
}

/* ---- the tested code ---- */

void natt_p384_recode(struct natt_p384_digits *out, const uint64_t scalar[6], uint32_t window);
void natt_p384_comb_recode(struct natt_p384_comb_digits *out, const uint64_t scalar[6]);
bool natt_p384_read(struct natt_p384_input *out, const struct natt_p384_engine *engine, const struct natt_job *job);
natt_crypto_answer natt_p384_on_curve(const struct natt_p384_engine *engine, const uint8_t *public_key);
natt_crypto_answer natt_p384_verify(const struct natt_p384_engine *engine, const struct natt_job *job);
const struct natt_key_table *natt_p384_table_of(const struct natt_job *job);
bool natt_p384_make_table(const struct natt_p384_engine *engine, struct natt_key_table *out, const uint8_t *public_key);

#define ENGINE          small_engine
#define ENGINE_NAME     "small"
#define MODINV(r, a, m) invert(r, a, *(m))
#define MODULUS_P       natt_p384_p
#define MODULUS_N       natt_p384_n

#include "verify/crypto/p384/p384.c"
#include "verify/crypto/p384/p384_point.inc.h"
#include "verify/crypto/p384/p384_recode.c"

extern const struct natt_p384_engine ENGINE;
#include "verify/crypto/p384/p384_engine.inc.h"

/* ---- multiples of G by textbook formulas ---- */

static struct affine multiples[SMALL_N]; /* [0] is the point at infinity */
static unsigned tests, failed;
static unsigned long long cases;

static void report(bool good, const char *what)
{
    tests++;
    failed += !good;
    printf("%sok %u - %s, %llu cases\n", good ? "" : "not ", tests, what, cases);
    cases = 0;
}

/* Ends the program at the first wrong case. */
static void must(bool good, const char *what, unsigned q, unsigned a, unsigned b)
{
    cases++;
    if (good)
        return;
    printf("Bail out! %s: key %u G, %u, %u\n", what, q, a, b);
    exit(1);
}

static void set_inverses(uint32_t *inverses, uint32_t m)
{
    for (uint32_t a = 1; a < m; a++)
        for (uint32_t b = 1; b < m && inverses[a] == 0; b++)
            inverses[a] = a * b % m == 1 ? b : 0;
}

/* Chord and tangent. */
static struct affine school_add(const struct affine *p, const struct affine *q)
{
    uint32_t rise = (q->y.v + SMALL_P - p->y.v) % SMALL_P, run = (q->x.v + SMALL_P - p->x.v) % SMALL_P;
    if (run == 0) {
        rise = (3 * p->x.v * p->x.v + SMALL_P - 3) % SMALL_P;
        run = 2 * p->y.v % SMALL_P;
    }
    uint32_t slope = rise * inverses_p[run] % SMALL_P;
    struct affine r;
    r.x.v = (slope * slope + 2 * SMALL_P - p->x.v - q->x.v) % SMALL_P;
    r.y.v = (slope * (p->x.v + SMALL_P - r.x.v) + SMALL_P - p->y.v) % SMALL_P;
    return r;
}

static void words_of(uint64_t words[2][6], const struct affine *p)
{
    fe_to_words(words[0], &p->x);
    fe_to_words(words[1], &p->y);
}

/* ---- tables ---- */

static unsigned modulo_n(long k)
{
    return (unsigned)((k % SMALL_N + SMALL_N) % SMALL_N);
}

/* Entry i of part h as a multiple of the key. */
static long multiple_of_entry(unsigned h, unsigned i)
{
    long sum = 1L << (NATT_COMB_SPACING * (NATT_COMB_TEETH - 1));
    for (unsigned t = 0; t < NATT_COMB_TEETH - 1; t++)
        sum += (i >> t & 1 ? 1L : -1L) * (1L << (NATT_COMB_SPACING * t));
    return sum * (1L << (NATT_COMB_ROUNDS * h));
}

static bool meet(long a, long b)
{
    return modulo_n(a - b) == 0 || modulo_n(a + b) == 0;
}

/* True if the construction of a table adds two equal or opposite points; then no key gets a table. */
static bool multiples_meet(void)
{
    bool any = false;
    for (unsigned h = 0; h < NATT_COMB_PARTS; h++) {
        long sum = 1L << (NATT_COMB_SPACING * (NATT_COMB_TEETH - 1));
        for (unsigned t = NATT_COMB_TEETH - 1; t-- > 0;) {
            any = any || meet(sum, 1L << NATT_COMB_SPACING * t);
            sum -= 1L << NATT_COMB_SPACING * t;
        }
        for (unsigned t = 0; t < NATT_COMB_TEETH - 1; t++)
            for (unsigned i = 0; i < 1u << t; i++)
                any = any || meet(multiple_of_entry(h, i), 2L << (NATT_COMB_SPACING * t + NATT_COMB_ROUNDS * h));
    }
    return any;
}

static bool prepare(void)
{
    set_inverses(inverses_p, SMALL_P);
    set_inverses(inverses_n, SMALL_N);
    multiples[1] = (struct affine){{SMALL_GX}, {SMALL_GY}};
    for (unsigned k = 2; k < SMALL_N; k++)
        multiples[k] = school_add(&multiples[k - 1], &multiples[1]);
    for (unsigned i = 0; i < NATT_P384_G_POINTS; i++)
        words_of(odd_multiples[i], &multiples[2 * i + 1]);
    return multiples[SMALL_N - 1].x.v == SMALL_GX && multiples[SMALL_N - 1].y.v == SMALL_P - SMALL_GY;
}

static void check_table(const struct natt_key_table *table, unsigned q)
{
    uint64_t words[2][6];
    for (unsigned h = 0; h < NATT_COMB_PARTS; h++)
        for (unsigned i = 0; i < NATT_COMB_ENTRIES; i++) {
            words_of(words, &multiples[modulo_n(multiple_of_entry(h, i) * (long)q)]);
            must(memcmp(words, table->point[h][i], sizeof words) == 0, "entry of a table", q, h, i);
        }
}

/* ---- u1 G + u2 Q ---- */

static bool ask(unsigned q, const struct natt_key_table *table, unsigned a, unsigned b, unsigned r)
{
    const uint64_t u1[6] = {a}, u2[6] = {b}, wanted[6] = {r};
    uint64_t key[2][6];
    words_of(key, &multiples[q]);
    if (table != NULL)
        return matches_with_table(&small_engine, table, wanted, u1, u2);
    return matches(&small_engine, (const uint64_t(*)[6])key, wanted, u1, u2);
}

/* Requires that the correct r is accepted, and that the next one is refused, unless it is the same x (for r + n) or
 * does not exist. */
static void check_sum(unsigned q, const struct natt_key_table *table, unsigned a, unsigned b)
{
    unsigned sum = (a + b * q) % SMALL_N, r = multiples[sum].x.v % SMALL_N, other = r % (SMALL_N - 1) + 1;
    must(r == 0 || ask(q, table, a, b, r) == (sum != 0), table != NULL ? "sum by a table" : "sum", q, a, b);
    must(!ask(q, table, a, b, other), table != NULL ? "other sum by a table" : "other sum", q, a, b);
}

static void check_sums(unsigned step, unsigned offset)
{
    static struct natt_key_table table;
    uint64_t key[2][6];
    for (unsigned q = 1 + offset; q < SMALL_N; q += step) {
        words_of(key, &multiples[q]);
        must(engine_make_table(&table, (const uint64_t(*)[6])key), "a table", q, 0, 0);
        check_table(&table, q);
        for (unsigned a = 0; a < SMALL_N; a++)
            for (unsigned b = 0; b < SMALL_N; b++) {
                check_sum(q, NULL, a, b);
                check_sum(q, &table, a, b);
            }
    }
    report(true, "sums u1 G + u2 Q and tables of Q");
}

/* ---- signatures ---- */

static void put(uint8_t *bytes, unsigned value)
{
    memset(bytes, 0, 48);
    bytes[46] = (uint8_t)(value >> 8);
    bytes[47] = (uint8_t)value;
}

/* The algorithm of the standard [FIPS186-5 6.4.2]. */
static bool is_signature(unsigned q, unsigned hash, unsigned r, unsigned s)
{
    if (r == 0 || r >= SMALL_N || s == 0 || s >= SMALL_N)
        return false;
    unsigned w = inverses_n[s], sum = (hash % SMALL_N * w + r * w % SMALL_N * q) % SMALL_N;
    return sum != 0 && multiples[sum].x.v % SMALL_N == r;
}

static void check_signature(unsigned q, const struct natt_key_table *table, struct natt_job *job, bool valid)
{
    natt_crypto_answer answer = valid ? NATT_CRYPTO_VALID : NATT_CRYPTO_INVALID;
    unsigned r = (unsigned)job->r[46] << 8 | job->r[47], s = (unsigned)job->s[46] << 8 | job->s[47];
    job->table = NULL;
    must(natt_p384_verify(&small_engine, job) == answer, "signature", q, r, s);
    job->table = table;
    must(natt_p384_verify(&small_engine, job) == answer, "signature by a table", q, r, s);
}

/* Every r and s from 0 to n + 1, for every STEPth hash up to n + 1; of every SMALL_N / 3rd key. */
static void check_signatures(unsigned step, unsigned offset)
{
    static struct natt_key_table table;
    uint8_t key[96];
    struct natt_job job = {.public_key = key};
    unsigned valid = 0;
    for (unsigned q = 1 + offset; q < SMALL_N; q += SMALL_N / 3) {
        put(key, multiples[q].x.v);
        put(key + 48, multiples[q].y.v);
        must(natt_p384_make_table(&small_engine, &table, key), "a table", q, 0, 0);
        for (unsigned hash = offset % step; hash < SMALL_N + 2; hash += step)
            for (unsigned r = 0; r < SMALL_N + 2; r++)
                for (unsigned s = 0; s < SMALL_N + 2; s++) {
                    bool good = is_signature(q, hash, r, s);
                    put(job.hash, hash);
                    put(job.r, r);
                    put(job.s, s);
                    check_signature(q, &table, &job, good);
                    valid += good;
                }
    }
    printf("# %u are valid\n", valid);
    report(valid > 0, "signatures");
}

/* Every x and y below p, and p itself. */
static void check_keys(void)
{
    uint8_t key[96];
    unsigned points = 1;
    for (unsigned x = 0; x <= SMALL_P && x < 600; x++)
        for (unsigned y = 0; y <= SMALL_P; y++) {
            bool on = x < SMALL_P && y < SMALL_P &&
                      (x * x % SMALL_P * x + (SMALL_P - 3) * x + SMALL_B) % SMALL_P == y * y % SMALL_P;
            put(key, x);
            put(key + 48, y);
            must((natt_p384_on_curve(&small_engine, key) == NATT_CRYPTO_VALID) == on, "key", 0, x, y);
            points += on;
        }
    report(SMALL_P >= 600 || points == SMALL_N, "keys");
}

int main(int argc, char **argv)
{
    unsigned step = argc > 1 ? (unsigned)atoi(argv[1]) : 1, offset = argc > 2 ? (unsigned)atoi(argv[2]) : 0;
    printf("1..%d\n# p %d, order %d, %d teeth %d apart\n", multiples_meet() ? 2 : 5, SMALL_P, SMALL_N, SMALL_TEETH,
           SMALL_SPACING);
    report(prepare(), "G has the order n");
    report(engine_make_table(&table_of_g, natt_p384_g[0]) == !multiples_meet(),
           "there is a table unless multiples meet");
    if (failed != 0 || step == 0 || multiples_meet())
        return failed != 0;
    check_keys();
    check_sums(step, offset);
    check_signatures(step, offset);
    return failed != 0;
}
