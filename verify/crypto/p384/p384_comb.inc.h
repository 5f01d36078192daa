/*
 * Keys with a table (crypto.h): u1 G + u2 Q by combs, and how a table is made. Included by p384_engine.inc.h.
 */

static struct affine load(const uint64_t words[2][6])
{
    struct affine q;
    fe_from_words(&q.x, words[0]);
    fe_from_words(&q.y, words[1]);
    return q;
}

static void store(uint64_t words[2][6], const struct affine *q)
{
    fe_to_words(words[0], &q->x);
    fe_to_words(words[1], &q->y);
}

/* ---- a verification ---- */

static struct affine pick_entry(const uint64_t entries[NATT_COMB_ENTRIES][2][6], int32_t digit)
{
    struct affine q = load(entries[digit < 0 ? -1 - digit : digit]);
    negate_if(&q, digit < 0);
    return q;
}

/* p = u1 G + u2 Q: in each round one column of each part. No scalar is without digits. */
static void comb_combine(struct point *p, const struct natt_p384_table_question *a, adder *add)
{
    bool started = false;
    for (int round = NATT_COMB_ROUNDS - 1; round >= 0; round--) {
        if (started)
            point_double(p);
        for (int h = 0; h < NATT_COMB_PARTS; h++) {
            int column = round + NATT_COMB_ROUNDS * h;
            struct affine q = pick_entry(a->key->point[h], a->u2.column[column]);
            add_or_start(p, &q, &started, add);
            q = pick_entry(a->g->point[h], a->u1.column[column]);
            add_or_start(p, &q, &started, add);
        }
    }
}

/* Y^2 = X^3 + Z^4 (b Z^2 - 3X), for a finite point: the curve's equation times Z^6. */
static bool sum_on_curve(const struct point *p)
{
    fe zz, t, sum;
    fe_sqr(&zz, &p->z);
    fe_from_words(&sum, natt_p384_b);
    fe_mul(&sum, &sum, &zz);
    fe_times(&t, &p->x, 3);
    fe_sub(&sum, &sum, &t);
    fe_sqr(&zz, &zz);
    fe_mul(&sum, &sum, &zz);
    fe_sqr(&t, &p->x);
    fe_mul(&t, &t, &p->x);
    fe_add(&sum, &sum, &t);
    fe_sqr(&t, &p->y);
    fe_sub(&sum, &sum, &t);
    return fe_is_zero(&sum);
}

/* Points of the curve make a point of the curve. So a sum that is not on the curve comes from a damaged table. An
 * attacker may be able to compute its x, and so r: with zeroed points, x does not depend on the key. */
static bool engine_matches_with_table(const struct natt_p384_table_question *a)
{
    struct point p;
    comb_combine(&p, a, add_fast);
    if (fe_is_zero(&p.z))
        comb_combine(&p, a, point_add_any);
    return !fe_is_zero(&p.z) && x_matches(&p, a->r) && sum_on_curve(&p);
}

/* ---- a table ---- */

#define COMB_BASES (NATT_COMB_PARTS * NATT_COMB_TEETH)

/* Of a point with Z = 1. */
static struct affine affine_of(const struct point *p)
{
    struct affine q;
    q.x = p->x;
    q.y = p->y;
    return q;
}

/* Makes every Z 1, by one inversion. False: a point is infinite, and all become (0, 0), since the inverse of 0 is 0. */
static bool normalize_all(struct point p[COMB_BASES])
{
    fe before[COMB_BASES], product, inverse; /* the product of the Z before i */
    struct affine q;
    fe_from_words(&product, words_one);
    for (int i = 0; i < COMB_BASES; i++) {
        before[i] = product;
        fe_mul(&product, &product, &p[i].z);
    }
    bool finite = !fe_is_zero(&product);
    fe_inverse(&product, &product);
    for (int i = COMB_BASES - 1; i >= 0; i--) {
        fe_mul(&inverse, &product, &before[i]);
        fe_mul(&product, &product, &p[i].z);
        normalize(&q, &p[i], &inverse);
        point_from_affine(&p[i], &q);
    }
    return finite;
}

/* p[2 t + h] = 2^(48 t + 24 h) Q */
static bool comb_bases(struct point p[COMB_BASES], const uint64_t xy[2][6])
{
    struct affine q = load(xy);
    point_from_affine(&p[0], &q);
    for (int i = 1; i < COMB_BASES; i++) {
        p[i] = p[i - 1];
        for (int k = 0; k < NATT_COMB_ROUNDS; k++)
            point_double(&p[i]);
    }
    return normalize_all(p);
}

/* p[h] becomes entry 0 of part h, all teeth but the highest negative; p[2 (t + 1) + h] twice tooth t. */
static bool comb_steps(struct point p[COMB_BASES])
{
    for (int h = 0; h < NATT_COMB_PARTS; h++) {
        struct point sum = p[COMB_BASES - NATT_COMB_PARTS + h];
        for (int i = COMB_BASES - 2 * NATT_COMB_PARTS + h; i >= 0; i -= NATT_COMB_PARTS) {
            struct affine q = affine_of(&p[i]);
            negate_if(&q, true);
            add_fast(&sum, &q);
            p[NATT_COMB_PARTS + i] = p[i];
            point_double(&p[NATT_COMB_PARTS + i]);
        }
        p[h] = sum;
    }
    return normalize_all(p);
}

/* p += q, affine, given 1 / (q->x - p->x). Ranges: p TIGHT, q TIGHT, inverse TIGHT -> p LOOSE. */
static void affine_add(struct affine *p, const struct affine *q, const fe *inverse)
{
    fe slope, x;
    fe_sub(&slope, &q->y, &p->y);
    fe_mul(&slope, &slope, inverse);
    fe_sqr(&x, &slope);
    fe_sub(&x, &x, &p->x);
    fe_sub(&x, &x, &q->x);
    fe_sub(&p->x, &p->x, &x);
    fe_mul(&slope, &slope, &p->x);
    fe_sub(&p->y, &slope, &p->y);
    p->x = x;
}

/*
 * Entries count to 2 count - 1 of every part: those before, with one more tooth positive. One inversion for all of
 * them; the entry's x keeps the product of the differences before it meanwhile. False: an entry is the step, or minus
 * it, and the new entries are wrong.
 */
static bool comb_extend(struct natt_key_table *out, int count, const struct point step[NATT_COMB_PARTS])
{
    fe product, inverse, run;
    fe_from_words(&product, words_one);
    for (int i = 0; i < NATT_COMB_PARTS * count; i++) {
        uint64_t(*entry)[6] = out->point[i % NATT_COMB_PARTS][i / NATT_COMB_PARTS];
        uint64_t(*made)[6] = out->point[i % NATT_COMB_PARTS][i / NATT_COMB_PARTS + count];
        struct affine p = load((const uint64_t(*)[6])entry);
        fe_to_words(made[0], &product);
        fe_sub(&run, &step[i % NATT_COMB_PARTS].x, &p.x);
        fe_mul(&product, &product, &run);
    }
    bool good = !fe_is_zero(&product);
    fe_inverse(&product, &product);
    for (int i = NATT_COMB_PARTS * count - 1; i >= 0; i--) {
        uint64_t(*entry)[6] = out->point[i % NATT_COMB_PARTS][i / NATT_COMB_PARTS];
        uint64_t(*made)[6] = out->point[i % NATT_COMB_PARTS][i / NATT_COMB_PARTS + count];
        struct affine p = load((const uint64_t(*)[6])entry), q = affine_of(&step[i % NATT_COMB_PARTS]);
        fe_from_words(&inverse, made[0]);
        fe_mul(&inverse, &inverse, &product);
        fe_sub(&run, &q.x, &p.x);
        fe_mul(&product, &product, &run);
        affine_add(&p, &q, &inverse);
        store(made, &p);
    }
    return good;
}

/*
 * An entry of part h is 2^(24 h) k Q with an odd k between 2^335 and 2^337, a step is 2^(24 h) 2^(48 t + 1) Q with
 * t < 7: none equals another one, or its negative. So on P-384 this is true; it is false on curves of small order.
 */
static bool engine_make_table(struct natt_key_table *out, const uint64_t xy[2][6])
{
    struct point p[COMB_BASES];
    bool good = comb_bases(p, xy);
    good = comb_steps(p) && good;
    for (int h = 0; h < NATT_COMB_PARTS; h++) {
        struct affine lowest = affine_of(&p[h]);
        store(out->point[h][0], &lowest);
    }
    for (int t = 0; t < NATT_COMB_TEETH - 1; t++)
        good = comb_extend(out, 1 << t, &p[NATT_COMB_PARTS * (t + 1)]) && good;
    return good;
}
