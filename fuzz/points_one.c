/* The formulas of an engine of one signature in four lanes, whose text the build includes before. */
#include "fuzz/points.h"

static void step(struct one_point *p, const struct fuzz_steps *steps, fuzz_formula formula)
{
    const int64_t sign = formula == FUZZ_POINT_SUBTRACT ? -1 : 0, signs[LANES] = {0, sign, 0, sign};
    struct one_affine q;
    struct one_growth growth;
    one_load(&q, steps->q[0]);
    fl_negate_where(&q.xy, lane_load(signs));
    if (formula == FUZZ_POINT_DOUBLE)
        one_double(p);
    else
        one_add(p, &q, &growth);
}

static void run(uint64_t (*p)[4][6], const struct fuzz_steps *steps)
{
    const uint64_t *rows[LANES] = {p[0][0], p[0][1], p[0][2], p[0][3]};
    struct one_point sum;
    fl_from_words(&sum.xyuv, rows, 0);
    for (unsigned i = 0; i < steps->count; i++)
        step(&sum, steps, steps->step[i]);
    fl_to_words(p[0], &sum.xyuv);
}

const struct fuzz_points FUZZ_POINTS_NAME = {ONE_NAME, FUZZ_POINTS_ONE, 1, run};
