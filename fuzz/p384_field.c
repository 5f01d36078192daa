/*
 * Property: arithmetic mod p of every engine equals that of mbedTLS's big numbers. Input: two numbers of 48 bytes, a
 * small factor, and a byte: bit 0 replaces the second number by p minus the first, bit 1 the first number by p minus
 * the second, to reach carries; bit 2 also tests the inverse.
 */
#include "fuzz/p384_numbers.h"
#include "verify/crypto/test/engines.h"

static void check_products(const struct natt_p384_engine *e, const uint64_t a[6], const uint64_t b[6], uint32_t k)
{
    const uint64_t factor[6] = {k};
    uint64_t got[6];
    e->field_mul(got, a, b);
    MUST(fuzz_number_equals(got, mbedtls_mpi_mul_mpi, a, b, natt_p384_p));
    e->field_sqr(got, a);
    MUST(fuzz_number_equals(got, mbedtls_mpi_mul_mpi, a, a, natt_p384_p));
    e->field_times(got, a, k);
    MUST(fuzz_number_equals(got, mbedtls_mpi_mul_mpi, a, factor, natt_p384_p));
}

static void check_sums(const struct natt_p384_engine *e, const uint64_t a[6], const uint64_t b[6])
{
    uint64_t got[6];
    e->field_add(got, a, b);
    MUST(fuzz_number_equals(got, mbedtls_mpi_add_mpi, a, b, natt_p384_p));
    e->field_sub(got, a, b);
    MUST(fuzz_number_equals(got, mbedtls_mpi_sub_mpi, a, b, natt_p384_p));
}

/* 1/a times a must be 1, and 1/0 must be 0. */
static void check_inverse(const struct natt_p384_engine *e, const uint64_t a[6])
{
    const uint64_t one[6] = {1};
    uint64_t reduced[6], inverse[6], product[6];
    words_reduce_once(reduced, a, natt_p384_p);
    e->field_inverse(inverse, reduced);
    e->field_mul(product, inverse, reduced);
    MUST(words_are_zero(reduced) ? words_are_zero(inverse) : words_equal(product, one));
    MUST(words_less(inverse, natt_p384_p));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_bytes in = {data, size};
    uint64_t a[6], b[6];
    uint8_t k, bend;
    fuzz_number_take(&in, a);
    fuzz_number_take(&in, b);
    fuzz_take(&in, &k, 1);
    fuzz_take(&in, &bend, 1);
    if (bend & 1)
        words_sub(b, natt_p384_p, a);
    if (bend & 2)
        words_sub(a, natt_p384_p, b);
    for (unsigned i = 0; test_engine(i) != NULL; i++) {
        check_products(test_engine(i), a, b, 1 + (k & 7));
        check_sums(test_engine(i), a, b);
        if (bend & 4)
            check_inverse(test_engine(i), a);
    }
    return 0;
}
