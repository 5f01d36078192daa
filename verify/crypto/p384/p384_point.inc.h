/*
 * Points of P-384 over whichever field the including engine defined. Jacobian coordinates: (X, Y, Z) is the affine
 * point (X / Z^2, Y / Z^3), Z = 0 is infinity. Doubling is right for every input. point_add is right unless the points
 * are equal, opposite or one is infinite; then it gives Z = 0, and both operations keep Z = 0 for good. So a result
 * with Z != 0 is right, and one with Z = 0 is computed again by point_add_any.
 *
 * Over the wide field, coordinates of a struct point stay in these ranges:
 *   bounds X 0-5: -2^59 - 2^19 .. 2^56 + 2^19
 *   bounds X 6: -2^51 .. 2^48
 *   bounds Y 0-5: -2^59 - 2^19 .. 2^56 + 2^19
 *   bounds Y 6: -2^51 .. 2^48
 *   bounds Z 0-5: -2^16 .. 2^57 + 2^16
 *   bounds Z 6: 0 .. 2^49
 * An affine point is TIGHT; SIGNED is the range of a difference of two TIGHT values, so of a negated one:
 *   bounds SIGNED 0-4: -2^56 + 1 .. 2^56 - 1
 *   bounds SIGNED 5: -2^56 - 2^16 .. 2^56 + 2^16
 *   bounds SIGNED 6: -2^48 + 1 .. 2^48 - 1
 * tools/check-bounds derives them from the functions below.
 */
struct affine {
    fe x, y;
};

struct point {
    fe x, y, z;
};

/* p = 2p. Ranges: p POINT -> p POINT. */
static void point_double(struct point *p)
{
    fe alpha, beta, gamma, delta, t;
    fe_sqr(&delta, &p->z);
    fe_sqr(&gamma, &p->y);
    fe_mul(&beta, &p->x, &gamma);
    fe_sub(&t, &p->x, &delta);
    fe_add(&alpha, &p->x, &delta);
    fe_times(&alpha, &alpha, 3);
    fe_mul(&alpha, &alpha, &t);
    fe_mul(&p->z, &p->y, &p->z);
    fe_times(&p->z, &p->z, 2);
    fe_times(&beta, &beta, 4);
    fe_sqr(&t, &alpha);
    fe_sub(&t, &t, &beta);
    fe_sub(&p->x, &t, &beta);
    fe_sub(&beta, &beta, &p->x);
    fe_mul(&t, &alpha, &beta);
    fe_sqr(&gamma, &gamma);
    fe_times(&gamma, &gamma, 8);
    fe_sub(&p->y, &t, &gamma);
}

/* p += q, and h = the factor by which Z grew. Ranges: p POINT, q LOOSE -> p POINT, h LOOSE. */
static void point_add(struct point *p, const struct affine *q, fe *h)
{
    fe zz, r, hh, hhh, v, t;
    fe_sqr(&zz, &p->z);
    fe_mul(h, &q->x, &zz);
    fe_sub(h, h, &p->x);
    fe_mul(&zz, &zz, &p->z);
    fe_mul(&r, &q->y, &zz);
    fe_sub(&r, &r, &p->y);
    fe_sqr(&hh, h);
    fe_mul(&hhh, &hh, h);
    fe_mul(&v, &p->x, &hh);
    fe_mul(&p->z, &p->z, h);
    fe_sqr(&t, &r);
    fe_sub(&t, &t, &hhh);
    fe_sub(&t, &t, &v);
    fe_sub(&p->x, &t, &v);
    fe_sub(&v, &v, &p->x);
    fe_mul(&t, &r, &v);
    fe_mul(&hhh, &hhh, &p->y);
    fe_sub(&p->y, &t, &hhh);
}

static const uint64_t words_one[6] = {1, 0, 0, 0, 0, 0};
static const uint64_t words_zero[6] = {0, 0, 0, 0, 0, 0};

static void point_from_affine(struct point *p, const struct affine *q)
{
    p->x = q->x;
    p->y = q->y;
    fe_from_words(&p->z, words_one);
}

/* p += q for any p, infinity included, and any finite q. Ranges: p POINT, q SIGNED -> p POINT. */
static void point_add_any(struct point *p, const struct affine *q)
{
    struct point sum = *p, same;
    fe h, difference;
    if (fe_is_zero(&p->z)) {
        point_from_affine(p, q);
        return;
    }
    point_add(&sum, q, &h);
    point_from_affine(&same, q);
    point_double(&same);
    if (!fe_is_zero(&h)) {
        *p = sum;
        return;
    }
    /* p is q or -q: is y2 Z^3 = Y? */
    fe_sqr(&difference, &p->z);
    fe_mul(&difference, &difference, &p->z);
    fe_mul(&difference, &difference, &q->y);
    fe_sub(&difference, &difference, &p->y);
    if (!fe_is_zero(&difference))
        fe_from_words(&same.z, words_zero);
    *p = same;
}
