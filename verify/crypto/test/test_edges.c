/* The committed edge cases, on every engine, through the table and on mbedTLS. */
#include <criterion/criterion.h>

#include "verify/crypto/crypto.h"
#include "verify/crypto/test/edge_cases.h"
#include "verify/crypto/test/engines.h"
#include "verify/crypto/test/peers.h"

Test(p384, answers_every_edge_case_on_every_engine)
{
    struct natt_job job;
    uint8_t key[96];
    for (unsigned e = 0; test_engine(e) != NULL; e++) {
        for (size_t i = 0; i < EDGE_COUNT; i++) {
            const struct edge_case *edge = &edge_cases[i];
            edge_job(&job, key, edge);
            cr_expect(natt_p384_verify(test_engine(e), &job) == (edge->holds ? NATT_CRYPTO_HOLDS : NATT_CRYPTO_REFUSED),
                      "%s: %s", test_engine(e)->name, edge->name);
            cr_expect(natt_p384_on_curve(test_engine(e), key) ==
                          (edge->on_curve ? NATT_CRYPTO_HOLDS : NATT_CRYPTO_REFUSED),
                      "%s: key of %s", test_engine(e)->name, edge->name);
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

Test(native, answers_all_jobs_when_all_hold)
{
    struct natt_job jobs[5];
    uint8_t keys[5][96];
    for (size_t i = 0; i < 5; i++)
        edge_job(&jobs[i], keys[i], &edge_cases[holding_case()]);
    natt_crypto_native.verify(jobs, 5);
    for (size_t i = 0; i < 5; i++)
        cr_expect_eq(jobs[i].answer, NATT_CRYPTO_HOLDS);
}

Test(native, leaves_jobs_after_a_refused_one_failed)
{
    struct natt_job jobs[3];
    uint8_t keys[3][96];
    for (size_t i = 0; i < 3; i++)
        edge_job(&jobs[i], keys[i], &edge_cases[holding_case()]);
    jobs[1].hash[47] ^= 1;
    natt_crypto_native.verify(jobs, 3);
    cr_expect_eq(jobs[0].answer, NATT_CRYPTO_HOLDS);
    cr_expect_eq(jobs[1].answer, NATT_CRYPTO_REFUSED);
    cr_expect_eq(jobs[2].answer, NATT_CRYPTO_FAILED);
}

Test(native, judges_keys_through_the_table)
{
    struct natt_job job;
    uint8_t key[96];
    for (size_t i = 0; i < EDGE_COUNT; i++) {
        edge_job(&job, key, &edge_cases[i]);
        cr_expect_eq(natt_crypto_native.on_curve(key),
                     edge_cases[i].on_curve ? NATT_CRYPTO_HOLDS : NATT_CRYPTO_REFUSED);
    }
}
