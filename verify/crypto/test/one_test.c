/*
 * The engines of one signature in four lanes against a scalar one, in plain C: for cross builds, musl, MSan and
 * valgrind, too. Exits 0 when everything passed.
 *
 * usage: one_test [STEP]     every STEPth edge case only, by the engines in C; 1 unless given
 */
#include <stdio.h>
#include <stdlib.h>

#include "verify/crypto/p384/p384_words.h"
#include "verify/crypto/test/edge_cases.h"
#include "verify/crypto/test/lanes_engines.h"
#include "verify/crypto/test/random.h"

#define SCALAR (&natt_p384_narrow) /* in every build */

static unsigned passed, failed;

static void check(bool good, const char *who, const char *what)
{
    passed += good;
    failed += !good;
    if (!good)
        printf("FAILED: %s: %s\n", who, what);
}

static void check_edges(const struct test_one *one, size_t step)
{
    struct natt_job job;
    uint8_t key[96];
    for (size_t i = 0; i < EDGE_COUNT; i += step) {
        edge_job(&job, key, &edge_cases[i]);
        check((natt_p384_verify(one->engine, &job) == NATT_CRYPTO_VALID) == edge_cases[i].holds, one->engine->name,
              edge_cases[i].name);
    }
}

/* ---- questions whose sums are known: Q = k G, u1 G + u2 Q = m G; k and m odd, x of m G in the table of G ---- */

struct known {
    struct natt_p384_question q;
    unsigned k;
    int64_t sum;
};

static void begin(struct known *known, unsigned k)
{
    memset(known, 0, sizeof *known);
    memcpy(known->q.key, natt_p384_g[k / 2], sizeof known->q.key);
    known->k = k;
}

static void add_digit(struct natt_p384_digits *digits, int at, int value)
{
    digits->digit[digits->count].at = (int16_t)at;
    digits->digit[digits->count++].value = (int16_t)value;
}

static void add_g(struct known *known, int at, int value)
{
    add_digit(&known->q.u1, at, value);
    known->sum += (int64_t)value * (1 << at);
}

static void add_q(struct known *known, int at, int value)
{
    add_digit(&known->q.u2, at, value);
    known->sum += (int64_t)value * (1 << at) * known->k;
}

/* r = x mod n of the sum, which is odd and below 256; or one more. */
static void set_r(struct known *known, uint64_t more)
{
    const uint64_t number[6] = {more};
    int64_t m = known->sum < 0 ? -known->sum : known->sum;
    words_reduce_once(known->q.r, natt_p384_g[m / 2][0], natt_p384_n);
    words_add(known->q.r, known->q.r, number);
}

static void expect(const struct test_one *one, struct known *known, bool exceptional, const char *what)
{
    set_r(known, 0);
    check(one->ask(&known->q) == (exceptional ? NATT_LANES_UNKNOWN : NATT_LANES_MATCHES), one->engine->name, what);
    check(one->engine->matches(&known->q), one->engine->name, what);
    set_r(known, 1);
    check(one->ask(&known->q) == (exceptional ? NATT_LANES_UNKNOWN : NATT_LANES_DIFFERS), one->engine->name, what);
    check(!one->engine->matches(&known->q), one->engine->name, what);
}

static void check_sums(const struct test_one *one)
{
    struct known known;
    begin(&known, 3);
    add_q(&known, 0, 5);
    expect(one, &known, false, "u1 = 0, one digit");
    begin(&known, 3);
    add_q(&known, 0, -5);
    expect(one, &known, false, "u1 = 0, one negative digit");
    begin(&known, 3);
    add_g(&known, 0, -77);
    expect(one, &known, false, "u2 = 0");
    begin(&known, 5);
    add_q(&known, 2, 7);
    add_g(&known, 2, -15);
    add_g(&known, 0, 1);
    expect(one, &known, false, "35 G - 15 G, doubled twice, and G");
    begin(&known, 1);
    add_q(&known, 3, 5);
    add_g(&known, 3, 5);
    add_g(&known, 0, 1);
    expect(one, &known, true, "equal points");
    begin(&known, 3);
    add_q(&known, 3, 5);
    add_g(&known, 3, -15);
    add_g(&known, 0, 1);
    expect(one, &known, true, "opposite points");
    begin(&known, 3);
    add_q(&known, 1, 5);
    add_g(&known, 1, 13);
    add_g(&known, 0, 1);
    expect(one, &known, false, "other points");
}

static void check_no_digit(const struct test_one *one)
{
    struct known known;
    begin(&known, 3);
    known.sum = 1;
    set_r(&known, 0);
    check(one->ask(&known.q) == NATT_LANES_UNKNOWN, one->engine->name, "no digit");
    check(!one->engine->matches(&known.q), one->engine->name, "no digit");
}

/* A key whose y is 0 is none; its table has a point that is infinite. */
static void check_no_point(const struct test_one *one)
{
    struct known known;
    begin(&known, 3);
    memset(known.q.key[1], 0, sizeof known.q.key[1]);
    add_q(&known, 0, 5);
    check(one->ask(&known.q) == NATT_LANES_UNKNOWN, one->engine->name, "no table");
}

/* ---- random scalars ---- */

static void check_random(const struct test_one *one, int rounds)
{
    struct natt_p384_question q;
    uint64_t u1[6], u2[6], state = 7;
    for (int i = 0; i < rounds; i++) {
        memcpy(q.key, natt_p384_g[i % NATT_P384_G_POINTS], sizeof q.key);
        random_number(u1, &state);
        random_number(u2, &state);
        random_number(q.r, &state);
        words_reduce_once(q.r, q.r, natt_p384_n);
        natt_p384_recode(&q.u1, u1, NATT_P384_G_WINDOW);
        natt_p384_recode(&q.u2, u2, NATT_P384_Q_WINDOW);
        check(one->engine->matches(&q) == SCALAR->matches(&q), one->engine->name, "random scalars");
    }
}

int main(int argc, char **argv)
{
    size_t step = argc > 1 ? (size_t)atoi(argv[1]) : 1;
    for (unsigned i = 0; test_one(i) != NULL; i++) {
        const struct test_one *one = test_one(i);
        printf("engine %s%s\n", one->engine->name, i < TEST_ONE_PLAIN ? " (C)" : "");
        check_edges(one, i < TEST_ONE_PLAIN && step > 0 ? step : 1);
        check_sums(one);
        check_no_digit(one);
        check_no_point(one);
        check_random(one, 20);
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
