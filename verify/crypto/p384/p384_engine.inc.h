/*
 * The engine over one field: included after a field header and p384_point.inc.h by p384_wide.c, p384_narrow.c and
 * p384_adx.c, which define ENGINE (the table's name), ENGINE_NAME, MODINV, MODULUS_P and MODULUS_N.
 */

/* y^2 = x^3 - 3x + b [SEC2 2.5.1] */
static bool engine_on_curve(const uint64_t xy[2][6])
{
    const uint64_t three[6] = {3, 0, 0, 0, 0, 0};
    fe x, y, t, constant;
    fe_from_words(&x, xy[0]);
    fe_from_words(&y, xy[1]);
    fe_from_words(&constant, three);
    fe_sqr(&t, &x);
    fe_sub(&t, &t, &constant);
    fe_mul(&t, &t, &x);
    fe_from_words(&constant, natt_p384_b);
    fe_add(&t, &t, &constant);
    fe_sqr(&y, &y);
    fe_sub(&t, &t, &y);
    return fe_is_zero(&t);
}

static void fe_inverse(fe *r, const fe *a)
{
    uint64_t w[6];
    fe_to_words(w, a);
    MODINV(w, w, &MODULUS_P);
    fe_from_words(r, w);
}

/* (x, y) = (X / Z^2, Y / Z^3), given 1/Z. Ranges: p POINT, inverse TIGHT -> out TIGHT. */
static void normalize(struct affine *out, const struct point *p, const fe *inverse)
{
    fe square, cube;
    fe_sqr(&square, inverse);
    fe_mul(&cube, &square, inverse);
    fe_mul(&out->x, &p->x, &square);
    fe_mul(&out->y, &p->y, &cube);
}

/*
 * table[i] = (2i + 1)Q. With Z the coordinate of 2Q, (x, y) -> (x Z^2, y Z^3) maps the curve to one where 2Q is
 * affine; point_add does not depend on the curve, so the chain Q, 3Q, 5Q ... runs there, and one inversion brings
 * all of it back. The multiples 1 .. 15 of a point of prime order n never meet, so point_add is right here.
 */
static void table_build(struct affine table[NATT_P384_Q_POINTS], const struct affine *q)
{
    struct point chain[NATT_P384_Q_POINTS], twice;
    struct affine step;
    fe growth[NATT_P384_Q_POINTS], inverse;
    point_from_affine(&twice, q);
    point_double(&twice);
    step.x = twice.x;
    step.y = twice.y;
    fe_sqr(&inverse, &twice.z);
    fe_mul(&chain[0].x, &q->x, &inverse);
    fe_mul(&inverse, &inverse, &twice.z);
    fe_mul(&chain[0].y, &q->y, &inverse);
    fe_from_words(&chain[0].z, words_one);
    for (int i = 1; i < NATT_P384_Q_POINTS; i++) {
        chain[i] = chain[i - 1];
        point_add(&chain[i], &step, &growth[i]);
    }
    fe_mul(&inverse, &chain[NATT_P384_Q_POINTS - 1].z, &twice.z);
    fe_inverse(&inverse, &inverse);
    for (int i = NATT_P384_Q_POINTS - 1; i > 0; i--) {
        normalize(&table[i], &chain[i], &inverse);
        fe_mul(&inverse, &inverse, &growth[i]);
    }
    table[0] = *q;
}

static void negate_if(struct affine *q, bool negative)
{
    fe zero;
    if (!negative)
        return;
    fe_from_words(&zero, words_zero);
    fe_sub(&q->y, &zero, &q->y);
}

static struct affine pick_q(const struct affine *table, int32_t digit)
{
    struct affine q = table[(digit < 0 ? -digit : digit) / 2];
    negate_if(&q, digit < 0);
    return q;
}

static struct affine pick_g(int32_t digit)
{
    const uint64_t(*words)[6] = natt_p384_g[(digit < 0 ? -digit : digit) / 2];
    struct affine q;
    fe_from_words(&q.x, words[0]);
    fe_from_words(&q.y, words[1]);
    negate_if(&q, digit < 0);
    return q;
}

typedef void adder(struct point *p, const struct affine *q);

static void add_fast(struct point *p, const struct affine *q)
{
    fe growth;
    point_add(p, q, &growth);
}

static void add_or_start(struct point *p, const struct affine *q, bool *started, adder *add)
{
    if (*started)
        add(p, q);
    else
        point_from_affine(p, q);
    *started = true;
}

/* p = u1 G + u2 Q, the doublings shared (Strauss). Z = 0 if there is no digit. */
static void combine(struct point *p, const struct natt_p384_question *a, const struct affine *table, adder *add)
{
    uint32_t i = 0, j = 0;
    bool started = false;
    fe_from_words(&p->z, words_zero);
    for (int at = 384; at >= 0; at--) {
        if (started)
            point_double(p);
        if (i < a->u2.count && a->u2.digit[i].at == at) {
            struct affine q = pick_q(table, a->u2.digit[i++].value);
            add_or_start(p, &q, &started, add);
        }
        if (j < a->u1.count && a->u1.digit[j].at == at) {
            struct affine q = pick_g(a->u1.digit[j++].value);
            add_or_start(p, &q, &started, add);
        }
    }
}

/* X = candidate * Z^2, without an inversion. */
static bool x_is(const struct point *p, const uint64_t candidate[6])
{
    fe t, c;
    fe_from_words(&c, candidate);
    fe_sqr(&t, &p->z);
    fe_mul(&t, &t, &c);
    fe_sub(&t, &t, &p->x);
    return fe_is_zero(&t);
}

/* x mod n = r for x below p: x is r, or r + n if that is below p [FIPS186-5 6.4.2]. */
static bool x_matches(const struct point *p, const uint64_t r[6])
{
    uint64_t sum[6];
    if (x_is(p, r))
        return true;
    if (!words_less(r, natt_p384_p_minus_n))
        return false;
    words_add(sum, r, natt_p384_n);
    return x_is(p, sum);
}

static bool engine_matches(const struct natt_p384_question *a)
{
    struct affine table[NATT_P384_Q_POINTS], q;
    struct point p;
    fe_from_words(&q.x, a->key[0]);
    fe_from_words(&q.y, a->key[1]);
    table_build(table, &q);
    combine(&p, a, table, add_fast);
    if (fe_is_zero(&p.z))
        combine(&p, a, table, point_add_any);
    return !fe_is_zero(&p.z) && x_matches(&p, a->r);
}

#include "verify/crypto/p384/p384_comb.inc.h"

static void engine_inverse_mod_n(uint64_t r[6], const uint64_t a[6])
{
    MODINV(r, a, &MODULUS_N);
}

static void engine_field_inverse(uint64_t r[6], const uint64_t a[6])
{
    MODINV(r, a, &MODULUS_P);
}

#define FIELD_OPERATION(op)                                                                                            \
    static void engine_field_##op(uint64_t r[6], const uint64_t a[6], const uint64_t b[6])                             \
    {                                                                                                                  \
        fe x, y;                                                                                                       \
        fe_from_words(&x, a);                                                                                          \
        fe_from_words(&y, b);                                                                                          \
        fe_##op(&x, &x, &y);                                                                                           \
        fe_to_words(r, &x);                                                                                            \
    }
FIELD_OPERATION(mul)
FIELD_OPERATION(add)
FIELD_OPERATION(sub)

static void engine_field_sqr(uint64_t r[6], const uint64_t a[6])
{
    fe x;
    fe_from_words(&x, a);
    fe_sqr(&x, &x);
    fe_to_words(r, &x);
}

/* Ranges: a ANY, k FACTOR -> r ANY. */
static void engine_field_times(uint64_t r[6], const uint64_t a[6], uint32_t k)
{
    fe x;
    fe_from_words(&x, a);
    fe_times(&x, &x, (int32_t)k);
    fe_to_words(r, &x);
}

const struct natt_p384_engine ENGINE = {
    .name = ENGINE_NAME,
    .on_curve = engine_on_curve,
    .matches = engine_matches,
    .matches_with_table = engine_matches_with_table,
    .make_table = engine_make_table,
    .inverse_mod_n = engine_inverse_mod_n,
    .field_mul = engine_field_mul,
    .field_sqr = engine_field_sqr,
    .field_add = engine_field_add,
    .field_sub = engine_field_sub,
    .field_times = engine_field_times,
    .field_inverse = engine_field_inverse,
};
