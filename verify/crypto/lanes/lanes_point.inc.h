/*
 * Points of P-384 in lanes: the formulas of ../p384/p384_point.inc.h, with sums of products reduced once. Jacobian
 * coordinates; doubling is right for every input. Additions are right unless the points are equal, opposite or one is
 * infinite; then they give Z = 0, and every operation keeps Z = 0 for good. So a lane with Z != 0 is right.
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

/* p += (x, y) on p's own scale; h = the factor by which Z grew. Ranges: p, x, y TIGHT -> p TIGHT, h LOOSE. */
static inline __attribute__((always_inline)) void add_scaled(struct lanes_point *p, const struct fl *x,
                                                             const struct fl *y, struct fl *h)
{
    struct fl r, hh, hhh, v, t;
    fl_sub(&r, y, &p->y);
    fl_sub(h, x, &p->x);
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

/* (x, y) = (px z^2, py z^3). Ranges: px, py LOOSE, z TIGHT -> x, y TIGHT. */
static inline __attribute__((always_inline)) void scale(struct fl *x, struct fl *y, const struct fl *px,
                                                        const struct fl *py, const struct fl *z)
{
    struct fl zz;
    fl_sqr(&zz, z);
    fl_mul(x, px, &zz);
    fl_mul(&zz, &zz, z);
    fl_mul(y, py, &zz);
}

/* p += q, and h = the factor by which Z grew. Ranges: p TIGHT, q LOOSE -> p TIGHT, h LOOSE. */
static __attribute__((noinline)) void point_add(struct lanes_point *p, const struct lanes_affine *q, struct fl *h)
{
    struct fl x, y;
    scale(&x, &y, &q->x, &q->y, &p->z);
    add_scaled(p, &x, &y, h);
}

/* p += q, both Jacobian, with the exceptions of point_add. Ranges: p, q TIGHT -> p TIGHT. */
static __attribute__((noinline)) void point_add_point(struct lanes_point *p, const struct lanes_point *q)
{
    struct fl x, y, growth;
    scale(&x, &y, &q->x, &q->y, &p->z);
    scale(&p->x, &p->y, &p->x, &p->y, &q->z);
    fl_mul(&p->z, &p->z, &q->z);
    add_scaled(p, &x, &y, &growth);
}

/* off = X^3 + b Z^6 - 3 X Z^4 - Y^2: the curve's equation times Z^6. Ranges: p TIGHT, b LOOSE -> off WIDE. */
static __attribute__((noinline)) void point_off_curve(struct fl *off, const struct lanes_point *p, const struct fl *b)
{
    struct fl zz, t;
    fl_sqr(&zz, &p->z);
    fl_mul(off, &zz, b);
    fl_sqr(&zz, &zz);
    fl_mul(off, off, &zz);
    fl_sqr(&t, &p->x);
    fl_mul(&t, &t, &p->x);
    fl_add(off, off, &t);
    fl_mul_three(&t, &p->x, &zz);
    fl_sub(off, off, &t);
    fl_sqr(&t, &p->y);
    fl_sub(off, off, &t);
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
