/*
 * Whole signatures by one engine: Q = k G, and u1 = m - u2 k makes u1 G + u2 Q = m G. k G and m G are in a table of
 * multiples, so the right r is known. Lanes may leave a signature to the scalar engine only if a sum may be
 * exceptional, since m or u2 is special, or if r is below p - n and wrong.
 */
#include "fuzz/engines.h"

struct multiple {
    uint64_t k[6], point[2][6];
};

struct signature {
    unsigned key; /* of the table of G, for table_of; the key is its multiple if that is small */
    struct multiple q, m;
    uint64_t u1[6], u2[6], r[6], wrong[6];
    bool strict; /* no sum is exceptional */
};

/* ---- tables of keys ---- */

/* Two engines make each table: the same. */
static const struct natt_key_table *table_of(unsigned k)
{
    static struct natt_key_table tables[NATT_P384_G_POINTS], second;
    static bool made[NATT_P384_G_POINTS];
    unsigned engines = 1;
    while (test_engine(engines) != NULL)
        engines++;
    if (!made[k]) {
        MUST(test_engine(k % engines)->make_table(&tables[k], natt_p384_g[k]));
        MUST(test_engine((k + 1) % engines)->make_table(&second, natt_p384_g[k]));
        MUST(memcmp(second.point, tables[k].point, sizeof second.point) == 0);
        fuzz_number_bytes(tables[k].public_key, natt_p384_g[k][0]);
        fuzz_number_bytes(tables[k].public_key + 48, natt_p384_g[k][1]);
    }
    made[k] = true;
    return &tables[k];
}

/* ---- signatures ---- */

/* (2 i + 1) G */
static void small_multiple(struct multiple *out, unsigned i)
{
    memset(out->k, 0, sizeof out->k);
    out->k[0] = 2 * i + 1;
    memcpy(out->point, natt_p384_g[i], sizeof out->point);
}

/* Entry i of part 0 of G's table: 2^336 + the sum of +-2^(48 t). */
static void large_multiple(struct multiple *out, unsigned i)
{
    uint64_t term[6];
    memset(out->k, 0, sizeof out->k);
    for (unsigned t = 0; t < NATT_COMB_TEETH; t++) {
        memset(term, 0, sizeof term);
        term[NATT_COMB_SPACING * t / 64] = (uint64_t)1 << NATT_COMB_SPACING * t % 64;
        (void)(t == NATT_COMB_TEETH - 1 || (i >> t & 1) ? words_add : words_sub)(out->k, out->k, term);
    }
    memcpy(out->point, table_of(0)->point[0][i], sizeof out->point);
}

static void multiple(struct multiple *out, struct engines_input *in, bool large)
{
    unsigned i = engines_draw(in, NATT_COMB_ENTRIES);
    if (large)
        large_multiple(out, i);
    else
        small_multiple(out, i);
}

/* 1 .. n-1 */
static void wrong_r(struct signature *s, struct engines_input *in)
{
    const uint64_t one[6] = {1};
    words_reduce_once(s->wrong, in->number[1], natt_p384_n);
    if (engines_draw(in, 4) == 0)
        words_add(s->wrong, s->r, one);
    words_reduce_once(s->wrong, s->wrong, natt_p384_n);
    if (words_are_zero(s->wrong) || words_equal(s->wrong, s->r))
        words_sub(s->wrong, natt_p384_n, s->r);
}

/* table: of a key that has a table. */
static void draw(struct signature *s, struct engines_input *in, bool table)
{
    s->strict = engines_draw(in, 4) != 0;
    s->key = engines_draw(in, NATT_P384_G_POINTS);
    small_multiple(&s->q, s->key);
    if (!table)
        multiple(&s->q, in, s->strict || engines_draw(in, 2) != 0);
    multiple(&s->m, in, s->strict);
    words_copy(s->u2, in->number[0]);
    for (int i = 0; i < 6 && s->strict; i++)
        s->u2[i] = random_word(&in->state);
    words_reduce_once(s->u2, s->u2, natt_p384_n);
    engines_mul_mod_n(s->u1, s->u2, s->q.k);
    if (words_sub(s->u1, s->m.k, s->u1) != 0)
        words_add(s->u1, s->u1, natt_p384_n);
    words_reduce_once(s->r, s->m.point[0], natt_p384_n);
    wrong_r(s, in);
}

/* ---- scalar engines ---- */

static void ask(struct natt_p384_question *q, const struct signature *s, bool right)
{
    memcpy(q->key, s->q.point, sizeof q->key);
    words_copy(q->r, right ? s->r : s->wrong);
    natt_p384_recode(&q->u1, s->u1, NATT_P384_G_WINDOW);
    natt_p384_recode(&q->u2, s->u2, NATT_P384_Q_WINDOW);
}

static void ask_table(struct natt_p384_table_question *q, const struct signature *s, bool right)
{
    q->g = table_of(0);
    q->key = table_of(s->key);
    words_copy(q->r, right ? s->r : s->wrong);
    natt_p384_comb_recode(&q->u1, s->u1);
    natt_p384_comb_recode(&q->u2, s->u2);
}

/* And points of which nothing is known: all engines agree whether they are on the curve. */
static void check_on_curve(const struct signature *s, const struct engines_input *in)
{
    uint8_t key[96], point[96];
    fuzz_number_bytes(key, s->q.point[0]);
    fuzz_number_bytes(key + 48, s->q.point[1]);
    fuzz_number_bytes(point, in->number[2]);
    fuzz_number_bytes(point + 48, in->number[3]);
    natt_crypto_answer first = natt_p384_on_curve(test_engine(0), point);
    for (unsigned i = 0; test_engine(i) != NULL; i++) {
        MUST(natt_p384_on_curve(test_engine(i), key) == NATT_CRYPTO_VALID);
        MUST(natt_p384_on_curve(test_engine(i), point) == first);
    }
}

void engines_check_scalar(struct engines_input *in)
{
    const struct natt_p384_engine *e = engines_scalar(in);
    bool right = engines_draw(in, 2) != 0;
    struct natt_p384_question q;
    struct signature s;
    draw(&s, in, false);
    ask(&q, &s, right);
    MUST(e->matches(&q) == right);
    check_on_curve(&s, in);
}

void engines_check_table(struct engines_input *in)
{
    const struct natt_p384_engine *e = engines_scalar(in);
    bool right = engines_draw(in, 2) != 0;
    struct natt_p384_table_question q;
    struct signature s;
    draw(&s, in, true);
    ask_table(&q, &s, right);
    MUST(e->matches_with_table(&q) == right);
}

/* ---- lanes ---- */

static void check_answer(natt_lanes_answer answer, const struct signature *s, bool right)
{
    bool may_be_more = !right && words_less(s->wrong, natt_p384_p_minus_n);
    if (answer == NATT_LANES_UNKNOWN)
        MUST(!s->strict || may_be_more);
    else
        MUST(answer == (right ? NATT_LANES_MATCHES : NATT_LANES_DIFFERS));
}

void engines_check_one(struct engines_input *in)
{
    unsigned count = 1;
    while (test_one(count) != NULL)
        count++;
    const struct test_one *one = test_one(engines_draw(in, count));
    bool right = engines_draw(in, 2) != 0;
    struct natt_p384_question q;
    struct signature s;
    draw(&s, in, false);
    ask(&q, &s, right);
    check_answer(one->ask(&q), &s, right);
}

/* An odd multiplier: n is odd, so u or n - u is. */
static void make_odd(struct natt_lanes_scalar *out, const uint64_t u[6])
{
    out->negative = (u[0] & 1) == 0;
    words_copy(out->k, u);
    if (out->negative)
        words_sub(out->k, natt_p384_n, u);
}

/* A different signature in each lane, some of them wrong. */
static void check_lanes_plain(const struct natt_p384_lanes *lanes, struct engines_input *in)
{
    struct natt_lanes_question q[NATT_LANES_MAX];
    natt_lanes_answer answers[NATT_LANES_MAX];
    struct signature s[NATT_LANES_MAX];
    unsigned right = engines_draw(in, 256);
    for (size_t l = 0; l < lanes->lanes; l++) {
        draw(&s[l], in, false);
        memcpy(q[l].key, s[l].q.point, sizeof q[l].key);
        words_copy(q[l].r, right >> l & 1 ? s[l].r : s[l].wrong);
        make_odd(&q[l].u1, s[l].u1);
        make_odd(&q[l].u2, s[l].u2);
    }
    lanes->matches(answers, q, engines_scalar(in));
    for (size_t l = 0; l < lanes->lanes; l++)
        check_answer(answers[l], &s[l], right >> l & 1);
}

static void check_lanes_table(const struct natt_p384_lanes *lanes, struct engines_input *in, bool split)
{
    struct natt_p384_table_question q[NATT_LANES_MAX] = {{.g = NULL}};
    natt_lanes_answer answers[NATT_LANES_MAX];
    struct signature s[NATT_LANES_MAX];
    size_t count = split ? lanes->lanes / NATT_LANES_SPLIT : lanes->lanes;
    unsigned right = engines_draw(in, 256);
    for (size_t i = 0; i < count; i++) {
        draw(&s[i], in, true);
        ask_table(&q[i], &s[i], right >> i & 1);
    }
    lanes->matches_with_table(answers, q, split);
    for (size_t i = 0; i < count; i++)
        check_answer(answers[i], &s[i], right >> i & 1);
}

void engines_check_lanes(struct engines_input *in)
{
    const struct natt_p384_lanes *lanes = engines_lanes(in);
    unsigned way = engines_draw(in, 3);
    if (way == 0)
        check_lanes_plain(lanes, in);
    else
        check_lanes_table(lanes, in, way == 1);
}

/* ---- jobs ---- */

/* s = r / u2 and hash = u1 s. u2 = 0 is of no signature. */
static void make_job(struct natt_job *job, uint8_t key[96], const struct signature *s, bool right, bool table)
{
    uint64_t t[6];
    fuzz_number_bytes(key, s->q.point[0]);
    fuzz_number_bytes(key + 48, s->q.point[1]);
    *job = (struct natt_job){.public_key = key, .table = table ? table_of(s->key) : NULL};
    test_engine(0)->inverse_mod_n(t, s->u2);
    engines_mul_mod_n(t, t, s->r);
    fuzz_number_bytes(job->s, t);
    engines_mul_mod_n(t, t, s->u1);
    fuzz_number_bytes(job->hash, t);
    fuzz_number_bytes(job->r, right ? s->r : s->wrong);
}

/* A batch of any size by one engine of lanes, and each job by a scalar one. The wrong r changes u2 too, so the sum is
 * random; it is 2^-384 likely that it has this r. */
void engines_check_batch(struct engines_input *in)
{
    const struct natt_p384_engine *e = engines_scalar(in);
    struct natt_job jobs[2 * NATT_LANES_MAX], *pointers[2 * NATT_LANES_MAX];
    uint8_t keys[2 * NATT_LANES_MAX][96];
    struct signature s[2 * NATT_LANES_MAX];
    unsigned right = engines_draw(in, 1 << 16), count = 1 + engines_draw(in, NATT_LANES_MAX + 2);
    for (unsigned i = 0; i < count; i++) {
        bool table = engines_draw(in, 2) != 0;
        draw(&s[i], in, table);
        make_job(&jobs[i], keys[i], &s[i], right >> i & 1, table);
        pointers[i] = &jobs[i];
    }
    natt_lanes_kind kind = (natt_lanes_kind)engines_draw(in, 3);
    test_lanes_verify(engines_lanes(in), kind, 1 + engines_draw(in, 4), e, pointers, count);
    for (unsigned i = 0; i < count; i++) {
        natt_crypto_answer want = right >> i & 1 && !words_are_zero(s[i].u2) ? NATT_CRYPTO_VALID : NATT_CRYPTO_INVALID;
        MUST(jobs[i].answer == want && natt_p384_verify(e, &jobs[i]) == want);
    }
}
