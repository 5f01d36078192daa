/*
 * Signatures in lanes over one field: included after lanes_point.inc.h by the file of an engine, which defines ENGINE
 * (the table's name) and ENGINE_NAME. What depends on the curve: NATT_LANES_BITS, natt_p384_g, natt_p384_n.
 */
#define POINTS NATT_P384_Q_POINTS

typedef uint64_t lanes_words[LANES][6];

/* Limbs of the points (2i + 1)Q of each lane: x, then y. */
struct lanes_table {
    uint64_t point[LANES][POINTS][16];
};

static void from_lane_words(struct fl *r, const lanes_words words)
{
    const uint64_t *rows[LANES];
    for (int l = 0; l < LANES; l++)
        rows[l] = words[l];
    fl_from_words(r, rows, 0);
}

/* Inverts each lane with one inversion. A lane of zero stays out, and known[l] becomes false. */
static void invert_lanes(lanes_words w, bool known[LANES], const struct natt_p384_engine *scalar)
{
    static const uint64_t one[6] = {1};
    lanes_words product;
    uint64_t inverse[6];
    for (int l = 0; l < LANES; l++) {
        known[l] = known[l] && !words_are_zero(w[l]);
        if (!known[l])
            words_copy(w[l], one);
        scalar->field_mul(product[l], l > 0 ? product[l - 1] : one, w[l]);
    }
    scalar->field_inverse(inverse, product[LANES - 1]);
    for (int l = LANES - 1; l >= 0; l--) {
        uint64_t own[6];
        scalar->field_mul(own, inverse, l > 0 ? product[l - 1] : one);
        scalar->field_mul(inverse, inverse, w[l]);
        words_copy(w[l], own);
    }
}

static void fl_inverse(struct fl *r, const struct fl *a, bool known[LANES], const struct natt_p384_engine *scalar)
{
    lanes_words w;
    fl_to_words(w, a);
    invert_lanes(w, known, scalar);
    from_lane_words(r, (const uint64_t(*)[6])w);
}

static void store_coordinate(struct lanes_table *table, int i, int at, const struct fl *a)
{
    uint64_t limb[8][LANES];
    fl_to_limbs(limb, a);
    for (int l = 0; l < LANES; l++)
        for (int j = 0; j < 8; j++)
            table->point[l][i][at + j] = limb[j][l];
}

static void store_point(struct lanes_table *table, int i, const struct fl *x, const struct fl *y)
{
    store_coordinate(table, i, 0, x);
    store_coordinate(table, i, 8, y);
}

/* Point i becomes (x / Z^2, y / Z^3), given 1/Z. */
static void normalize(struct lanes_table *table, int i, const struct fl *inverse)
{
    const uint64_t *rows[LANES];
    struct fl square, x, y;
    for (int l = 0; l < LANES; l++)
        rows[l] = table->point[l][i];
    fl_from_limbs(&x, rows, 0);
    fl_from_limbs(&y, rows, 8);
    fl_sqr(&square, inverse);
    fl_mul(&x, &x, &square);
    fl_mul(&square, &square, inverse);
    fl_mul(&y, &y, &square);
    store_point(table, i, &x, &y);
}

/* As table_build of ../p384/p384_engine.inc.h: Q, 3Q, 5Q ... on the curve where 2Q is affine, and the factors by which
 * Z grew. z = Z of the last. */
static __attribute__((noinline)) void build_chain(struct lanes_table *table, struct fl growth[POINTS], struct fl *z,
                                                  const struct lanes_affine *q)
{
    struct lanes_point twice, p;
    struct lanes_affine step;
    point_from_affine(&twice, q);
    point_double(&twice);
    step.x = twice.x;
    step.y = twice.y;
    fl_sqr(z, &twice.z);
    fl_mul(&p.x, &q->x, z);
    fl_mul(z, z, &twice.z);
    fl_mul(&p.y, &q->y, z);
    fl_set(&p.z, 1);
    for (int i = 0; i < POINTS; i++) {
        if (i > 0)
            point_add(&p, &step, &growth[i]);
        store_point(table, i, &p.x, &p.y);
    }
    fl_mul(z, &p.z, &twice.z);
}

static void load_keys(struct lanes_affine *key, const struct natt_lanes_question q[LANES])
{
    const uint64_t *x[LANES], *y[LANES];
    for (int l = 0; l < LANES; l++) {
        x[l] = q[l].key[0];
        y[l] = q[l].key[1];
    }
    fl_from_words(&key->x, x, 0);
    fl_from_words(&key->y, y, 0);
}

static __attribute__((noinline)) void build_table(struct lanes_table *table, bool known[LANES],
                                                  const struct natt_lanes_question q[LANES],
                                                  const struct natt_p384_engine *scalar)
{
    struct lanes_affine key;
    struct fl growth[POINTS], z;
    load_keys(&key, q);
    build_chain(table, growth, &z, &key);
    fl_inverse(&z, &z, known, scalar);
    for (int i = POINTS - 1; i >= 0; i--) {
        normalize(table, i, &z);
        if (i > 0)
            fl_mul(&z, &z, &growth[i]);
    }
}

/* Which point, 2i + 1 = |digit|, and whether its negative: of each lane. */
struct lanes_choice {
    uint32_t index[LANES];
    int64_t negative[LANES]; /* 0 or -1 */
};

static void choose(struct lanes_choice *c, int l, const struct natt_lanes_scalar *u, uint32_t at, uint32_t window)
{
    int32_t digit = natt_lanes_digit(u->k, at, window);
    c->index[l] = (uint32_t)(digit < 0 ? -digit : digit) / 2;
    c->negative[l] = (digit < 0) != u->negative ? -1 : 0;
}

static void add_key(struct lanes_point *p, const struct lanes_table *table, const struct natt_lanes_question q[LANES],
                    uint32_t at, bool first)
{
    const uint64_t *rows[LANES];
    struct lanes_choice c;
    struct lanes_affine point;
    struct fl growth;
    for (int l = 0; l < LANES; l++) {
        choose(&c, l, &q[l].u2, at, NATT_LANES_Q_WINDOW);
        rows[l] = table->point[l][c.index[l]];
    }
    fl_from_limbs(&point.x, rows, 0);
    fl_from_limbs(&point.y, rows, 8);
    fl_negate_where(&point.y, lane_load(c.negative));
    if (first)
        point_from_affine(p, &point);
    else
        point_add(p, &point, &growth);
}

static void add_generator(struct lanes_point *p, const struct natt_lanes_question q[LANES], uint32_t at)
{
    const uint64_t *rows[LANES];
    struct lanes_choice c;
    struct lanes_affine point;
    struct fl growth;
    for (int l = 0; l < LANES; l++) {
        choose(&c, l, &q[l].u1, at, NATT_LANES_G_WINDOW);
        rows[l] = natt_p384_g[c.index[l]][0];
    }
    fl_from_words(&point.x, rows, 0);
    fl_from_words(&point.y, rows, 6);
    fl_negate_where(&point.y, lane_load(c.negative));
    point_add(p, &point, &growth);
}

/* p = u1 G + u2 Q of each lane, the doublings shared (Strauss). */
static __attribute__((noinline)) void combine(struct lanes_point *p, const struct lanes_table *table,
                                              const struct natt_lanes_question q[LANES])
{
    for (uint32_t at = NATT_LANES_BITS; at > 0;) {
        at -= NATT_LANES_Q_WINDOW;
        bool first = at == NATT_LANES_BITS - NATT_LANES_Q_WINDOW;
        for (int i = 0; i < NATT_LANES_Q_WINDOW && !first; i++)
            point_double(p);
        add_key(p, table, q, at, first);
        if (at % NATT_LANES_G_WINDOW == 0)
            add_generator(p, q, at);
    }
}

/* difference = X - r Z^2 modulo p, of each lane; rows: r. */
static __attribute__((noinline)) void compare_x(lanes_words difference, const struct lanes_point *p,
                                                const uint64_t *const rows[LANES])
{
    struct fl t, r;
    fl_from_words(&r, rows, 0);
    fl_sqr(&t, &p->z);
    fl_mul(&t, &t, &r);
    fl_sub(&t, &p->x, &t);
    fl_to_words(difference, &t);
}

/* x mod n = r for x below p: x is r; or r + n where that is below p, which the scalar engine compares. Z = 0: point_add
 * could not compute one of the sums. */
static natt_lanes_answer answer_of(const uint64_t z[6], const uint64_t difference[6], const uint64_t r[6], bool known)
{
    if (!known || words_are_zero(z))
        return NATT_LANES_UNKNOWN;
    if (words_are_zero(difference))
        return NATT_LANES_MATCHES;
    return words_less(r, natt_p384_p_minus_n) ? NATT_LANES_UNKNOWN : NATT_LANES_DIFFERS;
}

static __attribute__((noinline)) void answer_all(natt_lanes_answer *answers, const struct natt_lanes_question *q,
                                                 const struct natt_p384_engine *scalar)
{
    struct lanes_table table;
    struct lanes_point p;
    lanes_words difference, z;
    const uint64_t *r[LANES];
    bool known[LANES];
    for (int l = 0; l < LANES; l++) {
        known[l] = true;
        r[l] = q[l].r;
    }
    build_table(&table, known, q, scalar);
    combine(&p, &table, q);
    compare_x(difference, &p, r);
    fl_to_words(z, &p.z);
    for (int l = 0; l < LANES; l++)
        answers[l] = answer_of(z[l], difference[l], r[l], known[l]);
}

static void lanes_matches(natt_lanes_answer *answers, const struct natt_lanes_question *q,
                          const struct natt_p384_engine *scalar)
{
    unsigned saved = enter_mode();
    answer_all(answers, q, scalar);
    leave_mode(saved);
}

#include "verify/crypto/lanes/lanes_comb.inc.h"

/* Differences have the largest limbs: a and x are negated twice. */
static void compute(struct fl *r, natt_lanes_operation what, struct fl *a, struct fl *b, struct fl *x, struct fl *y)
{
    struct fl t;
    switch (what) {
    /* clang-format off */
    case NATT_LANES_MUL: fl_mul(r, a, b); break;
    case NATT_LANES_SQR: fl_negate(&t, a); fl_sqr(r, &t); break;
    case NATT_LANES_MUL_THREE: fl_set(&t, 0); fl_sub(&t, a, &t); fl_mul_three(r, &t, b); break;
    case NATT_LANES_SQR_SUB: fl_negate(&t, a); fl_shl(b, b, 3); fl_sqr_sub(r, &t, b); break;
    case NATT_LANES_MUL_SUB_SQR: fl_mul_sub_eight_sqr(r, a, b, x); break;
    case NATT_LANES_MUL_SUB:
    default: fl_negate(&t, x); fl_mul_add(r, a, b, &t, y); break;
        /* clang-format on */
    }
}

static __attribute__((noinline)) void compute_all(natt_lanes_operation what, uint64_t (*r)[6],
                                                  const struct natt_lanes_operands *operands)
{
    struct fl result, a, b, x, y;
    from_lane_words(&a, operands->a);
    from_lane_words(&b, operands->b);
    from_lane_words(&x, operands->x);
    from_lane_words(&y, operands->y);
    compute(&result, what, &a, &b, &x, &y);
    for (uint32_t i = 0; i < operands->more; i++)
        fl_mul(&result, &result, &b);
    fl_to_words(r, &result);
}

static void lanes_field(natt_lanes_operation what, uint64_t (*r)[6], const struct natt_lanes_operands *operands)
{
    unsigned saved = enter_mode();
    compute_all(what, r, operands);
    leave_mode(saved);
}

const struct natt_p384_lanes ENGINE = {
    .name = ENGINE_NAME,
    .lanes = LANES,
    .matches = lanes_matches,
    .matches_with_table = lanes_matches_with_table,
    .field = lanes_field,
};
