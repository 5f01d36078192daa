/*
 * Points of P-384, one in four lanes: X, Y, U, V with x = X / U, y = Y / V and U^3 = V^2 [EFD, g1p shortw xyzz]. With
 * Z = V / U these are Jacobian coordinates, U = Z^2 and V = Z^3. In comments, a vector lists what each lane has.
 *
 * Doubling is right for every input. one_add is right unless the points are equal, opposite or one is infinite; then it
 * gives U = V = 0, and both operations keep U = V = 0 for good. So a sum with U != 0 is right.
 */

struct one_affine {
    struct fl xy; /* x, y, x, y */
};

struct one_point {
    struct fl xyuv;
};

/* R, P, P, P of one_add; P is the factor by which Z grew. */
struct one_growth {
    struct fl rppp;
};

/*
 * point = 2 point: with M = 3 (X^2 - U^2) and S = X Y^2,
 *   X' = M^2 - 8 S, Y' = M (4 S - X') - 8 Y^4, U' = 4 Y^2 U, V' = 8 Y^2 Y V.
 * Ranges: point TIGHT -> point TIGHT.
 */
static __attribute__((noinline)) void one_double(struct one_point *point)
{
    struct fl a, b, r, s, m, t, *p = &point->xyuv;
    fl_order(&a, p, 0, 1, 2, 1);
    fl_product(&r, &a, p); /* X^2, Y^2, U^2, Y V */
    fl_order(&b, &r, 1, 1, 0, 1);
    fl_sub(&t, &b, &r); /* -, -, X^2 - U^2, - */
    fl_shl(&m, &t, 1);
    fl_add_where(&b, LANE_2, &m, &t); /* Y^2, Y^2, M, Y^2 */
    fl_blend(&a, &b, p, LANE_0);      /* X, Y^2, M, Y^2 */
    fl_product(&s, &a, &b);           /* S, Y^4, M^2, - */
    fl_blend(&a, &r, p, LANE_2);
    fl_order_where(&a, LANE_1, &b, 2, 2, 2, 2); /* -, M, U, Y V */
    fl_set(&b, 0);
    fl_order_where(&b, LANE_2 | LANE_3, &r, 1, 1, 1, 1);
    fl_shl(&b, &b, 2);
    fl_add_where(&b, LANE_3, &b, &b);
    fl_order(&m, &s, 2, 2, 2, 2); /* M^2 */
    fl_shl(&s, &s, 2);
    fl_shl(&t, &s, 1); /* 8 S, 8 Y^4, -, - */
    fl_add(&s, &s, &t);
    fl_order_where(&b, LANE_1, &s, 0, 0, 0, 0); /* 0, 12 S, 4 Y^2, 8 Y^2 */
    fl_opposite(&s, &m);
    fl_add_where(&b, LANE_1, &b, &s); /* 0, 4 S - X', 4 Y^2, 8 Y^2 */
    fl_product_sum(p, &a, &b, &m, &t);
}

/*
 * point += q: with P = x U - X, R = y V - Y and Q = X P^2,
 *   X' = R^2 - P^3 - 2 Q, Y' = R (Q - X') - Y P^3, U' = U P^2, V' = V P^3.
 * Ranges: point TIGHT, q LOOSE -> point TIGHT, growth LOOSE.
 */
static __attribute__((noinline)) void one_add(struct one_point *point, const struct one_affine *q,
                                              struct one_growth *growth)
{
    struct fl a, b, d, e, f, t, *p = &point->xyuv, *g = &growth->rppp;
    fl_product(&d, p, &q->xy); /* -, -, x U, y V */
    fl_order(&t, p, 2, 3, 0, 1);
    fl_sub(&d, &d, &t); /* -, -, P, R */
    fl_order(g, &d, 3, 2, 2, 2);
    fl_blend(&b, g, p, LANE_1 | LANE_3); /* R, Y, P, V */
    fl_product(&e, g, &b);               /* R^2, Y P, P^2, V P */
    fl_blend(&a, g, p, LANE_0);
    fl_blend(&a, &a, &e, LANE_1); /* X, Y P, P, P */
    fl_order(&b, &e, 2, 2, 2, 2);
    fl_product(&f, &a, &b); /* Q, Y P^3, P^3, - */
    fl_blend(&a, p, &e, LANE_3);
    fl_order_where(&a, LANE_1, g, 0, 0, 0, 0); /* -, R, U, V P */
    fl_order(&d, &f, 0, 0, 0, 0);              /* Q */
    fl_order(&t, &f, 2, 2, 2, 2);              /* P^3 */
    fl_add(&t, &t, &d);
    fl_add(&t, &t, &d); /* P^3 + 2 Q */
    fl_add(&d, &d, &t);
    fl_blend(&f, &f, &t, LANE_0); /* P^3 + 2 Q, Y P^3, -, - */
    fl_order(&t, &e, 0, 0, 0, 0);
    fl_opposite(&t, &t);
    fl_set(&b, 0);
    fl_order_where(&b, LANE_2 | LANE_3, &e, 2, 2, 2, 2);
    fl_add_where(&b, LANE_1, &d, &t); /* 0, Q - X', P^2, P^2 */
    fl_product_sum(p, &a, &b, &e, &f);
}

/* Ranges: q LOOSE -> point TIGHT. */
static void one_from_affine(struct one_point *point, const struct one_affine *q)
{
    struct fl one;
    fl_set(&one, 1);
    fl_blend(&point->xyuv, &q->xy, &one, LANE_2 | LANE_3);
    fl_mul(&point->xyuv, &point->xyuv, &one);
}
