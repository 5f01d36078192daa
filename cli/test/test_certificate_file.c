#include "cases.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/certificates/certificate_file.h"

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END   "-----END CERTIFICATE-----\n"

Test(certificate_file, reads_der_and_pem)
{
    static const char *const good[] = {
        "\x30\x01\xff", BEGIN "MAH/\n" END, "subject=x\n" BEGIN "MA\nH/\n" END "trailing\n",
        "-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----\n" BEGIN "MAH/\n" END,
        "-----BEGIN CERTIFICATE-----\r\nMAH/\r\n-----END CERTIFICATE-----"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        natt_cli_buf der;
        natt_cli_error err = {0};
        cr_assert(natt_cli_certificate_decode(&der, text_bytes(good[i]), &err), "%zu: %s", i, err.what);
        cr_expect_eq(der.len, 3);
        cr_expect_arr_eq(der.ptr, "\x30\x01\xff", 3);
        natt_cli_buf_free(&der);
    }
}

Test(certificate_file, refuses_all_else)
{
    static const char *const bad[] = {"",
                                      "x",
                                      "\x31\x00",
                                      BEGIN,
                                      BEGIN "MAH/\n",
                                      BEGIN "M\n" END,
                                      BEGIN "!\n" END,
                                      BEGIN "MAH/\n" END BEGIN "MAH/\n" END,
                                      BEGIN "MAH/\n" END BEGIN,
                                      BEGIN "MAH/\n" BEGIN "MAH/\n" END,
                                      BEGIN "MAH/\n-----END PUBLIC KEY-----\n",
                                      "-----BEGIN PUBLIC KEY-----\nMAH/\n-----END PUBLIC KEY-----\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        natt_cli_buf der;
        natt_cli_error err = {0};
        expect_usage(natt_cli_certificate_decode(&der, text_bytes(bad[i]), &err), &err, bad[i]);
        natt_cli_buf_free(&der);
    }
}

Test(certificate_file, names_other_pem)
{
    natt_cli_buf der;
    natt_cli_error err = {0};
    const char *key = "-----BEGIN EC PRIVATE KEY-----\nMAH/\n-----END EC PRIVATE KEY-----\n";
    expect_usage(natt_cli_certificate_decode(&der, text_bytes(key), &err), &err, key);
    cr_expect_not_null(strstr(err.what, "\"EC PRIVATE KEY\", not a certificate"), "%s", err.what);
}

/* The time is linear: these 8 MiB take milliseconds, and minutes if each block looks through all that follow. */
Test(certificate_file, many_blocks_take_linear_time, .timeout = 20)
{
    static const char *const lines[] = {"-----BEGIN X-----\n", "-----BEGIN X-----\n-----END Y-----\n", "------"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        size_t len = strlen(lines[i]), count = ((size_t)8 << 20) / len;
        char *text = natt_cli_alloc(count, len, sizeof BEGIN "MAH/\n" END);
        for (size_t n = 0; n < count; n++)
            memcpy(text + n * len, lines[i], len);
        (void)strcpy(text + count * len, "\n" BEGIN "MAH/\n" END);
        natt_cli_buf der;
        natt_cli_error err = {0};
        cr_assert(natt_cli_certificate_decode(&der, text_bytes(text), &err), "%zu: %s", i, err.what);
        natt_cli_buf_free(&der);
        free(text);
    }
}
