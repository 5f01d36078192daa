#include "cases.h"

#include <stdio.h>
#include <unistd.h>

Test(bytes, value_reads_hex_in_either_case)
{
    natt_cli_buf buf;
    natt_cli_error err;
    cr_assert(natt_cli_value(&buf, "00fFAb", &err));
    cr_expect_eq(buf.len, 3);
    cr_expect_arr_eq(buf.ptr, "\x00\xff\xab", 3);
    natt_cli_buf_free(&buf);
}

Test(bytes, value_reads_base64_by_its_prefix_only)
{
    natt_cli_buf buf;
    natt_cli_error err;
    cr_assert(natt_cli_value(&buf, "base64:aGk=", &err));
    cr_expect_eq(buf.len, 2);
    cr_expect_arr_eq(buf.ptr, "hi", 2);
    natt_cli_buf_free(&buf);
    cr_assert(natt_cli_value(&buf, "base64:", &err));
    cr_expect_eq(buf.len, 0);
    cr_expect_not_null(buf.ptr);
    natt_cli_buf_free(&buf);
}

Test(bytes, value_refuses_what_it_would_have_to_guess)
{
    static const char *const bad[] = {"",
                                      "0",
                                      "0x00",
                                      "zz",
                                      "00 11",
                                      "aGk=",
                                      "00\n",
                                      "base64",
                                      "base64:aGk",
                                      "base64:aGk=\n",
                                      "base64:aGl=",
                                      "base64:a-_=",
                                      "BASE64:aGk=",
                                      "base64:====",
                                      "base64:aGk=aGk=",
                                      "base64: aGk="};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        natt_cli_buf buf;
        natt_cli_error err = {0};
        expect_usage(natt_cli_value(&buf, bad[i], &err), &err, bad[i]);
        cr_expect_null(buf.ptr);
    }
}

Test(bytes, value_names_what_the_text_may_be)
{
    static const struct {
        const char *text, *expected;
    } bad[] = {{"0x00", "0x"},
               {"0XAB", "0x"},
               {"000", "3 hexadecimal digits"},
               {"0g", "not hexadecimal"},
               {"base64:a-_=", "base64url"},
               {"base64:aGk", "no padding"},
               {"base64:aG=", "not base64"},
               {"aGk=", "not hexadecimal"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        natt_cli_buf buf;
        natt_cli_error err = {0};
        expect_usage(natt_cli_value(&buf, bad[i].text, &err), &err, bad[i].text);
        cr_expect_not_null(strstr(err.what, bad[i].expected), "%s: %s", bad[i].text, err.what);
    }
}

Test(bytes, value_reads_files_raw)
{
    char path[] = "/tmp/natt-cli-XXXXXX", option[64];
    natt_cli_buf buf;
    natt_cli_error err;
    int fd = mkstemp(path);
    cr_assert_eq(write(fd, "0a\n", 3), 3);
    close(fd);
    (void)snprintf(option, sizeof option, "@%s", path);
    cr_assert(natt_cli_value(&buf, option, &err));
    cr_expect_eq(buf.len, 3);
    cr_expect_arr_eq(buf.ptr, "0a\n", 3);
    natt_cli_buf_free(&buf);
    unlink(path);
}

Test(bytes, value_says_io_when_the_file_cannot_be_read)
{
    static const char *const bad[] = {"@/nonexistent/file", "@/", "@"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        natt_cli_buf buf;
        natt_cli_error err = {0};
        cr_expect_not(natt_cli_value(&buf, bad[i], &err));
        cr_expect_eq(err.exit_code, NATT_CLI_IO, "%s", bad[i]);
    }
}

Test(bytes, value_exact_refuses_other_lengths)
{
    uint8_t out[2];
    natt_cli_error err = {0};
    cr_expect(natt_cli_value_exact(out, 2, "0102", &err));
    expect_usage(natt_cli_value_exact(out, 2, "01", &err), &err, "01");
    expect_usage(natt_cli_value_exact(out, 2, "010203", &err), &err, "010203");
    expect_usage(natt_cli_value_exact(out, 2, "base64:", &err), &err, "base64:");
}
