/* Arithmetic mod p and mod n of every engine against mbedTLS's big numbers. */
#include <criterion/criterion.h>
#include <mbedtls/bignum.h>
#include <string.h>

#include "verify/crypto/p384/p384_words.h"
#include "verify/crypto/test/engines.h"
#include "verify/crypto/test/random.h"

#define ROUNDS 20000

static void to_mpi(mbedtls_mpi *out, const uint64_t words[6])
{
    uint8_t bytes[48];
    for (int i = 0; i < 48; i++)
        bytes[i] = (uint8_t)(words[5 - i / 8] >> (56 - 8 * (i % 8)));
    mbedtls_mpi_init(out);
    cr_assert_eq(mbedtls_mpi_read_binary(out, bytes, 48), 0);
}

static void from_mpi(uint64_t words[6], const mbedtls_mpi *in)
{
    uint8_t bytes[48];
    cr_assert_eq(mbedtls_mpi_write_binary(in, bytes, 48), 0);
    words_from_bytes(words, bytes);
}

typedef int operation(mbedtls_mpi *r, const mbedtls_mpi *a, const mbedtls_mpi *b);

static void expected(uint64_t out[6], const uint64_t a[6], const uint64_t b[6], const uint64_t m[6], operation *apply)
{
    mbedtls_mpi x, y, modulus, r;
    to_mpi(&x, a);
    to_mpi(&y, b);
    to_mpi(&modulus, m);
    mbedtls_mpi_init(&r);
    cr_assert_eq(apply(&r, &x, &y), 0);
    cr_assert_eq(mbedtls_mpi_mod_mpi(&r, &r, &modulus), 0);
    from_mpi(out, &r);
    mbedtls_mpi_free(&x);
    mbedtls_mpi_free(&y);
    mbedtls_mpi_free(&modulus);
    mbedtls_mpi_free(&r);
}

static void operands(uint64_t a[6], uint64_t b[6], uint64_t *state)
{
    random_number(a, state);
    random_number(b, state);
    if ((random_word(state) & 15) == 0)
        words_sub(a, natt_p384_p, b);
    if ((random_word(state) & 15) == 0)
        words_add(a, natt_p384_p, b);
}

static void compare(const struct natt_p384_engine *e, const uint64_t a[6], const uint64_t b[6])
{
    uint64_t want[6], got[6];
    expected(want, a, b, natt_p384_p, mbedtls_mpi_mul_mpi);
    e->field_mul(got, a, b);
    cr_assert(words_equal(got, want), "%s: a * b", e->name);
    expected(want, a, a, natt_p384_p, mbedtls_mpi_mul_mpi);
    e->field_sqr(got, a);
    cr_assert(words_equal(got, want), "%s: a^2", e->name);
    expected(want, a, b, natt_p384_p, mbedtls_mpi_add_mpi);
    e->field_add(got, a, b);
    cr_assert(words_equal(got, want), "%s: a + b", e->name);
    expected(want, a, b, natt_p384_p, mbedtls_mpi_sub_mpi);
    e->field_sub(got, a, b);
    cr_assert(words_equal(got, want), "%s: a - b", e->name);
    const uint64_t k[6] = {1 + (a[0] & 7)};
    expected(want, a, k, natt_p384_p, mbedtls_mpi_mul_mpi);
    e->field_times(got, a, (uint32_t)k[0]);
    cr_assert(words_equal(got, want), "%s: a * %u", e->name, (unsigned)k[0]);
}

Test(field, equals_mbedtls_on_random_and_extreme_operands, .timeout = 120)
{
    uint64_t a[6], b[6];
    for (unsigned i = 0; test_engine(i) != NULL; i++) {
        uint64_t state = i;
        for (int round = 0; round < ROUNDS; round++) {
            operands(a, b, &state);
            compare(test_engine(i), a, b);
        }
    }
}

/* a^((p + 1) / 4), a square root of a if it has one. */
static void root(const struct natt_p384_engine *e, uint64_t r[6], const uint64_t a[6])
{
    const uint64_t one[6] = {1};
    uint64_t exponent[6];
    words_add(exponent, natt_p384_p, one);
    memcpy(r, one, sizeof(one));
    for (int i = 383; i >= 2; i--) {
        e->field_mul(r, r, r);
        if (exponent[i / 64] >> i % 64 & 1)
            e->field_mul(r, r, a);
    }
}

Test(field, equals_mbedtls_where_a_product_wraps_once_more, .timeout = 120)
{
    uint64_t a[6], b[6], residue[6];
    for (unsigned i = 0; test_engine(i) != NULL; i++) {
        uint64_t state = i;
        for (int round = 0; round < ROUNDS / 20; round++) {
            random_number(a, &state);
            words_reduce_once(a, a, natt_p384_p);
            random_residue_above_c(residue, &state);
            test_engine(0)->field_inverse(b, a);
            test_engine(0)->field_mul(b, b, residue);
            compare(test_engine(i), a, b);
            root(test_engine(0), a, residue);
            compare(test_engine(i), a, b);
        }
    }
}

static void compare_inverse(const uint64_t a[6], const uint64_t m[6], void (*invert)(uint64_t *, const uint64_t *))
{
    uint64_t want[6] = {0}, got[6], reduced[6];
    mbedtls_mpi x, modulus;
    words_reduce_once(reduced, a, m);
    to_mpi(&x, reduced);
    to_mpi(&modulus, m);
    if (!words_are_zero(reduced)) {
        cr_assert_eq(mbedtls_mpi_inv_mod(&x, &x, &modulus), 0);
        from_mpi(want, &x);
    }
    invert(got, reduced);
    cr_assert(words_equal(got, want));
    mbedtls_mpi_free(&x);
    mbedtls_mpi_free(&modulus);
}

Test(inverse, equals_mbedtls_mod_p_and_n, .timeout = 120)
{
    uint64_t a[6], b[6];
    for (unsigned i = 0; test_engine(i) != NULL; i++) {
        uint64_t state = i;
        for (int round = 0; round < ROUNDS / 20; round++) {
            operands(a, b, &state);
            compare_inverse(a, natt_p384_p, test_engine(i)->field_inverse);
            compare_inverse(b, natt_p384_n, test_engine(i)->inverse_mod_n);
        }
        for (uint64_t small = 0; small < 70; small++) {
            const uint64_t c[6] = {small};
            words_sub(a, natt_p384_p, c);
            words_sub(b, natt_p384_n, c);
            compare_inverse(c, natt_p384_p, test_engine(i)->field_inverse);
            compare_inverse(a, natt_p384_p, test_engine(i)->field_inverse);
            compare_inverse(c, natt_p384_n, test_engine(i)->inverse_mod_n);
            compare_inverse(b, natt_p384_n, test_engine(i)->inverse_mod_n);
        }
    }
}

Test(scalar, multiplies_like_mbedtls, .timeout = 120)
{
    uint64_t hash[6], r[6], w[6], u1[6], u2[6], want[6], state = 7;
    for (int round = 0; round < ROUNDS; round++) {
        operands(hash, r, &state);
        random_number(w, &state);
        words_reduce_once(r, r, natt_p384_n);
        words_reduce_once(w, w, natt_p384_n);
        natt_p384_scalar_multipliers(u1, u2, hash, r, w);
        expected(want, hash, w, natt_p384_n, mbedtls_mpi_mul_mpi);
        cr_assert(words_equal(u1, want));
        expected(want, r, w, natt_p384_n, mbedtls_mpi_mul_mpi);
        cr_assert(words_equal(u2, want));
    }
}
