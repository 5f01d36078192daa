#include "cases.h"

#include <stdio.h>

#include "cli/document/document_forms.h"

/* Begins like a document, and is long enough for JSON; in base64 it has + and /, without padding. */
#define HEAD    "\x84\x44\xfb\xef\xff"
#define TAIL    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
#define DOC     HEAD TAIL
#define DOC_LEN (sizeof DOC - 1)
#define HEX_DOC                                                                                                        \
    "8444fbefff30313233343536373839303132333435363738393031323334353637383930313233343536373839303132"                 \
    "333435363738393031323334353637383930313233343536373839303132333435363738393031323334353637383930"

static natt_cli_found find(natt_cli_buf *out, char form[NATT_CLI_FORM_LEN], const char *file)
{
    return natt_cli_document_find(out, form, text_bytes(file));
}

static void expect_doc(const char *file, size_t len, const char *expected)
{
    natt_cli_buf out;
    char form[NATT_CLI_FORM_LEN];
    cr_assert_eq(natt_cli_document_find(&out, form, (natt_bytes){(const uint8_t *)file, len}), NATT_CLI_FOUND_ONE, "%s",
                 file);
    cr_expect_str_eq(form, expected, "%s", file);
    cr_expect(out.len == DOC_LEN && memcmp(out.ptr, DOC, DOC_LEN) == 0, "%s", file);
    natt_cli_buf_free(&out);
}

/* Base64 of DOC with these two letters of the alphabet; the last of its 96 bytes ends a group of three. */
static char *base64_doc(char plus, char slash)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *p = (const uint8_t *)DOC;
    char *out = natt_cli_alloc(DOC_LEN, 2, 0), *to = out;
    for (size_t i = 0; i < DOC_LEN; i += 3)
        for (int bits = 18; bits >= 0; bits -= 6) {
            char c = letters[((uint32_t)p[i] << 16 | (uint32_t)p[i + 1] << 8 | p[i + 2]) >> bits & 63];
            *to++ = c == '+' ? plus : c == '/' ? slash : c;
        }
    return out;
}

static void expect_text(const char *expected, const char *format, const char *text)
{
    char file[512];
    int len = snprintf(file, sizeof file, format, text);
    cr_assert(len > 0 && len < (int)sizeof file);
    expect_doc(file, (size_t)len, expected);
}

Test(document_forms, text_forms_are_found_and_named)
{
    char *url = base64_doc('-', '_'), *plain = base64_doc('+', '/');
    cr_assert_eq(DOC_LEN % 3, 0);
    expect_text("hexadecimal with 0x, 194 characters", "0x%s\n", HEX_DOC);
    expect_text("hexadecimal with 0x, 194 characters", " 0X%s", HEX_DOC);
    expect_text("base64url, 128 characters", "%s\n", url);
    expect_text("quoted base64url, 128 characters", "'%s'", url);
    expect_text("quoted base64, 128 characters", "`%s`\n", plain);
    expect_text("quoted base64, 128 characters", "\"%s\"\n", plain);
    expect_text("quoted hexadecimal, 192 characters", "\"%s\"", HEX_DOC);
    expect_text("base64, 128 characters", "\xef\xbb\xbf%s\r\n", plain);
    free(url);
    free(plain);
}

Test(document_forms, padding_may_be_left_out)
{
    static const char *const texts[] = {"hES_", "hET7-w", "hET7--8", "hET7--8="};
    static const char *const expected[] = {"base64url, 4 characters", "base64url without padding, 6 characters",
                                           "base64url without padding, 7 characters", "base64url, 8 characters"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        natt_cli_buf out;
        char form[NATT_CLI_FORM_LEN];
        cr_assert_eq(find(&out, form, texts[i]), NATT_CLI_FOUND_ONE, "%s", texts[i]);
        cr_expect_str_eq(form, expected[i]);
        natt_cli_buf_free(&out);
    }
}

Test(document_forms, json_values_are_found_by_their_member)
{
    char *plain = base64_doc('+', '/');
    expect_text("JSON, .attestation_doc: base64, 128 characters", "{\"attestation_doc\":\"%s\",\"nonce\":\"84\"}",
                plain);
    expect_text("JSON, .a.b[1]: base64, 128 characters", " \n{\"a\":{\"b\":[1,\"%s\"]}}\n", plain);
    expect_text("JSON, [0]: hexadecimal with 0x, 194 characters", "[\"0x%s\"]", HEX_DOC);
    expect_text("JSON, .a: base64, 128 characters", "\xef\xbb\xbf{\"a\":\"%1$s\",\"copy\":\"%1$s\"}", plain);
    free(plain);
}

Test(document_forms, json_numbers_are_bytes)
{
    char file[1024] = "{\"type\":\"Buffer\",\"data\":[";
    for (size_t i = 0; i < DOC_LEN; i++)
        (void)snprintf(file + strlen(file), sizeof file - strlen(file), "%s%u", i == 0 ? "" : ",", (uint8_t)DOC[i]);
    (void)strcat(file, "]}");
    expect_doc(file, strlen(file), "JSON, .data: a list of 96 numbers");
    char *last = strrchr(file, ',');
    natt_cli_buf out;
    char form[NATT_CLI_FORM_LEN];
    (void)strcpy(last, ",256]}");
    cr_expect_eq(find(&out, form, file), NATT_CLI_FOUND_NONE);
    (void)strcpy(last, ",-1]}");
    cr_expect_eq(find(&out, form, file), NATT_CLI_FOUND_NONE);
    (void)strcpy(last, ",1.0]}");
    cr_expect_eq(find(&out, form, file), NATT_CLI_FOUND_NONE);
}

#define ANSWER                                                                                                         \
    "\xa1\x6b"                                                                                                         \
    "Attestation"                                                                                                      \
    "\xa1\x68"                                                                                                         \
    "document"                                                                                                         \
    "\x58\x60" DOC

Test(document_forms, answers_of_an_nsm_are_opened)
{
    static const char indefinite[] = "\xbf\x6b"
                                     "Attestation"
                                     "\xbf\x68"
                                     "document"
                                     "\x59\x00\x60" DOC "\xff\xff";
    static const char mixed[] = "\xa1\x6b"
                                "Attestation"
                                "\xbf\x68"
                                "document"
                                "\x5a\x00\x00\x00\x60" DOC "\xff";
    expect_doc(ANSWER, sizeof ANSWER - 1, "the reply of an NSM, 121 bytes");
    expect_doc(indefinite, sizeof indefinite - 1, "the reply of an NSM, 124 bytes");
    expect_doc(mixed, sizeof mixed - 1, "the reply of an NSM, 125 bytes");
    expect_text("hexadecimal, 242 characters, the reply of an NSM",
                "a16b4174746573746174696f6ea168646f63756d656e745860%s", HEX_DOC);
    for (size_t len = 0; len < sizeof ANSWER - 1; len++) {
        natt_cli_buf out;
        char form[NATT_CLI_FORM_LEN];
        cr_expect_eq(natt_cli_document_find(&out, form, (natt_bytes){(const uint8_t *)ANSWER, len}),
                     NATT_CLI_FOUND_NONE, "%zu", len);
    }
}

Test(document_forms, all_else_is_left_alone)
{
    static const char *const files[] = {
        "",
        "\n",
        "hello",
        "{}",
        "[]",
        "\"\"",
        "''",
        "{",
        "hET7+_w=",
        "hET7-w=",
        "hET7-x",
        "hET7--8==",
        "hET7--8===",
        "hET7--8=====",
        "aGVsbG8",
        "0x",
        "0x8",
        "0x84g0",
        "x8444",
        "{\"a\":1}",
        "{\"nonce\":\"0x8444\"}",
        "\"0x84'",
        "a1",
        "\x84-_",
        "\xd2hET_",
        ANSWER "x",
        "\xa1\x65"
        "Error"
        "\x70"
        "InvalidOperation",
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        natt_cli_buf out;
        char form[NATT_CLI_FORM_LEN];
        cr_expect_eq(find(&out, form, files[i]), NATT_CLI_FOUND_NONE, "%s: %s", files[i], form);
        cr_expect_null(out.ptr);
    }
}

Test(document_forms, zero_bytes_end_no_text)
{
    natt_cli_buf out;
    char form[NATT_CLI_FORM_LEN];
    static const char hex[] = "0x8444\0"
                              "44",
                      base64[] = "hET_\0";
    cr_expect_eq(natt_cli_document_find(&out, form, (natt_bytes){(const uint8_t *)hex, sizeof hex - 1}),
                 NATT_CLI_FOUND_NONE);
    cr_expect_eq(natt_cli_document_find(&out, form, (natt_bytes){(const uint8_t *)base64, sizeof base64 - 1}),
                 NATT_CLI_FOUND_NONE);
}

Test(document_forms, several_documents_are_ambiguous)
{
    char file[1024];
    natt_cli_buf out;
    char form[NATT_CLI_FORM_LEN];
    (void)snprintf(file, sizeof file, "{\"a\":\"0x%s\",\"b\":{\"c\":\"%s00\"},\"d\":\"%s11\"}", HEX_DOC, HEX_DOC,
                   HEX_DOC);
    cr_expect_eq(find(&out, form, file), NATT_CLI_FOUND_SEVERAL);
    cr_expect_null(out.ptr);
    cr_expect_str_eq(form, "JSON with several documents, as in .a and .b.c");
}

Test(document_forms, damaged_text_is_named_with_its_place)
{
    static const struct {
        const char *file, *expected;
    } bad[] = {
        {"hET7--8hET7--8h*T7--8", "base64 with an invalid character, 0x2a, after 15 of 21 characters"},
        {"hET7--8=hET7--8=", "base64 with an invalid character, 0x68, after 8 of 16 characters"},
        {"hET7--8hET7--8hET", "truncated or modified base64, 17 characters"},
        {"hET7+-8hET7--8hE", "truncated or modified base64, 16 characters"},
        {"0oRE AAAA\nAAAA AAAA A\n", "truncated or modified base64, 17 characters"},
        {"0x8444a1013822a05", "truncated or modified hexadecimal, 17 characters"},
        {"D28444a1013822a05", "truncated or modified hexadecimal, 17 characters"},
        {"8444a1013822a0.5", "hexadecimal with an invalid character, 0x2e, after 14 of 16 characters"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        natt_cli_buf out;
        natt_cli_error err;
        char form[NATT_CLI_FORM_LEN];
        cr_expect_eq(find(&out, form, bad[i].file), NATT_CLI_FOUND_DAMAGED, "%s", bad[i].file);
        cr_expect_str_eq(form, bad[i].expected);
        cr_expect_null(out.ptr);
        (void)natt_cli_form_fail(&err, NATT_CLI_FOUND_DAMAGED, form, "x");
        cr_expect_not_null(strstr(err.hint, "copy the complete text again"));
    }
}

Test(document_forms, the_command_that_converts_is_told)
{
    natt_cli_error err;
    (void)natt_cli_form_fail(&err, NATT_CLI_FOUND_ONE, "base64url, 8 characters", "it's here");
    cr_expect_eq(err.exit_code, NATT_CLI_REFUSED);
    cr_expect_not_null(strstr(err.what, "base64url, 8 characters"));
    cr_expect_not_null(strstr(err.hint, "inspect --out decoded.bin 'it'\\''s here' writes"), "%s", err.hint);
    (void)natt_cli_form_fail(&err, NATT_CLI_FOUND_ONE, "base64url, 8 characters", "-x.json");
    cr_expect_not_null(strstr(err.hint, "inspect --out decoded.bin ./-x.json writes"), "%s", err.hint);
    (void)natt_cli_form_fail(&err, NATT_CLI_FOUND_ONE, "base64url, 8 characters", "-");
    cr_expect_not_null(strstr(err.hint, "inspect --out decoded.bin - writes"), "%s", err.hint);
    (void)natt_cli_form_fail(&err, NATT_CLI_FOUND_SEVERAL, "JSON with several", "x");
    cr_expect_not_null(strstr(err.hint, "to a separate file"));
}
