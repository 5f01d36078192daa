#include "cases.h"

#include "cli/pcr_values/policy_file.h"
#include "cli/pcr_values/policy_write.h"

#define FILE_TEXT                                                                                                      \
    "{\n  \"version\": 1,\n  \"sets\": [\n    {\n      \"name\": \"v1\",\n      \"pcrs\": {\n        \"0\": [\n"       \
    "          \"" HEX48_A "\"\n        ],\n        \"8\": [\n          \"" HEX48_B "\",\n          \"" HEX48_A        \
    "\"\n        ]\n      }\n    },\n    {\n      \"pcrs\": {\n        \"0\": [\n          \"" HEX48_B                 \
    "\"\n        ]\n      }\n    }\n  ]\n}\n"

Test(policy_write, writes_what_policy_files_have)
{
    natt_cli_policy policy = {0};
    natt_cli_error err = {0};
    const char *json = "{\"version\":1,\"sets\":[{\"name\":\"v1\",\"pcrs\":{\"8\":[\"" HEX48_B "\",\"" HEX48_A
                       "\"],\"0\":[\"" HEX48_A "\"]}},{\"pcrs\":{\"0\":[\"" HEX48_B "\"]}}]}";
    cr_assert(natt_cli_policy_parse(&policy, text_bytes(json), &err), "%s", err.what);
    char *text = natt_cli_policy_text(&policy), *usable = NULL;
    cr_expect_str_eq(text, FILE_TEXT);
    cr_expect(natt_cli_policy_usable_text(&usable, &policy, NATT_KIND_ENCLAVE, &err), "%s", err.what);
    cr_expect_str_eq(usable, FILE_TEXT);
    free(text);
    free(usable);
    natt_cli_policy_free(&policy);
}

static void expect_unusable(uint32_t index, natt_kind kind, const char *hint)
{
    uint8_t value[NATT_PCR_LEN];
    natt_cli_policy policy = {0};
    natt_cli_error err = {0};
    char *text = NULL;
    memset(value, 0xaa, sizeof value);
    natt_cli_set *set = natt_cli_policy_add(&policy, "weak");
    natt_cli_set_add(set, index, value);
    if (index == 4)
        natt_cli_set_add(set, 12, value);
    expect_usage(natt_cli_policy_usable_text(&text, &policy, kind, &err), &err, hint);
    cr_expect_not_null(strstr(err.what, "NATT_E_USAGE_POLICY_WEAK"), "%s", err.what);
    cr_expect_not_null(strstr(err.hint, hint), "%s", err.hint);
    free(text);
    natt_cli_policy_free(&policy);
}

Test(policy_write, weak_policies_are_not_usable)
{
    expect_unusable(1, NATT_KIND_ENCLAVE, "PCR8");
    expect_unusable(4, NATT_KIND_ENCLAVE, "--kind nitrotpm");
    expect_unusable(0, NATT_KIND_NITROTPM, "--kind enclave");
}
