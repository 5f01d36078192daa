/*
 * The formulas in lanes on curves y^2 = x^3 - 3x + b of small prime order: every key and every pair of multipliers, so
 * every sum that is exceptional. The text of lanes_point.inc.h and lanes_engine.inc.h runs over a field of one small
 * number a lane; multiples are known by counting. An exceptional sum must be found, and nothing else may be left
 * unanswered.
 *
 * usage: lanes_small_curve [STEP]     every STEPth case of the larger curve (1: all, 18 million)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/crypto/lanes/lanes.h"
#include "verify/crypto/p384/p384_words.h"

#undef NATT_LANES_BITS
#undef NATT_COMB_ROUNDS
#define NATT_COMB_ROUNDS    2
#define natt_p384_b         small_b
#define natt_p384_g         small_g
#define natt_p384_p_minus_n small_p_minus_n
#define natt_lanes_digit    small_digit /* lanes.c counts bits from 384 on as ones */
#define LANES               4
#define NATT_LANES_BITS     16

static int64_t prime; /* the prime, below 2^9 */

typedef struct lane {
    int64_t l[LANES];
} lane;

struct fl {
    lane v;
};

static uint64_t small_g[NATT_P384_G_POINTS][2][6], small_p_minus_n[6], small_b[6];

static inline unsigned enter_mode(void)
{
    return 0;
}

static inline void leave_mode(unsigned saved)
{
    (void)saved;
}

static lane lane_load(const int64_t n[LANES])
{
    lane r;
    memcpy(&r, n, sizeof r);
    return r;
}

#define EACH(expression)                                                                                               \
    for (int l = 0; l < LANES; l++)                                                                                    \
    r->v.l[l] = ((expression) % prime + prime) % prime

static void fl_mul(struct fl *r, const struct fl *a, const struct fl *b)
{
    EACH(a->v.l[l] * b->v.l[l]);
}

static void fl_sqr(struct fl *r, const struct fl *a)
{
    EACH(a->v.l[l] * a->v.l[l]);
}

static void fl_mul_three(struct fl *r, const struct fl *a, const struct fl *b)
{
    EACH(3 * a->v.l[l] * b->v.l[l]);
}

static void fl_sqr_sub(struct fl *r, const struct fl *a, const struct fl *t)
{
    EACH(a->v.l[l] * a->v.l[l] - t->v.l[l]);
}

static void fl_mul_add(struct fl *r, const struct fl *a, const struct fl *b, const struct fl *x, const struct fl *y)
{
    EACH(a->v.l[l] * b->v.l[l] + x->v.l[l] * y->v.l[l]);
}

static void fl_mul_sub_eight_sqr(struct fl *r, const struct fl *a, const struct fl *b, const struct fl *g)
{
    EACH(a->v.l[l] * b->v.l[l] - 8 * g->v.l[l] * g->v.l[l]);
}

static void fl_add(struct fl *r, const struct fl *a, const struct fl *b)
{
    EACH(a->v.l[l] + b->v.l[l]);
}

static void fl_sub(struct fl *r, const struct fl *a, const struct fl *b)
{
    EACH(a->v.l[l] - b->v.l[l]);
}

static void fl_shl(struct fl *r, const struct fl *a, int k)
{
    EACH(a->v.l[l] * ((int64_t)1 << k));
}

static void fl_negate(struct fl *r, const struct fl *a)
{
    EACH(-a->v.l[l]);
}

static void fl_negate_where(struct fl *r, lane mask)
{
    EACH(mask.l[l] != 0 ? -r->v.l[l] : r->v.l[l]);
}

static void fl_set(struct fl *r, int64_t n)
{
    EACH(n);
}

static void fl_from_words(struct fl *r, const uint64_t *const rows[LANES], size_t at)
{
    EACH((int64_t)rows[l][at]);
}

static void fl_from_limbs(struct fl *r, const uint64_t *const rows[LANES], size_t at)
{
    fl_from_words(r, rows, at);
}

static void fl_to_limbs(uint64_t limb[8][LANES], const struct fl *a)
{
    memset(limb, 0, 8 * sizeof limb[0]);
    for (int l = 0; l < LANES; l++)
        limb[0][l] = (uint64_t)a->v.l[l];
}

static void fl_from_lanes(struct fl *r, const int64_t limb[8][LANES])
{
    EACH(limb[0][l]);
}

static void fl_to_words(uint64_t words[LANES][6], const struct fl *a)
{
    memset(words, 0, LANES * sizeof words[0]);
    for (int l = 0; l < LANES; l++)
        words[l][0] = (uint64_t)a->v.l[l];
}

/* The digits of lanes.c; small_scalar sets the bit that counts as one there. */
static int32_t small_digit(const uint64_t k[6], uint32_t at, uint32_t window)
{
    uint32_t bits = (uint32_t)(k[0] >> at) & (((uint32_t)2 << window) - 1);
    return (int32_t)(bits | 1) - (int32_t)((uint32_t)1 << window);
}

#include "verify/crypto/lanes/lanes_point.inc.h"

#define ENGINE      small_lanes
#define ENGINE_NAME "lanes, a small curve"

extern const struct natt_p384_lanes small_lanes;

#include "verify/crypto/lanes/lanes_engine.inc.h"

/* ---- the scalar engine's part ---- */

static void small_mul(uint64_t r[6], const uint64_t a[6], const uint64_t b[6])
{
    uint64_t product = a[0] * b[0] % (uint64_t)prime;
    memset(r, 0, 6 * sizeof r[0]);
    r[0] = product;
}

static int64_t inverse(int64_t a)
{
    for (int64_t i = 1; i < prime; i++)
        if (a * i % prime == 1)
            return i;
    return 0;
}

static void small_inverse(uint64_t r[6], const uint64_t a[6])
{
    int64_t found = inverse((int64_t)a[0]);
    memset(r, 0, 6 * sizeof r[0]);
    r[0] = (uint64_t)found;
}

static const struct natt_p384_engine scalar = {.field_mul = small_mul, .field_inverse = small_inverse};

/* ---- the curve, by the group law ---- */

static const struct curve {
    int64_t p, n, x, y;
} curves[] = {{23, 17, 1, 6}, {281, 263, 0, 1}};

#define MOST 263

static int64_t order, multiple[MOST][2]; /* multiple[k] = k G, k from 1 to n-1 */

static void find_multiples(const struct curve *c)
{
    prime = c->p;
    order = c->n;
    multiple[1][0] = c->x;
    multiple[1][1] = c->y;
    for (int64_t k = 2; k < order; k++) {
        const int64_t *a = multiple[k - 1], *g = multiple[1];
        int64_t top = k == 2 ? 3 * g[0] * g[0] - 3 : a[1] - g[1], below = k == 2 ? 2 * g[1] : a[0] - g[0];
        int64_t slope = (top % prime + prime) % prime * inverse((below % prime + prime) % prime) % prime;
        multiple[k][0] = ((slope * slope - a[0] - g[0]) % prime + prime) % prime;
        multiple[k][1] = ((slope * (g[0] - multiple[k][0]) - g[1]) % prime + prime) % prime;
    }
    for (int64_t i = 0; i < NATT_P384_G_POINTS; i++)
        for (int j = 0; j < 2; j++) /* (0, 0) where it is infinite: such cases are left out */
            small_g[i][j][0] = (uint64_t)multiple[(2 * i + 1) % order][j];
    small_p_minus_n[0] = (uint64_t)(prime - order);
    small_b[0] = (uint64_t)(((c->y * c->y - c->x * c->x * c->x + 3 * c->x) % prime + prime) % prime);
}

/* ---- what must come out, by counting modulo n ---- */

struct known {
    int64_t sum;
    bool exceptional, without_point; /* a digit of G is a multiple of n: P-384 has no such digit */
};

static void known_add(struct known *k, int64_t by)
{
    by = (by % order + order) % order;
    k->exceptional = k->exceptional || k->sum == 0 || by == 0 || k->sum == by || (k->sum + by) % order == 0;
    k->sum = (k->sum + by) % order;
}

static int64_t signed_digit(const struct natt_lanes_scalar *u, uint32_t at, uint32_t window)
{
    int64_t digit = small_digit(u->k, at, window);
    return u->negative ? -digit : digit;
}

/* Q = key G. */
static struct known count(const struct natt_lanes_question *q, int64_t key)
{
    struct known k = {0, false, false};
    for (int64_t i = 1; i < 2 * NATT_P384_Q_POINTS - 1; i += 2) /* the table: iQ + 2Q */
        k.exceptional = k.exceptional || (i - 2) % order == 0 || (i + 2) % order == 0 || i % order == 0;
    for (uint32_t at = NATT_LANES_BITS; at > 0;) {
        at -= NATT_LANES_Q_WINDOW;
        int64_t step = signed_digit(&q->u2, at, NATT_LANES_Q_WINDOW) * key;
        k.sum = k.sum * (1 << NATT_LANES_Q_WINDOW) % order;
        if (at == NATT_LANES_BITS - NATT_LANES_Q_WINDOW)
            k.sum = (step % order + order) % order;
        else
            known_add(&k, step);
        if (at % NATT_LANES_G_WINDOW != 0)
            continue;
        step = signed_digit(&q->u1, at, NATT_LANES_G_WINDOW);
        k.without_point = k.without_point || step % order == 0;
        known_add(&k, step);
    }
    return k;
}

static natt_lanes_answer expected(const struct natt_lanes_question *q, const struct known *k)
{
    if (k->exceptional || k->sum == 0)
        return NATT_LANES_UNKNOWN;
    if ((uint64_t)multiple[k->sum][0] == q->r[0])
        return NATT_LANES_MATCHES;
    return q->r[0] < small_p_minus_n[0] ? NATT_LANES_UNKNOWN : NATT_LANES_DIFFERS;
}

static void small_scalar(struct natt_lanes_scalar *out, int64_t u)
{
    memset(out, 0, sizeof *out);
    out->negative = u % 2 == 0;
    out->k[0] = (uint64_t)(out->negative ? order - u : u) | (uint64_t)1 << NATT_LANES_BITS;
}

/* ---- all cases ---- */

struct tally {
    unsigned long cases, matching, differing, unknown, wrong;
};

static void tally_answer(struct tally *t, natt_lanes_answer got, natt_lanes_answer wanted)
{
    t->cases++;
    t->matching += wanted == NATT_LANES_MATCHES;
    t->differing += wanted == NATT_LANES_DIFFERS;
    t->unknown += wanted == NATT_LANES_UNKNOWN;
    t->wrong += got != wanted;
}

static void ask(struct tally *t, const struct natt_lanes_question q[LANES], const int64_t key[LANES])
{
    natt_lanes_answer answers[LANES];
    small_lanes.matches(answers, q, &scalar);
    for (int l = 0; l < LANES; l++) {
        struct known k = count(&q[l], key[l]);
        natt_lanes_answer wanted = expected(&q[l], &k);
        if (k.without_point)
            continue;
        tally_answer(t, answers[l], wanted);
    }
}

/* Case number i: a key, u1, u2; r is the right one, or every fourth time another. */
static void make_case(struct natt_lanes_question *q, int64_t *key, int64_t i)
{
    int64_t u1 = i % order, u2 = i / order % order;
    *key = 1 + i / (order * order);
    memset(q, 0, sizeof *q);
    q->key[0][0] = (uint64_t)multiple[*key][0];
    q->key[1][0] = (uint64_t)multiple[*key][1];
    small_scalar(&q->u1, u1);
    small_scalar(&q->u2, u2);
    int64_t sum = (u1 + u2 * *key) % order, x = sum == 0 ? 0 : multiple[sum][0] % order;
    q->r[0] = (uint64_t)(i % 4 == 3 ? (x + i / 4) % order : x);
}

/* ---- keys with a table: digits of few entries, in two rounds ---- */

#define ENTRIES 8

/* An entry of part h is its key times this factor. No factor is a multiple of n, since n is a prime above 15. */
static int64_t factor_of(int h, int32_t entry)
{
    return ((int64_t)2 * entry + 1) << 2 * h;
}

static void make_small_table(struct natt_key_table *table, int64_t key)
{
    memset(table, 0, sizeof *table);
    for (int h = 0; h < NATT_COMB_PARTS; h++)
        for (int32_t e = 0; e < ENTRIES; e++)
            for (int j = 0; j < 2; j++)
                table->point[h][e][j][0] = (uint64_t)multiple[factor_of(h, e) * key % order][j];
}

static int64_t term_of(const struct natt_p384_comb_digits *u, int round, int h, int64_t key)
{
    int32_t digit = u->column[round + NATT_COMB_ROUNDS * h];
    return digit < 0 ? -factor_of(h, -1 - digit) * key : factor_of(h, digit) * key;
}

static void known_start(struct known *k, int64_t by)
{
    k->sum = (by % order + order) % order;
}

/* All four sources in turn in each round. */
static struct known count_whole(const struct natt_p384_table_question *q, int64_t key)
{
    struct known k = {0, false, false};
    for (int round = NATT_COMB_ROUNDS - 1; round >= 0; round--) {
        k.sum = 2 * k.sum % order;
        for (int h = 0; h < NATT_COMB_PARTS; h++) {
            if (round == NATT_COMB_ROUNDS - 1 && h == 0)
                known_start(&k, term_of(&q->u2, round, h, key));
            else
                known_add(&k, term_of(&q->u2, round, h, key));
            known_add(&k, term_of(&q->u1, round, h, 1));
        }
    }
    return k;
}

static struct known count_source(const struct natt_p384_comb_digits *u, int h, int64_t key)
{
    struct known k = {0, false, false};
    known_start(&k, term_of(u, NATT_COMB_ROUNDS - 1, h, key));
    for (int round = NATT_COMB_ROUNDS - 2; round >= 0; round--) {
        k.sum = 2 * k.sum % order;
        known_add(&k, term_of(u, round, h, key));
    }
    return k;
}

static void known_join(struct known *k, const struct known *other)
{
    bool exceptional = k->exceptional || other->exceptional;
    known_add(k, other->sum);
    k->exceptional = k->exceptional || exceptional;
}

static struct known count_split(const struct natt_p384_table_question *q, int64_t key)
{
    struct known part[NATT_COMB_PARTS];
    for (int h = 0; h < NATT_COMB_PARTS; h++) {
        struct known g = count_source(&q->u1, h, 1);
        part[h] = count_source(&q->u2, h, key);
        known_join(&part[h], &g);
    }
    known_join(&part[0], &part[1]);
    return part[0];
}

static uint64_t draw(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* The right r three times out of four, if signatures are in a lane each. */
static void make_table_case(struct natt_p384_table_question *q, int64_t key, uint64_t *state)
{
    for (int c = 0; c < NATT_COMB_PARTS * NATT_COMB_ROUNDS; c++) {
        q->u1.column[c] = (int16_t)(draw(state) % (2 * ENTRIES) - ENTRIES);
        q->u2.column[c] = (int16_t)(draw(state) % (2 * ENTRIES) - ENTRIES);
    }
    int64_t sum = count_whole(q, key).sum, x = sum == 0 ? 0 : multiple[sum][0];
    memset(q->r, 0, sizeof q->r);
    q->r[0] = (uint64_t)x % (uint64_t)order;
    if (draw(state) % 4 == 0)
        q->r[0] = draw(state) % (uint64_t)order;
}

static natt_lanes_answer expected_with_table(const struct natt_p384_table_question *q, const struct known *k)
{
    struct natt_lanes_question plain;
    words_copy(plain.r, q->r);
    return expected(&plain, k);
}

/* Each in a lane, or split; their sums are in another order then. */
static void ask_tables(struct tally *t, int64_t key, struct natt_key_table *table, uint64_t *state)
{
    static struct natt_key_table g;
    struct natt_p384_table_question q[LANES];
    natt_lanes_answer answers[LANES];
    bool split = draw(state) % 2 == 1;
    int count = split ? LANES / NATT_LANES_SPLIT : LANES;
    make_small_table(&g, 1);
    for (int i = 0; i < count; i++) {
        q[i].g = &g;
        q[i].key = table;
        make_table_case(&q[i], key, state);
    }
    small_lanes.matches_with_table(answers, q, split);
    for (int i = 0; i < count; i++) {
        struct known k = split ? count_split(&q[i], key) : count_whole(&q[i], key);
        tally_answer(t, answers[i], expected_with_table(&q[i], &k));
    }
}

static struct tally run_tables(const struct curve *c, int64_t rounds)
{
    static struct natt_key_table table;
    struct tally t = {0, 0, 0, 0, 0};
    uint64_t state = 1;
    find_multiples(c);
    for (int64_t i = 0; i < rounds; i++) {
        int64_t key = 1 + i % (order - 1);
        make_small_table(&table, key);
        ask_tables(&t, key, &table, &state);
    }
    printf("p %d, n %d, tables: %lu cases, %lu match, %lu differ, %lu left to the scalar engine; %lu wrong\n",
           (int)prime, (int)order, t.cases, t.matching, t.differing, t.unknown, t.wrong);
    return t;
}

static struct tally run(const struct curve *c, int64_t step)
{
    struct tally t = {0, 0, 0, 0, 0};
    struct natt_lanes_question q[LANES];
    int64_t key[LANES], filled = 0;
    find_multiples(c);
    for (int64_t i = 0; i < (order - 1) * order * order; i += step) {
        make_case(&q[filled], &key[filled], i);
        if (++filled == LANES)
            ask(&t, q, key), filled = 0;
    }
    printf("p %d, n %d: %lu cases, %lu match, %lu differ, %lu left to the scalar engine; %lu wrong\n", (int)prime,
           (int)order, t.cases, t.matching, t.differing, t.unknown, t.wrong);
    return t;
}

int main(int argc, char **argv)
{
    int64_t step = argc > 1 ? atoi(argv[1]) : 1;
    struct tally small = run(&curves[0], 1), large = run(&curves[1], step > 0 ? step : 1);
    struct tally small_tables = run_tables(&curves[0], 400000 / (step > 0 ? step : 1) + 20000);
    struct tally large_tables = run_tables(&curves[1], 4000000 / (step > 0 ? step : 1) + 20000);
    bool tables = small_tables.wrong == 0 && large_tables.wrong == 0 && small_tables.unknown > 0 &&
                  large_tables.matching > 0 && large_tables.differing > 0 && large_tables.unknown > 0;
    bool whole = tables && large.matching > 0 && large.differing > 0 && large.unknown > 0 && small.unknown > 0;
    return small.wrong == 0 && large.wrong == 0 && whole ? 0 : 1;
}
