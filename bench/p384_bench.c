/*
 * Measures one ECDSA P-384 verification of a given digest by each implementation; every round uses a different one of
 * 16 keys. Also measures eight verifications at once in lanes, and single products in lanes compared with those of the
 * scalar engine.
 *
 * usage: p384_bench [--json] [--rounds N] [--cpu N]
 */
#include <mbedtls/ecdsa.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <stdio.h>
#include <string.h>

#include "bench/harness.h"
#include "verify/crypto/p384/p384.h"
#include "verify/crypto/test/engines.h"
#include "verify/crypto/test/lanes_engines.h"

#define KEYS 16

struct sample {
    struct natt_job job, hot; /* hot: with a table of the key */
    struct natt_key_table table;
    uint8_t key[97]; /* 04 || x || y */
    EC_KEY *openssl_key;
    ECDSA_SIG *openssl_signature;
    mbedtls_ecp_point mbedtls_key;
    mbedtls_mpi r, s;
};

static struct sample samples[KEYS];
static mbedtls_ecp_group group;

static bool run_native(const void *engine, unsigned round)
{
    return natt_p384_verify(engine, &samples[round % KEYS].job) == NATT_CRYPTO_VALID;
}

static bool run_hot(const void *engine, unsigned round)
{
    return natt_p384_verify(engine, &samples[round % KEYS].hot) == NATT_CRYPTO_VALID;
}

static bool run_table(const void *engine, unsigned round)
{
    struct sample *s = &samples[round % KEYS];
    return natt_p384_make_table(engine, &s->table, s->key + 1);
}

static bool run_openssl(const void *nothing, unsigned round)
{
    const struct sample *s = &samples[round % KEYS];
    (void)nothing;
    return ECDSA_do_verify(s->job.hash, 48, s->openssl_signature, s->openssl_key) == 1;
}

/* mbedTLS stores nothing in the group that makes a verification faster; the key's point is decoded beforehand. */
static bool run_mbedtls_reused(const void *nothing, unsigned round)
{
    const struct sample *s = &samples[round % KEYS];
    (void)nothing;
    return mbedtls_ecdsa_verify(&group, s->job.hash, 48, &s->mbedtls_key, &s->r, &s->s) == 0;
}

/* Works like mbedTLS's X.509 code: loads the group for every key, and decodes and checks the key. */
static bool run_mbedtls_loaded(const void *nothing, unsigned round)
{
    const struct sample *s = &samples[round % KEYS];
    mbedtls_ecp_group own;
    mbedtls_ecp_point key;
    (void)nothing;
    mbedtls_ecp_group_init(&own);
    mbedtls_ecp_point_init(&key);
    bool holds = mbedtls_ecp_group_load(&own, MBEDTLS_ECP_DP_SECP384R1) == 0 &&
                 mbedtls_ecp_point_read_binary(&own, &key, s->key, 97) == 0 &&
                 mbedtls_ecp_check_pubkey(&own, &key) == 0 &&
                 mbedtls_ecdsa_verify(&own, s->job.hash, 48, &key, &s->r, &s->s) == 0;
    mbedtls_ecp_point_free(&key);
    mbedtls_ecp_group_free(&own);
    return holds;
}

static void make_sample(struct sample *s, int seed)
{
    uint8_t *at = s->key;
    for (int i = 0; i < 48; i++)
        s->job.hash[i] = (uint8_t)(seed * 31 + i * 7);
    s->openssl_key = EC_KEY_new_by_curve_name(NID_secp384r1);
    bench_must(EC_KEY_generate_key(s->openssl_key) == 1 && i2o_ECPublicKey(s->openssl_key, &at) == 97, "key");
    s->openssl_signature = ECDSA_do_sign(s->job.hash, 48, s->openssl_key);
    bench_must(s->openssl_signature != NULL, "signature");
    BN_bn2binpad(ECDSA_SIG_get0_r(s->openssl_signature), s->job.r, 48);
    BN_bn2binpad(ECDSA_SIG_get0_s(s->openssl_signature), s->job.s, 48);
    s->job.public_key = s->key + 1;
    s->hot = s->job;
    s->hot.table = &s->table;
    bench_must(natt_p384_make_table(natt_p384_engine(), &s->table, s->key + 1), "table");
    mbedtls_ecp_point_init(&s->mbedtls_key);
    mbedtls_mpi_init(&s->r);
    mbedtls_mpi_init(&s->s);
    bench_must(mbedtls_ecp_point_read_binary(&group, &s->mbedtls_key, s->key, 97) == 0 &&
                   mbedtls_mpi_read_binary(&s->r, s->job.r, 48) == 0 &&
                   mbedtls_mpi_read_binary(&s->s, s->job.s, 48) == 0,
               "mbedTLS copy");
}

/* The goals of each engine: against OpenSSL, against mbedTLS as its X.509 code uses it, and with a table of the key
 * against without. 0: no goal. One signature in lanes has the tables of the engine below it. */
static const struct engine_goal {
    const char *name;
    double openssl, mbedtls, table;
} engine_goals[] = {{"adx", 3.5, 9, 3}, {"wide", 2.6, 0, 3}, {"one, IFMA", 5.5, 14, 0}};

static struct engine_goal goal_of(const char *engine)
{
    for (size_t i = 0; i < sizeof engine_goals / sizeof engine_goals[0]; i++)
        if (strcmp(engine_goals[i].name, engine) == 0)
            return engine_goals[i];
    return (struct engine_goal){engine, 0, 0, 3};
}

static void add_all(struct bench_group *g)
{
    bench_add(g, "OpenSSL libcrypto", run_openssl, NULL);
    bench_add(g, "mbedTLS, group reused", run_mbedtls_reused, NULL);
    bench_add(g, "mbedTLS, group loaded per key", run_mbedtls_loaded, NULL);
    for (unsigned i = 0; test_engine(i) != NULL; i++) {
        static char names[4][2][40];
        bench_must(i < 4, "engines");
        (void)snprintf(names[i][0], sizeof names[i][0], "%s, table of the key", test_engine(i)->name);
        (void)snprintf(names[i][1], sizeof names[i][1], "%s, making a table", test_engine(i)->name);
        const struct natt_p384_engine *engine = test_engine(i);
        struct engine_goal goal = goal_of(engine->name);
        size_t cold = g->peer_count;
        bench_add(g, engine->name, run_native, engine);
        bench_add(g, names[i][0], run_hot, engine);
        bench_add(g, names[i][1], run_table, engine);
        bench_compare(g, cold, 0, goal.openssl);
        bench_compare(g, cold, 2, goal.mbedtls);
        bench_compare(g, cold + 1, cold, goal.table);
    }
}

/* ---- lanes ---- */

static bool run_eight_scalar(const void *engine, unsigned round)
{
    bool valid = true;
    for (unsigned i = 0; i < 8; i++)
        valid = run_native(engine, round + i) && valid;
    return valid;
}

static bool verify_in_lanes(const struct natt_p384_lanes *engine, natt_lanes_kind kind, unsigned round, unsigned count)
{
    struct natt_job *list[8];
    bool valid = true;
    for (unsigned i = 0; i < count; i++)
        list[i] = kind == NATT_LANES_NO_TABLE ? &samples[(round + i) % KEYS].job : &samples[(round + i) % KEYS].hot;
    test_lanes_verify(engine, kind, 1, natt_p384_engine(), list, count);
    for (unsigned i = 0; i < count; i++)
        valid = valid && list[i]->answer == NATT_CRYPTO_VALID;
    return valid;
}

static bool run_eight_lanes(const void *engine, unsigned round)
{
    return verify_in_lanes(engine, NATT_LANES_NO_TABLE, round, 8);
}

static bool run_eight_hot_scalar(const void *engine, unsigned round)
{
    bool valid = true;
    for (unsigned i = 0; i < 8; i++)
        valid = run_hot(engine, round + i) && valid;
    return valid;
}

static bool run_eight_hot(const void *engine, unsigned round)
{
    return verify_in_lanes(engine, NATT_LANES_WHOLE, round, 8);
}

static bool run_four(const void *engine, unsigned round)
{
    return verify_in_lanes(engine, NATT_LANES_NO_TABLE, round, 4);
}

static bool run_two_hot(const void *engine, unsigned round)
{
    return verify_in_lanes(engine, NATT_LANES_SPLIT_UP, round, 2);
}

static bool run_one_hot(const void *engine, unsigned round)
{
    return verify_in_lanes(engine, NATT_LANES_SPLIT_UP, round, 1);
}

#define PRODUCTS 8000 /* in all lanes together */

static bool run_products_scalar(const void *engine, unsigned round)
{
    const struct natt_p384_engine *e = engine;
    uint64_t a[6] = {round + 2}, b[6] = {3, 5, 7, 11, 13, 17};
    for (int i = 0; i < PRODUCTS; i++)
        e->field_mul(a, a, b);
    return (a[0] | a[5]) != 0;
}

static bool run_products_lanes(const void *engine, unsigned round)
{
    const struct natt_p384_lanes *e = engine;
    static struct natt_lanes_operands o;
    uint64_t r[NATT_LANES_MAX][6];
    o.more = (uint32_t)(PRODUCTS / e->lanes - 1);
    for (int i = 0; i < NATT_LANES_MAX; i++) {
        o.a[i][0] = round + 2;
        o.b[i][5] = o.b[i][0] = 3;
    }
    e->field(NATT_LANES_MUL, r, &o);
    return (r[0][0] | r[0][5]) != 0;
}

static void add_lanes(struct bench_group *g, bool (*scalar)(const void *, unsigned),
                      bool (*lanes)(const void *, unsigned))
{
    bench_add(g, natt_p384_engine()->name, scalar, natt_p384_engine());
    for (unsigned i = 0; test_lanes_of_processor(i) != NULL; i++) {
        bench_add(g, test_lanes_of_processor(i)->name, lanes, test_lanes_of_processor(i));
        bench_compare(g, g->peer_count - 1, 0, 0);
    }
}

/* What the least number of jobs that are worth a slice depends on (verify/crypto/native/lanes_x86.c). */
static void add_slices(struct bench_group *g)
{
    static char names[3][4][60];
    bench_add(g, natt_p384_engine()->name, run_native, natt_p384_engine());
    bench_add(g, "with a table", run_hot, natt_p384_engine());
    for (unsigned i = 0; test_lanes_of_processor(i) != NULL; i++) {
        static const struct {
            const char *what;
            bool (*run)(const void *, unsigned);
        } slices[] = {{"four", run_four}, {"one with a table", run_one_hot}, {"two with a table", run_two_hot}};
        for (unsigned k = 0; k < sizeof slices / sizeof slices[0]; k++) {
            (void)snprintf(names[i][k], sizeof names[i][k], "%s: %s", test_lanes_of_processor(i)->name, slices[k].what);
            bench_add(g, names[i][k], slices[k].run, test_lanes_of_processor(i));
        }
    }
}

int main(int argc, char **argv)
{
    struct bench_options options = bench_begin(argc, argv, 300);
    static struct bench_group groups[] = {{.title = "one P-384 verification, digest given"},
                                          {.title = "eight P-384 verifications, digests given"},
                                          {.title = "eight with tables of their keys"},
                                          {.title = "what lanes cost"},
                                          {.title = "8000 products modulo p, in chains"}};
    const char *facts[] = {"processor", bench_processor(), "compiler", bench_compiler(), NULL};
    bench_must(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP384R1) == 0, "mbedTLS group");
    for (int i = 0; i < KEYS; i++)
        make_sample(&samples[i], i);
    add_all(&groups[0]);
    add_lanes(&groups[1], run_eight_scalar, run_eight_lanes);
    add_lanes(&groups[2], run_eight_hot_scalar, run_eight_hot);
    add_slices(&groups[3]);
    add_lanes(&groups[4], run_products_scalar, run_products_lanes);
    for (int i = 0; i < 5; i++)
        bench_measure(&groups[i], &options);
    bench_report(&options, "p384_verify", facts, groups, 5);
    return 0;
}
