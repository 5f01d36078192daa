/*
 * Property: arithmetic mod n equals that of mbedTLS's big numbers, and a recoded scalar equals the sum of its digits.
 * Input: hash, r, w and a scalar, 48 bytes each, and the width of a window.
 */
#include "fuzz/p384_numbers.h"
#include "verify/crypto/test/engines.h"

static void check_multipliers(const uint64_t hash[6], const uint64_t r[6], const uint64_t w[6])
{
    uint64_t u1[6], u2[6];
    natt_p384_scalar_multipliers(u1, u2, hash, r, w);
    MUST(words_less(u1, natt_p384_n) && fuzz_number_equals(u1, mbedtls_mpi_mul_mpi, hash, w, natt_p384_n));
    MUST(words_less(u2, natt_p384_n) && fuzz_number_equals(u2, mbedtls_mpi_mul_mpi, r, w, natt_p384_n));
}

static void check_inverse(const struct natt_p384_engine *e, const uint64_t a[6])
{
    mbedtls_mpi want, modulus;
    uint64_t got[6];
    e->inverse_mod_n(got, a);
    fuzz_number_mpi(&want, a);
    fuzz_number_mpi(&modulus, natt_p384_n);
    if (words_are_zero(a))
        MUST(words_are_zero(got));
    else
        MUST(mbedtls_mpi_inv_mod(&want, &want, &modulus) == 0 && fuzz_number_is(&want, got));
    mbedtls_mpi_free(&modulus);
    mbedtls_mpi_free(&want);
}

/* Adds up value * 2^at, from the highest digit down. */
static void check_recoding(const uint64_t scalar[6], uint32_t window)
{
    struct natt_p384_digits digits;
    mbedtls_mpi sum, term;
    natt_p384_recode(&digits, scalar, window);
    MUST(digits.count <= NATT_P384_MAX_DIGITS);
    mbedtls_mpi_init(&sum);
    mbedtls_mpi_init(&term);
    for (uint32_t i = 0; i < digits.count; i++) {
        int value = digits.digit[i].value, bound = 1 << (window - 1);
        MUST(value % 2 != 0 && value < bound && value > -bound && digits.digit[i].at >= 0 && digits.digit[i].at <= 384);
        MUST(i == 0 || digits.digit[i].at < digits.digit[i - 1].at);
        MUST(mbedtls_mpi_lset(&term, value) == 0 && mbedtls_mpi_shift_l(&term, (size_t)digits.digit[i].at) == 0);
        MUST(mbedtls_mpi_add_mpi(&sum, &sum, &term) == 0);
    }
    MUST(fuzz_number_is(&sum, scalar));
    mbedtls_mpi_free(&term);
    mbedtls_mpi_free(&sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    natt_bytes in = {data, size};
    uint64_t hash[6], r[6], w[6], scalar[6];
    uint8_t chosen;
    fuzz_number_take(&in, hash);
    fuzz_number_take(&in, r);
    fuzz_number_take(&in, w);
    fuzz_number_take(&in, scalar);
    fuzz_take(&in, &chosen, 1);
    words_reduce_once(r, r, natt_p384_n);
    words_reduce_once(w, w, natt_p384_n);
    check_multipliers(hash, r, w);
    check_recoding(scalar, chosen & 1 ? NATT_P384_G_WINDOW : NATT_P384_Q_WINDOW);
    for (unsigned i = 0; (chosen & 2) != 0 && test_engine(i) != NULL; i++)
        check_inverse(test_engine(i), w);
    return 0;
}
