#include "cases.h"

#include <stdio.h>

#include "cli/pcr_values/policy_sets.h"

/* sha384 of 48 zero bytes and the text, by Python's hashlib */
#define ROLE_PCR3     "0641f770c40c5694f5a713fc2da882ee1b3b6ab82982826a88e83e0803bc155c02195150a532837c5e04865a6598672a"
#define INSTANCE_PCR4 "d6432900ac1c343cb40286898792c55e962aef0cc35c4910c0c286145b51af19e782cb21cc31a042671d7dfbd398251c"

Test(policy_sets, pcr_index_is_canonical)
{
    static const char *const bad[] = {"", "32", "99", "100", "00", "01", "-1", "+1", "1 ", " 1", "a", "1a", "0x1"};
    uint32_t index;
    char text[4];
    for (unsigned i = 0; i < 32; i++) {
        (void)snprintf(text, sizeof text, "%u", i);
        cr_expect(natt_cli_pcr_index(&index, text));
        cr_expect_eq(index, i);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_expect_not(natt_cli_pcr_index(&index, bad[i]), "%s", bad[i]);
}

Test(pins, option_reads_index_and_value)
{
    natt_cli_pins pins = {{NULL}, {{0}}};
    natt_cli_error err = {0};
    cr_expect(natt_cli_pin_option(&pins, "0=" HEX48_A, &err));
    cr_expect(
        natt_cli_pin_option(&pins, "31=base64:qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq", &err),
        "%s", err.what);
    cr_expect_eq(pins.value[0][47], 0xaa);
    cr_expect_eq(memcmp(pins.value[0], pins.value[31], 48), 0);
}

Test(pins, option_refuses_bad_text)
{
    static const char *const bad[] = {
        "",     "0",           "=" HEX48_A,   "32=" HEX48_A,   "00=" HEX48_A,     "x=" HEX48_A,
        "0=",   "0=aa",        "0:" HEX48_A,  "PCR0=" HEX48_A, "0=" HEX48_A "00", "0 =" HEX48_A,
        "0=zz", "-0=" HEX48_A, "000=" HEX48_A};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        natt_cli_pins pins = {{NULL}, {{0}}};
        natt_cli_error err = {0};
        expect_usage(natt_cli_pin_option(&pins, bad[i], &err), &err, bad[i]);
    }
}

Test(pins, a_pcr_given_twice_is_refused)
{
    natt_cli_pins pins = {{NULL}, {{0}}};
    natt_cli_error err = {0};
    cr_assert(natt_cli_pin_option(&pins, "3=" HEX48_A, &err));
    expect_usage(natt_cli_pin_option(&pins, "3=" HEX48_A, &err), &err, "--pcr 3 twice");
    expect_usage(natt_cli_pin_helpers(&pins, "arn:aws:iam::123456789012:role/r", NULL, NULL, &err), &err, "--role-arn");
}

Test(pins, helpers_hash_as_the_platform_does)
{
    natt_cli_pins pins = {{NULL}, {{0}}};
    natt_cli_error err = {0};
    uint8_t want[48];
    cr_assert(natt_cli_hex_exact(want, 48, ROLE_PCR3));
    cr_assert(natt_cli_pin_helpers(&pins, "arn:aws:iam::123456789012:role/app", "i-0123456789abcdef0", NULL, &err));
    cr_expect_arr_eq(pins.value[3], want, 48);
    cr_assert(natt_cli_hex_exact(want, 48, INSTANCE_PCR4));
    cr_expect_arr_eq(pins.value[4], want, 48);
    expect_usage(natt_cli_pin_helpers(&pins, "role/app", NULL, NULL, &err), &err, "no arn:");
    expect_usage(natt_cli_pin_helpers(&pins, "", NULL, NULL, &err), &err, "empty arn");
    expect_usage(natt_cli_pin_helpers(&pins, NULL, "0123", NULL, &err), &err, "no i-");
}

Test(pins, make_one_set_or_join_every_set)
{
    natt_cli_policy policy = {0};
    natt_cli_pins pins = {{NULL}, {{0}}};
    natt_cli_error err = {0};
    cr_assert(natt_cli_policy_pin(&policy, &pins, &err));
    cr_expect_eq(policy.count, 0);
    cr_assert(natt_cli_pin_option(&pins, "0=" HEX48_A, &err) && natt_cli_pin_option(&pins, "8=" HEX48_B, &err));
    cr_assert(natt_cli_policy_pin(&policy, &pins, &err));
    cr_assert_eq(policy.count, 1);
    cr_expect_eq(policy.sets[0].count, 2);
    natt_cli_policy_free(&policy);
    natt_cli_set_add(natt_cli_policy_add(&policy, "a"), 1, pins.value[0]);
    natt_cli_set_add(natt_cli_policy_add(&policy, "b"), 2, pins.value[0]);
    cr_assert(natt_cli_policy_pin(&policy, &pins, &err));
    cr_expect_eq(policy.sets[0].count, 3);
    cr_expect_eq(policy.sets[1].count, 3);
    natt_cli_policy_free(&policy);
}

Test(pins, conflict_with_one_of_several_sets_is_refused)
{
    natt_cli_policy policy = {0};
    natt_cli_pins pins = {{NULL}, {{0}}};
    natt_cli_error err = {0};
    cr_assert(natt_cli_pin_option(&pins, "2=" HEX48_A, &err));
    natt_cli_set_add(natt_cli_policy_add(&policy, "a"), 1, pins.value[2]);
    natt_cli_set_add(natt_cli_policy_add(&policy, "b"), 2, pins.value[2]);
    expect_usage(natt_cli_policy_pin(&policy, &pins, &err), &err, "conflict");
    cr_expect_not_null(strstr(err.what, "PCR2"));
    natt_cli_policy_free(&policy);
}
