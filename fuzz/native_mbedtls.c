/*
 * Property: the native back end, with and without lanes, gives the same answer as mbedTLS for every signature. Valid
 * signatures are made without a private key: with R = u1 G + u2 Q and r = x(R), s = r/u2 and hash = u1 s are a valid
 * signature for any u1 and u2. Input: u1, u2, d for Q = dG (48 bytes each), then changes of hash, r, s, x and y: a byte
 * and its offset each.
 */
#include "fuzz/p384_numbers.h"
#include "verify/crypto/p384/p384.h"
#include "verify/crypto/test/lanes_engines.h"

#include <mbedtls/ecp.h>

struct made {
    mbedtls_ecp_group group;
    mbedtls_mpi u1, u2, d, s, hash;
    mbedtls_ecp_point q, sum;
};

/* 1 .. n-1 */
static void take_scalar(natt_bytes *in, mbedtls_mpi *out)
{
    uint64_t words[6];
    fuzz_number_take(in, words);
    words_reduce_once(words, words, natt_p384_n);
    words[0] |= words_are_zero(words);
    fuzz_number_mpi(out, words);
}

static bool make_points(struct made *m)
{
    static mbedtls_mpi one;
    MUST(mbedtls_mpi_lset(&one, 1) == 0);
    return mbedtls_ecp_muladd(&m->group, &m->q, &m->d, &m->group.G, &m->group.N, &m->group.G) == 0 &&
           mbedtls_ecp_muladd(&m->group, &m->sum, &m->u1, &m->group.G, &m->u2, &m->q) == 0;
}

/* Returns false if the sum is the point at infinity, or r is 0. */
static bool make_signature(struct made *m, struct natt_job *job, uint8_t key[96])
{
    uint8_t encoded[97];
    size_t len;
    mbedtls_mpi *n = &m->group.N, *r = &m->d;
    if (!make_points(m) ||
        mbedtls_ecp_point_write_binary(&m->group, &m->sum, MBEDTLS_ECP_PF_UNCOMPRESSED, &len, encoded, 97) != 0)
        return false;
    bool ok = len == 97 && mbedtls_mpi_read_binary(r, encoded + 1, 48) == 0 && mbedtls_mpi_mod_mpi(r, r, n) == 0 &&
              mbedtls_mpi_cmp_int(r, 0) != 0 && mbedtls_mpi_inv_mod(&m->s, &m->u2, n) == 0 &&
              mbedtls_mpi_mul_mpi(&m->s, &m->s, r) == 0 && mbedtls_mpi_mod_mpi(&m->s, &m->s, n) == 0 &&
              mbedtls_mpi_mul_mpi(&m->hash, &m->s, &m->u1) == 0 && mbedtls_mpi_mod_mpi(&m->hash, &m->hash, n) == 0 &&
              mbedtls_ecp_point_write_binary(&m->group, &m->q, MBEDTLS_ECP_PF_UNCOMPRESSED, &len, encoded, 97) == 0;
    memcpy(key, encoded + 1, 96);
    return ok && len == 97 && mbedtls_mpi_write_binary(r, job->r, 48) == 0 &&
           mbedtls_mpi_write_binary(&m->s, job->s, 48) == 0 && mbedtls_mpi_write_binary(&m->hash, job->hash, 48) == 0;
}

static bool make_job(natt_bytes *in, struct natt_job *job, uint8_t key[96])
{
    struct made m;
    mbedtls_ecp_group_init(&m.group);
    mbedtls_ecp_point_init(&m.q);
    mbedtls_ecp_point_init(&m.sum);
    mbedtls_mpi_init(&m.s);
    mbedtls_mpi_init(&m.hash);
    take_scalar(in, &m.u1);
    take_scalar(in, &m.u2);
    take_scalar(in, &m.d);
    bool ok = mbedtls_ecp_group_load(&m.group, MBEDTLS_ECP_DP_SECP384R1) == 0 && make_signature(&m, job, key);
    mbedtls_mpi *numbers[] = {&m.u1, &m.u2, &m.d, &m.s, &m.hash};
    for (int i = 0; i < 5; i++)
        mbedtls_mpi_free(numbers[i]);
    mbedtls_ecp_point_free(&m.sum);
    mbedtls_ecp_point_free(&m.q);
    mbedtls_ecp_group_free(&m.group);
    return ok;
}

/* Returns true if something changed. */
static bool spoil(natt_bytes *in, struct natt_job *job, uint8_t key[96])
{
    uint8_t *parts[] = {job->hash, job->r, job->s, key, key + 48};
    bool changed = false;
    for (int i = 0; i < 5; i++) {
        uint8_t by, at;
        fuzz_take(in, &by, 1);
        fuzz_take(in, &at, 1);
        parts[i][at % 48] ^= by;
        changed = changed || by != 0;
    }
    return changed;
}

static bool in_range(const uint8_t bytes[48])
{
    uint64_t words[6];
    words_from_bytes(words, bytes);
    return !words_are_zero(words) && words_less(words, natt_p384_n);
}

/* Requires the same answer with a table of the key. */
static void check_with_table(const struct natt_job *job)
{
    static struct natt_key_table table;
    struct natt_job again = *job, *one = &again;
    if (!natt_crypto_native.make_table(&table, job->public_key))
        return;
    again.table = &table;
    natt_crypto_native.verify(&one, 1);
    MUST(again.answer == job->answer);
}

/* Tests the lanes of this processor, or the plain C lanes if it has none. */
static void check_lanes(const struct natt_job *job)
{
    struct natt_job again = *job, *one = &again;
    bool none = test_lanes_of_processor(0) == NULL;
    for (unsigned i = none ? 0 : TEST_LANES_PLAIN; test_lanes(i) != NULL && (i == 0 || !none); i++) {
        again.answer = NATT_CRYPTO_ERROR;
        test_lanes_verify(test_lanes(i), NATT_LANES_NO_TABLE, 1, natt_p384_engine(), &one, 1);
        MUST(again.answer == job->answer);
    }
}

/* The same of one signature in lanes. */
static void check_one(const struct natt_job *job)
{
    const struct test_one *one = test_one_of_processor();
    MUST(natt_p384_verify((one != NULL ? one : test_one(0))->engine, job) == job->answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_bytes in = {data, size};
    struct natt_job job = {0}, twin, *one = &job, *other = &twin;
    uint8_t key[96];
    if (!make_job(&in, &job, key))
        return 0;
    bool changed = spoil(&in, &job, key);
    job.public_key = key;
    twin = job;
    MUST(natt_crypto_native.on_curve(key) == natt_crypto_mbedtls.on_curve(key));
    natt_crypto_native.verify(&one, 1);
    check_with_table(&job);
    MUST(changed || job.answer == NATT_CRYPTO_VALID);
    check_lanes(&job);
    check_one(&job);
    if (natt_crypto_native.on_curve(key) == NATT_CRYPTO_VALID && in_range(job.r) && in_range(job.s)) {
        natt_crypto_mbedtls.verify(&other, 1);
        MUST(twin.answer == job.answer);
    } else {
        MUST(job.answer == NATT_CRYPTO_INVALID);
    }
    return 0;
}
