/*
 * What lanes_c.inc.h lacks for one signature in four lanes: lanes that change places, in plain C. Included after
 * lanes_field.inc.h.
 */

/* The lanes i, j, k, l of a where `which` has a bit, those of r elsewhere. */
static inline lane lane_order_where(lane r, int which, lane a, int i, int j, int k, int l)
{
    const int from[LANES] = {i, j, k, l};
    lane out;
    for (int n = 0; n < LANES; n++)
        out.l[n] = which >> n & 1 ? a.l[from[n]] : r.l[n];
    return out;
}

static inline lane lane_order(lane a, int i, int j, int k, int l)
{
    return lane_order_where(a, 15, a, i, j, k, l);
}

static inline lane lane_blend(lane a, lane b, int which)
{
    return lane_order_where(a, which, b, 0, 1, 2, 3);
}

static inline lane lane_add_where(lane r, int which, lane a, lane b)
{
    return lane_blend(r, lane_add(a, b), which);
}

static inline lane lane_sub_where(lane r, int which, lane a, lane b)
{
    return lane_blend(r, lane_sub(a, b), which);
}

/* c = FL_START and the columns of a * b */
static inline void fl_product_columns(lane c[16], const struct fl *a, const struct fl *b)
{
    start(c);
    fl_mul_columns(c, a, b);
}
