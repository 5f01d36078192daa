/*
 * Points of P-384 in lanes: the formulas of ../p384/p384_point.inc.h, with sums of products reduced once. Jacobian
 * coordinates; doubling is right for every input. point_add is right unless the points are equal, opposite or one is
 * infinite; then it gives Z = 0, and both operations keep Z = 0 for good. So a lane with Z != 0 is right.
 *
 * Coordinates of a struct lanes_point are TIGHT. tools/check-bounds derives it.
 */
struct lanes_affine {
    struct fl x, y;
};

struct lanes_point {
    struct fl x, y, z;
};

/* p = 2p. Ranges: p TIGHT -> p TIGHT. */
static __attribute__((noinline)) void point_double(struct lanes_point *p)
{
    struct fl alpha, beta, gamma, delta, t, u;
    fl_sqr(&delta, &p->z);
    fl_sqr(&gamma, &p->y);
    fl_mul(&beta, &p->x, &gamma);
    fl_sub(&t, &p->x, &delta);
    fl_add(&u, &p->x, &delta);
    fl_mul_three(&alpha, &t, &u);
    fl_add(&t, &p->y, &p->z);
    fl_add(&u, &gamma, &delta);
    fl_sqr_sub(&p->z, &t, &u);
    fl_shl(&t, &beta, 3);
    fl_sqr_sub(&p->x, &alpha, &t);
    fl_shl(&t, &beta, 2);
    fl_sub(&t, &t, &p->x);
    fl_mul_sub_eight_sqr(&p->y, &alpha, &t, &gamma);
}

/* p += q, and h = the factor by which Z grew. Ranges: p TIGHT, q LOOSE -> p TIGHT, h LOOSE. */
static __attribute__((noinline)) void point_add(struct lanes_point *p, const struct lanes_affine *q, struct fl *h)
{
    struct fl zz, r, hh, hhh, v, t;
    fl_sqr(&zz, &p->z);
    fl_mul(h, &q->x, &zz);
    fl_sub(h, h, &p->x);
    fl_mul(&zz, &zz, &p->z);
    fl_mul(&r, &q->y, &zz);
    fl_sub(&r, &r, &p->y);
    fl_mul(&p->z, &p->z, h);
    fl_sqr(&hh, h);
    fl_mul(&hhh, &hh, h);
    fl_mul(&v, &p->x, &hh);
    fl_shl(&t, &v, 1);
    fl_add(&t, &t, &hhh);
    fl_sqr_sub(&p->x, &r, &t);
    fl_sub(&v, &v, &p->x);
    fl_negate(&t, &p->y);
    fl_mul_add(&p->y, &r, &v, &t, &hhh);
}

/* Products by one make coordinates TIGHT. Ranges: q LOOSE -> p TIGHT. */
static void point_from_affine(struct lanes_point *p, const struct lanes_affine *q)
{
    struct fl one;
    fl_set(&one, 1);
    fl_mul(&p->x, &q->x, &one);
    fl_mul(&p->y, &q->y, &one);
    p->z = one;
}
