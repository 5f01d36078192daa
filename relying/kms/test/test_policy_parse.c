/* Texts that are not policies, and the location and reason of each error. */
#include "relying/kms/policy/names.h"
#include "relying/kms/test/policy_cases.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define STATEMENT(more)                                                                                                \
    "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\"" more "}}"
#define WITH(rest)   "{\"Statement\":[{\"Effect\":\"Allow\"," rest "}]}"
#define CONDITION(c) STATEMENT(",\"Condition\":" c)
#define PRINCIPAL(p) WITH("\"Principal\":" p ",\"Action\":\"kms:*\",\"Resource\":\"*\"")
#define ACTION(a)    WITH("\"Principal\":\"*\",\"Action\":" a ",\"Resource\":\"*\"")
#define RESOURCE(r)  WITH("\"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":" r)
#define OWN(rest)    "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":\"*\"" rest "}]}"

static natt_kms_policy *parse(const char *text, natt_kms_policy_kind kind, natt_kms_policy_error *err)
{
    return natt_kms_policy_parse((natt_bytes){(const uint8_t *)text, strlen(text)}, kind, err);
}

static const struct {
    natt_kms_policy_kind kind;
    const char *text, *where, *what;
} bad[] = {
    /* JSON and the outermost elements */
    {0, "", "", "empty"},
    {0, " ", "line 1", "'[' or '{' expected"},
    {0, "null", "line 1", "'[' or '{' expected"},
    {0, "[]", "", "JSON object"},
    {0, "{}", "Statement", "missing"},
    {0, "{\"Statement\":{}", "line 1, column 15", "'}' expected"},
    {0, STATEMENT("") "x", "line 1", "end of file expected"},
    {0, "{\"Statement\":[],\"Statement\":[]}", "line 1", "duplicate object key"},
    {0, STATEMENT(",\"Effect\":\"Deny\""), "line 1", "duplicate object key"},
    {0, "\xef\xbb\xbf{}", "line 1", ""},
    {0, "{\"Version\":\"2012-10-18\",\"Statement\":[]}", "", "2012-10-17"},
    {0, "{\"Version\":1,\"Statement\":[]}", "", "2012-10-17"},
    {0, "{\"Id\":1,\"Statement\":[]}", "", "Id is not a string"},
    {0, "{\"version\":\"2012-10-17\",\"Statement\":[]}", "", "did you mean Version?"},
    {0, "{\"Statements\":[]}", "", "did you mean Statement?"},
    {0, "{\"Statement\":[]}", "Statement", "list is empty"},
    {0, "{\"Statement\":\"x\"}", "Statement", "JSON object"},
    {0, "{\"Statement\":[null]}", "Statement[0]", "JSON object"},
    /* elements of a statement */
    {0, STATEMENT(",\"Conditions\":{}"), "Statement", "did you mean Condition?"},
    {0, STATEMENT(",\"Comment\":1"), "Statement", "unknown element \"Comment\""},
    {0, STATEMENT(",\"Sid\":1"), "Statement", "Sid is not a string"},
    {0,
     "{\"Statement\":[{\"Sid\":\"a\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"},"
     "{\"Sid\":\"a\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}",
     "Statement[1]", "Statement[0] also has the Sid \"a\""},
    {0, "{\"Statement\":{\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}}", "Statement", "Effect is missing"},
    {0, "{\"Statement\":{\"Effect\":\"allow\"}}", "Statement", "in exactly this case"},
    {0, "{\"Statement\":{\"Effect\":true}}", "Statement", "in exactly this case"},
    {0, WITH("\"Action\":\"*\",\"Resource\":\"*\""), "Statement[0]", "Principal is missing"},
    {0, WITH("\"Principal\":\"*\",\"Resource\":\"*\""), "Statement[0]", "Action is missing"},
    {0, WITH("\"Principal\":\"*\",\"Action\":\"*\""), "Statement[0]", "Resource is missing"},
    {0, STATEMENT(",\"NotPrincipal\":\"*\""), "Statement", "exclude each other"},
    {0, STATEMENT(",\"NotAction\":\"*\""), "Statement", "exclude each other"},
    {0, STATEMENT(",\"NotResource\":\"*\""), "Statement", "exclude each other"},
    {0, WITH("\"NotPrincipal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\""), "Statement[0].NotPrincipal",
     "only with Deny"},
    /* principals */
    {0, PRINCIPAL("\"arn:aws:iam::111122223333:root\""), "Statement[0].Principal", "{\"AWS\": \"arn:...\"}"},
    {0, PRINCIPAL("{}"), "Statement[0].Principal", "{\"AWS\""},
    {0, PRINCIPAL("[\"*\"]"), "Statement[0].Principal", "{\"AWS\""},
    {0, PRINCIPAL("{\"AWS\":[]}"), "Statement[0].Principal.AWS", "list is empty"},
    {0, PRINCIPAL("{\"AWS\":[1]}"), "Statement[0].Principal.AWS[0]", "not a string"},
    {0, PRINCIPAL("{\"AWS\":{}}"), "Statement[0].Principal.AWS", "not a string"},
    {0, PRINCIPAL("{\"Aws\":\"*\"}"), "Statement[0].Principal", "AWS and Service are"},
    {0, PRINCIPAL("{\"Federated\":\"accounts.google.com\"}"), "Statement[0].Principal", "not supported"},
    {0, PRINCIPAL("{\"CanonicalUser\":\"79a59d\"}"), "Statement[0].Principal", "not supported"},
    {0, PRINCIPAL("{\"Service\":\"logs\"}"), "Statement[0].Principal.Service", "name of a service"},
    {0, PRINCIPAL("{\"AWS\":\"11112222333\"}"), "Statement[0].Principal.AWS", "an account"},
    {0, PRINCIPAL("{\"AWS\":\"1111222233334\"}"), "Statement[0].Principal.AWS", "an account"},
    {0, PRINCIPAL("{\"AWS\":\"arn:aws:iam::111122223333:user/*\"}"), "Statement[0].Principal.AWS", "aws:PrincipalArn"},
    {0, PRINCIPAL("{\"AWS\":\"arn:aws:iam::111122223333:*\"}"), "Statement[0].Principal.AWS", "no wildcard"},
    {0, PRINCIPAL("{\"AWS\":\"arn:aws:iam::*:root\"}"), "Statement[0].Principal.AWS", "no wildcard"},
    {0, PRINCIPAL("{\"AWS\":\"arn:aws:iam::111122223333:group/g\"}"), "Statement[0].Principal.AWS",
     "neither an account nor the ARN"},
    {0, PRINCIPAL("{\"AWS\":\"arn:aws:iam::111122223333:user/\"}"), "Statement[0].Principal.AWS",
     "neither an account nor the ARN"},
    {0, PRINCIPAL("{\"AWS\":\"arn:aws:iam::111122223333:role/x/\"}"), "Statement[0].Principal.AWS",
     "neither an account nor the ARN"},
    {0, PRINCIPAL("{\"AWS\":\"arn:aws:iam::111122223333:Root\"}"), "Statement[0].Principal.AWS",
     "neither an account nor the ARN"},
    {0, PRINCIPAL("{\"AWS\":\"arn:aws:sts::111122223333:assumed-role/x\"}"), "Statement[0].Principal.AWS",
     "neither an account nor the ARN"},
    {0, PRINCIPAL("{\"AWS\":\"arn:aws:sts::111122223333:assumed-role/x/\"}"), "Statement[0].Principal.AWS",
     "neither an account nor the ARN"},
    {0, PRINCIPAL("{\"AWS\":\"arn:aws:iam:eu-west-1:111122223333:user/a\"}"), "Statement[0].Principal.AWS",
     "neither an account nor the ARN"},
    {0, PRINCIPAL("{\"AWS\":\"arn:aws:iam::11112222333a:user/a\"}"), "Statement[0].Principal.AWS",
     "neither an account nor the ARN"},
    {0, PRINCIPAL("{\"AWS\":\"AIDAJQABLZS4A3QDU576Q\"}"), "Statement[0].Principal.AWS", "was deleted"},
    /* actions and resources */
    {0, ACTION("[]"), "Statement[0].Action", "list is empty"},
    {0, ACTION("1"), "Statement[0].Action", "not a string"},
    {0, ACTION("[\"kms:Decrypt\",1]"), "Statement[0].Action[1]", "not a string"},
    {0, ACTION("\"Decrypt\""), "Statement[0].Action", "is not an action"},
    {0, ACTION("\"kms:\""), "Statement[0].Action", "is not an action"},
    {0, ACTION("\"k*:Decrypt\""), "Statement[0].Action", "is not an action"},
    {0, ACTION("\"kms:Decrypt:x\""), "Statement[0].Action", "is not an action"},
    {0, ACTION("\"kms:Decript\""), "Statement[0].Action", "did you mean kms:Decrypt?"},
    {0, ACTION("\"kms:ReEncrypt\""), "Statement[0].Action", "did you mean kms:"},
    {0, ACTION("\"kms:Frobnicate*\""), "Statement[0].Action", "KMS has no action"},
    {0, ACTION("\"s3:GetObject\""), "Statement[0].Action", "actions of KMS only"},
    {0, RESOURCE("\"\""), "Statement[0].Resource", "neither \"*\" nor an ARN"},
    {0, RESOURCE("\"key/1234\""), "Statement[0].Resource", "nor an ARN"},
    {0, RESOURCE("\"arn:aws:k*:eu-west-1:111122223333:key/1\""), "Statement[0].Resource", "no wildcard"},
    {0, RESOURCE("\"arn:aws\""), "Statement[0].Resource", "nor an ARN"},
    {0,
     "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\","
     "\"Resource\":\"arn:aws:kms:::${aws:username}\"}}",
     "Statement.Resource", "policy variables"},
    /* conditions */
    {0, CONDITION("{}"), "Statement.Condition", "leave Condition out"},
    {0, CONDITION("[]"), "Statement.Condition", "leave Condition out"},
    {0, CONDITION("{\"StringEquals\":{}}"), "Statement.Condition.StringEquals", "at least one condition key"},
    {0, CONDITION("{\"StringEquals\":[]}"), "Statement.Condition.StringEquals", "at least one condition key"},
    {0, CONDITION("{\"stringEquals\":{\"kms:KeySpec\":\"x\"}}"), "Statement.Condition.stringEquals",
     "did you mean StringEquals?"},
    {0, CONDITION("{\"StringEqual\":{\"kms:KeySpec\":\"x\"}}"), "Statement.Condition.StringEqual",
     "did you mean StringEquals?"},
    {0, CONDITION("{\"Frob\":{\"kms:KeySpec\":\"x\"}}"), "Statement.Condition.Frob", "unknown operator"},
    {0, CONDITION("{\"NumericEquals\":{\"kms:KeySpec\":\"1\"}}"), "Statement.Condition.NumericEquals", "not supported"},
    {0, CONDITION("{\"IpAddress\":{\"kms:KeySpec\":\"1\"}}"), "Statement.Condition.IpAddress", "not supported"},
    {0, CONDITION("{\"NullIfExists\":{\"kms:KeySpec\":\"true\"}}"), "Statement.Condition.NullIfExists",
     "not supported"},
    {0, CONDITION("{\"ForAnyValue:Null\":{\"kms:KeySpec\":\"true\"}}"), "Statement.Condition.ForAnyValue:Null",
     "not supported"},
    {0, CONDITION("{\"ForSomeValue:StringEquals\":{\"kms:KeySpec\":\"x\"}}"), "Statement.Condition.ForSomeValue",
     "unknown operator"},
    {0, CONDITION("{\"StringEqualsIfExist\":{\"kms:KeySpec\":\"x\"}}"), "Statement.Condition.StringEqualsIfExist",
     "unknown operator"},
    {0, CONDITION("{\"StringEquals\":{\"kms:KeySpek\":\"x\"}}"), "Statement.Condition.StringEquals.kms:KeySpek",
     "did you mean kms:KeySpec?"},
    {0, CONDITION("{\"StringEquals\":{\"kms:RecipientAttestion:PCR0\":\"x\"}}"), "Statement.Condition.StringEquals.",
     "did you mean kms:RecipientAttestation:PCR0?"},
    {0, CONDITION("{\"StringEquals\":{\"kms:RecipientAttestion:PCR31\":\"x\"}}"), "Statement.Condition.StringEquals.",
     "did you mean kms:RecipientAttestation:PCR31?"},
    {0, CONDITION("{\"StringEquals\":{\"kms:RecipentAttestation:NitroTPMpcr12\":\"x\"}}"),
     "Statement.Condition.StringEquals.", "did you mean kms:RecipientAttestation:NitroTPMPCR12?"},
    {0, CONDITION("{\"StringEquals\":{\"RecipientAttestation:PCR0\":\"x\"}}"), "Statement.Condition.StringEquals.",
     "did you mean kms:RecipientAttestation:PCR0?"},
    {0, CONDITION("{\"StringEquals\":{\"RecipientAttestation:ImageSha384\":\"x\"}}"),
     "Statement.Condition.StringEquals.", "did you mean kms:RecipientAttestation:ImageSha384?"},
    {0, CONDITION("{\"StringEquals\":{\"kms:RecipientAttestion:ImageSha384\":\"x\"}}"),
     "Statement.Condition.StringEquals.", "did you mean kms:RecipientAttestation:ImageSha384?"},
    {0, CONDITION("{\"StringEquals\":{\"kms:RecipientAttestatio:PCR\":\"x\"}}"), "Statement.Condition.StringEquals.",
     "did you mean kms:RecipientAttestation:PCR<n>?"},
    {0, CONDITION("{\"StringEquals\":{\"EncryptionContextKeys\":\"x\"}}"), "Statement.Condition.StringEquals.",
     "did you mean kms:EncryptionContextKeys?"},
    {0, CONDITION("{\"StringEquals\":{\"kms:RecipientAttestation:PCR32\":\"x\"}}"), "Statement.Condition.StringEquals.",
     ":PCR0 to :PCR31"},
    {0, CONDITION("{\"StringEquals\":{\"kms:RecipientAttestation:PCR00\":\"x\"}}"), "Statement.Condition.StringEquals.",
     ":PCR0 to :PCR31"},
    {0, CONDITION("{\"StringEquals\":{\"kms:RecipientAttestation:PCR\":\"x\"}}"), "Statement.Condition.StringEquals.",
     ":PCR0 to :PCR31"},
    {0, CONDITION("{\"StringEquals\":{\"kms:RecipientAttestation\":\"x\"}}"), "Statement.Condition.StringEquals.",
     ":ImageSha384"},
    {0, CONDITION("{\"StringEquals\":{\"kms:RecipientAttestation:ImageSHA385\":\"x\"}}"),
     "Statement.Condition.StringEquals.", ":ImageSha384"},
    {0, CONDITION("{\"StringEquals\":{\"kms:EncryptionContext:\":\"x\"}}"), "Statement.Condition.StringEquals.",
     "unknown condition key"},
    {0, CONDITION("{\"StringEquals\":{\"aws:SourceIp\":\"x\"}}"), "Statement.Condition.StringEquals.aws:SourceIp",
     "knows no value"},
    {0, CONDITION("{\"StringEquals\":{\"aws:PrincipalTag/team\":\"x\"}}"), "Statement.Condition.StringEquals.aws:Pr",
     "knows no value"},
    {0, CONDITION("{\"StringEquals\":{\"kms:EncryptionContextKeys\":\"x\"}}"), "Statement.Condition.StringEquals.",
     "ForAnyValue:StringEquals"},
    {0, CONDITION("{\"ForAllValues:StringEquals\":{\"kms:EncryptionContext:a\":\"x\"}}"),
     "Statement.Condition.ForAllValues", "OverlyPermissiveCondition"},
    {0, CONDITION("{\"StringEquals\":{\"kms:KeySpec\":\"a\",\"kms:keyspec\":\"b\"}}"),
     "Statement.Condition.StringEquals.kms:keyspec", "twice"},
    {0, CONDITION("{\"StringEquals\":{\"kms:KeySpec\":[]}}"), "Statement.Condition.StringEquals.kms:KeySpec",
     "list is empty"},
    {0, CONDITION("{\"StringEquals\":{\"kms:KeySpec\":true}}"), "Statement.Condition.StringEquals.kms:KeySpec",
     "not a string"},
    {0, CONDITION("{\"StringEquals\":{\"kms:KeySpec\":1}}"), "Statement.Condition.StringEquals.kms:KeySpec",
     "not a string"},
    {0, CONDITION("{\"StringEquals\":{\"kms:KeySpec\":[\"a\",null]}}"), "Statement.Condition.StringEquals.kms:KeySpec",
     "not a string"},
    {0, CONDITION("{\"Bool\":{\"kms:MultiRegion\":\"yes\"}}"), "Statement.Condition.Bool.kms:MultiRegion",
     "\"true\" nor \"false\""},
    {0, CONDITION("{\"Null\":{\"kms:KeySpec\":\"\"}}"), "Statement.Condition.Null.kms:KeySpec",
     "\"true\" nor \"false\""},
    {0, CONDITION("{\"ArnLike\":{\"aws:PrincipalArn\":\"*\"}}"), "Statement.Condition.ArnLike.aws:PrincipalArn",
     "six components"},
    {0,
     "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\","
     "\"Resource\":\"*\",\"Condition\":{\"StringEquals\":{\"kms:EncryptionContext:user\":\"${aws:username}\"}}}}",
     "Statement.Condition.StringEquals.kms:EncryptionContext:user", "policy variables"},
    /* a principal's policy */
    {1, OWN(",\"Principal\":\"*\""), "Statement[0]", "has no Principal"},
    {1, OWN(",\"NotPrincipal\":\"*\""), "Statement[0]", "has no Principal"},
    {1, "{\"Id\":\"x\",\"Statement\":[]}", "", "has no Id"},
    {1, OWN(",\"Sid\":\"with space\""), "Statement[0]", "letters and digits"},
};

Test(policy_parse, errors_name_place_and_reason)
{
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        natt_kms_policy_error err;
        natt_kms_policy *policy = parse(bad[i].text, bad[i].kind, &err);
        cr_expect_null(policy, "accepted: %s", bad[i].text);
        cr_expect_eq(strncmp(err.where, bad[i].where, strlen(bad[i].where)), 0, "%s in %s", err.where, bad[i].text);
        cr_expect(bad[i].where[0] != '\0' || err.where[0] == '\0', "%s in %s", err.where, bad[i].text);
        cr_expect_not_null(strstr(err.text, bad[i].what), "%s in %s", err.text, bad[i].text);
        cr_expect_neq(err.text[0], '\0', "%s", bad[i].text);
        natt_kms_policy_free(policy);
    }
}

Test(policy_parse, errors_have_their_fault)
{
    static const struct {
        natt_kms_policy_kind kind;
        natt_kms_policy_fault fault;
        const char *text;
    } faults[] = {
        {0, NATT_KMS_POLICY_NO_JSON, "{"},
        {0, NATT_KMS_POLICY_WRONG, ""},
        {0, NATT_KMS_POLICY_WRONG, "{}"},
        {0, NATT_KMS_POLICY_UNKNOWN, STATEMENT(",\"Conditions\":{}")},
        {0, NATT_KMS_POLICY_UNKNOWN, STATEMENT(",\"Frobnicate\":{}")},
        {0, NATT_KMS_POLICY_UNKNOWN, PRINCIPAL("{\"CanonicalUser\":\"x\"}")},
        {0, NATT_KMS_POLICY_WRONG, PRINCIPAL("{\"AWS\":[]}")},
        {0, NATT_KMS_POLICY_NO_PRINCIPAL, OWN("")},
        {0, NATT_KMS_POLICY_WRONG, WITH("\"Principal\":\"*\",\"Resource\":\"*\"")},
        {0, NATT_KMS_POLICY_UNKNOWN, ACTION("\"kms:Decript\"")},
        {0, NATT_KMS_POLICY_UNKNOWN, ACTION("\"kms:Frobnicate*\"")},
        {0, NATT_KMS_POLICY_WRONG, ACTION("\"Decrypt\"")},
        {0, NATT_KMS_POLICY_UNKNOWN, CONDITION("{\"Frob\":{\"kms:KeySpec\":\"x\"}}")},
        {0, NATT_KMS_POLICY_UNKNOWN, CONDITION("{\"StringEqual\":{\"kms:KeySpec\":\"x\"}}")},
        {0, NATT_KMS_POLICY_UNKNOWN, CONDITION("{\"NumericEquals\":{\"kms:KeySpec\":\"1\"}}")},
        {0, NATT_KMS_POLICY_UNKNOWN, CONDITION("{\"StringEquals\":{\"kms:KeySpek\":\"x\"}}")},
        {0, NATT_KMS_POLICY_UNKNOWN, CONDITION("{\"StringEquals\":{\"kms:Frobnicate\":\"x\"}}")},
        {0, NATT_KMS_POLICY_UNKNOWN, CONDITION("{\"StringEquals\":{\"kms:RecipientAttestation:PCR32\":\"x\"}}")},
        {0, NATT_KMS_POLICY_UNKNOWN, CONDITION("{\"StringEquals\":{\"aws:SourceIp\":\"x\"}}")},
        {0, NATT_KMS_POLICY_WRONG, CONDITION("{\"Null\":{\"kms:KeySpec\":\"x\"}}")},
        {1, NATT_KMS_POLICY_UNKNOWN,
         "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":"
         "\"arn:aws:kms:::${aws:username}\"}}"},
        {1, NATT_KMS_POLICY_WRONG, OWN(",\"Principal\":\"*\"")},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        natt_kms_policy_error err;
        cr_expect_null(parse(faults[i].text, faults[i].kind, &err), "accepted: %s", faults[i].text);
        cr_expect_eq(err.fault, faults[i].fault, "%d: %s in %s", (int)err.fault, err.text, faults[i].text);
    }
}

static const struct {
    natt_kms_policy_kind kind;
    const char *text;
} good[] = {
    {0, STATEMENT("")},
    {0, "{\"Version\":\"2008-10-17\",\"Id\":\"\",\"Statement\":[{\"Sid\":\"\",\"Effect\":\"Deny\",\"Principal\":\"*\","
        "\"NotAction\":[\"kms:*\"],\"NotResource\":[\"*\"]}]}"},
    {0, STATEMENT(",\"Sid\":\"Enable IAM User Permissions\"")},
    {0, "{\"Statement\":[{\"Sid\":\"\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"},"
        "{\"Sid\":\"\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}"},
    {0, CONDITION("{\"StringEquals\":{\"KMS:recipientattestation:imagesha384\":\"x\"}}")},
    {0, CONDITION("{\"StringEquals\":{\"kms:RecipientAttestation:PCR31\":\"x\",\"kms:RecipientAttestation:"
                  "NitroTPMPCR0\":\"x\"}}")},
    {0, CONDITION("{\"StringEquals\":{\"kms:EncryptionContext:user\":\"${aws:username}\"}}")}, /* 2008: a plain text */
    {0, CONDITION("{\"Bool\":{\"kms:GrantIsForAWSResource\":[true,\"false\"]}}")},
    {0, PRINCIPAL("{\"AWS\":[\"111122223333\",\"arn:aws-us-gov:iam::111122223333:root\",\"*\"],\"Service\":[\"logs.eu-"
                  "west-1.amazonaws.com\"]}")},
    {0, RESOURCE("[\"arn:aws:kms:*:111122223333:key/*\",\"arn:aws:kms:eu-west-1:*\"]")},
    {1, OWN("")},
    {1, "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":[\"s3:Get*\",\"kms:List*\"],"
        "\"Resource\":\"*\"}}"},
};

Test(policy_parse, accepts_what_the_grammar_has)
{
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        natt_kms_policy_error err;
        natt_kms_policy *policy = parse(good[i].text, good[i].kind, &err);
        cr_expect_not_null(policy, "%s: %s in %s", err.where, err.text, good[i].text);
        natt_kms_policy_free(policy);
    }
}

/* The policy of STATEMENT, with spaces before it to make it longer. */
static natt_kms_policy *of_length(size_t len, natt_kms_policy_error *err)
{
    char *text = malloc(len + 1);
    size_t policy_len = strlen(STATEMENT(""));
    memset(text, ' ', len);
    memcpy(text + len - policy_len, STATEMENT(""), policy_len);
    natt_kms_policy *policy = natt_kms_policy_parse((natt_bytes){(const uint8_t *)text, len}, NATT_KMS_KEY_POLICY, err);
    free(text);
    return policy;
}

/* A complete name is similar to itself; limits of the length, of the index, and of usable names. */
Test(policy_parse, nearest_keys_are_bounded)
{
    static const struct {
        const char *name, *near;
    } keys[] = {
        {"", NULL},
        {"PCR0", NULL},
        {"0123", NULL},
        {"kms:RecipientAttestation:PCR31", "kms:RecipientAttestation:PCR31"},
        {"kms:RecipientAttestion:PCR032", NULL},
        {"kms:RecipientAttestion:PCR32", NULL},
        {"aws:SourcIp", NULL},
        {"CallerAccount", "kms:CallerAccount"},
        {"kms:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", NULL},
        {"kms:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", NULL},
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char near[NATT_KMS_KEY_NEAR] = "";
        bool found = natt_kms_key_near(near, keys[i].name);
        cr_expect_eq(found, keys[i].near != NULL, "%s: %s", keys[i].name, near);
        cr_expect(!found || keys[i].near == NULL || strcmp(near, keys[i].near) == 0, "%s: %s", keys[i].name, near);
    }
}

Test(policy_parse, takes_32768_bytes)
{
    for (size_t len = NATT_KMS_MAX_POLICY - 1; len <= NATT_KMS_MAX_POLICY + 1; len++) {
        natt_kms_policy_error err;
        natt_kms_policy *policy = of_length(len, &err);
        cr_expect_eq(policy != NULL, len <= NATT_KMS_MAX_POLICY, "%zu: %s", len, err.text);
        cr_expect(policy != NULL || strstr(err.text, "at most 32768") != NULL, "%s", err.text);
        natt_kms_policy_free(policy);
    }
}

/* jansson's limit is 2048 levels; a policy has 6. */
Test(policy_parse, refuses_deep_nesting)
{
    static const size_t depths[] = {1, 6, 7, 2047, 2048, 2049, NATT_KMS_MAX_POLICY};
    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
        natt_kms_policy_error err;
        char *text = malloc(depths[i]);
        memset(text, '[', depths[i]);
        cr_expect_null(
            natt_kms_policy_parse((natt_bytes){(const uint8_t *)text, depths[i]}, NATT_KMS_KEY_POLICY, &err));
        cr_expect_neq(err.text[0], '\0');
        free(text);
    }
}

Test(policy_parse, refuses_every_cut_and_needs_no_error)
{
    const char *text = CONDITION("{\"StringEquals\":{\"kms:KeySpec\":[\"a\",\"b\"]}}");
    for (size_t len = 0; len < strlen(text); len++)
        cr_expect_null(natt_kms_policy_parse((natt_bytes){(const uint8_t *)text, len}, NATT_KMS_KEY_POLICY, NULL));
    natt_kms_policy_free(NULL);
}

/* A quotation in an error is truncated and has no control characters, for any policy. */
Test(policy_parse, errors_are_bounded_and_printable)
{
    char text[2048] = "{\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\","
                      "\"Condition\":{\"StringEquals\":{\"\\u001b[31m";
    size_t len = strlen(text);
    memset(text + len, 'x', 1000);
    (void)snprintf(text + len + 1000, 100, "\":\"a\"}}}}");
    natt_kms_policy_error err;
    cr_assert_null(parse(text, NATT_KMS_KEY_POLICY, &err));
    cr_expect_null(strchr(err.text, 27));
    cr_expect_null(strchr(err.where, 27));
    cr_expect_not_null(strstr(err.text, "unknown condition key"));
}
