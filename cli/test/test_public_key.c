#include "cases.h"

#include "public_key.h"

/* SEQUENCE { SEQUENCE { NULL }, BIT STRING }: the outline of a SubjectPublicKeyInfo. */
#define SPKI         "\x30\x07\x30\x02\x05\x00\x03\x01\x00"
#define SPKI_BASE64  "MAcwAgUAAwEA"
#define BLOCK(label) "-----BEGIN " label "-----\n" SPKI_BASE64 "\n-----END " label "-----\n"

static natt_cli_buf buf_of(const char *bytes, size_t len)
{
    natt_cli_buf buf = {natt_cli_alloc(len, 1, 0), len};
    memcpy(buf.ptr, bytes, len);
    return buf;
}

Test(public_key, pem_becomes_its_der)
{
    static const char *const good[] = {
        BLOCK("PUBLIC KEY"),
        "-----BEGIN PUBLIC KEY-----\r\nMAcw\r\nAgUA\r\nAwEA\r\n-----END PUBLIC KEY-----",
        "writing RSA key\n" BLOCK("PUBLIC KEY") "\n\n",
        "\xef\xbb\xbf" BLOCK("PUBLIC KEY"),
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        natt_cli_buf buf = buf_of(good[i], strlen(good[i]));
        natt_cli_error err = {0};
        cr_assert(natt_cli_public_key_decode(&buf, &err), "%s: %s", good[i], err.what);
        cr_assert_eq(buf.len, sizeof SPKI - 1);
        cr_expect_arr_eq(buf.ptr, SPKI, sizeof SPKI - 1);
        natt_cli_buf_free(&buf);
    }
}

Test(public_key, what_is_not_pem_is_taken_as_it_is)
{
    static const struct {
        const char *bytes;
        size_t len;
    } raw[] = {{"", 0},
               {"\n", 1},
               {SPKI, sizeof SPKI - 1},
               {"0a0b", 4},
               {"x-----BEGIN PUBLIC KEY-----", 27},
               {"\x30\n" BLOCK("CERTIFICATE"), 2 + sizeof BLOCK("CERTIFICATE") - 1},
               {"ssh-ed25519 AAAA", 16}};
    for (size_t i = 0; i < sizeof raw / sizeof raw[0]; i++) {
        natt_cli_buf buf = buf_of(raw[i].bytes, raw[i].len);
        natt_cli_error err = {0};
        cr_assert(natt_cli_public_key_decode(&buf, &err), "%zu: %s", i, err.what);
        cr_assert_eq(buf.len, raw[i].len);
        cr_expect(raw[i].len == 0 || memcmp(buf.ptr, raw[i].bytes, buf.len) == 0);
        natt_cli_buf_free(&buf);
    }
}

Test(public_key, other_pem_is_refused_by_name)
{
    static const struct {
        const char *pem, *expected;
    } bad[] = {
        {BLOCK("CERTIFICATE"), "a certificate, not"},
        {BLOCK("TRUSTED CERTIFICATE"), "a certificate, not"},
        {BLOCK("CERTIFICATE REQUEST"), "certificate request"},
        {BLOCK("PRIVATE KEY"), "a private key"},
        {BLOCK("EC PRIVATE KEY"), "a private key"},
        {BLOCK("ENCRYPTED PRIVATE KEY"), "a private key"},
        {BLOCK("OPENSSH PRIVATE KEY"), "a private key"},
        {BLOCK("EC PARAMETERS") BLOCK("EC PRIVATE KEY"), "a curve"},
        {BLOCK("RSA PUBLIC KEY"), "PKCS #1"},
        {BLOCK("PGP MESSAGE"), "\"PGP MESSAGE\""},
        {BLOCK("public key"), "\"public key\""},
        {BLOCK("PUBLIC KEY") BLOCK("PRIVATE KEY"), "a private key"},
        {BLOCK("PUBLIC KEY") BLOCK("PUBLIC KEY"), "2 public keys"},
        {BLOCK("PUBLIC KEY") "-----BEGIN PUBLIC KEY-----\n", "2 public keys"},
        {"-----BEGIN PUBLIC KEY-----\nMAcw\n" BLOCK("PUBLIC KEY"), "2 public keys"},
        {"-----BEGIN PUBLIC KEY-----\nMAcw", "no end line"},
        {"-----BEGIN PUBLIC KEY-----\nMAcw\n-----END PRIVATE KEY-----\n", "no end line"},
        {"-----BEGIN PUBLIC KEY-----\nMAc*\n-----END PUBLIC KEY-----\n", "not base64"},
        {"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", "SubjectPublicKeyInfo"},
        {"-----BEGIN PUBLIC KEY-----\nMAcCAQEDAQAA\n-----END PUBLIC KEY-----\n", "SubjectPublicKeyInfo"},
        {"-----BEGIN PUBLIC KEY-----\nMAcwAgUAAwEAAA==\n-----END PUBLIC KEY-----\n", "SubjectPublicKeyInfo"},
        {"-----BEGIN PUBLIC KEY-----\nMAgwAgUAAwEA\n-----END PUBLIC KEY-----\n", "SubjectPublicKeyInfo"},
        {"-----BEGIN PUBLIC KEY-----\nMIEHMAIFAAMBAA==\n-----END PUBLIC KEY-----\n", "SubjectPublicKeyInfo"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        natt_cli_buf buf = buf_of(bad[i].pem, strlen(bad[i].pem));
        natt_cli_error err = {0};
        expect_usage(natt_cli_public_key_decode(&buf, &err), &err, bad[i].pem);
        cr_expect_not_null(strstr(err.what, bad[i].expected), "%s: %s", bad[i].pem, err.what);
        natt_cli_buf_free(&buf);
    }
}

Test(public_key, values_that_are_not_files_are_never_pem)
{
    natt_cli_buf buf;
    natt_cli_error err = {0};
    cr_assert(natt_cli_public_key(&buf, "base64:LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t", &err), "%s", err.what);
    cr_expect_arr_eq(buf.ptr, "-----BEGIN CERTIFICATE-----", 27);
    natt_cli_buf_free(&buf);
}
