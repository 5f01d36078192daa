#include "cases.h"

#include "cli/document/input.h"
#include "cli/frame/file.h"

static natt_cli_form decode(const void *bytes, size_t len, natt_cli_buf *out)
{
    *out = (natt_cli_buf){natt_cli_alloc(len, 1, 0), len};
    memcpy(out->ptr, bytes, len);
    return natt_cli_input_decode(out);
}

static void expect_decoded(const char *text, natt_cli_form form, const char *want, size_t want_len)
{
    natt_cli_buf out;
    cr_expect_eq(decode(text, strlen(text), &out), form, "%s", text);
    cr_expect_eq(out.len, want_len, "%s", text);
    cr_expect(out.len == want_len && memcmp(out.ptr, want, want_len) == 0, "%s", text);
    natt_cli_buf_free(&out);
}

Test(input, hex_is_decoded_with_white_space_inside)
{
    expect_decoded("8444a1", NATT_CLI_HEX, "\x84\x44\xa1", 3);
    expect_decoded("84", NATT_CLI_HEX, "\x84", 1);
    expect_decoded(" \n84 44\r\n\tA1\n", NATT_CLI_HEX, "\x84\x44\xa1", 3);
    expect_decoded("d28444", NATT_CLI_HEX, "\xd2\x84\x44", 3);
    expect_decoded("D28444", NATT_CLI_HEX, "\xd2\x84\x44", 3);
    expect_decoded("8 4", NATT_CLI_HEX, "\x84", 1);
}

Test(input, base64_is_decoded_with_white_space_inside)
{
    expect_decoded("hESh", NATT_CLI_BASE64, "\x84\x44\xa1", 3);
    expect_decoded("hE\nSh\n", NATT_CLI_BASE64, "\x84\x44\xa1", 3);
    expect_decoded("0oRE", NATT_CLI_BASE64, "\xd2\x84\x44", 3);
    expect_decoded("hEQ=", NATT_CLI_BASE64, "\x84\x44", 2);
}

Test(input, everything_else_is_binary_and_unchanged)
{
    static const char *const texts[] = {"",        " ",     "844",  "84zz", "84g0",  "aa84",  "hE",
                                        "hES",     "hESh=", "hER=", "hES*", "0o",    "hello", "84 44 a1 -",
                                        "d2 84 4", "h",     "8",    "{}",   "hESh\v"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        expect_decoded(texts[i], NATT_CLI_BINARY, texts[i], strlen(texts[i]));
}

Test(input, binary_documents_are_left_alone)
{
    natt_cli_buf out;
    static const uint8_t document[] = {0x84, 0x44, 0xa1, 0x01, 0x38, 0x22, 0x20, 0x0a};
    static const uint8_t nul[] = {'8', '4', 0, '4', '4'};
    cr_expect_eq(decode(document, sizeof document, &out), NATT_CLI_BINARY);
    cr_expect_eq(out.len, sizeof document);
    natt_cli_buf_free(&out);
    cr_expect_eq(decode(nul, sizeof nul, &out), NATT_CLI_BINARY);
    cr_expect_eq(out.len, sizeof nul);
    natt_cli_buf_free(&out);
}

Test(input, oversized_text_is_left_for_the_verifier_to_refuse)
{
    natt_cli_buf out = {natt_cli_alloc(NATT_CLI_MAX_FILE, 1, 1), NATT_CLI_MAX_FILE + 1};
    memset(out.ptr, '8', out.len);
    out.ptr[1] = '4';
    cr_expect_eq(natt_cli_input_decode(&out), NATT_CLI_BINARY);
    cr_expect_gt(out.len, NATT_MAX_DOCUMENT);
    natt_cli_buf_free(&out);
}
