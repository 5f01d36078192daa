/* See support.h. */
#define _GNU_SOURCE /* mkdtemp, nftw */
#include "nsm/provision/test/support.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <mbedtls/ecp.h>
#include <mbedtls/rsa.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#include "nsm/recipient/generator.h"

natt_provision_error err;

natt_bytes view(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

bool bytes_are(natt_bytes bytes, const char *text)
{
    return bytes.ptr != NULL && bytes.len == strlen(text) && memcmp(bytes.ptr, text, bytes.len) == 0;
}

bool contains(const char *text, const char *word)
{
    return strstr(text, word) != NULL;
}

void expect_error(natt_provision_code code, const char *message)
{
    cr_expect_eq(err.code, code, "%s (%s)", natt_provision_code_name(err.code), err.message);
    cr_expect_str_eq(err.message, message, "%s", err.message);
}

static char folder[64];

const char *folder_make(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/natt-provision-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    return folder;
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *place)
{
    (void)s;
    (void)kind;
    (void)place;
    return remove(path);
}

void folder_remove(void)
{
    (void)chmod(folder, 0700);
    (void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static struct natt_generator *generator(void)
{
    static struct natt_generator g;
    static bool ready;
    natt_recipient_error e;
    ready = ready || natt_generator_init(&g, NULL, &e);
    cr_assert(ready);
    return &g;
}

void test_key_make(mbedtls_pk_context *out, unsigned rsa_bits)
{
    int result;
    mbedtls_pk_init(out);
    if (rsa_bits > 0) {
        cr_assert_eq(mbedtls_pk_setup(out, mbedtls_pk_info_from_type(MBEDTLS_PK_RSA)), 0);
        result = mbedtls_rsa_gen_key(mbedtls_pk_rsa(*out), NATT_GENERATOR(generator()), rsa_bits, 65537);
    } else {
        cr_assert_eq(mbedtls_pk_setup(out, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)), 0);
        result = mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*out), NATT_GENERATOR(generator()));
    }
    cr_assert_eq(result, 0);
}

#if MBEDTLS_VERSION_MAJOR < 3
static int write_serial(mbedtls_x509write_cert *w, uint8_t number)
{
    mbedtls_mpi serial;
    mbedtls_mpi_init(&serial);
    int result = mbedtls_mpi_lset(&serial, number);
    if (result == 0)
        result = mbedtls_x509write_crt_set_serial(w, &serial);
    mbedtls_mpi_free(&serial);
    return result;
}
#else
static int write_serial(mbedtls_x509write_cert *w, uint8_t number)
{
    return mbedtls_x509write_crt_set_serial_raw(w, &number, 1);
}
#endif

void test_certificate_make(char out[TEST_PEM_ROOM], const struct test_certificate *c)
{
    const struct test_extensions usual = {false, -1, 0};
    test_certificate_make_with(out, c, &usual);
}

void test_certificate_make_with(char out[TEST_PEM_ROOM], const struct test_certificate *c,
                                const struct test_extensions *extensions)
{
    static uint8_t serial;
    mbedtls_x509write_cert w;
    mbedtls_x509write_crt_init(&w);
    mbedtls_x509write_crt_set_version(&w,
                                      extensions->version_1 ? MBEDTLS_X509_CRT_VERSION_1 : MBEDTLS_X509_CRT_VERSION_3);
    mbedtls_x509write_crt_set_md_alg(&w, MBEDTLS_MD_SHA256);
    mbedtls_x509write_crt_set_subject_key(&w, c->key);
    mbedtls_x509write_crt_set_issuer_key(&w, c->issuer_key);
    cr_assert_eq(write_serial(&w, ++serial), 0);
    cr_assert_eq(mbedtls_x509write_crt_set_subject_name(&w, c->subject), 0);
    cr_assert_eq(mbedtls_x509write_crt_set_issuer_name(&w, c->issuer), 0);
    cr_assert_eq(mbedtls_x509write_crt_set_validity(&w, c->from == NULL ? "20200101000000" : c->from,
                                                    c->to == NULL ? "20490101000000" : c->to),
                 0);
    cr_assert_eq(mbedtls_x509write_crt_set_basic_constraints(
                     &w, c->ca, c->max_path > 0 ? c->max_path - 1 : extensions->path_length),
                 0);
    if (extensions->key_usage != 0)
        cr_assert_eq(mbedtls_x509write_crt_set_key_usage(&w, extensions->key_usage), 0);
    cr_assert_eq(mbedtls_x509write_crt_pem(&w, (unsigned char *)out, TEST_PEM_ROOM, NATT_GENERATOR(generator())), 0);
    mbedtls_x509write_crt_free(&w);
}
