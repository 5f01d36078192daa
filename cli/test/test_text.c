#include "cases.h"

#include "cli/frame/text.h"

static void expect_escape(const char *in, size_t len, const char *want)
{
    char *out = natt_cli_escape((natt_bytes){(const uint8_t *)in, len});
    cr_expect_str_eq(out, want);
    free(out);
}

Test(text, escape_keeps_plain_text)
{
    expect_escape("", 0, "");
    expect_escape("i-0a b~", 7, "i-0a b~");
    expect_escape("h\xc3\xa9llo \xe2\x82\xac \xf0\x9f\x98\x80", 15, "h\xc3\xa9llo \xe2\x82\xac \xf0\x9f\x98\x80");
}

Test(text, escape_shows_what_would_act_or_hide)
{
    expect_escape("a\033[31m\n\t", 8, "a\\u{001B}[31m\\u{000A}\\u{0009}");
    expect_escape("\0", 1, "\\u{0000}");
    expect_escape("\x7f\xc2\x85", 3, "\\u{007F}\\u{0085}");
    expect_escape("\xe2\x80\xae"
                  "x\xe2\x81\xa6",
                  7, "\\u{202E}x\\u{2066}");
    expect_escape("\xef\xbb\xbf\xe2\x80\x8b", 6, "\\u{FEFF}\\u{200B}");
    expect_escape("\xf3\xa0\x81\x81", 4, "\\u{E0041}");
    expect_escape("\\x", 2, "\\\\x");
}

Test(text, escape_shows_bytes_that_are_no_utf8)
{
    expect_escape("\xff"
                  "a",
                  2, "\\xFFa");
    expect_escape("\xc0\x80", 2, "\\xC0\\x80");                   /* overlong */
    expect_escape("\xe0\x80\x80", 3, "\\xE0\\x80\\x80");          /* overlong */
    expect_escape("\xed\xa0\x80", 3, "\\xED\\xA0\\x80");          /* surrogate */
    expect_escape("\xf4\x90\x80\x80", 4, "\\xF4\\x90\\x80\\x80"); /* above 10FFFF */
    expect_escape("\xe2\x82", 2, "\\xE2\\x82");                   /* cut */
    expect_escape("\x80", 1, "\\x80");
}

static void expect_word(const char *text, const char *expected)
{
    char *word = natt_cli_shell_word(text);
    cr_expect_str_eq(word, expected);
    free(word);
}

/* Each of these is read back by sh as the same bytes; $'...' by bash, ksh and zsh. */
Test(text, a_shell_word_means_the_same_bytes)
{
    expect_word("", "''");
    expect_word("a/b-1.json", "a/b-1.json");
    expect_word("a b", "'a b'");
    expect_word("it's", "'it'\\''s'");
    expect_word("a\\b.json", "'a\\b.json'");
    expect_word("\xc3\xa4", "'\xc3\xa4'");
    expect_word("a\033[31m", "$'a\\033[31m'");
    expect_word("a\n0", "$'a\\0120'");
    expect_word("\xff'\\", "$'\\377\\047\\134'");
    expect_word("a\xe2\x80\xae", "$'a\\342\\200\\256'");
}

Test(text, a_line_keeps_its_backslashes)
{
    char *line = natt_cli_escape_line("a\\b\033\n");
    cr_expect_str_eq(line, "a\\b\\u{001B}\\u{000A}");
    free(line);
}

Test(text, ascii_escapes_every_other_character)
{
    char *out = natt_cli_to_ascii(natt_cli_escape(text_bytes("a\xc3\x9b\xe2\x82\xac\xf0\x9f\x98\x80\xff\\")));
    cr_expect_str_eq(out, "a\\u{00DB}\\u{20AC}\\u{1F600}\\xFF\\\\");
    free(out);
}

Test(text, printable_means_no_escape_is_needed)
{
    cr_expect(natt_cli_printable(text_bytes("hello {\"a\": 1}")));
    cr_expect_not(natt_cli_printable(text_bytes("")));
    cr_expect_not(natt_cli_printable(text_bytes("a\nb")));
    cr_expect_not(natt_cli_printable(text_bytes("\xff")));
}

Test(text, utf8)
{
    cr_expect(natt_cli_utf8(text_bytes("")));
    cr_expect(natt_cli_utf8(text_bytes("a\nb\xc3\x9b\xe2\x80\xae\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf")));
    for (const char *const *bad = (const char *const[]){"\xff", "a\x80", "\xc3", "\xc0\x80", "\xed\xa0\x80",
                                                        "\xf4\x90\x80\x80", "\xe2\x82", NULL};
         *bad != NULL; bad++)
        cr_expect_not(natt_cli_utf8(text_bytes(*bad)), "%s", *bad);
}

Test(text, distance_counts_edits_without_case)
{
    cr_expect_eq(natt_cli_distance("verify", "VERIFY"), 0);
    cr_expect_eq(natt_cli_distance("verfy", "verify"), 1);
    cr_expect_eq(natt_cli_distance("", "abc"), 3);
    cr_expect_eq(natt_cli_distance("kitten", "sitting"), 3);
}
