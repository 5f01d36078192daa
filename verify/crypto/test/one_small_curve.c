/*
 * One signature in four lanes on curves y^2 = x^3 - 3x + b of small prime order: every key and every pair of
 * multipliers, so every sum that is exceptional. The text of one_point.inc.h and one_engine.inc.h runs over a field of
 * one small number a lane; multiples are known by counting. An exceptional sum must be found, and nothing else may be
 * left unanswered.
 *
 * usage: one_small_curve [STEP]     every STEPth case of the larger curve (1: all, 18 million)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/crypto/lanes/lanes.h"
#include "verify/crypto/p384/p384_words.h"

#define natt_p384_g         ((const uint64_t(*)[2][6])small_g)
#define natt_p384_n         small_n
#define natt_p384_p_minus_n small_p_minus_n
#define LANES               4

static int64_t prime; /* below 2^9 */

typedef struct lane {
    int64_t l[LANES];
} lane;

struct fl {
    lane v;
};

static uint64_t small_g[NATT_P384_G_POINTS][2][6], small_n[6], small_p_minus_n[6];

static lane lane_load(const int64_t n[LANES])
{
    lane r;
    memcpy(&r, n, sizeof r);
    return r;
}

/* ---- the field ---- */

#define LANE_0 1
#define LANE_1 2
#define LANE_2 4
#define LANE_3 8

#define EACH(expression)                                                                                               \
    for (int l = 0; l < LANES; l++)                                                                                    \
    r->v.l[l] = ((expression) % prime + prime) % prime

static void fl_mul(struct fl *r, const struct fl *a, const struct fl *b)
{
    EACH(a->v.l[l] * b->v.l[l]);
}

#define fl_product fl_mul

static void fl_product_sum(struct fl *r, const struct fl *a, const struct fl *b, const struct fl *more,
                           const struct fl *less)
{
    EACH(a->v.l[l] * b->v.l[l] + (l == 0 ? more->v.l[l] : 0) - (l < 2 ? less->v.l[l] : 0));
}

static void fl_add(struct fl *r, const struct fl *a, const struct fl *b)
{
    EACH(a->v.l[l] + b->v.l[l]);
}

static void fl_sub(struct fl *r, const struct fl *a, const struct fl *b)
{
    EACH(a->v.l[l] - b->v.l[l]);
}

static void fl_opposite(struct fl *r, const struct fl *a)
{
    EACH(-a->v.l[l]);
}

static void fl_shl(struct fl *r, const struct fl *a, int k)
{
    EACH(a->v.l[l] * ((int64_t)1 << k));
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

static void fl_to_words(uint64_t words[LANES][6], const struct fl *a)
{
    memset(words, 0, LANES * sizeof words[0]);
    for (int l = 0; l < LANES; l++)
        words[l][0] = (uint64_t)a->v.l[l];
}

static void fl_order_where(struct fl *r, int which, const struct fl *a, int i, int j, int k, int n)
{
    const int64_t from[LANES] = {a->v.l[i], a->v.l[j], a->v.l[k], a->v.l[n]};
    for (int l = 0; l < LANES; l++)
        if (which >> l & 1)
            r->v.l[l] = from[l];
}

static void fl_order(struct fl *r, const struct fl *a, int i, int j, int k, int n)
{
    fl_order_where(r, 15, a, i, j, k, n);
}

static void fl_blend(struct fl *r, const struct fl *a, const struct fl *b, int which)
{
    struct fl set = *b;
    *r = *a;
    fl_order_where(r, which, &set, 0, 1, 2, 3);
}

static void fl_add_where(struct fl *r, int which, const struct fl *a, const struct fl *b)
{
    struct fl sum;
    fl_add(&sum, a, b);
    fl_order_where(r, which, &sum, 0, 1, 2, 3);
}

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

static const struct natt_p384_engine small_engine = {.field_mul = small_mul, .field_inverse = small_inverse};

#define SCALAR  small_engine
#define ONE_ASK small_ask

natt_lanes_answer small_ask(const struct natt_p384_question *a);

#include "verify/crypto/lanes/one_engine.inc.h"
#include "verify/crypto/p384/p384_recode.c"

/* ---- the curve, by the group law ---- */

static const struct curve {
    int64_t p, n, x, y;
} curves[] = {{23, 17, 1, 6}, {281, 263, 0, 1}};

#define MOST 263

static int64_t order, multiple[MOST][2]; /* multiple[k] = k G, k from 1 to n-1 */

static int64_t reduced(int64_t a, int64_t modulus)
{
    return (a % modulus + modulus) % modulus;
}

static void find_multiples(const struct curve *c)
{
    prime = c->p;
    order = c->n;
    multiple[1][0] = c->x;
    multiple[1][1] = c->y;
    for (int64_t k = 2; k < order; k++) {
        const int64_t *a = multiple[k - 1], *g = multiple[1];
        int64_t top = k == 2 ? 3 * g[0] * g[0] - 3 : a[1] - g[1], below = k == 2 ? 2 * g[1] : a[0] - g[0];
        int64_t slope = reduced(top, prime) * inverse(reduced(below, prime)) % prime;
        multiple[k][0] = reduced(slope * slope - a[0] - g[0], prime);
        multiple[k][1] = reduced(slope * (g[0] - multiple[k][0]) - g[1], prime);
    }
    for (int64_t i = 0; i < NATT_P384_G_POINTS; i++)
        for (int j = 0; j < 2; j++) /* (0, 0) where it is infinite: such cases are left out */
            small_g[i][j][0] = (uint64_t)multiple[(2 * i + 1) % order][j];
    small_n[0] = (uint64_t)order;
    small_p_minus_n[0] = (uint64_t)(prime - order);
}

/* ---- what must come out, by counting modulo n ---- */

struct known {
    int64_t sum;
    bool started, exceptional, without_point; /* a digit of G is a multiple of n: P-384 has no such digit */
};

static void known_add(struct known *k, int64_t by)
{
    by = reduced(by, order);
    k->without_point = k->without_point || by == 0;
    k->exceptional = k->exceptional || (k->started && (k->sum == 0 || k->sum == by || (k->sum + by) % order == 0));
    k->sum = (k->sum + by) % order;
    k->started = true;
}

/* Q = key G. The chain of a table has multiples of Q up to 15, fewer than n. */
static struct known count(const struct natt_p384_question *q, int64_t key)
{
    struct known k = {0, false, false, false};
    for (int at = 16; at >= 0; at--) {
        k.sum = 2 * k.sum % order;
        for (uint32_t i = 0; i < q->u2.count; i++)
            if (q->u2.digit[i].at == at)
                known_add(&k, q->u2.digit[i].value * key);
        for (uint32_t i = 0; i < q->u1.count; i++)
            if (q->u1.digit[i].at == at)
                known_add(&k, q->u1.digit[i].value);
    }
    return k;
}

static natt_lanes_answer expected(const struct natt_p384_question *q, const struct known *k)
{
    if (k->exceptional || k->sum == 0)
        return NATT_LANES_UNKNOWN;
    return multiple[k->sum][0] % order == (int64_t)q->r[0] ? NATT_LANES_MATCHES : NATT_LANES_DIFFERS;
}

/* ---- all cases ---- */

struct tally {
    unsigned long cases, matching, differing, unknown, above, wrong;
};

static void ask(struct tally *t, const struct natt_p384_question *q, int64_t key)
{
    struct known k = count(q, key);
    natt_lanes_answer wanted = expected(q, &k);
    if (k.without_point)
        return;
    t->cases++;
    t->matching += wanted == NATT_LANES_MATCHES;
    t->differing += wanted == NATT_LANES_DIFFERS;
    t->unknown += wanted == NATT_LANES_UNKNOWN;
    t->above += wanted == NATT_LANES_MATCHES && multiple[k.sum][0] >= order;
    t->wrong += small_ask(q) != wanted;
}

/* Case number i: a key, u1, u2; r is the right one, or every fourth time another. */
static void make_case(struct natt_p384_question *q, int64_t *key, int64_t i)
{
    uint64_t u1[6] = {(uint64_t)(i % order)}, u2[6] = {(uint64_t)(i / order % order)};
    *key = 1 + i / (order * order);
    memset(q, 0, sizeof *q);
    q->key[0][0] = (uint64_t)multiple[*key][0];
    q->key[1][0] = (uint64_t)multiple[*key][1];
    natt_p384_recode(&q->u1, u1, NATT_P384_G_WINDOW);
    natt_p384_recode(&q->u2, u2, NATT_P384_Q_WINDOW);
    int64_t sum = ((int64_t)u1[0] + (int64_t)u2[0] * *key) % order, x = sum == 0 ? 0 : multiple[sum][0] % order;
    q->r[0] = (uint64_t)(i % 4 == 3 ? (x + i / 4) % order : x);
}

static struct tally run(const struct curve *c, int64_t step)
{
    struct tally t = {0, 0, 0, 0, 0, 0};
    struct natt_p384_question q;
    int64_t key;
    find_multiples(c);
    for (int64_t i = 0; i < (order - 1) * order * order; i += step) {
        make_case(&q, &key, i);
        ask(&t, &q, key);
    }
    printf("p %d, n %d: %lu cases, %lu match (%lu with r + n), %lu differ, %lu left to the scalar engine; %lu wrong\n",
           (int)prime, (int)order, t.cases, t.matching, t.above, t.differing, t.unknown, t.wrong);
    return t;
}

int main(int argc, char **argv)
{
    int64_t step = argc > 1 ? atoi(argv[1]) : 1;
    struct tally small = run(&curves[0], 1), large = run(&curves[1], step > 0 ? step : 1);
    bool whole = large.matching > 0 && large.above > 0 && large.differing > 0 && large.unknown > 0;
    return small.wrong == 0 && large.wrong == 0 && small.unknown > 0 && whole ? 0 : 1;
}
