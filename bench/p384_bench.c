/*
 * One ECDSA P-384 verification, digest given, by each implementation side by side: every round times each of them once,
 * so that noise and frequency changes meet all alike, and medians are compared. Prints a table, or JSON with --json.
 *
 * usage: p384_bench [--json] [--rounds N] [--cpu N]
 */
#define _GNU_SOURCE
#include <mbedtls/ecdsa.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verify/crypto/p384.h"
#include "verify/crypto/test/engines.h"

#define KEYS       16
#define MAX_ROUNDS 100000
#define MAX_PEERS  10

struct sample {
    struct natt_job job;
    uint8_t key[97]; /* 04 || x || y */
    EC_KEY *openssl_key;
    ECDSA_SIG *openssl_signature;
    mbedtls_ecp_point mbedtls_key;
    mbedtls_mpi r, s;
};

static struct sample samples[KEYS];
static mbedtls_ecp_group group;

struct peer {
    const char *name;
    bool (*run)(const struct sample *sample, const struct natt_p384_engine *engine);
    const struct natt_p384_engine *engine;
    double median_us;
};

static double times[MAX_PEERS][MAX_ROUNDS];

static bool run_native(const struct sample *sample, const struct natt_p384_engine *engine)
{
    return natt_p384_verify(engine, &sample->job) == NATT_CRYPTO_HOLDS;
}

static bool run_openssl(const struct sample *sample, const struct natt_p384_engine *engine)
{
    (void)engine;
    return ECDSA_do_verify(sample->job.hash, 48, sample->openssl_signature, sample->openssl_key) == 1;
}

/* mbedTLS caches nothing in the group that helps a verification; the key's point is decoded beforehand. */
static bool run_mbedtls_reused(const struct sample *sample, const struct natt_p384_engine *engine)
{
    (void)engine;
    return mbedtls_ecdsa_verify(&group, sample->job.hash, 48, &sample->mbedtls_key, &sample->r, &sample->s) == 0;
}

/* As its X.509 code does: the group is loaded with every key, and the key decoded and checked. */
static bool run_mbedtls_loaded(const struct sample *sample, const struct natt_p384_engine *engine)
{
    mbedtls_ecp_keypair pair;
    (void)engine;
    mbedtls_ecp_keypair_init(&pair);
    bool holds = mbedtls_ecp_group_load(&pair.grp, MBEDTLS_ECP_DP_SECP384R1) == 0 &&
                 mbedtls_ecp_point_read_binary(&pair.grp, &pair.Q, sample->key, 97) == 0 &&
                 mbedtls_ecp_check_pubkey(&pair.grp, &pair.Q) == 0 &&
                 mbedtls_ecdsa_verify(&pair.grp, sample->job.hash, 48, &pair.Q, &sample->r, &sample->s) == 0;
    mbedtls_ecp_keypair_free(&pair);
    return holds;
}

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "p384_bench: %s failed\n", what);
    exit(1);
}

static void make_sample(struct sample *s, int seed)
{
    uint8_t *at = s->key;
    for (int i = 0; i < 48; i++)
        s->job.hash[i] = (uint8_t)(seed * 31 + i * 7);
    s->openssl_key = EC_KEY_new_by_curve_name(NID_secp384r1);
    must(EC_KEY_generate_key(s->openssl_key) == 1 && i2o_ECPublicKey(s->openssl_key, &at) == 97, "key");
    s->openssl_signature = ECDSA_do_sign(s->job.hash, 48, s->openssl_key);
    must(s->openssl_signature != NULL, "signature");
    BN_bn2binpad(ECDSA_SIG_get0_r(s->openssl_signature), s->job.r, 48);
    BN_bn2binpad(ECDSA_SIG_get0_s(s->openssl_signature), s->job.s, 48);
    s->job.public_key = s->key + 1;
    mbedtls_ecp_point_init(&s->mbedtls_key);
    mbedtls_mpi_init(&s->r);
    mbedtls_mpi_init(&s->s);
    must(mbedtls_ecp_point_read_binary(&group, &s->mbedtls_key, s->key, 97) == 0 &&
             mbedtls_mpi_read_binary(&s->r, s->job.r, 48) == 0 && mbedtls_mpi_read_binary(&s->s, s->job.s, 48) == 0,
         "mbedTLS copy");
}

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof(values[0]), by_size);
    return values[count / 2];
}

/* The first tenth of the rounds warms up and is not counted. */
static void measure(struct peer *peers, int count, int rounds)
{
    int warm = rounds / 10;
    for (int round = -warm; round < rounds; round++) {
        const struct sample *sample = &samples[(round + warm) % KEYS];
        for (int i = 0; i < count; i++) {
            double start = now_us();
            must(peers[i].run(sample, peers[i].engine), peers[i].name);
            if (round >= 0)
                times[i][round] = now_us() - start;
        }
    }
    for (int i = 0; i < count; i++)
        peers[i].median_us = median(times[i], rounds);
}

static int list_peers(struct peer *peers)
{
    int count = 0;
    peers[count++] = (struct peer){"OpenSSL libcrypto", run_openssl, NULL, 0};
    peers[count++] = (struct peer){"mbedTLS, group reused", run_mbedtls_reused, NULL, 0};
    peers[count++] = (struct peer){"mbedTLS, group loaded per key", run_mbedtls_loaded, NULL, 0};
    for (unsigned i = 0; test_engine(i) != NULL; i++)
        peers[count++] = (struct peer){test_engine(i)->name, run_native, test_engine(i), 0};
    return count;
}

static void print_table(const struct peer *peers, int count)
{
    printf("%-30s %10s %12s %12s %14s\n", "one P-384 verification", "us", "x OpenSSL", "x mbedTLS", "x mbedTLS/key");
    for (int i = 0; i < count; i++)
        printf("%-30s %10.1f %12.2f %12.2f %14.2f\n", peers[i].name, peers[i].median_us,
               peers[0].median_us / peers[i].median_us, peers[1].median_us / peers[i].median_us,
               peers[2].median_us / peers[i].median_us);
}

static void print_json(const struct peer *peers, int count, int rounds)
{
    printf("{\"benchmark\": \"p384_verify\", \"rounds\": %d, \"results\": [", rounds);
    for (int i = 0; i < count; i++)
        printf(
            "%s\n  {\"name\": \"%s\", \"median_us\": %.2f, \"times_openssl\": %.3f, \"times_mbedtls_per_key\": %.3f}",
            i == 0 ? "" : ",", peers[i].name, peers[i].median_us, peers[0].median_us / peers[i].median_us,
            peers[2].median_us / peers[i].median_us);
    printf("\n]}\n");
}

static void pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((unsigned)cpu, &set);
    if (sched_setaffinity(0, sizeof(set), &set) != 0)
        fprintf(stderr, "p384_bench: not pinned\n");
}

int main(int argc, char **argv)
{
    struct peer peers[MAX_PEERS];
    int rounds = 500, cpu = 0;
    bool json = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            json = true;
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            rounds = atoi(argv[++i]);
        else if (strcmp(argv[i], "--cpu") == 0 && i + 1 < argc)
            cpu = atoi(argv[++i]);
    }
    must(rounds > 0 && rounds <= MAX_ROUNDS, "--rounds");
    pin(cpu);
    must(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP384R1) == 0, "mbedTLS group");
    for (int i = 0; i < KEYS; i++)
        make_sample(&samples[i], i);
    int count = list_peers(peers);
    measure(peers, count, rounds);
    if (json)
        print_json(peers, count, rounds);
    else
        print_table(peers, count);
    return 0;
}
