/* The committed edge cases, on every engine, through the table and on mbedTLS. */
#include <criterion/criterion.h>

#include "verify/crypto/crypto.h"
#include "verify/crypto/test/edge_cases.h"
#include "verify/crypto/test/engines.h"
#include "verify/crypto/test/lanes_engines.h"
#include "verify/crypto/test/peers.h"

Test(p384, answers_every_edge_case_on_every_engine)
{
    struct natt_job job;
    uint8_t key[96];
    for (unsigned e = 0; test_engine(e) != NULL; e++) {
        for (size_t i = 0; i < EDGE_COUNT; i++) {
            const struct edge_case *edge = &edge_cases[i];
            edge_job(&job, key, edge);
            cr_expect(natt_p384_verify(test_engine(e), &job) == (edge->holds ? NATT_CRYPTO_VALID : NATT_CRYPTO_INVALID),
                      "%s: %s", test_engine(e)->name, edge->name);
            cr_expect(natt_p384_on_curve(test_engine(e), key) ==
                          (edge->on_curve ? NATT_CRYPTO_VALID : NATT_CRYPTO_INVALID),
                      "%s: key of %s", test_engine(e)->name, edge->name);
        }
    }
}

/* In a build with small tables, no key gets one. */
Test(p384, answers_every_edge_case_the_same_with_a_table, .timeout = 120)
{
    static struct natt_key_table table;
    struct natt_job job;
    uint8_t key[96];
    for (size_t i = 0; i < EDGE_COUNT; i++) {
        edge_job(&job, key, &edge_cases[i]);
        for (unsigned e = 0; test_engine(e) != NULL; e++) {
            if (memcmp(table.public_key, key, sizeof key) != 0)
                (void)natt_p384_make_table(test_engine(e), &table, key);
            job.table = &table;
            cr_expect(natt_p384_verify(test_engine(e), &job) ==
                          (edge_cases[i].holds ? NATT_CRYPTO_VALID : NATT_CRYPTO_INVALID),
                      "%s: %s", test_engine(e)->name, edge_cases[i].name);
        }
    }
}

Test(p384, edge_cases_mean_the_same_to_mbedtls, .timeout = 120)
{
    struct natt_job job;
    uint8_t key[96];
    for (size_t i = 0; i < EDGE_COUNT; i++) {
        edge_job(&job, key, &edge_cases[i]);
        cr_expect(mbedtls_holds(&job) == edge_cases[i].holds, "%s", edge_cases[i].name);
    }
}

static size_t holding_case(void)
{
    size_t i = 0;
    while (!edge_cases[i].holds)
        i++;
    return i;
}

#define JOBS 9

/* All jobs are valid, in a list whose order is not that of memory. */
static void make_jobs(struct natt_job jobs[JOBS], uint8_t keys[JOBS][96], struct natt_job *list[JOBS])
{
    for (size_t i = 0; i < JOBS; i++) {
        edge_job(&jobs[i], keys[i], &edge_cases[holding_case()]);
        list[i] = &jobs[i * 2 % JOBS];
    }
}

Test(native, answers_all_jobs_when_all_hold)
{
    struct natt_job jobs[JOBS], *list[JOBS];
    uint8_t keys[JOBS][96];
    make_jobs(jobs, keys, list);
    natt_crypto_native.verify(list, 5);
    for (size_t i = 0; i < JOBS; i++)
        cr_expect_eq(list[i]->answer, i < 5 ? NATT_CRYPTO_VALID : NATT_CRYPTO_ERROR, "only the first five are listed");
}

/* In turn, each of n jobs is invalid. */
static void check_around_a_wrong_one(const struct natt_crypto *crypto, size_t n, const struct natt_key_table *table)
{
    struct natt_job jobs[JOBS], *list[JOBS];
    uint8_t keys[JOBS][96];
    for (size_t wrong = 0; wrong < n; wrong++) {
        make_jobs(jobs, keys, list);
        list[wrong]->hash[47] ^= 1;
        for (size_t i = 0; i < JOBS; i += 2)
            list[i]->table = table;
        crypto->verify(list, n);
        for (size_t i = 0; i < JOBS; i++) {
            natt_crypto_answer asked = i == wrong ? NATT_CRYPTO_INVALID : NATT_CRYPTO_VALID;
            cr_expect_eq(list[i]->answer, i < n ? asked : NATT_CRYPTO_ERROR);
        }
    }
}

Test(native, answers_every_job_around_a_wrong_one)
{
    for (size_t n = 1; n <= JOBS; n += 4)
        check_around_a_wrong_one(&natt_crypto_native, n, NULL);
}

/* Some of these numbers fill lanes, others leave jobs to the scalar engine; also with a table for every second job. */
Test(native, answers_every_job_around_a_wrong_one_with_lanes)
{
    static struct natt_key_table table;
    struct natt_job job;
    uint8_t key[96];
    edge_job(&job, key, &edge_cases[holding_case()]);
    const struct natt_key_table *made = natt_crypto_native.make_table(&table, key) ? &table : NULL;
    for (unsigned t = 0; test_lanes_table(t) != NULL; t++)
        for (size_t n = 1; n <= JOBS; n++) {
            check_around_a_wrong_one(test_lanes_table(t), n, NULL);
            check_around_a_wrong_one(test_lanes_table(t), n, made);
        }
}

Test(native, judges_keys_through_the_table)
{
    struct natt_job job;
    uint8_t key[96];
    for (size_t i = 0; i < EDGE_COUNT; i++) {
        edge_job(&job, key, &edge_cases[i]);
        cr_expect_eq(natt_crypto_native.on_curve(key),
                     edge_cases[i].on_curve ? NATT_CRYPTO_VALID : NATT_CRYPTO_INVALID);
    }
}
