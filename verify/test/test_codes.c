/* The list of codes, and the names of fields and kinds. */
#include "nitro_attest/attest.h"
#include "verify/test/support.h"

#include <stdio.h>

struct row {
    natt_code code;
    int number;
    natt_item_kind item;
    const char *name, *rule, *message, *remedy;
};

#define ROW(name, number, item, rule, text, remedy) {name, number, NATT_ITEM_##item, #name, rule, text, remedy},
static const struct row rows[] = {NATT_CODE_LIST(ROW)};

Test(codes, texts_are_those_of_the_list)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct row *r = &rows[i];
        cr_assert_eq((int)r->code, r->number);
        cr_assert_str_eq(natt_code_name(r->code), r->name);
        cr_assert_str_eq(natt_code_rule(r->code), r->rule);
        cr_assert_str_eq(natt_code_message(r->code), r->message);
        cr_assert_str_eq(natt_code_remedy(r->code), r->remedy);
        cr_assert_eq(natt_code_item_kind(r->code), r->item);
    }
}

Test(codes, texts_are_known_for_three_that_never_change)
{
    cr_assert_str_eq(natt_code_name(NATT_OK), "NATT_OK");
    cr_assert_str_eq(natt_code_name((natt_code)521), "NATT_E_TIME_EXPIRED");
    cr_assert_str_eq(natt_code_rule((natt_code)521), "R-TIME-02");
    cr_assert_str_eq(natt_code_message((natt_code)521), "a certificate has expired");
    cr_assert_eq(natt_code_item_kind((natt_code)521), NATT_ITEM_CERTIFICATE);
    cr_assert_str_eq(natt_code_name((natt_code)229), "NATT_E_COSE_SIGNATURE");
    cr_assert_eq(natt_code_item_kind((natt_code)800), NATT_ITEM_PCR);
}

Test(codes, names_and_rules_are_unique_and_numbers_ascend)
{
    for (size_t i = 1; i < COUNT_OF(rows); i++) {
        cr_assert_gt(rows[i].number, rows[i - 1].number, "%s", rows[i].name);
        cr_assert_eq(strncmp(rows[i].name, "NATT_E_", 7), 0, "%s", rows[i].name);
        for (size_t j = 0; j < i; j++) {
            cr_assert_str_neq(rows[i].name, rows[j].name);
            cr_assert_str_neq(rows[i].rule, rows[j].rule, "%s", rows[i].name);
        }
    }
}

Test(codes, every_refusal_has_rule_message_and_remedy)
{
    for (size_t i = 1; i < COUNT_OF(rows); i++) {
        char stage[16];
        unsigned number = 0;
        cr_assert_eq(sscanf(rows[i].rule, "R-%15[A-Z0-9]-%2u", stage, &number), 2, "%s", rows[i].name);
        cr_assert(number >= 1 && strlen(rows[i].message) > 5 && strlen(rows[i].remedy) > 5, "%s", rows[i].name);
        cr_assert_not(strchr(rows[i].message, '\n') != NULL || strchr(rows[i].remedy, '\n') != NULL, "%s",
                      rows[i].name);
    }
}

Test(codes, texts_are_harmless_when_the_number_is_unknown)
{
    const int unknown[] = {1, 99, 199, 999, 1000000, -1};
    for (size_t i = 0; i < COUNT_OF(unknown); i++) {
        natt_code code = (natt_code)unknown[i];
        cr_assert_str_eq(natt_code_name(code), "");
        cr_assert_str_eq(natt_code_rule(code), "");
        cr_assert_str_eq(natt_code_message(code), "unknown code");
        cr_assert_str_eq(natt_code_remedy(code), "");
        cr_assert_eq(natt_code_item_kind(code), NATT_ITEM_NONE);
    }
}

Test(codes, from_name_finds_every_code)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_code code = (natt_code)-1;
        cr_assert(natt_code_from_name(&code, rows[i].name) && code == rows[i].code, "%s", rows[i].name);
    }
}

Test(codes, from_name_refused_when_there_is_none_and_out_is_kept)
{
    static const char *const names[] = {
        "", "NATT_E_TIME", "NATT_E_TIME_EXPIRED ", "NATT_E_TIME_EXPIREDX", "natt_e_time_expired", "521"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        natt_code code = NATT_E_DER_TAG;
        cr_assert_not(natt_code_from_name(&code, names[i]), "%s", names[i]);
        cr_assert_eq(code, NATT_E_DER_TAG);
    }
    natt_code code = NATT_E_DER_TAG;
    cr_assert_not(natt_code_from_name(NULL, "NATT_OK"));
    cr_assert_not(natt_code_from_name(&code, NULL));
    cr_assert_eq(code, NATT_E_DER_TAG);
}

Test(codes, field_names_are_those_of_the_document)
{
    static const char *const names[] = {"module_id",   "digest",   "timestamp",  "pcrs",      "nitrotpm_pcrs",
                                        "certificate", "cabundle", "public_key", "user_data", "nonce"};
    for (uint32_t f = 0; f < COUNT_OF(names); f++)
        cr_assert_str_eq(natt_field_name(f), names[f]);
    cr_assert_str_eq(natt_field_name(NATT_FIELD_COUNT), "");
    cr_assert_str_eq(natt_field_name(NATT_NO_ITEM), "");
}

Test(codes, kind_names_are_other_when_unknown)
{
    cr_assert_str_eq(natt_kind_name(NATT_KIND_OTHER), "other");
    cr_assert_str_eq(natt_kind_name(NATT_KIND_ENCLAVE), "enclave");
    cr_assert_str_eq(natt_kind_name(NATT_KIND_NITROTPM), "nitrotpm");
    cr_assert_str_eq(natt_kind_name((natt_kind)3), "other");
    cr_assert_str_eq(natt_kind_name((natt_kind)-1), "other");
}

Test(codes, version_is_that_of_the_header)
{
    char want[32];
    (void)snprintf(want, sizeof want, "%d.%d.%d", NATT_VERSION_MAJOR, NATT_VERSION_MINOR, NATT_VERSION_PATCH);
    cr_assert_str_eq(natt_version(), want);
}
