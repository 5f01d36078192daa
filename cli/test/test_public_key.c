#include "cases.h"

#include "cli/certificates/public_key.h"

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
        "\xef\xbb\xbf  " BLOCK("PUBLIC KEY"),
        "  -----BEGIN PUBLIC KEY-----\n  MAcwAgUA\n  AwEA\n  -----END PUBLIC KEY-----\n",
        "key: |\n\t-----BEGIN PUBLIC KEY-----\n\tMAcwAgUAAwEA\n\t-----END PUBLIC KEY-----\n",
        "01 the key\n" BLOCK("PUBLIC KEY"),
        "0\r" BLOCK("PUBLIC KEY"),
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
               {"\x30\x1d\n-----BEGIN CERTIFICATE-----\n", 31},
               {"\x30\x07\x02\x02\x01\x01\x02\x01\x03", 9}, /* PKCS #1 of a public key */
               {"\x30\x03\x02\x01\x02", 5},
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
        {BLOCK("EC PARAMETERS") BLOCK("EC PRIVATE KEY"), "a private key"},
        {BLOCK("EC PARAMETERS"), "a curve"},
        {BLOCK("PGP PRIVATE KEY BLOCK"), "a private key"},
        {BLOCK("RSA PUBLIC KEY"), "PKCS #1"},
        {BLOCK("PGP MESSAGE"), "\"PGP MESSAGE\""},
        {BLOCK("public key"), "\"public key\""},
        {BLOCK("PUBLIC KEY") BLOCK("PRIVATE KEY"), "a private key"},
        {BLOCK("PUBLIC KEY") BLOCK("PUBLIC KEY"), "more than one public key"},
        {BLOCK("PUBLIC KEY") "-----BEGIN PUBLIC KEY-----\n", "more than one public key"},
        {"-----BEGIN PUBLIC KEY-----\nMAcw\n" BLOCK("PUBLIC KEY"), "more than one public key"},
        {"-----BEGIN PUBLIC KEY-----\nMAcw", "no end line"},
        {"-----BEGIN PUBLIC KEY-----\nMAcw\n-----END CERTIFICATE-----\n", "no end line"},
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

/* Every character followed, or preceded, by zeros. */
static natt_cli_buf wide(const char *text, size_t width, size_t place)
{
    natt_cli_buf buf = {natt_cli_alloc(strlen(text), width, 0), strlen(text) * width};
    memset(buf.ptr, 0, buf.len);
    for (size_t i = 0; text[i] != '\0'; i++)
        buf.ptr[i * width + place] = (uint8_t)text[i];
    return buf;
}

static void expect_refused(natt_cli_buf buf, const char *expected)
{
    natt_cli_error err = {0};
    expect_usage(natt_cli_public_key_decode(&buf, &err), &err, expected);
    cr_expect_not_null(strstr(err.what, expected), "%s: %s", expected, err.what);
    natt_cli_buf_free(&buf);
}

Test(public_key, private_keys_are_refused_in_every_form)
{
    static const char *const texts[] = {
        "  " BLOCK("PRIVATE KEY"),
        "0\n" BLOCK("PRIVATE KEY"),
        "key: \"" BLOCK("EC PRIVATE KEY") "\"",
        "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n",
        "PRIVATE KEY",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        expect_refused(buf_of(texts[i], strlen(texts[i])), "a private key");
        expect_refused(wide(texts[i], 2, 0), "a private key");
        expect_refused(wide(texts[i], 2, 1), "a private key");
        expect_refused(wide(texts[i], 4, 3), "a private key");
    }
    expect_refused(buf_of("\x00\n" BLOCK("PRIVATE KEY"), 2 + sizeof BLOCK("PRIVATE KEY") - 1), "a private key");
}

Test(public_key, private_keys_in_der_are_refused)
{
    static const struct {
        const char *der;
        size_t len;
    } keys[] = {{"\x30\x03\x02\x01\x00", 5},
                {"\x30\x03\x02\x01\x01", 5},
                {"\x30\x03\x02\x01\x03", 5},
                {"\x30\x81\x80\x02\x01\x00", 6},
                {"\x30\x82\x01\x00\x02\x01\x00\x30", 8},
                {"\x30\x80\x02\x01\x01", 5},
                {"\x30\x06\x30\x02\x05\x00\x04\x00", 8}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        expect_refused(buf_of(keys[i].der, keys[i].len), "a private key in DER");
    const char *pem = "-----BEGIN PUBLIC KEY-----\nMAYwAgUABAA=\n-----END PUBLIC KEY-----\n";
    expect_refused(buf_of(pem, strlen(pem)), "a private key in DER");
}

Test(public_key, private_keys_are_refused_as_hexadecimal_and_base64)
{
    static const char *const values[] = {"3003020100", "base64:MAMCAQE=", "base64:UFJJVkFURSBLRVk="};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        natt_cli_buf buf;
        natt_cli_error err = {0};
        expect_usage(natt_cli_public_key(&buf, values[i], &err), &err, values[i]);
        cr_expect_not_null(strstr(err.what, "a private key"), "%s: %s", values[i], err.what);
    }
}

Test(public_key, pem_in_other_encodings_is_refused)
{
    expect_refused(wide(BLOCK("PUBLIC KEY"), 2, 0), "UTF-16");
    expect_refused(wide(BLOCK("PUBLIC KEY"), 4, 0), "UTF-32");
    expect_refused(buf_of("\x00\n" BLOCK("PUBLIC KEY"), 2 + sizeof BLOCK("PUBLIC KEY") - 1), "NUL");
    expect_refused(buf_of(BLOCK("PUBLIC KEY") "\x00" BLOCK("PUBLIC KEY"), 2 * sizeof BLOCK("PUBLIC KEY") - 1), "NUL");
}

Test(public_key, values_that_are_not_files_are_never_pem)
{
    natt_cli_buf buf;
    natt_cli_error err = {0};
    cr_assert(natt_cli_public_key(&buf, "base64:LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t", &err), "%s", err.what);
    cr_expect_arr_eq(buf.ptr, "-----BEGIN CERTIFICATE-----", 27);
    natt_cli_buf_free(&buf);
}
