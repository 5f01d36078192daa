/*
 * The point formulas of one engine against the textbook's, over the field of a scalar engine: doubling, additions, up
 * to three in a row, in each lane another point. Coordinates are any numbers, since the formulas are polynomials; some
 * points are equal, opposite or infinite.
 */
#include "fuzz/engines.h"
#include "fuzz/points.h"

/* The build names the engines: POINTS(name) of each. */
#define POINTS(name) extern const struct fuzz_points fuzz_points_##name;
FUZZ_POINTS FUZZ_POINTS_OF_PROCESSOR
#undef POINTS
#define POINTS(name) &fuzz_points_##name,
    static const struct fuzz_points *const in_c[] = {FUZZ_POINTS};
static const struct fuzz_points *const of_processor[] = {FUZZ_POINTS_OF_PROCESSOR NULL};

/* ---- which ---- */

static bool runs_here(const struct fuzz_points *points)
{
    const struct test_one *one = test_one_of_processor();
    bool runs = one != NULL && strcmp(one->engine->name, points->name) == 0;
    for (unsigned i = 0; test_lanes_of_processor(i) != NULL; i++)
        runs = runs || strcmp(test_lanes_of_processor(i)->name, points->name) == 0;
    for (unsigned i = 0; test_engine(i) != NULL; i++)
        runs = runs || strcmp(test_engine(i)->name, points->name) == 0;
    return runs;
}

#define MOST (sizeof of_processor / sizeof of_processor[0] + sizeof in_c / sizeof in_c[0])

/* Those of the processor that run here, and those in C. */
static unsigned collect(const struct fuzz_points *all[MOST])
{
    unsigned count = 0;
    for (unsigned i = 0; of_processor[i] != NULL; i++)
        if (runs_here(of_processor[i]))
            all[count++] = of_processor[i];
    for (unsigned i = 0; i < sizeof in_c / sizeof in_c[0]; i++)
        all[count++] = in_c[i];
    return count;
}

static const struct fuzz_points *chosen(struct engines_input *in)
{
    static const struct fuzz_points *all[MOST];
    static unsigned count;
    if (count == 0)
        count = collect(all);
    return all[engines_draw(in, count)];
}

/* ---- the textbook's formulas ---- */

struct textbook {
    uint64_t x[6], y[6], z[6];
};

static const struct natt_p384_engine *field;

static void times(uint64_t r[6], const uint64_t a[6], uint32_t k)
{
    field->field_times(r, a, k);
}

/* S = 4 X Y^2, M = 3 X^2 - 3 Z^4: X' = M^2 - 2 S, Y' = M (S - X') - 8 Y^4, Z' = 2 Y Z */
static void textbook_double(struct textbook *p)
{
    uint64_t s[6], m[6], yy[6], t[6];
    field->field_sqr(yy, p->y);
    field->field_mul(s, p->x, yy);
    times(s, s, 4);
    field->field_sqr(m, p->x);
    field->field_sqr(t, p->z);
    field->field_sqr(t, t);
    field->field_sub(m, m, t);
    times(m, m, 3);
    field->field_mul(p->z, p->z, p->y);
    times(p->z, p->z, 2);
    field->field_sqr(p->x, m);
    times(t, s, 2);
    field->field_sub(p->x, p->x, t);
    field->field_sub(t, s, p->x);
    field->field_mul(p->y, m, t);
    field->field_sqr(yy, yy);
    times(yy, yy, 8);
    field->field_sub(p->y, p->y, yy);
}

/* (x z^2, y z^3) */
static void scale(uint64_t x[6], uint64_t y[6], const uint64_t z[6])
{
    uint64_t power[6];
    field->field_sqr(power, z);
    field->field_mul(x, x, power);
    field->field_mul(power, power, z);
    field->field_mul(y, y, power);
}

/* q on the scale of p. H = x - X, R = y - Y: X' = R^2 - H^3 - 2 X H^2, Y' = R (X H^2 - X') - Y H^3, Z' = Z H */
static void add_scaled(struct textbook *p, const struct textbook *q)
{
    uint64_t h[6], r[6], square[6], cube[6], t[6];
    field->field_sub(h, q->x, p->x);
    field->field_sub(r, q->y, p->y);
    field->field_sqr(square, h);
    field->field_mul(cube, square, h);
    field->field_mul(square, square, p->x);
    field->field_sqr(p->x, r);
    field->field_sub(p->x, p->x, cube);
    times(t, square, 2);
    field->field_sub(p->x, p->x, t);
    field->field_sub(t, square, p->x);
    field->field_mul(t, t, r);
    field->field_mul(cube, cube, p->y);
    field->field_sub(p->y, t, cube);
    field->field_mul(p->z, p->z, h);
}

static void textbook_add(struct textbook *p, const struct textbook *affine)
{
    struct textbook q = *affine;
    scale(q.x, q.y, p->z);
    add_scaled(p, &q);
}

static void textbook_add_point(struct textbook *p, const struct textbook *other)
{
    struct textbook q = *other;
    scale(q.x, q.y, p->z);
    scale(p->x, p->y, other->z);
    field->field_mul(p->z, p->z, other->z);
    add_scaled(p, &q);
}

static bool is_zero(const uint64_t a[6])
{
    return words_are_zero(a) || words_equal(a, natt_p384_p);
}

/* q is affine: Z = 1. Coordinates of a point that becomes infinite are not part of the property: they become 0. */
static void textbook_add_any(struct textbook *p, const struct textbook *affine)
{
    struct textbook q = *affine, sum = *p;
    if (is_zero(p->z)) {
        *p = q;
        return;
    }
    textbook_add(&sum, affine);
    scale(q.x, q.y, p->z);
    field->field_sub(q.x, q.x, p->x);
    field->field_sub(q.y, q.y, p->y);
    *p = is_zero(q.x) ? *affine : sum;
    if (is_zero(q.x) && is_zero(q.y))
        textbook_double(p);
    else if (is_zero(q.x))
        memset(p, 0, sizeof *p);
}

static void textbook_step(struct textbook *p, const struct fuzz_points *points, const struct fuzz_steps *steps,
                          fuzz_formula formula)
{
    struct textbook before[NATT_LANES_MAX], q;
    memcpy(before, p, sizeof before);
    for (size_t l = 0; l < points->lanes; l++) {
        q = (struct textbook){.z = {1}};
        words_copy(q.x, steps->q[l][0]);
        words_copy(q.y, steps->q[l][1]);
        if (formula == FUZZ_POINT_SUBTRACT)
            field->field_sub(q.y, natt_p384_p, q.y);
        if (formula == FUZZ_POINT_DOUBLE)
            textbook_double(&p[l]);
        else if (formula == FUZZ_POINT_OTHER && points->kind == FUZZ_POINTS_SCALAR)
            textbook_add_any(&p[l], &q);
        else if (formula == FUZZ_POINT_OTHER && points->kind == FUZZ_POINTS_LANES)
            textbook_add_point(&p[l], &before[l ^ 1]);
        else
            textbook_add(&p[l], &q);
    }
}

/* ---- the comparison ---- */

/* Any number, as it is or with limbs of zeros and ones. */
static void number(uint64_t n[6], struct engines_input *in)
{
    unsigned way = engines_draw(in, 8);
    if (way < 4)
        words_copy(n, in->number[way]);
    else
        random_number(n, &in->state);
}

/* Z = 0, or the point is q or -q. */
static void make_special(struct textbook *p, const uint64_t q[2][6], struct engines_input *in)
{
    unsigned way = engines_draw(in, 32);
    static const uint64_t zero[6];
    if (way == 0)
        words_copy(p->z, zero);
    if (way != 1 && way != 2)
        return;
    words_copy(p->x, q[0]);
    words_copy(p->y, q[1]);
    scale(p->x, p->y, p->z);
    if (way == 2)
        field->field_sub(p->y, zero, p->y);
}

static void choose(struct textbook *p, struct fuzz_steps *steps, size_t lanes, struct engines_input *in)
{
    steps->count = 1 + engines_draw(in, lanes == 1 ? FUZZ_STEPS_MAX : 2);
    for (unsigned i = 0; i < steps->count; i++)
        steps->step[i] = (fuzz_formula)engines_draw(in, FUZZ_FORMULAS);
    for (size_t l = 0; l < lanes; l++) {
        number(steps->q[l][0], in);
        number(steps->q[l][1], in);
        number(p[l].x, in);
        number(p[l].y, in);
        number(p[l].z, in);
        make_special(&p[l], (const uint64_t(*)[6])steps->q[l], in);
    }
}

static void to_coordinates(uint64_t out[4][6], const struct textbook *p, fuzz_points_kind kind)
{
    words_copy(out[0], p->x);
    words_copy(out[1], p->y);
    words_copy(out[2], p->z);
    if (kind != FUZZ_POINTS_ONE)
        return;
    field->field_sqr(out[2], p->z);
    field->field_mul(out[3], out[2], p->z);
}

/* Only Z of a sum that add_any finds infinite. */
static void check_point(const uint64_t got[4][6], const struct textbook *p, fuzz_points_kind kind)
{
    uint64_t want[4][6], reduced[6];
    bool none = is_zero(p->x) && is_zero(p->y) && is_zero(p->z);
    to_coordinates(want, p, kind);
    for (int c = none ? 2 : 0; c < (kind == FUZZ_POINTS_ONE ? 4 : 3); c++) {
        words_reduce_once(reduced, want[c], natt_p384_p);
        MUST(words_equal(got[c], reduced));
    }
}

void engines_check_points(struct engines_input *in)
{
    const struct fuzz_points *points = chosen(in);
    struct fuzz_steps steps;
    struct textbook p[NATT_LANES_MAX];
    uint64_t got[NATT_LANES_MAX][4][6];
    field = engines_scalar(in);
    choose(p, &steps, points->lanes, in);
    for (size_t l = 0; l < points->lanes; l++)
        to_coordinates(got[l], &p[l], points->kind);
    points->run(got, &steps);
    for (unsigned i = 0; i < steps.count; i++)
        textbook_step(p, points, &steps, steps.step[i]);
    for (size_t l = 0; l < points->lanes; l++)
        check_point((const uint64_t(*)[6])got[l], &p[l], points->kind);
}
