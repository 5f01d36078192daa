/*
 * Converts numbers of six words between this library and mbedTLS's big numbers.
 */
#ifndef NATT_FUZZ_P384_NUMBERS_H
#define NATT_FUZZ_P384_NUMBERS_H

#include "fuzz/property.h"
#include "verify/crypto/p384/p384_words.h"

#include <mbedtls/bignum.h>

static inline void fuzz_number_bytes(uint8_t out[48], const uint64_t words[6])
{
    for (int i = 0; i < 48; i++)
        out[i] = (uint8_t)(words[5 - i / 8] >> (56 - 8 * (i % 8)));
}

/* Initializes *out; the caller frees it. */
static inline void fuzz_number_mpi(mbedtls_mpi *out, const uint64_t words[6])
{
    uint8_t bytes[48];
    fuzz_number_bytes(bytes, words);
    mbedtls_mpi_init(out);
    MUST(mbedtls_mpi_read_binary(out, bytes, sizeof bytes) == 0);
}

static inline bool fuzz_number_is(const mbedtls_mpi *want, const uint64_t words[6])
{
    uint8_t bytes[48], got[48];
    fuzz_number_bytes(got, words);
    return mbedtls_mpi_write_binary(want, bytes, sizeof bytes) == 0 && memcmp(bytes, got, sizeof bytes) == 0;
}

/* Takes 48 bytes of input as a number: any value below 2^384. */
static inline void fuzz_number_take(natt_bytes *in, uint64_t out[6])
{
    uint8_t bytes[48];
    fuzz_take(in, bytes, sizeof bytes);
    words_from_bytes(out, bytes);
}

/* *r = op(a, b) mod m. */
typedef int fuzz_operation(mbedtls_mpi *r, const mbedtls_mpi *a, const mbedtls_mpi *b);

static inline bool fuzz_number_equals(const uint64_t got[6], fuzz_operation *apply, const uint64_t a[6],
                                      const uint64_t b[6], const uint64_t m[6])
{
    mbedtls_mpi x, y, modulus, r;
    fuzz_number_mpi(&x, a);
    fuzz_number_mpi(&y, b);
    fuzz_number_mpi(&modulus, m);
    mbedtls_mpi_init(&r);
    bool same = apply(&r, &x, &y) == 0 && mbedtls_mpi_mod_mpi(&r, &r, &modulus) == 0 && fuzz_number_is(&r, got);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&modulus);
    mbedtls_mpi_free(&y);
    mbedtls_mpi_free(&x);
    return same;
}

#endif
