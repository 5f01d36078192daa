/*
 * The engines of lanes against the scalar ones, in plain C: for cross builds, musl, MSan and valgrind, too. Exits 0
 * when everything passed. lanes_test [N]: the engines in C verify each Nth slice of the edge cases.
 */
#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>

#include "verify/crypto/p384/p384_words.h"
#include "verify/crypto/test/edge_cases.h"
#include "verify/crypto/test/lanes_test.h"
#include "verify/crypto/test/random.h"

static unsigned passed, failed;

void check(bool good, const char *who, const char *what)
{
    passed += good;
    failed += !good;
    if (!good)
        printf("FAILED: %s: %s\n", who, what);
}

/* ---- the field ---- */

/* Words at which carries and folds change, or random ones; the highest of all. */
static void operand(uint64_t out[6], uint64_t *state)
{
    static const uint64_t pieces[] = {0, 1, 0xffffffff, 0xffffffff00000000, 0xfffffffffffffffe, UINT64_MAX};
    uint64_t way = random_word(state) & 7;
    for (int j = 0; j < 6; j++) {
        uint64_t random = random_word(state);
        out[j] = way < 4 ? random : way == 7 ? UINT64_MAX : pieces[(random >> 8) % 6];
    }
}

static void times(uint64_t r[6], uint32_t k)
{
    SCALAR->field_times(r, r, k);
}

static void expected(uint64_t r[6], natt_lanes_operation what, const struct natt_lanes_operands *o, size_t l)
{
    uint64_t t[6];
    bool square = what == NATT_LANES_SQR || what == NATT_LANES_SQR_SUB;
    SCALAR->field_mul(r, o->a[l], square ? o->a[l] : o->b[l]);
    SCALAR->field_mul(t, o->x[l], what == NATT_LANES_MUL_SUB ? o->y[l] : o->x[l]);
    if (what == NATT_LANES_MUL_THREE)
        times(r, 3);
    if (what == NATT_LANES_SQR_SUB)
        words_copy(t, o->b[l]);
    if (what == NATT_LANES_SQR_SUB || what == NATT_LANES_MUL_SUB_SQR)
        times(t, 8);
    if (what >= NATT_LANES_SQR_SUB)
        SCALAR->field_sub(r, r, t);
}

static bool field_is_right(const struct natt_p384_lanes *engine, natt_lanes_operation what,
                           const struct natt_lanes_operands *o)
{
    uint64_t got[NATT_LANES_MAX][6], want[6];
    bool right = true;
    engine->field(what, got, o);
    for (size_t l = 0; l < engine->lanes; l++) {
        expected(want, what, o, l);
        right = right && words_equal(got[l], want);
    }
    return right;
}

static void draw_operands(struct natt_lanes_operands *o, uint64_t *state)
{
    o->more = 0;
    for (size_t l = 0; l < NATT_LANES_MAX; l++) {
        operand(o->a[l], state);
        operand(o->b[l], state);
        operand(o->x[l], state);
        operand(o->y[l], state);
    }
}

static bool fields_agree(const struct natt_p384_lanes *engine, int rounds)
{
    struct natt_lanes_operands o;
    uint64_t state = 1;
    bool right = true;
    for (int i = 0; i < rounds; i++) {
        draw_operands(&o, &state);
        for (int what = 0; what < NATT_LANES_OPERATIONS; what++)
            right = right && field_is_right(engine, (natt_lanes_operation)what, &o);
    }
    return right;
}

/* ---- scalars ---- */

static bool digits_add_up(const uint64_t k[6], uint32_t window)
{
    uint64_t sum[6] = {0};
    bool shape = natt_lanes_digit(k, NATT_LANES_BITS - window, window) > 0;
    for (uint32_t at = 0; at < NATT_LANES_BITS; at += window) {
        int32_t digit = natt_lanes_digit(k, at, window);
        uint64_t term[6] = {0};
        term[at / 64] = (uint64_t)1 << at % 64;
        shape = shape && digit % 2 != 0 && digit < 1 << window && -digit < 1 << window;
        for (int32_t i = 0; i < (digit < 0 ? -digit : digit); i++)
            (digit < 0 ? words_sub : words_add)(sum, sum, term);
    }
    return shape && words_equal(sum, k);
}

static void check_digits(void)
{
    uint64_t k[6], state = 3;
    bool right = true;
    for (int i = 0; i < 300; i++) {
        operand(k, &state);
        k[0] |= 1;
        right = right && digits_add_up(k, NATT_LANES_Q_WINDOW) && digits_add_up(k, NATT_LANES_G_WINDOW);
    }
    check(right, "digits", "add up to the scalar");
}

/* ---- signatures ---- */

#define MOST (2 * NATT_LANES_MAX + 1)

struct list {
    struct natt_job job[MOST], *at[MOST];
    uint8_t key[MOST][96];
};

/* Edge cases from `first` on, `count` of them, in a list whose order is not that of memory. */
static void list_cases(struct list *list, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        edge_job(&list->job[i], list->key[i], &edge_cases[(first + i) % EDGE_COUNT]);
        list->at[count - 1 - i] = &list->job[i];
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

/* From `least` jobs on they go into lanes: with 1 all do. Each slice has one case of the next, so that each case has
 * several neighbours. */
static bool edges_agree(const struct natt_p384_lanes *engine, size_t step)
{
    struct list list;
    bool right = true;
    for (size_t i = 0; i < EDGE_COUNT; i += step) {
        list_cases(&list, i, engine->lanes);
        test_lanes_verify(engine, NATT_LANES_NO_TABLE, 1, SCALAR, list.at, engine->lanes);
        right = cases_are_right(&list, i, engine->lanes) && right;
    }
    return right;
}

/* Each number of jobs up to two slices and one, and each `least`. */
static bool counts_agree(const struct natt_p384_lanes *engine)
{
    struct list list;
    bool right = true;
    for (size_t count = 0; count <= 2 * engine->lanes + 1; count++) {
        size_t least = 1 + count % 3;
        list_cases(&list, 0, MOST);
        list_cases(&list, 5 * count, count);
        test_lanes_verify(engine, NATT_LANES_NO_TABLE, least, SCALAR, list.at, count);
        right = cases_are_right(&list, 5 * count, count) && right;
        for (size_t i = count; i < MOST; i++)
            right = right && list.job[i].answer == NATT_CRYPTO_ERROR; /* not asked */
    }
    return right;
}

/* ---- lanes that must be asked again ---- */

/* The highest eight bits of u1 and u2 are a and b; Q is G or 3 G. The first sum of both is a G + b Q, so that equal or
 * opposite points meet there. */
static void ask(struct natt_lanes_question *q, uint64_t a, uint64_t b, size_t point)
{
    memset(q, 0, sizeof *q);
    memcpy(q->key, natt_p384_g[point], sizeof q->key);
    words_copy(q->r, natt_p384_p_minus_n);
    q->u1.k[5] = a << 56;
    q->u2.k[5] = b << 56;
    q->u1.k[0] = q->u2.k[0] = 1;
}

static natt_lanes_answer answer_in(const struct natt_p384_lanes *engine, size_t lane,
                                   const struct natt_lanes_question *question)
{
    struct natt_lanes_question q[NATT_LANES_MAX];
    natt_lanes_answer a[NATT_LANES_MAX];
    for (size_t l = 0; l < engine->lanes; l++)
        ask(&q[l], 7, 3, 1);
    q[lane] = *question;
    engine->matches(a, q, SCALAR);
    for (size_t l = 0; l < engine->lanes; l++)
        check(l == lane || a[l] == NATT_LANES_DIFFERS, engine->name, "other lanes are answered");
    return a[lane];
}

static void check_unknown(const struct natt_p384_lanes *engine)
{
    struct natt_lanes_question q;
    for (size_t lane = 0; lane < engine->lanes; lane++) {
        ask(&q, 5, 5, 0);
        check(answer_in(engine, lane, &q) == NATT_LANES_UNKNOWN, engine->name, "equal points");
        q.u1.negative = true;
        check(answer_in(engine, lane, &q) == NATT_LANES_UNKNOWN, engine->name, "opposite points");
        ask(&q, 9, 3, 1);
        check(answer_in(engine, lane, &q) == NATT_LANES_UNKNOWN, engine->name, "equal points, 9 G and 3 * 3 G");
        ask(&q, 11, 3, 1);
        check(answer_in(engine, lane, &q) == NATT_LANES_DIFFERS, engine->name, "other points, 11 G and 3 * 3 G");
        q.r[0]--;
        check(answer_in(engine, lane, &q) == NATT_LANES_UNKNOWN, engine->name, "r = p - n - 1 may be r + n");
        q.r[0] += 2;
        check(answer_in(engine, lane, &q) == NATT_LANES_DIFFERS, engine->name, "r = p - n + 1");
    }
}

/* ---- whatever state floating point is in ---- */

/* Machines without floating point have one mode. */
static const int modes[] = {
#ifdef FE_UPWARD
    FE_UPWARD,
#endif
#ifdef FE_DOWNWARD
    FE_DOWNWARD,
#endif
#ifdef FE_TOWARDZERO
    FE_TOWARDZERO,
#endif
    FE_TONEAREST};

static bool set_rounding(unsigned i)
{
    return i < sizeof modes / sizeof modes[0] && fesetround(modes[i]) == 0;
}

static void check_modes(const struct natt_p384_lanes *engine, bool plain)
{
    unsigned usual = test_mode(), tried = 0;
    for (unsigned i = 0; plain ? set_rounding(i) : test_mode_of_processor(i); i++, tried++) {
        unsigned before = test_mode();
        int rounding = fegetround();
        bool right = fields_agree(engine, 20), same = fegetround() == rounding && test_mode() == before;
        struct list list;
        list_cases(&list, 0, engine->lanes);
        test_lanes_verify(engine, NATT_LANES_NO_TABLE, 1, SCALAR, list.at, engine->lanes);
        right = table_slices_agree(engine) && right;
        same = same && test_mode() == before;
        test_mode_restore(usual);
        fesetround(FE_TONEAREST);
        check(right && cases_are_right(&list, 0, engine->lanes), engine->name, "in another mode of floating point");
        check(same, engine->name, "leaves the mode of floating point");
    }
    check(tried > 0, engine->name, "modes of floating point");
}

int main(int argc, char **argv)
{
    size_t every = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
    if (every == 0)
        return 2;
    check_digits();
    check_plan();
    for (unsigned i = 0; test_lanes(i) != NULL; i++) {
        const struct natt_p384_lanes *engine = test_lanes(i);
        bool plain = i < TEST_LANES_PLAIN;
        printf("engine %s%s\n", engine->name, plain ? " (C)" : "");
        check(fields_agree(engine, 1000), engine->name, "field operations equal to the scalar engine's");
        check(edges_agree(engine, plain ? every * engine->lanes : 1), engine->name, "edge cases");
        check(counts_agree(engine), engine->name, "each number of jobs");
        check_unknown(engine);
        check_modes(engine, plain);
        check_tables(engine, plain ? 17 : 1);
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
