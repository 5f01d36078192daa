/* Certificates: finding them in text, and errors that name the certificate that breaks a chain. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nsm/provision/certificates.h"
#include "nsm/provision/test/support.h"

enum { LEAF, LOWER, UPPER, ROOT, KEYS };

static mbedtls_pk_context keys[KEYS];
static char pem[KEYS][TEST_PEM_ROOM];
static mbedtls_x509_crt chain, roots;
static bool expired;

static void make(char *out, const char *subject, const char *issuer, unsigned key, unsigned issuer_key, bool ca)
{
    const struct test_certificate c = {subject, issuer, &keys[key], &keys[issuer_key], ca, NULL, NULL};
    test_certificate_make(out, &c);
}

static void begin(void)
{
    for (size_t i = 0; i < KEYS; i++)
        test_key_make(&keys[i], 0);
    make(pem[LEAF], "CN=leaf", "CN=lower", LEAF, LOWER, false);
    make(pem[LOWER], "CN=lower", "CN=upper", LOWER, UPPER, true);
    make(pem[UPPER], "CN=upper", "CN=root", UPPER, ROOT, true);
    make(pem[ROOT], "CN=root", "CN=root", ROOT, ROOT, true);
    mbedtls_x509_crt_init(&chain);
    mbedtls_x509_crt_init(&roots);
    natt_provision_no_error(&err);
}

static void end(void)
{
    for (size_t i = 0; i < KEYS; i++)
        mbedtls_pk_free(&keys[i]);
    mbedtls_x509_crt_free(&chain);
    mbedtls_x509_crt_free(&roots);
}

TestSuite(certificates, .init = begin, .fini = end);

static bool parse(const char *text)
{
    mbedtls_x509_crt_free(&chain);
    mbedtls_x509_crt_init(&chain);
    natt_provision_no_error(&err);
    return natt_certificates_parse(&chain, view(text), &err);
}

static size_t count(void)
{
    size_t certificates = 0;
    for (const mbedtls_x509_crt *c = &chain; c != NULL && c->raw.p != NULL; c = c->next)
        certificates++;
    return certificates;
}

static char *joined(const char *const texts[], size_t texts_count)
{
    static char all[20 * TEST_PEM_ROOM];
    all[0] = '\0';
    for (size_t i = 0; i < texts_count; i++)
        (void)strcat(all, texts[i]);
    return all;
}

static bool check_with(const char *root, const char *const texts[], size_t texts_count)
{
    cr_assert(parse(joined(texts, texts_count)), "%s", err.message);
    if (root != NULL)
        cr_assert(natt_certificates_parse(&roots, view(root), &err));
    return natt_certificates_check(&chain, &keys[LEAF], root == NULL ? NULL : &roots, &expired, &err);
}

#define CHECK(root, ...)                                                                                               \
    check_with(root, (const char *const[]){__VA_ARGS__},                                                               \
               sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

#define NO_CHAIN "the certificates do not form a chain: "
#define OTHER    NO_CHAIN "its issuer is not the certificate that follows"
#define SAME     NO_CHAIN "the certificate that follows has its issuer's name, but did not sign it, or is not a CA"
#define NO_ROOT  "the certificates lead to no given root: none of them has issued "
#define LENGTH   NO_CHAIN "more CAs are below its issuers than their path length constraints allow"
#define UNREAD   "a certificate cannot be read: "

/* The message ends with the subject, or with subject and issuer. */
static void expect_broken(bool checked, const char *message, size_t certificate)
{
    char whole[256], subject[64], issuer[64];
    const bool of_roots = strcmp(message, NO_ROOT) == 0;
    const mbedtls_x509_crt *c = &chain;
    for (size_t i = 0; i < certificate; i++)
        c = c->next;
    cr_assert_gt(mbedtls_x509_dn_gets(subject, sizeof subject, &c->subject), 0);
    cr_assert_gt(mbedtls_x509_dn_gets(issuer, sizeof issuer, &c->issuer), 0);
    if (of_roots)
        (void)snprintf(whole, sizeof whole, NO_ROOT "%s, whose issuer is %s", subject, issuer);
    else
        (void)snprintf(whole, sizeof whole, "%s (%s)", message, subject);
    cr_expect_not(checked);
    expect_error(of_roots ? NATT_PROVISION_E_ROOTS : NATT_PROVISION_E_CHAIN, whole);
    cr_expect_eq(err.certificate, certificate, "%zu", err.certificate);
}

Test(certificates, chain_that_links_is_taken)
{
    cr_expect(CHECK(NULL, pem[LEAF]));
    cr_expect(CHECK(NULL, pem[LEAF], pem[LOWER]));
    cr_expect(CHECK(NULL, pem[LEAF], pem[LOWER], pem[UPPER]));
    cr_expect(CHECK(NULL, pem[LEAF], pem[LOWER], pem[UPPER], pem[ROOT]));
    cr_expect(!expired && err.code == NATT_PROVISION_OK && count() == 4);
}

Test(certificates, roots_are_an_end)
{
    cr_expect(CHECK(pem[ROOT], pem[LEAF], pem[LOWER], pem[UPPER], pem[ROOT]));
    cr_expect(CHECK(pem[ROOT], pem[LEAF], pem[LOWER], pem[UPPER]));
    expect_broken(CHECK(pem[ROOT], pem[LEAF], pem[LOWER]), NO_ROOT, 1);
    expect_broken(CHECK(pem[ROOT], pem[LEAF]), NO_ROOT, 0);
}

Test(certificates, second_of_two_roots_counts)
{
    char other[TEST_PEM_ROOM];
    make(other, "CN=root", "CN=root", UPPER, UPPER, true);
    expect_broken(CHECK(other, pem[LEAF], pem[LOWER], pem[UPPER]), NO_ROOT, 2);
    cr_assert(natt_certificates_parse(&roots, view(pem[ROOT]), &err));
    cr_expect(natt_certificates_check(&chain, &keys[LEAF], &roots, &expired, &err));
}

Test(certificates, leaf_may_be_a_root)
{
    make(pem[LEAF], "CN=leaf", "CN=leaf", LEAF, LEAF, false);
    cr_expect(CHECK(pem[LEAF], pem[LEAF]));
    mbedtls_x509_crt_free(&roots);
    mbedtls_x509_crt_init(&roots);
    expect_broken(CHECK(pem[ROOT], pem[LEAF]), NO_ROOT, 0);
}

Test(certificates, wrong_order_is_named)
{
    expect_broken(CHECK(NULL, pem[LEAF], pem[UPPER], pem[LOWER]), OTHER, 0);
    expect_broken(CHECK(NULL, pem[LEAF], pem[LOWER], pem[ROOT], pem[UPPER]), OTHER, 1);
    cr_expect_not(CHECK(NULL, pem[LOWER], pem[LEAF]));
    expect_error(NATT_PROVISION_E_MISMATCH,
                 "the leaf certificate does not belong to this key: certificate 1 does: put the leaf first");
    cr_expect_eq(err.certificate, 0);
    cr_expect_not(CHECK(NULL, pem[LOWER], pem[UPPER]));
    expect_error(NATT_PROVISION_E_MISMATCH, "the leaf certificate does not belong to this key");
    cr_expect_eq(err.certificate, 0);
}

Test(certificates, missing_one_is_named)
{
    expect_broken(CHECK(NULL, pem[LEAF], pem[UPPER], pem[ROOT]), OTHER, 0);
    expect_broken(CHECK(NULL, pem[LEAF], pem[LOWER], pem[ROOT]), OTHER, 1);
}

Test(certificates, issuer_of_the_same_name_with_another_key_is_refused)
{
    make(pem[LOWER], "CN=lower", "CN=upper", ROOT, UPPER, true);
    expect_broken(CHECK(NULL, pem[LEAF], pem[LOWER], pem[UPPER]), SAME, 0);
}

Test(certificates, issuer_must_be_a_ca)
{
    make(pem[UPPER], "CN=upper", "CN=root", UPPER, ROOT, false);
    expect_broken(CHECK(NULL, pem[LEAF], pem[LOWER], pem[UPPER]), SAME, 1);
}

/* ---- constraints of issuers, with and without roots ---- */

static void make_issuer(unsigned place, bool version_1, int path_length, unsigned key_usage)
{
    static const char *const names[] = {"CN=leaf", "CN=lower", "CN=upper", "CN=root"};
    const unsigned issuer = place == ROOT ? ROOT : place + 1;
    const struct test_certificate c = {names[place], names[issuer], &keys[place], &keys[issuer], true, NULL, NULL};
    const struct test_extensions e = {version_1, path_length, key_usage};
    test_certificate_make_with(pem[place], &c, &e);
}

/* Like every TLS certificate, a CA issued it; it must not issue others. */
Test(certificates, issuer_of_version_1_is_refused)
{
    make_issuer(LOWER, true, -1, 0);
    expect_broken(CHECK(NULL, pem[LEAF], pem[LOWER], pem[UPPER]), SAME, 0);
    expect_broken(CHECK(pem[ROOT], pem[LEAF], pem[LOWER], pem[UPPER]), SAME, 0);
    make_issuer(ROOT, true, -1, 0);
    make_issuer(LOWER, false, -1, 0);
    mbedtls_x509_crt_free(&roots);
    mbedtls_x509_crt_init(&roots);
    expect_broken(CHECK(pem[ROOT], pem[LEAF], pem[LOWER], pem[UPPER]), NO_ROOT, 2);
    expect_broken(CHECK(NULL, pem[LEAF], pem[LOWER], pem[UPPER], pem[ROOT]), SAME, 2);
}

Test(certificates, issuer_must_be_allowed_to_sign_certificates)
{
    make_issuer(LOWER, false, -1, MBEDTLS_X509_KU_DIGITAL_SIGNATURE);
    expect_broken(CHECK(NULL, pem[LEAF], pem[LOWER], pem[UPPER]), SAME, 0);
    make_issuer(LOWER, false, -1, MBEDTLS_X509_KU_KEY_CERT_SIGN);
    cr_expect(CHECK(pem[ROOT], pem[LEAF], pem[LOWER], pem[UPPER]), "%s", err.message);
}

Test(certificates, path_lengths_count_cas)
{
    make_issuer(UPPER, false, 0, 0);
    expect_broken(CHECK(NULL, pem[LEAF], pem[LOWER], pem[UPPER]), LENGTH, 0);
    expect_broken(CHECK(NULL, pem[LEAF], pem[LOWER], pem[UPPER], pem[ROOT]), LENGTH, 0);
    expect_broken(CHECK(pem[ROOT], pem[LEAF], pem[LOWER], pem[UPPER]), LENGTH, 0);
    make_issuer(UPPER, false, 1, 0);
    make_issuer(LOWER, false, 0, 0);
    cr_expect(CHECK(NULL, pem[LEAF], pem[LOWER], pem[UPPER]), "%s", err.message);
    cr_expect(natt_certificates_check(&chain, &keys[LEAF], &roots, &expired, &err), "%s", err.message);
}

Test(certificates, path_length_of_a_root_counts)
{
    make_issuer(ROOT, false, 1, 0);
    expect_broken(CHECK(pem[ROOT], pem[LEAF], pem[LOWER], pem[UPPER]), LENGTH, 0);
    make_issuer(ROOT, false, 2, 0);
    mbedtls_x509_crt_free(&roots);
    mbedtls_x509_crt_init(&roots);
    cr_expect(CHECK(pem[ROOT], pem[LEAF], pem[LOWER], pem[UPPER]), "%s", err.message);
    make_issuer(ROOT, false, 0, 0);
    mbedtls_x509_crt_free(&roots);
    mbedtls_x509_crt_init(&roots);
    expect_broken(CHECK(pem[ROOT], pem[LEAF], pem[LOWER], pem[UPPER]), LENGTH, 1);
}

/* An intermediate CA that is passed as a root is an anchor; certificates above it are not checked. */
Test(certificates, ca_between_may_be_a_root)
{
    cr_expect(CHECK(pem[UPPER], pem[LEAF], pem[LOWER], pem[UPPER], pem[ROOT]), "%s", err.message);
    cr_expect(CHECK(NULL, pem[LEAF], pem[LOWER]));
    cr_expect(natt_certificates_check(&chain, &keys[LEAF], &roots, &expired, &err), "%s", err.message);
}

Test(certificates, another_certificate_of_the_same_key_is_the_leaf_too)
{
    make(pem[LEAF], "CN=renewed", "CN=lower", LEAF, LOWER, false);
    cr_expect(CHECK(NULL, pem[LEAF], pem[LOWER]));
}

static void make_at(char *out, const char *from, const char *to)
{
    const struct test_certificate c = {"CN=leaf", "CN=lower", &keys[LEAF], &keys[LOWER], false, from, to};
    test_certificate_make(out, &c);
}

Test(certificates, bad_times_are_told_and_no_failure)
{
    make_at(pem[LEAF], "20200101000000", "20210101000000");
    cr_expect(CHECK(NULL, pem[LEAF]) && expired);
    cr_expect(CHECK(pem[ROOT], pem[LEAF], pem[LOWER], pem[UPPER]) && expired);
    make_at(pem[LEAF], "20480101000000", "20490101000000");
    cr_expect(CHECK(NULL, pem[LEAF], pem[LOWER]) && expired);
    make_at(pem[LEAF], NULL, NULL);
    cr_expect(CHECK(NULL, pem[LEAF], pem[LOWER]) && !expired);
}

Test(certificates, issuer_that_has_expired_is_told)
{
    const struct test_certificate c = {"CN=lower", "CN=upper",       &keys[LOWER],    &keys[UPPER],
                                       true,       "20200101000000", "20210101000000"};
    test_certificate_make(pem[LOWER], &c);
    cr_expect(CHECK(NULL, pem[LEAF], pem[LOWER], pem[UPPER]) && expired);
}

/* A CA that issues the leaf directly has no CA below it; the leaf is not counted. */
Test(certificates, path_length_zero_permits_the_leaf)
{
    const struct test_certificate lower = {"CN=lower", "CN=upper", &keys[LOWER], &keys[UPPER], true, NULL, NULL, 1};
    test_certificate_make(pem[LOWER], &lower);
    cr_expect(CHECK(NULL, pem[LEAF], pem[LOWER], pem[UPPER], pem[ROOT]), "%s", err.message);
}

Test(certificates, rsa_of_1024_bits_is_taken)
{
    mbedtls_pk_free(&keys[LEAF]);
    test_key_make(&keys[LEAF], 1024);
    make(pem[LEAF], "CN=leaf", "CN=lower", LEAF, LOWER, false);
    cr_expect(CHECK(NULL, pem[LEAF], pem[LOWER]), "%s", err.message);
    mbedtls_pk_free(&keys[LEAF]);
    test_key_make(&keys[LEAF], 1024);
    cr_expect_not(natt_certificates_check(&chain, &keys[LEAF], NULL, &expired, &err));
    cr_expect_eq(err.code, NATT_PROVISION_E_MISMATCH);
}

Test(certificates, text_between_is_skipped)
{
    cr_expect(CHECK(NULL, "subject: leaf\n", pem[LEAF], "garbage\n\n", pem[LOWER], "-----END CERTIFICATE-----\n"));
    cr_expect_eq(count(), 2);
}

Test(certificates, line_ends_may_be_cr_lf_or_missing)
{
    char text[2 * TEST_PEM_ROOM];
    size_t len = 0;
    for (const char *at = pem[LEAF]; *at != '\0'; at++) {
        if (*at == '\n')
            text[len++] = '\r';
        text[len++] = *at;
    }
    text[len] = '\0';
    cr_expect(parse(text));
    text[len - 2] = '\0';
    cr_expect(parse(text) && count() == 1);
}

Test(certificates, blanks_around_lines_do_not_matter)
{
    static const char *const line_ends[] = {"  \n", "\t\n", " \r\n", "\n    ", " \n\t"};
    char text[2 * TEST_PEM_ROOM];
    for (size_t i = 0; i < COUNT_OF(line_ends); i++) {
        size_t len = 0;
        for (const char *at = pem[LEAF]; *at != '\0'; at++)
            len += (size_t)sprintf(text + len, "%s", *at == '\n' ? line_ends[i] : (char[]){*at, '\0'});
        cr_expect(parse(text) && count() == 1, "%zu: %s", i, err.message);
    }
}

static void expect_unread(const char *text, const char *message, size_t certificate)
{
    cr_expect_not(parse(text));
    expect_error(NATT_PROVISION_E_CERTIFICATE, message);
    cr_expect_eq(err.certificate, certificate);
}

Test(certificates, what_cannot_be_read_is_named)
{
    expect_unread("", UNREAD "there is no -----BEGIN CERTIFICATE-----", NATT_PROVISION_NO_INDEX);
    expect_unread("garbage", UNREAD "there is no -----BEGIN CERTIFICATE-----", NATT_PROVISION_NO_INDEX);
    expect_unread("-----BEGIN CERTIFICATE-----", UNREAD "-----END CERTIFICATE----- is missing", 0);
    const char *const cut[] = {pem[LEAF], pem[LOWER], "-----BEGIN CERTIFICATE-----\nAAAA\n"};
    expect_unread(joined(cut, 3), UNREAD "-----END CERTIFICATE----- is missing", 2);
    const char *const broken[] = {pem[LEAF], "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"};
    cr_expect_not(parse(joined(broken, 2)));
    cr_expect(err.code == NATT_PROVISION_E_CERTIFICATE && err.certificate == 1 &&
              contains(err.message, "it is damaged (mbedTLS -0x") && contains(err.message, "X509"));
    cr_expect_not(natt_certificates_parse(&chain, (natt_bytes){NULL, 0}, &err));
}

/* Without the refusal, the chain would lack a certificate. */
Test(certificates, other_pem_between_is_refused)
{
    static const char *const lines[] = {"-----BEGIN TRUSTED CERTIFICATE-----", "-----BEGIN X509 CERTIFICATE-----",
                                        "-----BEGIN CERTIFICATE REQUEST-----", "-----BEGIN PRIVATE KEY-----",
                                        "----BEGIN CERTIFICATE-----",          "-----BEGIN CERTIFICATE----",
                                        "-----begin certificate-----",         "-----Begin Certificate-----",
                                        "----- BEGIN CERTIFICATE -----",       "-begin",
                                        "--- begin certificate ---",           "here we BEGIN"};
    char other[128];
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        (void)snprintf(other, sizeof other, "first line\n%s\nAAAA\n-----END CERTIFICATE-----\n", lines[i]);
        const char *const before[] = {other, pem[LEAF]}, *const after[] = {pem[LEAF], "\n", other};
        char why[128];
        expect_unread(joined(before, 2), UNREAD "line 2: expected -----BEGIN CERTIFICATE-----",
                      NATT_PROVISION_NO_INDEX);
        size_t line = 3;
        for (const char *at = pem[LEAF]; *at != '\0'; at++)
            line += *at == '\n' ? 1 : 0;
        (void)snprintf(why, sizeof why, UNREAD "line %zu: expected -----BEGIN CERTIFICATE-----", line);
        expect_unread(joined(after, 3), why, NATT_PROVISION_NO_INDEX);
        expect_unread(other, UNREAD "line 2: expected -----BEGIN CERTIFICATE-----", NATT_PROVISION_NO_INDEX);
    }
}

Test(certificates, text_that_only_looks_like_it_is_skipped)
{
    cr_expect(CHECK(NULL, "beginning, at the\nbegin\nof certificates -----\n", pem[LEAF], "to begin, BEGI\n",
                    pem[LOWER], "begi"));
    cr_expect_eq(count(), 2);
}

Test(certificates, sixteen_is_the_most)
{
    const char *texts[NATT_CERTIFICATES_MAX + 1];
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        texts[i] = pem[ROOT];
    cr_expect(parse(joined(texts, 15)) && count() == 15);
    cr_expect(parse(joined(texts, 16)) && count() == 16);
    expect_unread(joined(texts, 17), UNREAD "more than 16", NATT_PROVISION_NO_INDEX);
}
