/* Keys and signatures of the issuer. */
#include <string.h>

#include <criterion/criterion.h>
#include <mbedtls/md.h>

#include "nsm/issuer/arena.h"
#include "nsm/issuer/issuer_keys.h"
#include "nsm/test/support.h"

static struct natt_keyring ring;

static void open_ring(void)
{
    cr_assert_null(natt_keyring_init(&ring, (natt_bytes){(const uint8_t *)"seed", 4}));
}

static void close_ring(void)
{
    natt_keyring_free(&ring);
}

TestSuite(issuer_keys, .init = open_ring, .fini = close_ring);

static void sign_text(uint8_t out[96], const char *text)
{
    /* The private key of RFC 6979 A.2.6. */
    natt_bytes d = test_hex("6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8"
                            "96D5724E4C70A825F872C9EA60D2EDF5");
    struct natt_key key = {0};
    uint8_t digest[48];
    mbedtls_mpi_init(&key.d);
    cr_assert_eq(mbedtls_mpi_read_binary(&key.d, d.ptr, d.len), 0);
    cr_assert_null(natt_issuer_sha384(digest, (natt_bytes){(const uint8_t *)text, strlen(text)}));
    cr_assert_null(natt_key_sign(&ring, &key, digest, out));
    natt_key_free(&key);
}

Test(issuer_keys, signs_sample_as_rfc_6979)
{
    uint8_t rs[96];
    sign_text(rs, "sample");
    cr_expect(
        test_equal((natt_bytes){rs, 96}, test_hex("94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C"
                                                  "81A648152E44ACF96E36DD1E80FABE46"
                                                  "99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94F"
                                                  "A329C145786E679E7B82C71A38628AC8")));
}

Test(issuer_keys, signs_test_as_rfc_6979)
{
    uint8_t rs[96];
    sign_text(rs, "test");
    cr_expect(
        test_equal((natt_bytes){rs, 96}, test_hex("8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB"
                                                  "0542A7F0812998DA8F1DD3CA3CF023DB"
                                                  "DDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13173923E0"
                                                  "6A739F040649A667BF3B828246BAA5A5")));
}

Test(issuer_keys, remembered_signature_is_the_one_made)
{
    struct natt_key key, other;
    uint8_t digest[48] = {1}, first[96], second[96], plain[96];
    cr_assert_null(natt_key_derive(&key, &ring, "a", 0));
    cr_assert_null(natt_key_derive(&other, &ring, "a", 1));
    cr_assert_null(natt_key_sign_kept(&ring, &key, digest, first));
    cr_assert_null(natt_key_sign_kept(&ring, &key, digest, second));
    cr_assert_null(natt_key_sign(&ring, &key, digest, plain));
    cr_expect_arr_eq(first, second, 96);
    cr_expect_arr_eq(first, plain, 96);
    cr_assert_null(natt_key_sign_kept(&ring, &other, digest, second));
    cr_expect_arr_neq(first, second, 96, "the signature of a different key");
    digest[0] = 2;
    cr_assert_null(natt_key_sign_kept(&ring, &key, digest, second));
    cr_expect_arr_neq(first, second, 96, "the signature of a different digest");
    for (uint8_t i = 0; i < 2 * NATT_SIGNATURES_KEPT; i++) { /* more than the cache keeps */
        digest[0] = (uint8_t)(3 + i);
        cr_assert_null(natt_key_sign_kept(&ring, &key, digest, second));
    }
    digest[0] = 1;
    cr_assert_null(natt_key_sign_kept(&ring, &key, digest, second));
    cr_expect_arr_eq(first, second, 96);
    natt_key_free(&key);
    natt_key_free(&other);
}

Test(issuer_keys, derived_bytes_depend_on_every_argument)
{
    uint8_t a[48], b[48];
    struct {
        const char *label;
        uint32_t index;
        uint64_t salt;
    } others[] = {{"label2", 1, 2}, {"labe", 1, 2}, {"label", 2, 2}, {"label", 1, 3}, {"label", 0, UINT64_C(1) << 32}};
    cr_assert_null(natt_keyring_derive(&ring, "label", 1, 2, a, sizeof a));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        cr_assert_null(natt_keyring_derive(&ring, others[i].label, others[i].index, others[i].salt, b, sizeof b));
        cr_expect_arr_neq(a, b, sizeof a);
    }
    cr_expect_eq(natt_keyring_derive(&ring, "label", 1, 2, a, 49), natt_issuer_no_crypto);
}

/* Errors of mbedTLS are sums of a higher and a lower one. */
Test(issuer_keys, memory_is_told_from_other_failures)
{
    static const int memory[] = {MBEDTLS_ERR_MPI_ALLOC_FAILED, MBEDTLS_ERR_ECP_ALLOC_FAILED,
                                 MBEDTLS_ERR_MD_ALLOC_FAILED,
                                 MBEDTLS_ERR_ECP_BAD_INPUT_DATA + MBEDTLS_ERR_MPI_ALLOC_FAILED};
    static const int others[] = {MBEDTLS_ERR_MPI_BAD_INPUT_DATA, MBEDTLS_ERR_ECP_INVALID_KEY,
                                 MBEDTLS_ERR_MD_BAD_INPUT_DATA, MBEDTLS_ERR_HMAC_DRBG_ENTROPY_SOURCE_FAILED, 1};
    for (size_t i = 0; i < sizeof memory / sizeof memory[0]; i++)
        cr_expect_eq(natt_mbedtls_failure(memory[i]), natt_arena_no_memory, "%d", memory[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        cr_expect_eq(natt_mbedtls_failure(others[i]), natt_issuer_no_crypto, "%d", others[i]);
    cr_expect_null(natt_mbedtls_failure(0));
}
