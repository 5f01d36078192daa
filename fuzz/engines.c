/*
 * Property: every engine returns the same answers, with and without a table of the key, and the correct answer where it
 * is known: for Q = kG from the table of multiples, u1 = m - u2 k makes u1 G + u2 Q = mG, whose x coordinate is also in
 * the table. Lanes may leave a signature to the scalar engine, if r is below p - n or a sum is exceptional.
 * Input: u2 (48 bytes), which k and which m, a different r (48 bytes), 96 bytes that may or may not be a curve point.
 */
#include "verify/crypto/test/engines.h"
#include "fuzz/p384_numbers.h"
#include "verify/crypto/test/lanes_engines.h"

/* Computes u1 = m - u2 * k mod n with mbedTLS. */
static void complete(uint64_t u1[6], const uint64_t u2[6], unsigned k, unsigned m)
{
    const uint64_t small_k[6] = {k};
    uint8_t bytes[48];
    mbedtls_mpi x, y, n;
    fuzz_number_mpi(&x, u2);
    fuzz_number_mpi(&y, small_k);
    fuzz_number_mpi(&n, natt_p384_n);
    MUST(mbedtls_mpi_mul_mpi(&x, &x, &y) == 0 && mbedtls_mpi_lset(&y, (mbedtls_mpi_sint)m) == 0);
    MUST(mbedtls_mpi_sub_mpi(&x, &y, &x) == 0 && mbedtls_mpi_mod_mpi(&x, &x, &n) == 0);
    MUST(mbedtls_mpi_write_binary(&x, bytes, sizeof bytes) == 0);
    words_from_bytes(u1, bytes);
    mbedtls_mpi_free(&n);
    mbedtls_mpi_free(&y);
    mbedtls_mpi_free(&x);
}

static void check_matches(const struct natt_p384_question *q, const uint64_t wrong[6])
{
    struct natt_p384_question other = *q;
    memcpy(other.r, wrong, sizeof other.r);
    words_reduce_once(other.r, other.r, natt_p384_n);
    bool same = words_equal(other.r, q->r);
    for (unsigned i = 0; test_engine(i) != NULL; i++) {
        MUST(test_engine(i)->matches(q));
        MUST(test_engine(i)->matches(&other) == same);
    }
}

/* Builds each key's table once; the engines take turns. */
static const struct natt_key_table *table_of(unsigned k)
{
    static struct natt_key_table tables[NATT_P384_G_POINTS];
    static bool made[NATT_P384_G_POINTS];
    unsigned engines = 1;
    while (test_engine(engines) != NULL)
        engines++;
    if (!made[k])
        MUST(test_engine(k % engines)->make_table(&tables[k], natt_p384_g[k]));
    made[k] = true;
    return &tables[k];
}

/* In every lane. m G and k G are small multiples: sums meet there, and are left to the scalar engine. */
static void check_lanes(const struct natt_p384_lanes *lanes, const struct natt_p384_table_question *q, bool matches)
{
    struct natt_p384_table_question all[NATT_LANES_MAX];
    natt_lanes_answer answers[NATT_LANES_MAX];
    for (int split = 0; split < 2; split++) {
        size_t count = split ? lanes->lanes / NATT_LANES_SPLIT : lanes->lanes;
        for (size_t i = 0; i < count; i++)
            all[i] = *q;
        lanes->matches_with_table(answers, all, split);
        for (size_t i = 0; i < count; i++)
            MUST(answers[i] == (matches ? NATT_LANES_MATCHES : NATT_LANES_DIFFERS) || answers[i] == NATT_LANES_UNKNOWN);
    }
}

/* Requires the same answers as check_matches does. */
static void check_with_table(const struct natt_key_table *table, const uint64_t u1[6], const uint64_t u2[6],
                             const uint64_t r[6], const uint64_t wrong[6])
{
    struct natt_p384_table_question q = {.g = table_of(0), .key = table}, other;
    memcpy(q.r, r, sizeof q.r);
    natt_p384_comb_recode(&q.u1, u1);
    natt_p384_comb_recode(&q.u2, u2);
    other = q;
    memcpy(other.r, wrong, sizeof other.r);
    words_reduce_once(other.r, other.r, natt_p384_n);
    for (unsigned i = 0; test_engine(i) != NULL; i++) {
        MUST(test_engine(i)->matches_with_table(&q));
        MUST(test_engine(i)->matches_with_table(&other) == words_equal(other.r, q.r));
    }
    for (unsigned i = test_lanes_of_processor(0) == NULL ? 0 : TEST_LANES_PLAIN; test_lanes(i) != NULL; i++) {
        check_lanes(test_lanes(i), &q, true);
        check_lanes(test_lanes(i), &other, words_equal(other.r, q.r));
    }
}

static void check_on_curve(const uint8_t point[96])
{
    natt_crypto_answer first = natt_p384_on_curve(test_engine(0), point);
    for (unsigned i = 1; test_engine(i) != NULL; i++)
        MUST(natt_p384_on_curve(test_engine(i), point) == first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_bytes in = {data, size};
    struct natt_p384_question q;
    uint64_t u1[6], u2[6], wrong[6];
    uint8_t k, m, point[96];
    fuzz_number_take(&in, u2);
    fuzz_take(&in, &k, 1);
    fuzz_take(&in, &m, 1);
    fuzz_number_take(&in, wrong);
    fuzz_take(&in, point, sizeof point);
    k %= NATT_P384_G_POINTS;
    m %= NATT_P384_G_POINTS;
    words_reduce_once(u2, u2, natt_p384_n);
    complete(u1, u2, 2u * k + 1, 2u * m + 1);
    memcpy(q.key, natt_p384_g[k], sizeof q.key);
    words_reduce_once(q.r, natt_p384_g[m][0], natt_p384_n);
    natt_p384_recode(&q.u1, u1, NATT_P384_G_WINDOW);
    natt_p384_recode(&q.u2, u2, NATT_P384_Q_WINDOW);
    check_matches(&q, wrong);
    check_with_table(table_of(k), u1, u2, q.r, wrong);
    check_on_curve(point);
    return 0;
}
