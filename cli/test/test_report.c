#include "cases.h"

#include <stdio.h>

#include "cli/frame/report.h"

/* A report with both renderers, and their output. */
struct both {
    natt_cli_report r;
    char *text;
    size_t len;
};

static void start(struct both *b)
{
    natt_cli_report_start(&b->r, true);
    b->r.text = open_memstream(&b->text, &b->len);
    b->r.style = (natt_cli_style){"<good>", "<bad>", "<warn>", "<dim>", "<bold>", "</>"};
}

/* JSON without its layout: one space for each run of white space. */
static char *compact(const natt_cli_report *r)
{
    char *json = NULL, *to;
    size_t len = 0;
    FILE *out = open_memstream(&json, &len);
    cr_assert(natt_cli_report_write(r, out));
    (void)fclose(out);
    to = json;
    for (const char *p = json; *p != '\0'; p++)
        if (*p != '\n' && !(*p == ' ' && p > json && (p[-1] == ' ' || p[-1] == '\n')))
            *to++ = *p;
    *to = '\0';
    return json;
}

static void expect(struct both *b, const char *text, const char *json)
{
    char *found = compact(&b->r);
    FILE *out = b->r.text;
    cr_assert_eq(b->r.depth, 1);
    natt_cli_report_free(&b->r);
    (void)fclose(out);
    cr_expect_str_eq(b->text, text, "got:\n%s", b->text);
    cr_expect_str_eq(found, json, "got: %s", found);
    free(found);
    free(b->text);
}

static void expect_cell(natt_cli_cell cell, const char *text, const char *json)
{
    char wanted[600];
    struct both b;
    start(&b);
    natt_cli_put_line(&b.r, "k", cell);
    (void)snprintf(wanted, sizeof wanted, "{\"k\": %s}", json);
    expect(&b, text, wanted);
}

Test(report, a_row_has_label_and_key_and_is_shown_where_it_is_wanted)
{
    struct both b;
    start(&b);
    natt_cli_put(&b.r, "key", "label", natt_cli_as_word("value"));
    natt_cli_put(&b.r, NATT_CLI_TEXT_ONLY, "people", natt_cli_as_number(1));
    natt_cli_put(&b.r, "programs", NATT_CLI_JSON_ONLY, natt_cli_as_number(2));
    b.r.json_only = true;
    natt_cli_put(&b.r, "also", "not shown", natt_cli_as_number(3));
    natt_cli_put_line(&b.r, "and", natt_cli_as_number(4));
    natt_cli_put_more(&b.r, "more", natt_cli_as_number(5));
    b.r.json_only = false;
    natt_cli_put_words(&b.r, "");
    natt_cli_put_words(&b.r, "the end");
    expect(&b, "  label        value\n  people       1\n\nthe end\n",
           "{\"key\": \"value\",\"programs\": 2,\"also\": 3,\"and\": 4,\"more\": 5}");
}

Test(report, every_type_has_both_forms)
{
    static const uint8_t bytes[] = {0x00, 0xff};
    expect_cell(natt_cli_as_word("word"), "word\n", "\"word\"");
    expect_cell(natt_cli_as_hex((natt_bytes){bytes, 2}), "00ff\n", "\"00ff\"");
    expect_cell(natt_cli_as_number(0), "0\n", "0");
    expect_cell(natt_cli_as_number(INT64_MAX), "9223372036854775807\n", "9223372036854775807");
    expect_cell(natt_cli_as_bool(true), "yes\n", "true");
    expect_cell(natt_cli_as_bool(false), "no\n", "false");
    expect_cell(natt_cli_as_time(-1), "1969-12-31T23:59:59Z\n", "\"1969-12-31T23:59:59Z\"");
    expect_cell(natt_cli_as_time_ms(1001), "1970-01-01T00:00:01.001Z\n", "1001");
    expect_cell(natt_cli_as_duration(-61000), "-1 min 1 s\n", "-61000");
    json_t *value = json_pack("{s:[i]}", "a", 1);
    expect_cell(natt_cli_as_json(value), "{\n  \"a\": [\n    1\n  ]\n}\n", "{\"a\": [1]}");
    cr_expect_eq(value->refcount, 1);
    json_decref(value);
}

Test(report, what_could_drive_a_terminal_is_escaped)
{
    static const char text[] = "a\033[31m\\\xe2\x80\xae\xff", utf8[] = "\xc3\xa4\\\xe2\x80\xae\001%";
    expect_cell(natt_cli_as_string(text), "a\\u{001B}[31m\\\\\\u{202E}\\xFF\n",
                "\"a\\\\u{001B}[31m\\\\\\\\\\\\u{202E}\\\\xFF\""); /* not UTF-8: escaped as for people */
    expect_cell(natt_cli_as_string(utf8), "\xc3\xa4\\\\\\u{202E}\\u{0001}%\n", "\"\\u00E4\\\\\\u202E\\u0001%\"");
    expect_cell(natt_cli_as_word(utf8), "\xc3\xa4\\\\u{202E}\\u{0001}%\n", "\"\\u00E4\\\\\\u202E\\u0001%\"");
    expect_cell(natt_cli_shown(natt_cli_as_number(5), utf8), "\xc3\xa4\\\\u{202E}\\u{0001}%\n", "5");
    expect_cell(natt_cli_absent(utf8), "\xc3\xa4\\\\u{202E}\\u{0001}%\n", "null");
    expect_cell(natt_cli_as_text((natt_bytes){(const uint8_t *)"a\0b", 3}), "a\\u{0000}b\n", "\"a\\u0000b\"");
}

Test(report, forms_are_ours_and_values_are_not_forms)
{
    expect_cell(natt_cli_in("about % bytes", natt_cli_as_number(5)), "about 5 bytes\n", "5");
    expect_cell(natt_cli_in("[%]", natt_cli_as_string("%")), "[%]\n", "\"%\"");
    expect_cell(natt_cli_in(NATT_CLI_GOOD "%" NATT_CLI_BAD "!" NATT_CLI_WARN "!" NATT_CLI_DIM "!" NATT_CLI_BOLD
                                          "!" NATT_CLI_PLAIN,
                            natt_cli_as_word("ok")),
                "<good>ok<bad>!<warn>!<dim>!<bold>!</>\n", "\"ok\"");
    expect_cell(natt_cli_in("in other words", natt_cli_as_bool(true)), "in other words\n", "true");
    expect_cell(natt_cli_in("(%)", natt_cli_absent("none")), "(none)\n", "null");
}

Test(report, columns_are_padded_and_never_cut)
{
    expect_cell(natt_cli_in("%-3|", natt_cli_as_word("ab")), "ab |\n", "\"ab\"");
    expect_cell(natt_cli_in("%-3|", natt_cli_as_word("abc")), "abc|\n", "\"abc\"");
    expect_cell(natt_cli_in("%-3|", natt_cli_as_word("abcd")), "abcd|\n", "\"abcd\"");
    expect_cell(natt_cli_in("|%3", natt_cli_as_number(42)), "| 42\n", "42");
    expect_cell(natt_cli_in("|%3", natt_cli_as_number(4200)), "|4200\n", "4200");
}

static void expect_label(const char *label, const char *text)
{
    struct both b;
    start(&b);
    natt_cli_put(&b.r, "k", label, natt_cli_as_number(1));
    expect(&b, text, "{\"k\": 1}");
}

Test(report, labels_and_values_may_be_wide)
{
    expect_label("twelve chars", "  twelve chars 1\n");
    expect_label("eleven char", "  eleven char  1\n");
    expect_label("thirteen char", "  thirteen char 1\n");
    char *hex = natt_cli_alloc(20000, 1, 20), *wanted = natt_cli_alloc(20000, 1, 20);
    uint8_t *bytes = natt_cli_alloc(10000, 1, 0);
    memset(hex, '0', 20000);
    (void)sprintf(wanted, "  v            %s\n", hex);
    struct both b;
    start(&b);
    natt_cli_put(&b.r, NATT_CLI_TEXT_ONLY, "v", natt_cli_as_hex((natt_bytes){bytes, 10000}));
    expect(&b, wanted, "{}");
    free(bytes);
    free(wanted);
    free(hex);
}

Test(report, absent_is_null_and_no_row)
{
    struct both b;
    start(&b);
    natt_cli_put(&b.r, "first", "first", natt_cli_as_word("shown"));
    natt_cli_put(&b.r, "text", "text", natt_cli_as_text((natt_bytes){NULL, 0}));
    natt_cli_put(&b.r, "string", "string", natt_cli_as_string(NULL));
    natt_cli_put(&b.r, "word", "word", natt_cli_as_word(NULL));
    natt_cli_put(&b.r, "json", "json", natt_cli_as_json(NULL));
    natt_cli_put(&b.r, "hex", "hex", natt_cli_as_hex((natt_bytes){NULL, 0}));
    natt_cli_put_more(&b.r, "left", natt_cli_in(" left out with its row: %", natt_cli_as_number(1)));
    natt_cli_put(&b.r, "empty", "empty", natt_cli_as_string(""));
    natt_cli_put_more(&b.r, "none", natt_cli_absent(NULL));
    natt_cli_put_more(&b.r, "more", natt_cli_in("and %", natt_cli_as_number(2)));
    natt_cli_put(&b.r, "words", "words", natt_cli_absent("not there"));
    expect(
        &b, "  first        shown\n  empty        and 2\n  words        not there\n",
        "{\"first\": \"shown\",\"text\": null,\"string\": null,\"word\": null,\"json\": null,\"hex\": null,\"left\": 1,"
        "\"empty\": \"\",\"none\": null,\"more\": 2,\"words\": null}");
}

Test(report, optional_fields_are_absent_empty_or_shown_whole)
{
    struct both b;
    start(&b);
    natt_cli_put_bytes(&b.r, "a", "a", (natt_bytes){NULL, 0}, "!");
    natt_cli_put_bytes(&b.r, "b", "b", text_bytes(""), ", empty");
    natt_cli_put_bytes(&b.r, "c", "c", text_bytes("x\\y"), "");
    natt_cli_put_bytes(&b.r, "d", "d", text_bytes("\033"), "");
    expect(&b,
           "  a            absent!\n  b            0 bytes, empty\n  c            3 bytes\n"
           "               785c79\n               \"x\\\\y\"\n  d            1 bytes\n               1b\n",
           "{\"a\": null,\"b\": \"\",\"c\": \"785c79\",\"d\": \"1b\"}");
}

Test(report, lists_and_objects_may_be_empty_and_nested)
{
    struct both b;
    start(&b);
    natt_cli_put_list(&b.r, "none");
    natt_cli_put_end(&b.r);
    natt_cli_put_object(&b.r, "nothing");
    natt_cli_put_end(&b.r);
    natt_cli_put_list(&b.r, "list");
    natt_cli_put(&b.r, NATT_CLI_ITEM, "item", natt_cli_as_number(1));
    natt_cli_put(&b.r, NATT_CLI_TEXT_ONLY, "", natt_cli_as_word("for people"));
    natt_cli_put_object(&b.r, NATT_CLI_ITEM);
    natt_cli_put(&b.r, "inner", "inner", natt_cli_as_number(2));
    natt_cli_put_list(&b.r, "deep");
    natt_cli_put(&b.r, NATT_CLI_ITEM, NATT_CLI_JSON_ONLY, natt_cli_absent(NULL));
    natt_cli_put_end(&b.r);
    natt_cli_put_end(&b.r);
    natt_cli_put_end(&b.r);
    natt_cli_put(&b.r, "after", "after", natt_cli_as_number(3));
    expect(&b, "  item         1\n               for people\n  inner        2\n  after        3\n",
           "{\"none\": [],\"nothing\": {},\"list\": [1,{\"inner\": 2,\"deep\": [null]}],\"after\": 3}");
}

Test(report, keys_may_have_an_order_of_their_own)
{
    struct both b;
    start(&b);
    for (const char *key = "abcd"; *key != '\0'; key++)
        natt_cli_put(&b.r, (const char[]){*key, '\0'}, NATT_CLI_JSON_ONLY, natt_cli_absent(NULL));
    natt_cli_put_last(&b.r, "c a");
    natt_cli_put_last(&b.r, "absent");
    expect(&b, "", "{\"b\": null,\"d\": null,\"c\": null,\"a\": null}");
}

Test(report, an_error_has_all_its_parts_or_null)
{
    static const natt_error all = {NATT_E_X509_SERIAL, 2, 17, "why"};
    static const natt_error none = {NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, "well"};
    char text[400], json[400];
    struct both b;
    start(&b);
    natt_cli_put_error(&b.r, &all, "certificate 2", 40);
    (void)snprintf(
        text, sizeof text,
        "  code         %s (%s)\n  reason       why\n  item         certificate 2\n  offset       byte 17 of 40\n",
        natt_code_name(all.code), natt_code_rule(all.code));
    (void)snprintf(json, sizeof json,
                   "{\"code\": \"%s\",\"rule\": \"%s\",\"item\": 2,\"offset\": 17,\"message\": \"why\"}",
                   natt_code_name(all.code), natt_code_rule(all.code));
    expect(&b, text, json);
    start(&b);
    natt_cli_put_error(&b.r, &none, "", 40);
    expect(&b, "  code         NATT_OK\n  reason       well\n",
           "{\"code\": \"NATT_OK\",\"rule\": null,\"item\": null,\"offset\": null,\"message\": \"well\"}");
}

static void nest(size_t depth)
{
    natt_cli_report r;
    natt_cli_report_start_list(&r, true);
    for (size_t i = 1; i < depth; i++)
        natt_cli_put_list(&r, NATT_CLI_ITEM);
    natt_cli_report_free(&r);
}

Test(report, depth_has_a_limit)
{
    nest(NATT_CLI_REPORT_DEPTH - 1);
    nest(NATT_CLI_REPORT_DEPTH);
}

Test(report, beyond_the_limit_the_process_ends, .exit_code = NATT_CLI_IO)
{
    nest(NATT_CLI_REPORT_DEPTH + 1);
}
