#include "cases.h"

#include <stdio.h>

#include "cli/pcr_values/aws_names.h"

#define ROLE "arn:aws:iam::123456789012:role/"
#define TEN  "abcdefghij"
#define N60  TEN TEN TEN TEN TEN TEN

static void expect_hint(bool done, const natt_cli_error *err, const char *input, const char *hint)
{
    expect_usage(done, err, input);
    cr_expect(strstr(err->hint, hint) != NULL || strstr(err->what, hint) != NULL, "%s: %s; %s", input, err->what,
              err->hint);
}

Test(aws_names, role_arns_of_every_partition_path_and_name_are_taken)
{
    static const char *const good[] = {
        ROLE "app",
        ROLE "A_b+c=d,e.f@g-9",
        ROLE "division/product/app",
        ROLE "aws-service-role/ec2.amazonaws.com/AWSServiceRoleForX",
        ROLE "!~*:/app",
        ROLE N60 "abcd",
        "arn:aws-cn:iam::000000000000:role/x",
        "arn:aws-us-gov:iam::123456789012:role/x",
        "arn:aws-iso:iam::123456789012:role/x",
        "arn:aws-iso-b:iam::123456789012:role/x",
        "arn:aws-iso-e:iam::123456789012:role/x",
        "arn:aws-iso-f:iam::123456789012:role/x",
        "arn:aws-eusc:iam::123456789012:role/x",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        natt_cli_error err = {0};
        cr_expect(natt_cli_role_arn_check(good[i], &err), "%s: %s", good[i], err.what);
    }
}

Test(aws_names, other_role_arns_are_refused_by_their_wrong_part)
{
    static const struct {
        const char *arn, *expected;
    } bad[] = {
        {"", "shell variable is set"},
        {"app", "not the ARN"},
        {"arn", "not the ARN"},
        {"arn:", "not the ARN"},
        {"arn:aws:iam::123456789012", "not the ARN"},
        {"ARN:aws:iam::123456789012:role/app", "not the ARN"},
        {" " ROLE "app", "not the ARN"},
        {"arn::iam::123456789012:role/app", "partition"},
        {"arn:AWS:iam::123456789012:role/app", "partition"},
        {"arn:aws-iso-c:iam::123456789012:role/app", "partition"},
        {"arn:aws:ec2::123456789012:role/app", "\"ec2\""},
        {"arn:aws:iam:us-east-1:123456789012:role/app", "region"},
        {"arn:aws:iam::12345678901:role/app", "12 digits"},
        {"arn:aws:iam::1234567890123:role/app", "12 digits"},
        {"arn:aws:iam::12345678901x:role/app", "12 digits"},
        {"arn:aws:iam::123456789012x:role/app", "12 digits"},
        {"arn:aws:iam:::role/app", "12 digits"},
        {"arn:aws:iam::123456789012:role", "not a role"},
        {"arn:aws:iam::123456789012:root", "not a role"},
        {"arn:aws:iam::123456789012:user/app", "not a role"},
        {"arn:aws:iam::123456789012:Role/app", "not a role"},
        {"arn:aws:iam::123456789012:role/", "no name"},
        {ROLE "path/", "no name"},
        {ROLE "/app", "empty between"},
        {ROLE "a b/app", "0x20"},
        {ROLE "a\x7f/app", "0x7f"},
        {ROLE "\xc3\xa9/app", "0xc3"},
        {ROLE "app\n", "character 4"},
        {ROLE "a*p", "character 2"},
        {ROLE "app:x", "character 4"},
        {ROLE N60 "abcde", "65 characters"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        natt_cli_error err = {0};
        expect_hint(natt_cli_role_arn_check(bad[i].arn, &err), &err, bad[i].arn, bad[i].expected);
    }
}

Test(aws_names, role_path_is_bounded_at_512)
{
    for (int path = 511; path <= 513; path++) {
        char arn[640], fill[512];
        natt_cli_error err = {0};
        memset(fill, 'p', sizeof fill);
        (void)snprintf(arn, sizeof arn, ROLE "%.*s/app", path - 2, fill);
        cr_expect_eq(natt_cli_role_arn_check(arn, &err), path <= 512, "%d: %s", path, err.what);
    }
}

Test(aws_names, sessions_and_instance_profiles_lead_to_the_role)
{
    natt_cli_error err = {0};
    const char *session = "arn:aws-cn:sts::123456789012:assumed-role/app/i-0123456789abcdef0";
    const char *profile = "arn:aws:iam::123456789012:instance-profile/path/web";
    expect_hint(natt_cli_role_arn_check(session, &err), &err, session, "arn:aws-cn:iam::123456789012:role/app,");
    expect_hint(natt_cli_role_arn_check(session, &err), &err, session, "aws iam get-role --role-name app ");
    expect_hint(natt_cli_role_arn_check(profile, &err), &err, profile, "--instance-profile-name web ");
    expect_usage(natt_cli_role_arn_check("arn:aws:sts::123456789012:assumed-role/", &err), &err, "no name");
    expect_usage(natt_cli_role_arn_check("arn:aws:sts::123456789012:federated-user/x", &err), &err, "other session");
}

Test(aws_names, instance_ids_have_8_or_17_lower_case_digits)
{
    natt_cli_error err = {0};
    for (size_t digits = 0; digits < 20; digits++) {
        char id[32];
        (void)snprintf(id, sizeof id, "i-%.*s", (int)digits, "0123456789abcdef0123");
        cr_expect_eq(natt_cli_instance_id_check(id, &err), digits == 8 || digits == 17, "%s", id);
    }
}

Test(aws_names, other_instance_ids_are_refused_and_led_to_the_right_one)
{
    static const struct {
        const char *id, *expected;
    } bad[] = {
        {"", "shell variable is set"},
        {"i", "not an instance id"},
        {"x", "not an instance id"},
        {"0123456789abcdef0", "not an instance id"},
        {"mi-0123456789abcdef0", "not an instance id"},
        {"i-0123456789abcdef", "16 digits"},
        {"i-0123456789ABCDEF0", "lower case"},
        {"I-0123456789abcdef0", "lower case"},
        {"i-0123456789abcdefg", "not an instance id"},
        {"i-0123456789abcdef0\n", "not an instance id"},
        {"i-0123456789abcdef0-enc0123456789abcdef", "give the instance id in it: i-0123456789abcdef0"},
        {"arn:aws:ec2:us-east-1:123456789012:instance/i-01234567", "give the instance id in it: i-01234567"},
        {"arn:aws:ec2:us-east-1:123456789012:instance/i-01234567x", "not an instance id"},
        {"arn:aws:ec2:us-east-1:123456789012:instance/", "not an instance id"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        natt_cli_error err = {0};
        expect_hint(natt_cli_instance_id_check(bad[i].id, &err), &err, bad[i].id, bad[i].expected);
    }
}
