/*
 * What the formulas of one_point.inc.h need besides lanes_field.inc.h: four lanes whose elements change places, and
 * products that are inlined, since a chain of them is what a signature waits for. Included after lanes_field.inc.h by
 * files of words with four lanes, which also provide these, with constants for `which` and the numbers of lanes:
 *   lane_order(a, i, j, k, l)                  the lanes i, j, k, l of a
 *   lane_order_where(r, which, a, i, j, k, l)  the same where `which` has a bit, the lanes of r elsewhere
 *   lane_blend(a, b, which)                    the lanes of b where `which` has a bit, those of a elsewhere
 *   lane_add_where(r, which, a, b)             a + b where `which` has a bit, the lanes of r elsewhere; lane_sub_where
 *   fl_product_columns(c, a, b)                c = FL_START and the columns of a * b
 *
 * Operands are larger than in lanes_field.inc.h, since these are not products of doubles: multiples of TIGHT values.
 *   bounds OPERAND 0-7: 0 .. 15 * 2^48
 *   bounds EIGHTFOLD 0-7: 0 .. 2^51 + 2^18
 *
 * ONE_PRODUCT, which they define, is how products are declared: always inlined, or never where compilers take long.
 */

/* Sets of lanes, for `which`. */
#define LANE_0 1
#define LANE_1 2
#define LANE_2 4
#define LANE_3 8

/* r = the elements i, j, k, l of a. */
#define fl_order(r, a, i, j, k, l)                                                                                     \
    for (int limb = 0; limb < 8; limb++)                                                                               \
    (r)->v[limb] = lane_order((a)->v[limb], i, j, k, l)

/* The same, but r keeps its elements where `which` has no bit. */
#define fl_order_where(r, which, a, i, j, k, l)                                                                        \
    for (int limb = 0; limb < 8; limb++)                                                                               \
    (r)->v[limb] = lane_order_where((r)->v[limb], which, (a)->v[limb], i, j, k, l)

/* r = the elements of b where `which` has a bit, the others of a. */
#define fl_blend(r, a, b, which)                                                                                       \
    for (int limb = 0; limb < 8; limb++)                                                                               \
    (r)->v[limb] = lane_blend((a)->v[limb], (b)->v[limb], which)

/* r = a + b where `which` has a bit; the caller keeps the result in a range. */
#define fl_add_where(r, which, a, b)                                                                                   \
    for (int limb = 0; limb < 8; limb++)                                                                               \
    (r)->v[limb] = lane_add_where((r)->v[limb], which, (a)->v[limb], (b)->v[limb])

/* r = -a modulo p; a TIGHT, r up to FL_BIAS. */
static inline void fl_opposite(struct fl *r, const struct fl *a)
{
    for (int i = 0; i < 8; i++)
        r->v[i] = lane_sub(lane_set(FL_BIAS[i]), a->v[i]);
}

/* r = a * b. Ranges: a, b OPERAND -> r TIGHT. */
ONE_PRODUCT void fl_product(struct fl *r, const struct fl *a, const struct fl *b)
{
    lane c[16];
    check_operand(a);
    check_operand(b);
    fl_product_columns(c, a, b);
    fl_reduce(r, c);
}

/* r = a * b, plus `more` in lane 0, less `less` in the lanes 0 and 1.
 * Ranges: a, b OPERAND, more TIGHT, less EIGHTFOLD -> r TIGHT. */
ONE_PRODUCT void fl_product_sum(struct fl *r, const struct fl *a, const struct fl *b, const struct fl *more,
                                const struct fl *less)
{
    lane c[16];
    check_operand(a);
    check_operand(b);
    fl_product_columns(c, a, b);
    for (int k = 0; k < 8; k++) {
        c[k] = lane_sub_where(c[k], LANE_0 | LANE_1, c[k], less->v[k]);
        c[k] = lane_add_where(c[k], LANE_0, c[k], more->v[k]);
    }
    fl_reduce(r, c);
}
