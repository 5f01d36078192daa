/* The formulas of a scalar engine, whose text the build includes before: its field, p384_point.inc.h and the engine. */
#include "fuzz/points.h"

static void step(struct point *p, const struct affine *q, fuzz_formula formula)
{
    struct affine added = *q;
    fe growth;
    negate_if(&added, formula == FUZZ_POINT_SUBTRACT);
    if (formula == FUZZ_POINT_DOUBLE)
        point_double(p);
    else if (formula == FUZZ_POINT_OTHER)
        point_add_any(p, &added);
    else
        point_add(p, &added, &growth);
}

static void run(uint64_t (*p)[4][6], const struct fuzz_steps *steps)
{
    struct affine q = load(steps->q[0]);
    struct point sum;
    fe_from_words(&sum.x, p[0][0]);
    fe_from_words(&sum.y, p[0][1]);
    fe_from_words(&sum.z, p[0][2]);
    for (unsigned i = 0; i < steps->count; i++)
        step(&sum, &q, steps->step[i]);
    fe_to_words(p[0][0], &sum.x);
    fe_to_words(p[0][1], &sum.y);
    fe_to_words(p[0][2], &sum.z);
}

const struct fuzz_points FUZZ_POINTS_NAME = {ENGINE_NAME, FUZZ_POINTS_SCALAR, 1, run};
