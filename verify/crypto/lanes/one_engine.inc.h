/*
 * One signature in four lanes, over any words: included after one_field.inc.h by the file of an engine, which defines
 * SCALAR, the engine below, and the names of what is not static: ONE_ASK here, and ONE_ENGINE in one_table.inc.h.
 */

#include "verify/crypto/lanes/one_point.inc.h"

/* (2i + 1)Q */
struct one_table {
    struct one_affine point[NATT_P384_Q_POINTS];
};

static void one_load(struct one_affine *q, const uint64_t xy[2][6])
{
    const uint64_t *rows[LANES] = {xy[0], xy[1], xy[0], xy[1]};
    fl_from_words(&q->xy, rows, 0);
}

/* a = 1 / b of lane l, in every lane. False: it is 0. */
static bool one_inverse(struct fl *a, const struct fl *b, int l)
{
    uint64_t words[LANES][6];
    fl_to_words(words, b);
    if (words_are_zero(words[l]))
        return false;
    SCALAR.field_inverse(words[l], words[l]);
    const uint64_t *rows[LANES] = {words[l], words[l], words[l], words[l]};
    fl_from_words(a, rows, 0);
    return true;
}

/*
 * As table_build of ../p384/p384_engine.inc.h: with U and V of 2Q, (x, y) -> (x U, y V) maps the curve to one where 2Q
 * is affine. There the chain Q, 3Q, 5Q ... runs; its points, X, Y, U, V, are kept in the table, and growth[i] has the
 * factors by which Z grew. inverse = 1 / Z of the last, on the curve of Q, in every lane. False: a point is infinite;
 * on P-384 none is.
 */
static __attribute__((noinline)) bool one_chain(struct one_table *table, struct one_growth growth[NATT_P384_Q_POINTS],
                                                struct fl *inverse)
{
    struct one_point p;
    struct one_affine step, scale;
    one_from_affine(&p, &table->point[0]);
    one_double(&p);
    fl_order(&step.xy, &p.xyuv, 0, 1, 0, 1);
    fl_order(&scale.xy, &p.xyuv, 2, 3, 2, 3);
    fl_mul(&p.xyuv, &table->point[0].xy, &scale.xy);
    one_from_affine(&p, &(struct one_affine){p.xyuv});
    for (int i = 1; i < NATT_P384_Q_POINTS; i++) {
        one_add(&p, &step, &growth[i]);
        table->point[i].xy = p.xyuv;
    }
    fl_mul(&p.xyuv, &p.xyuv, &scale.xy); /* -, -, U, V on the curve of Q */
    if (!one_inverse(inverse, &p.xyuv, 3))
        return false;
    fl_order(&step.xy, &p.xyuv, 2, 2, 2, 2);
    fl_mul(inverse, inverse, &step.xy); /* U / V = 1 / Z */
    return true;
}

/* point = x, y, x, y from X, Y, -, -, given 1 / Z; the inverse becomes that of the point before. */
static void one_normalize(struct fl *point, struct fl *inverse, const struct fl *growth)
{
    struct fl a, b, r;
    fl_blend(&b, growth, inverse, LANE_0);
    fl_mul(&r, inverse, &b); /* 1 / Z^2, 1 / Z before, -, - */
    fl_order(&a, &r, 0, 0, 0, 0);
    fl_blend(&b, inverse, point, LANE_0);
    fl_mul(&a, &a, &b); /* x, 1 / Z^3, -, - */
    fl_mul(&b, &a, point);
    fl_blend(&a, &a, &b, LANE_1);
    fl_order(point, &a, 0, 1, 0, 1);
    fl_order(inverse, &r, 1, 1, 1, 1);
}

static __attribute__((noinline)) bool one_build(struct one_table *table, const uint64_t key[2][6])
{
    struct one_growth growth[NATT_P384_Q_POINTS];
    struct fl inverse;
    one_load(&table->point[0], key);
    if (!one_chain(table, growth, &inverse))
        return false;
    for (int i = NATT_P384_Q_POINTS - 1; i > 0; i--)
        one_normalize(&table->point[i].xy, &inverse, &growth[i].rppp);
    return true;
}

/* p += q, or p -= q for a negative digit. */
static void one_add_or_start(struct one_point *p, struct one_affine *q, int32_t digit, bool *started)
{
    const int64_t sign = digit < 0 ? -1 : 0, signs[LANES] = {0, sign, 0, sign};
    struct one_growth growth;
    fl_negate_where(&q->xy, lane_load(signs));
    if (*started)
        one_add(p, q, &growth);
    else
        one_from_affine(p, q);
    *started = true;
}

static uint32_t entry_of(int32_t digit)
{
    return (uint32_t)(digit < 0 ? -digit : digit) / 2;
}

/* p = u1 G + u2 Q, the doublings shared (Strauss). False: there is no digit at all. */
static __attribute__((noinline)) bool one_combine(struct one_point *p, const struct natt_p384_question *a,
                                                  const struct one_table *table)
{
    uint32_t i = 0, j = 0;
    bool started = false;
    struct one_affine q;
    for (int at = 384; at >= 0; at--) {
        if (started)
            one_double(p);
        if (i < a->u2.count && a->u2.digit[i].at == at) {
            int32_t digit = a->u2.digit[i++].value;
            q = table->point[entry_of(digit)];
            one_add_or_start(p, &q, digit, &started);
        }
        if (j < a->u1.count && a->u1.digit[j].at == at) {
            int32_t digit = a->u1.digit[j++].value;
            one_load(&q, natt_p384_g[entry_of(digit)]);
            one_add_or_start(p, &q, digit, &started);
        }
    }
    return started;
}

/* X = candidate * U */
static bool one_x_is(const uint64_t x[6], const uint64_t u[6], const uint64_t candidate[6])
{
    uint64_t product[6];
    SCALAR.field_mul(product, u, candidate);
    return words_equal(product, x);
}

/* x mod n = r for x below p: x is r, or r + n where that is below p [FIPS186-5 6.4.2]. U = 0: one_add could not compute
 * one of the sums. */
static natt_lanes_answer one_answer(const struct one_point *p, const uint64_t r[6])
{
    uint64_t words[LANES][6], sum[6];
    fl_to_words(words, &p->xyuv);
    if (words_are_zero(words[2]))
        return NATT_LANES_UNKNOWN;
    words_add(sum, r, natt_p384_n);
    bool matches =
        one_x_is(words[0], words[2], r) || (words_less(r, natt_p384_p_minus_n) && one_x_is(words[0], words[2], sum));
    return matches ? NATT_LANES_MATCHES : NATT_LANES_DIFFERS;
}

natt_lanes_answer ONE_ASK(const struct natt_p384_question *a)
{
    struct one_table table;
    struct one_point p;
    bool known = one_build(&table, a->key) && one_combine(&p, a, &table);
    return known ? one_answer(&p, a->r) : NATT_LANES_UNKNOWN;
}
