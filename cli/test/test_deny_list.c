#include "cases.h"

#include "cli/certificates/deny_list.h"

#define SHA "1111111111111111111111111111111111111111111111111111111111111111"

Test(deny_list, entries_of_every_form)
{
    natt_cli_deny list = {0};
    natt_cli_error err = {0};
    cr_assert(natt_cli_deny_entry(&list, "any:00f931", &err));
    cr_assert(natt_cli_deny_entry(&list, "300B310930070603550406:01", &err));
    cr_assert(natt_cli_deny_entry(&list, "sha256:" SHA, &err));
    cr_assert(natt_cli_deny_entry(&list, "spki-sha256:" SHA, &err));
    cr_assert_eq(list.count, 4);
    cr_expect_eq(list.entries[0].type, NATT_DENY_SERIAL);
    cr_expect_null(list.entries[0].issuer.ptr);
    cr_expect_eq(list.entries[0].value.len, 3);
    cr_expect_eq(list.entries[1].type, NATT_DENY_SERIAL);
    cr_expect_eq(list.entries[1].issuer.ptr[0], 0x30);
    cr_expect_eq(list.entries[2].type, NATT_DENY_CERTIFICATE_SHA256);
    cr_expect_eq(list.entries[3].type, NATT_DENY_SPKI_SHA256);
    natt_cli_deny_free(&list);
}

Test(deny_list, refuses_bad_entries)
{
    static const char *const bad[] = {"",
                                      "any",
                                      "any:",
                                      "any:0",
                                      "any:zz",
                                      "any:00",
                                      "any:0000",
                                      ":01",
                                      "31:01",
                                      "30:01",
                                      "zz:01",
                                      "ANY:01",
                                      "sha256:",
                                      "sha256:00",
                                      "sha256:" SHA "00",
                                      "spki-sha256:00",
                                      "sha1:00",
                                      "any:01 ",
                                      "any:01:02",
                                      "any:010000000000000000000000000000000000000000"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        natt_cli_deny list = {0};
        natt_cli_error err = {0};
        expect_usage(natt_cli_deny_entry(&list, bad[i], &err), &err, bad[i]);
        cr_expect_eq(list.count, 0);
        natt_cli_deny_free(&list);
    }
}

Test(deny_list, files_have_comments_and_blank_lines)
{
    natt_cli_deny list = {0};
    natt_cli_error err = {0};
    cr_assert(
        natt_cli_deny_parse(&list, text_bytes("# revoked\n\n  any:01  # why\r\n\tsha256:" SHA "\n#\nany:02"), &err),
        "%s", err.what);
    cr_expect_eq(list.count, 3);
    natt_cli_deny_free(&list);
}

Test(deny_list, a_bad_line_is_named)
{
    natt_cli_deny list = {0};
    natt_cli_error err = {0};
    expect_usage(natt_cli_deny_parse(&list, text_bytes("any:01\n\n# x\nanny:02\n"), &err), &err, "line 4");
    cr_expect_not_null(strstr(err.what, "line 4"), "%s", err.what);
    natt_cli_deny_free(&list);
    expect_usage(natt_cli_deny_parse(&list, (natt_bytes){(const uint8_t *)"any:01\0any", 10}, &err), &err, "NUL");
    natt_cli_deny_free(&list);
}
