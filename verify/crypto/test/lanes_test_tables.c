/* Keys with a table in lanes, each signature in one lane and split over several, against the scalar engine. */
#include <stdio.h>

#include "verify/crypto/test/edge_cases.h"
#include "verify/crypto/test/lanes_test.h"
#include "verify/crypto/test/zeroed_table.h"

#define MOST (2 * NATT_LANES_MAX + 1)

static struct natt_key_table tables[MOST];

struct list {
    struct natt_job job[MOST], *at[MOST];
    uint8_t key[MOST][96];
};

static size_t capacity(const struct natt_p384_lanes *engine, natt_lanes_kind kind)
{
    return kind == NATT_LANES_SPLIT_UP ? engine->lanes / NATT_LANES_SPLIT : engine->lanes;
}

/* Edge cases from `first` on, those from the `bare`th on with the table of another key, which is none. A key that is
 * not on the curve has none. */
static void list_cases(struct list *list, size_t first, size_t count, size_t bare)
{
    for (size_t i = 0; i < count; i++) {
        edge_job(&list->job[i], list->key[i], &edge_cases[(first + i) % EDGE_COUNT]);
        list->at[count - 1 - i] = &list->job[i];
        if (i >= bare)
            list->job[i].table = natt_p384_tables.aws_root;
        else if (natt_p384_make_table(natt_p384_engine(), &tables[i], list->key[i]))
            list->job[i].table = &tables[i];
    }
}

static bool cases_are_right(const struct list *list, size_t first, size_t count)
{
    bool right = true;
    for (size_t i = 0; i < count; i++) {
        const struct edge_case *edge = &edge_cases[(first + i) % EDGE_COUNT];
        bool good = list->job[i].answer == (edge->holds ? NATT_CRYPTO_VALID : NATT_CRYPTO_INVALID);
        if (!good)
            printf("%s\n", edge->name);
        right = right && good;
    }
    return right;
}

static bool edges_agree(const struct natt_p384_lanes *engine, natt_lanes_kind kind, size_t step)
{
    static struct list list;
    bool right = true;
    for (size_t i = 0; i < EDGE_COUNT; i += step) {
        size_t count = capacity(engine, kind);
        list_cases(&list, i, count, count);
        test_lanes_verify(engine, kind, 1, SCALAR, list.at, count);
        right = cases_are_right(&list, i, count) && right;
    }
    return right;
}

bool table_slices_agree(const struct natt_p384_lanes *engine)
{
    bool right = true;
    for (natt_lanes_kind kind = NATT_LANES_WHOLE; natt_p384_tables.g != NULL && kind <= NATT_LANES_SPLIT_UP; kind++)
        right = edges_agree(engine, kind, EDGE_COUNT) && right;
    return right;
}

/* Each number of jobs, with tables and without, by a plan of all kinds and by ones that leave a kind out. */
static bool plans_agree(const struct natt_p384_lanes *engine)
{
    const struct natt_lanes_use uses[] = {
        {engine, NATT_LANES_NO_TABLE, 3}, {engine, NATT_LANES_WHOLE, 3}, {engine, NATT_LANES_SPLIT_UP, 1}};
    static struct list list;
    bool right = true;
    for (size_t count = 0; count <= 2 * engine->lanes + 1; count++) {
        const struct natt_lanes_plan plan = {uses + count % 2, 1 + count % 3 - (count % 2 && count % 3 == 2)};
        list_cases(&list, 0, MOST, 0);
        list_cases(&list, 5 * count, count, (count + 1) / 2);
        natt_lanes_verify(&plan, SCALAR, list.at, count);
        right = cases_are_right(&list, 5 * count, count) && right;
        for (size_t i = count; i < MOST; i++)
            right = right && list.job[i].answer == NATT_CRYPTO_ERROR; /* not asked */
    }
    return right;
}

/* ---- lanes that must be asked again ---- */

static void ask(struct natt_p384_table_question *q, const struct natt_key_table *key, uint64_t u1, uint64_t u2)
{
    const uint64_t first[6] = {u1, 77, 1}, second[6] = {u2, 77, 1};
    q->g = natt_p384_tables.g;
    q->key = key;
    words_copy(q->r, natt_p384_p_minus_n);
    natt_p384_comb_recode(&q->u1, first);
    natt_p384_comb_recode(&q->u2, second);
}

static natt_lanes_answer answer_in(const struct natt_p384_lanes *engine, natt_lanes_kind kind, size_t place,
                                   const struct natt_p384_table_question *question)
{
    struct natt_p384_table_question q[NATT_LANES_MAX];
    natt_lanes_answer a[NATT_LANES_MAX];
    for (size_t i = 0; i < capacity(engine, kind); i++)
        ask(&q[i], natt_p384_tables.aws_root, 7 + i, 3);
    q[place] = *question;
    engine->matches_with_table(a, q, kind == NATT_LANES_SPLIT_UP);
    for (size_t i = 0; i < capacity(engine, kind); i++)
        check(i == place || a[i] == NATT_LANES_DIFFERS, engine->name, "other signatures with a table are answered");
    return a[place];
}

static void check_unknown(const struct natt_p384_lanes *engine, natt_lanes_kind kind)
{
    const struct natt_key_table *g = natt_p384_tables.g;
    struct natt_p384_table_question q;
    for (size_t i = 0; i < capacity(engine, kind); i++) {
        ask(&q, g, 5, 5);
        check(answer_in(engine, kind, i, &q) == NATT_LANES_UNKNOWN, engine->name, "equal points of tables");
        for (int c = 0; c < NATT_COMB_SPACING; c++)
            q.u2.column[c] = (int16_t)(-1 - q.u2.column[c]);
        check(answer_in(engine, kind, i, &q) == NATT_LANES_UNKNOWN, engine->name, "opposite points of tables");
        ask(&q, g, 5, 7 | (uint64_t)1 << 30); /* other digits of both parts, but in the first round */
        check(answer_in(engine, kind, i, &q) == (kind == NATT_LANES_WHOLE ? NATT_LANES_UNKNOWN : NATT_LANES_DIFFERS),
              engine->name, "equal points in the first round only");
        ask(&q, natt_p384_tables.aws_root, 5, 7);
        q.r[0]--;
        check(answer_in(engine, kind, i, &q) == NATT_LANES_UNKNOWN, engine->name, "table: r = p - n - 1 may be r + n");
        q.r[0] += 2;
        check(answer_in(engine, kind, i, &q) == NATT_LANES_DIFFERS, engine->name, "table: r = p - n + 1");
    }
}

/* ---- damaged tables ---- */

static void school_add(uint64_t p[2][6], const uint64_t q[2][6])
{
    school_sum(SCALAR, p, q);
}

/* The sum of one source: part h of a table. */
static void school_source(uint64_t p[2][6], const struct natt_key_table *table, const struct natt_p384_comb_digits *u,
                          int h)
{
    const uint64_t zero[6] = {0};
    uint64_t q[2][6];
    for (int round = NATT_COMB_ROUNDS - 1; round >= 0; round--) {
        int digit = u->column[round + NATT_COMB_ROUNDS * h];
        memcpy(q, table->point[h][digit < 0 ? -1 - digit : digit], sizeof q);
        if (digit < 0)
            SCALAR->field_sub(q[1], zero, q[1]);
        if (round == NATT_COMB_ROUNDS - 1) {
            memcpy(p, q, sizeof q);
        } else {
            school_sum(SCALAR, p, NULL);
            school_add(p, (const uint64_t(*)[6])q);
        }
    }
}

/* x of the sum in the order of a split signature. */
static void forge_split(struct natt_p384_table_question *q)
{
    uint64_t sum[2][6], part[2][2][6];
    for (int h = 0; h < 2; h++) {
        school_source(part[h], q->key, &q->u2, h);
        school_source(sum, q->g, &q->u1, h);
        school_add(part[h], (const uint64_t(*)[6])sum);
    }
    school_add(part[0], (const uint64_t(*)[6])part[1]);
    words_copy(q->r, part[0][0]);
}

/* x of the sum in the order of a signature in one lane, whose key's table has zeros only. */
static void forge_whole(struct natt_p384_table_question *q, const uint64_t u1[6])
{
    uint64_t sum[2][6];
    sum_with_zeros(SCALAR, sum, u1);
    words_copy(q->r, sum[0]);
}

/* r is the sum's x, but the sum is not a point of the curve. The points of the damaged table are those of another
 * curve, whose b is not in the formulas; or zeros. */
static void check_damaged(const struct natt_p384_lanes *engine, natt_lanes_kind kind)
{
    const uint64_t off_curve[2][6] = {{5}, {9}}, u1[6] = {13, 77, 1};
    struct natt_p384_table_question q;
    memset(&tables[0], 0, sizeof tables[0]);
    check(kind == NATT_LANES_WHOLE || SCALAR->make_table(&tables[0], off_curve), engine->name,
          "table of another curve");
    for (size_t i = 0; i < capacity(engine, kind); i++) {
        ask(&q, &tables[0], 13, 11);
        if (kind == NATT_LANES_WHOLE)
            forge_whole(&q, u1);
        else
            forge_split(&q);
        check(answer_in(engine, kind, i, &q) == NATT_LANES_UNKNOWN, engine->name, "a damaged table accepts nothing");
        check(!SCALAR->matches_with_table(&q), engine->name, "nor does the scalar engine");
        ask(&q, natt_p384_tables.aws_root, 13, 11);
        forge_split(&q);
        check(answer_in(engine, kind, i, &q) == NATT_LANES_MATCHES, engine->name, "a table that is right does");
    }
}

/* ---- which slices a plan makes ---- */

/* Engines that know no answer, and write down what they were asked: the number of lanes; w for a signature in each of
 * them with a table, s for split ones. */
static char asked[64];

static void unknown(natt_lanes_answer *answers, const char *what)
{
    for (size_t i = 0; i < NATT_LANES_MAX; i++)
        answers[i] = NATT_LANES_UNKNOWN;
    (void)strcat(asked, what);
}

static void four(natt_lanes_answer *answers, const struct natt_lanes_question *q, const struct natt_p384_engine *scalar)
{
    (void)q, (void)scalar;
    unknown(answers, "4");
}

static void eight(natt_lanes_answer *answers, const struct natt_lanes_question *q,
                  const struct natt_p384_engine *scalar)
{
    (void)q, (void)scalar;
    unknown(answers, "8");
}

static void four_tables(natt_lanes_answer *answers, const struct natt_p384_table_question *q, bool split)
{
    (void)q;
    unknown(answers, split ? "4s" : "4w");
}

static void eight_tables(natt_lanes_answer *answers, const struct natt_p384_table_question *q, bool split)
{
    (void)q;
    unknown(answers, split ? "8s" : "8w");
}

static const struct natt_p384_lanes of_four = {"four", 4, four, four_tables, NULL};
static const struct natt_p384_lanes of_eight = {"eight", 8, eight, eight_tables, NULL};

static void check_slices(size_t bare, size_t with_table, const char *wanted)
{
    const struct natt_lanes_use uses[] = {{&of_eight, NATT_LANES_NO_TABLE, 5},
                                          {&of_four, NATT_LANES_NO_TABLE, 2},
                                          {&of_eight, NATT_LANES_WHOLE, 5},
                                          {&of_eight, NATT_LANES_SPLIT_UP, 2},
                                          {&of_four, NATT_LANES_SPLIT_UP, 1}};
    const struct natt_lanes_plan plan = {uses, sizeof uses / sizeof uses[0]};
    static struct list list;
    size_t holding = 0;
    while (!edge_cases[holding].holds)
        holding++;
    list_cases(&list, 0, MOST, 0);
    for (size_t i = 0; i < bare + with_table; i++) {
        edge_job(&list.job[i], list.key[i], &edge_cases[holding]);
        list.job[i].table = i < with_table ? &tables[0] : NULL;
        list.at[i] = &list.job[i];
    }
    check(natt_p384_make_table(natt_p384_engine(), &tables[0], list.key[0]), "plan", "table");
    asked[0] = 0;
    natt_lanes_verify(&plan, SCALAR, list.at, bare + with_table);
    for (size_t i = 0; i < bare + with_table; i++)
        check(list.job[i].answer == NATT_CRYPTO_VALID, "plan", "every job is verified");
    check(strcmp(asked, wanted) == 0, asked, wanted);
}

void check_plan(void)
{
    if (natt_p384_tables.g == NULL)
        return;
    check_slices(1, 0, "");
    check_slices(2, 0, "4");
    check_slices(4, 0, "4");
    check_slices(5, 0, "8");
    check_slices(9, 0, "8");
    check_slices(10, 0, "84");
    check_slices(0, 1, "4s");
    check_slices(0, 2, "8s");
    check_slices(0, 3, "8s4s");
    check_slices(0, 4, "8s8s");
    check_slices(0, 5, "8w");
    check_slices(0, 9, "8w4s");
    check_slices(4, 1, "44s"); /* a cold document */
    check_slices(3, 1, "4");   /* a lane was idle */
    check_slices(7, 2, "84s");
    check_slices(1, 1, "4s");
}

void check_tables(const struct natt_p384_lanes *engine, size_t step)
{
    if (natt_p384_tables.g == NULL)
        return;
    for (natt_lanes_kind kind = NATT_LANES_WHOLE; kind <= NATT_LANES_SPLIT_UP; kind++) {
        check(edges_agree(engine, kind, step * capacity(engine, kind)), engine->name, "edge cases with tables");
        check_unknown(engine, kind);
        check_damaged(engine, kind);
    }
    check(plans_agree(engine), engine->name, "each number of jobs with tables");
}
