#include "cases.h"

#include "cli/pcr_values/policy_file.h"

#define SET(pcrs) "{\"version\":1,\"sets\":[{\"name\":\"a\",\"pcrs\":" pcrs "}]}"

Test(policy_file, reads_sets_names_and_alternatives)
{
    natt_cli_policy policy = {0};
    natt_cli_error err = {0};
    const char *json = "{\"version\":1,\"sets\":[{\"name\":\"v1.2\",\"pcrs\":{\"0\":[\"" HEX48_A "\"],\"8\":[\"" HEX48_A
                       "\",\"" HEX48_B "\"]}},{\"pcrs\":{\"31\":[\"" HEX48_B "\"]}}]}";
    cr_assert(natt_cli_policy_parse(&policy, text_bytes(json), &err), "%s", err.what);
    const natt_policy *view = natt_cli_policy_view(&policy);
    cr_assert_eq(view->set_count, 2);
    cr_expect_str_eq(view->sets[0].name, "v1.2");
    cr_assert_eq(view->sets[0].pcr_count, 3);
    cr_expect_eq(view->sets[0].pcrs[2].index, 8);
    cr_expect_eq(view->sets[0].pcrs[2].value.len, 48);
    cr_expect_eq(view->sets[0].pcrs[2].value.ptr[47], 0xbb);
    cr_expect_null(view->sets[1].name);
    cr_expect_eq(view->sets[1].pcrs[0].index, 31);
    natt_cli_policy_free(&policy);
}

static const char *const bad[] = {
    "",
    " ",
    "null",
    "[]",
    "{}",
    "{",
    "{}{}",
    "not json",
    "1",
    "\"x\"",
    "{\"version\":1}",
    "{\"sets\":[]}",
    "{\"version\":1,\"sets\":[]}",
    "{\"version\":1,\"sets\":{}}",
    "{\"version\":1,\"sets\":[null]}",
    "{\"version\":1,\"sets\":[[]]}",
    "{\"version\":1,\"sets\":[{}]}",
    "{\"version\":1,\"sets\":[{\"name\":\"a\"}]}",
    "{\"version\":1,\"sets\":[{\"name\":\"\",\"pcrs\":{\"0\":[\"" HEX48_A "\"]}}]}",
    "{\"version\":1,\"sets\":[{\"name\":1,\"pcrs\":{\"0\":[\"" HEX48_A "\"]}}]}",
    "{\"version\":1,\"sets\":[{\"name\":null,\"pcrs\":{\"0\":[\"" HEX48_A "\"]}}]}",
    "{\"version\":1,\"sets\":[{\"name\":\"a\",\"PCRs\":{\"0\":[\"" HEX48_A "\"]}}]}",
    "{\"version\":1,\"sets\":[{\"name\":\"a\",\"pcrs\":{\"0\":[\"" HEX48_A "\"]},\"pcr\":{}}]}",
    "{\"version\":1,\"sets\":[{\"name\":\"a\",\"pcrs\":{\"0\":[\"" HEX48_A "\"]}}],\"more\":1}",
    "{\"version\":1,\"version\":1,\"sets\":[{\"name\":\"a\",\"pcrs\":{\"0\":[\"" HEX48_A "\"]}}]}",
    "{\"version\":2,\"sets\":[{\"name\":\"a\",\"pcrs\":{\"0\":[\"" HEX48_A "\"]}}]}",
    "{\"version\":\"1\",\"sets\":[{\"name\":\"a\",\"pcrs\":{\"0\":[\"" HEX48_A "\"]}}]}",
    "{\"version\":1.0,\"sets\":[{\"name\":\"a\",\"pcrs\":{\"0\":[\"" HEX48_A "\"]}}]}",
    "{\"version\":true,\"sets\":[{\"name\":\"a\",\"pcrs\":{\"0\":[\"" HEX48_A "\"]}}]}",
    SET("{}"),
    SET("null"),
    SET("[]"),
    SET("{\"0\":[]}"),
    SET("{\"0\":null}"),
    SET("{\"0\":{}}"),
    SET("{\"0\":\"" HEX48_A "\"}"),
    SET("{\"0\":[null]}"),
    SET("{\"0\":[1]}"),
    SET("{\"0\":[\"\"]}"),
    SET("{\"0\":[\"" HEX48_A "00\"]}"),
    SET("{\"0\":[\"" HEX48_A "\",\"\"]}"),
    SET("{\"0\":[\"0x" HEX48_A "\"]}"),
    SET("{\"0\":[\""
        "g"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]}"),
    SET("{\"0\":[\"" HEX48_A "\"],\"0\":[\"" HEX48_B "\"]}"),
    SET("{\"00\":[\"" HEX48_A "\"]}"),
    SET("{\"32\":[\"" HEX48_A "\"]}"),
    SET("{\"-1\":[\"" HEX48_A "\"]}"),
    SET("{\"+1\":[\"" HEX48_A "\"]}"),
    SET("{\" 1\":[\"" HEX48_A "\"]}"),
    SET("{\"1 \":[\"" HEX48_A "\"]}"),
    SET("{\"\":[\"" HEX48_A "\"]}"),
    SET("{\"PCR0\":[\"" HEX48_A "\"]}"),
    SET("{\"010\":[\"" HEX48_A "\"]}"),
    SET("{\"1.0\":[\"" HEX48_A "\"]}"),
    SET("{\"4294967296\":[\"" HEX48_A "\"]}"),
    SET("{\"0\":[\"" HEX48_A "\"],\"x\":[]}"),
    SET("{\"0\":[\"" HEX48_A "\"]}") "x",
    SET("{\"0\":[\"" HEX48_A "\"]}") "[]",
    "\xef\xbb\xbf" SET("{\"0\":[\"" HEX48_A "\"]}"),
    SET("{\"0\":[\"" HEX48_A "\"],}"),
    "{\"version\":1,\"sets\":[{\"name\":\"\xff\",\"pcrs\":{\"0\":[\"" HEX48_A "\"]}}]}",
    "{\"version\":1,\"sets\":[{\"name\":\"a\\u0000b\",\"pcrs\":{\"0\":[\"" HEX48_A "\"]}}]}",
};

Test(policy_file, refuses_everything_else_and_leaves_the_policy_alone)
{
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        natt_cli_policy policy = {0};
        natt_cli_error err = {0};
        expect_usage(natt_cli_policy_parse(&policy, text_bytes(bad[i]), &err), &err, bad[i]);
        cr_expect_eq(policy.count, 0, "%s", bad[i]);
        natt_cli_policy_free(&policy);
    }
}

Test(policy_file, names_measurements_and_byte_order_marks)
{
    static const struct {
        const char *file, *expected;
    } named[] = {{"{\"sets\":[]}", "\"version\" is missing"},
                 {"{\"Measurements\":{\"PCR0\":\"" HEX48_A "\"}}", "--measurements"},
                 {"\xef\xbb\xbf" SET("{\"0\":[\"" HEX48_A "\"]}"), "byte-order mark"},
                 {SET("{\"0\":[\"0x" HEX48_A "\"]}"), "PCR 0: the value begins with 0x"}};
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        natt_cli_policy policy = {0};
        natt_cli_error err = {0};
        expect_usage(natt_cli_policy_parse(&policy, text_bytes(named[i].file), &err), &err, named[i].file);
        cr_expect(strstr(err.what, named[i].expected) != NULL || strstr(err.hint, named[i].expected) != NULL, "%s; %s",
                  err.what, err.hint);
    }
}

Test(policy_file, refuses_every_cut)
{
    const char *json = SET("{\"0\":[\"" HEX48_A "\"]}");
    for (size_t len = 0; len < strlen(json); len++) {
        natt_cli_policy policy = {0};
        natt_cli_error err = {0};
        cr_expect_not(natt_cli_policy_parse(&policy, (natt_bytes){(const uint8_t *)json, len}, &err));
    }
}

Test(policy_file, refuses_a_later_bad_set)
{
    natt_cli_policy policy = {0};
    natt_cli_error err = {0};
    const char *json = "{\"version\":1,\"sets\":[{\"pcrs\":{\"0\":[\"" HEX48_A "\"]}},{\"pcrs\":{\"0\":[\"zz\"]}}]}";
    expect_usage(natt_cli_policy_parse(&policy, text_bytes(json), &err), &err, json);
    cr_expect_eq(policy.count, 0);
    cr_expect_not_null(strstr(err.what, "set 2"), "%s", err.what);
}
