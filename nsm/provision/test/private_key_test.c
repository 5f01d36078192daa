/* Private keys: accepted forms, types and sizes, and the messages of refused ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <mbedtls/base64.h>

#include "nsm/provision/private_key.h"
#include "nsm/provision/test/keys_table.h"
#include "nsm/provision/test/support.h"

static mbedtls_pk_context key;
static bool weak;

static void end(void)
{
    mbedtls_pk_free(&key);
}

TestSuite(private_key, .fini = end);

static bool parse_bytes(natt_bytes pem)
{
    mbedtls_pk_free(&key);
    natt_provision_no_error(&err);
    weak = true;
    return natt_private_key_parse(&key, pem, &weak, &err);
}

static bool parse(const char *pem)
{
    return parse_bytes(view(pem));
}

Test(private_key, good_keys_are_taken)
{
    static const struct {
        const char *pem;
        mbedtls_pk_type_t type;
        size_t bits;
        bool weak;
    } cases[] = {
        {PEM_RSA_1024, MBEDTLS_PK_RSA, 1024, true},
        {PEM_RSA_UNEQUAL_PRIMES, MBEDTLS_PK_RSA, 1024, true},
        {PEM_RSA_2047, MBEDTLS_PK_RSA, 2047, true},
        {PEM_RSA_2048, MBEDTLS_PK_RSA, 2048, false},
        {PEM_RSA_4096, MBEDTLS_PK_RSA, 4096, false},
        {PEM_RSA_2048_PKCS8, MBEDTLS_PK_RSA, 2048, false},
        {PEM_P256, MBEDTLS_PK_ECKEY, 256, false},
        {PEM_P256_PKCS8, MBEDTLS_PK_ECKEY, 256, false},
        {PEM_P384, MBEDTLS_PK_ECKEY, 384, false},
        {PEM_P384_PKCS8, MBEDTLS_PK_ECKEY, 384, false},
        {PEM_P521, MBEDTLS_PK_ECKEY, 521, false},
        {PEM_P521_PKCS8, MBEDTLS_PK_ECKEY, 521, false},
        {PEM_P256_WITHOUT_POINT, MBEDTLS_PK_ECKEY, 256, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        cr_expect(parse(cases[i].pem), "%zu: %s", i, err.message);
        cr_expect_eq(mbedtls_pk_get_type(&key), cases[i].type, "%zu", i);
        /* mbedTLS 2 says 2048 for 2047 */
        cr_expect_eq((mbedtls_pk_get_bitlen(&key) + 1) / 2, (cases[i].bits + 1) / 2, "%zu", i);
        cr_expect_eq(weak, cases[i].weak, "%zu", i);
        cr_expect_eq(err.code, NATT_PROVISION_OK);
    }
}

#define NO_KEY "the private key cannot be used"

Test(private_key, others_are_refused_with_a_reason)
{
    static const struct {
        const char *pem, *message;
    } cases[] = {
        {PEM_RSA_1023, NO_KEY ": it is RSA with 1023 bits"},
        {PEM_RSA_OTHER_D, NO_KEY ": its numbers do not match each other"},
        {PEM_P256_OTHER_POINT, NO_KEY ": its numbers do not match each other"},
        {PEM_SECP256K1, NO_KEY ": it is an EC key on another curve"},
        {PEM_P224, NO_KEY ": it is an EC key on another curve"},
        {PEM_EXPLICIT_SEC1, NO_KEY ": it is an EC key whose curve is not named"},
        {PEM_EXPLICIT_PKCS8, NO_KEY ": it is an EC key whose curve is not named"},
        {PEM_ED25519, NO_KEY ": it is neither RSA nor EC"},
        {PEM_RSA_PSS, NO_KEY ": it is neither RSA nor EC"},
        {PEM_PASSWORD_PKCS8, NO_KEY ": it has a password"},
        {PEM_PASSWORD_SEC1, NO_KEY ": it has a password"},
        {"", NO_KEY ": it is not PEM of 1 to 8192 bytes"},
        {"x", NO_KEY ": it is not PEM of PKCS #8, PKCS #1 or SEC 1"},
        {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
         NO_KEY ": it is not PEM of PKCS #8, PKCS #1 or SEC 1"},
        {"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
         NO_KEY ": it is not PEM of PKCS #8, PKCS #1 or SEC 1"},
        {"-----BEGIN EC PRIVATE KEY-----\nAAAA", NO_KEY ": it is not PEM of PKCS #8, PKCS #1 or SEC 1"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        cr_expect_not(parse(cases[i].pem), "%zu", i);
        expect_error(NATT_PROVISION_E_KEY, cases[i].message);
    }
}

/* mbedTLS would accept it: it is PEM_P256_WITHOUT_POINT. */
Test(private_key, der_is_refused)
{
    static const char base64[] = "MDECAQEEIIpr2SciFQ26KakhqoPX968hzln7aJh/11J4xlnmdw0qoAoGCCqGSM49AwEH";
    uint8_t der[64];
    size_t len = 0;
    cr_assert_eq(mbedtls_base64_decode(der, sizeof der, &len, (const uint8_t *)base64, sizeof base64 - 1), 0);
    cr_assert_null(memchr(der, '\0', len));
    cr_expect_not(parse_bytes((natt_bytes){der, len}));
    expect_error(NATT_PROVISION_E_KEY, NO_KEY ": it is not PEM of PKCS #8, PKCS #1 or SEC 1");
}

Test(private_key, final_newline_and_text_around_do_not_matter)
{
    cr_expect(parse_bytes((natt_bytes){(const uint8_t *)PEM_P256, sizeof PEM_P256 - 2}));
    cr_expect(parse("some text\n" PEM_P256 "more\n"));
}

Test(private_key, blanks_around_lines_do_not_matter)
{
    static const char *const line_ends[] = {"  \n", "\t\n", " \r\n", "\n    ", " \n\t"};
    char text[4096];
    for (size_t i = 0; i < COUNT_OF(line_ends); i++) {
        size_t len = 0;
        for (const char *at = PEM_P256; *at != '\0'; at++)
            len += (size_t)sprintf(text + len, "%s", *at == '\n' ? line_ends[i] : (char[]){*at, '\0'});
        cr_expect(parse(text), "%zu: %s", i, err.message);
    }
}

/* With spaces after the key. */
Test(private_key, size_limits)
{
    char text[NATT_PRIVATE_KEY_MAX_PEM + 1];
    memset(text, ' ', sizeof text);
    memcpy(text, PEM_P256, sizeof PEM_P256 - 1);
    for (size_t len = sizeof text - 2; len <= sizeof text; len++)
        cr_expect_eq(parse_bytes((natt_bytes){(const uint8_t *)text, len}), len <= 8192, "%zu", len);
    expect_error(NATT_PROVISION_E_KEY, NO_KEY ": it is not PEM of 1 to 8192 bytes");
}

Test(private_key, nul_is_refused)
{
    static const uint8_t text[] = PEM_P256;
    cr_expect_not(parse_bytes((natt_bytes){text, sizeof text}));
    expect_error(NATT_PROVISION_E_KEY, NO_KEY ": it is not PEM of 1 to 8192 bytes");
    cr_expect_not(natt_private_key_parse(&key, view("x"), &weak, NULL));
}
