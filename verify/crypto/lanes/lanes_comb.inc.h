/*
 * Keys with a table (../crypto.h) in lanes: u1 G + u2 Q by combs. Included by lanes_engine.inc.h.
 *
 * Each round adds one entry of each source: of both parts of the key's table and of that of G. Whole: a signature has
 * one lane, which adds all of them. Split: it has four lanes, one for each source, and their sums are added at the end.
 */
#define SOURCES NATT_LANES_SPLIT

/* The entry of a source in a round, and whether its negative: 0 or -1. */
static const uint64_t *comb_entry(int64_t *negative, const struct natt_p384_table_question *q, int source, int round)
{
    const struct natt_key_table *table = source % 2 == 0 ? q->key : q->g;
    const struct natt_p384_comb_digits *u = source % 2 == 0 ? &q->u2 : &q->u1;
    int32_t digit = u->column[round + NATT_COMB_ROUNDS * (source / 2)];
    *negative = digit < 0 ? -1 : 0;
    return table->point[source / 2][digit < 0 ? -1 - digit : digit][0];
}

/* In each lane its source of its signature, or if a signature has one lane, that source. */
static void add_entries(struct lanes_point *p, const struct natt_p384_table_question *q, bool split, int source,
                        int round, bool first)
{
    const uint64_t *rows[LANES];
    int64_t negative[LANES];
    struct lanes_affine point;
    struct fl growth;
    for (int l = 0; l < LANES; l++)
        rows[l] = comb_entry(&negative[l], &q[split ? l / SOURCES : l], split ? l % SOURCES : source, round);
    fl_from_words(&point.x, rows, 0);
    fl_from_words(&point.y, rows, 6);
    fl_negate_where(&point.y, lane_load(negative));
    if (first)
        point_from_affine(p, &point);
    else
        point_add(p, &point, &growth);
}

/* r = a with each lane l where l ^ distance was. */
static void exchange(struct fl *r, const struct fl *a, int distance)
{
    uint64_t limb[8][LANES];
    int64_t moved[8][LANES];
    fl_to_limbs(limb, a);
    for (int i = 0; i < 8; i++)
        for (int l = 0; l < LANES; l++)
            moved[i][l] = (int64_t)limb[i][l ^ distance];
    fl_from_lanes(r, (const int64_t(*)[LANES])moved);
}

/* Every lane becomes the sum of its signature's lanes. */
static __attribute__((noinline)) void add_lanes(struct lanes_point *p)
{
    struct lanes_point other;
    for (int distance = 1; distance < SOURCES; distance *= 2) {
        exchange(&other.x, &p->x, distance);
        exchange(&other.y, &p->y, distance);
        exchange(&other.z, &p->z, distance);
        point_add_point(p, &other);
    }
}

static __attribute__((noinline)) void combine_tables(struct lanes_point *p, const struct natt_p384_table_question *q,
                                                     bool split)
{
    for (int round = NATT_COMB_ROUNDS - 1; round >= 0; round--) {
        bool first = round == NATT_COMB_ROUNDS - 1;
        if (!first)
            point_double(p);
        for (int source = 0; source < (split ? 1 : SOURCES); source++)
            add_entries(p, q, split, source, round, first && source == 0);
    }
    if (split)
        add_lanes(p);
}

/* off[l] = 0 where the point is on the curve. */
static __attribute__((noinline)) void check_sums(lanes_words off, const struct lanes_point *p)
{
    const uint64_t *rows[LANES];
    struct fl b, t;
    for (int l = 0; l < LANES; l++)
        rows[l] = natt_p384_b;
    fl_from_words(&b, rows, 0);
    point_off_curve(&t, p, &b);
    fl_to_words(off, &t);
}

/* Points of the curve make a point of the curve. A sum that is not on the curve comes from a damaged table: the scalar
 * engine refuses the signature, as ../p384/p384_comb.inc.h says. */
static __attribute__((noinline)) void answer_tables(natt_lanes_answer *answers,
                                                    const struct natt_p384_table_question *q, bool split)
{
    struct lanes_point p;
    lanes_words difference, z, off;
    const uint64_t *r[LANES];
    int width = split ? SOURCES : 1;
    combine_tables(&p, q, split);
    for (int l = 0; l < LANES; l++)
        r[l] = q[l / width].r;
    compare_x(difference, &p, r);
    fl_to_words(z, &p.z);
    check_sums(off, &p);
    for (int l = 0; l < LANES; l += width)
        answers[l / width] = answer_of(z[l], difference[l], r[l], words_are_zero(off[l]));
}

static void lanes_matches_with_table(natt_lanes_answer *answers, const struct natt_p384_table_question *q, bool split)
{
    unsigned saved = enter_mode();
    answer_tables(answers, q, split);
    leave_mode(saved);
}
