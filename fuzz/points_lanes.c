/* The formulas of an engine of lanes, whose text the build includes before: words, lanes_point.inc.h, the engine. */
#include "fuzz/points.h"

static void load_lanes(struct fl *r, uint64_t (*p)[4][6], int coordinate)
{
    const uint64_t *rows[LANES];
    for (int l = 0; l < LANES; l++)
        rows[l] = p[l][coordinate];
    fl_from_words(r, rows, 0);
}

static void store_lanes(uint64_t (*p)[4][6], int coordinate, const struct fl *a)
{
    lanes_words words;
    fl_to_words(words, a);
    for (int l = 0; l < LANES; l++)
        words_copy(p[l][coordinate], words[l]);
}

static void load_added(struct lanes_affine *q, const struct fuzz_steps *steps, bool negative)
{
    const uint64_t *x[LANES], *y[LANES];
    for (int l = 0; l < LANES; l++) {
        x[l] = steps->q[l][0];
        y[l] = steps->q[l][1];
    }
    fl_from_words(&q->x, x, 0);
    fl_from_words(&q->y, y, 0);
    fl_negate_where(&q->y, lane_set(negative ? -1 : 0));
}

static void add_neighbors(struct lanes_point *p)
{
    struct lanes_point other;
    exchange(&other.x, &p->x, 1);
    exchange(&other.y, &p->y, 1);
    exchange(&other.z, &p->z, 1);
    point_add_point(p, &other);
}

static void step(struct lanes_point *p, const struct fuzz_steps *steps, fuzz_formula formula)
{
    struct lanes_affine q;
    struct fl growth;
    load_added(&q, steps, formula == FUZZ_POINT_SUBTRACT);
    if (formula == FUZZ_POINT_DOUBLE)
        point_double(p);
    else if (formula == FUZZ_POINT_OTHER)
        add_neighbors(p);
    else
        point_add(p, &q, &growth);
}

static __attribute__((noinline)) void run_all(uint64_t (*p)[4][6], const struct fuzz_steps *steps)
{
    struct lanes_point sum;
    load_lanes(&sum.x, p, 0);
    load_lanes(&sum.y, p, 1);
    load_lanes(&sum.z, p, 2);
    for (unsigned i = 0; i < steps->count; i++)
        step(&sum, steps, steps->step[i]);
    store_lanes(p, 0, &sum.x);
    store_lanes(p, 1, &sum.y);
    store_lanes(p, 2, &sum.z);
}

static void run(uint64_t (*p)[4][6], const struct fuzz_steps *steps)
{
    unsigned saved = enter_mode();
    run_all(p, steps);
    leave_mode(saved);
}

const struct fuzz_points FUZZ_POINTS_NAME = {ENGINE_NAME, FUZZ_POINTS_LANES, LANES, run};
