/* For each finding, a policy that has it, and a similar one that does not. */
#include "relying/kms/policy/lint.h"
#include "relying/kms/test/policy_cases.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define A         "abababababababababababababababababababababababababababababababababababababababababababababababab"
#define B         "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
#define UP        "ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB"
#define ZERO      "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
#define OFF       "98441c7f7625d10058c47683aec486ce311c633235eb555593a7ee791121e3578ae72d04ecef661f272d5905 8b77af35"
#define PCR7_OFF  "98441c7f7625d10058c47683aec486ce311c633235eb555593a7ee791121e3578ae72d04ecef661f272d59058b77af35"
#define SEPARATOR "518923b0f955d08da077c96aaba522b9decede61c599cea6c41889cfbea4ae4d50529d96fe4d1afdafb65e7f95bf23c4"

#define ROLE           "'Principal':{'AWS':'arn:aws:iam::111122223333:role/app'}"
#define ROOT           "'Principal':{'AWS':'arn:aws:iam::111122223333:root'}"
#define ANY            "'Principal':'*'"
#define OTHER          "'Principal':{'AWS':'arn:aws:iam::444455556666:role/app'}"
#define TWO_ROLES      "'Principal':{'AWS':['arn:aws:iam::111122223333:role/app','arn:aws:iam::444455556666:role/app']}"
#define SESSION        "'Principal':{'AWS':'arn:aws:sts::111122223333:assumed-role/app/i-1'}"
#define SECOND_SESSION "'Principal':{'AWS':'arn:aws:sts::111122223333:assumed-role/app/i-2'}"
#define OTHER_SESSION  "'Principal':{'AWS':'arn:aws:sts::111122223333:assumed-role/app2/i-1'}"
#define CHANGE         "'kms:PutKeyPolicy'"
#define ADMIN          "{'Effect':'Allow'," ROOT ",'Action':['kms:PutKeyPolicy','kms:DescribeKey'],'Resource':'*'}"
#define ALLOW(who, actions, condition)                                                                                 \
    "{'Effect':'Allow'," who ",'Action':[" actions "],'Resource':'*','Condition':{" condition "}}"
#define DENY(who, actions, condition)                                                                                  \
    "{'Effect':'Deny'," who ",'Action':[" actions "],'Resource':'*','Condition':{" condition "}}"
#define PLAIN(who, actions) "{'Effect':'Allow'," who ",'Action':[" actions "],'Resource':'*'}"
#define OP(op, key, value)  "'" op "':{'kms:RecipientAttestation:" key "':" value "}"
#define EQ(key, value)      OP("StringEqualsIgnoreCase", key, "'" value "'")
#define NEQ(key, value)     OP("StringNotEqualsIgnoreCase", key, "'" value "'")
#define TWO(a, x, b, y)                                                                                                \
    "'StringEqualsIgnoreCase':{'kms:RecipientAttestation:" a "':'" x "','kms:RecipientAttestation:" b "':'" y "'}"
#define DEC                "'kms:Decrypt'"
#define ENCLAVE(condition) ADMIN "," ALLOW(ROLE, DEC, condition)
#define NONE               NULL

/* One finding, which the first policy has and the second does not. */
static const struct {
    const char *id;
    bool severe;
    const char *with, *without;
} rows[] = {
    {"attestation-optional", true, PLAIN(ROOT, "'kms:*'") "," ALLOW(ROLE, DEC, EQ("PCR0", A)), ENCLAVE(EQ("PCR0", A))},
    {"attestation-optional", true, ADMIN "," PLAIN(ROLE, "'kms:GenerateDataKey*'"),
     ADMIN "," PLAIN(ROLE, "'kms:GenerateDataKeyWithoutPlaintext','kms:Encrypt'")},
    {"attestation-optional", true, PLAIN(ROOT, "'kms:*'") "," DENY(ANY, DEC, NEQ("PCR0", A)),
     PLAIN(ROOT, "'kms:*'") "," DENY(ANY, "'kms:De*','kms:GenerateDataKey*','kms:ReEncrypt*','kms:CreateGrant'",
                                     NEQ("PCR0", A))},
    {"attestation-optional", true,
     PLAIN(ROLE, DEC) "," DENY(
         ROOT, DEC, "'StringNotEquals':{'kms:RecipientAttestation:PCR0':'" A "','kms:EncryptionContext:a':'b'}"),
     PLAIN(ROLE, DEC) "," DENY(ROOT, DEC, NEQ("PCR0", A))},
    {"attestation-optional", true, PLAIN(ROLE, DEC) "," DENY("'Principal':{'AWS':'444455556666'}", DEC, NEQ("PCR0", A)),
     PLAIN(ROLE, DEC) "," DENY("'Principal':{'AWS':'111122223333'}", DEC, NEQ("PCR0", A))},
    {"attestation-optional", true,
     PLAIN(ROLE, DEC) ",{'Effect':'Deny'," ANY
                      ",'Action':'*','Resource':'arn:aws:kms:::key/k','Condition':{" NEQ("PCR0", A) "}}",
     PLAIN(ROLE, DEC) "," DENY(ANY, DEC, NEQ("PCR0", A))},
    {"attestation-negated", true, ENCLAVE(OP("StringNotEquals", "PCR0", "'" ZERO "'")), ENCLAVE(EQ("PCR0", A))},
    {"attestation-if-exists", true, ENCLAVE(OP("StringEqualsIgnoreCaseIfExists", "PCR0", "'" A "'")),
     ENCLAVE("'StringEqualsIfExists':{'kms:EncryptionContext:a':'b'}," EQ("PCR0", A))},
    {"attestation-for-all-values", true, ENCLAVE(OP("ForAllValues:StringEquals", "PCR0", "'" A "'")),
     ENCLAVE(OP("ForAnyValue:StringEquals", "PCR0", "'" A "'"))},
    {"attestation-null", true, ENCLAVE(OP("Null", "PCR0", "'true'")), ENCLAVE(OP("Null", "PCR0", "'false'"))},
    {"reencrypt-avoids-attestation", true, ENCLAVE(EQ("PCR0", A)) "," PLAIN(ROLE, "'kms:ReEncrypt*'"),
     ENCLAVE(EQ("PCR0", A)) "," PLAIN(ROLE, "'kms:ReEncryptTo'")},
    {"grant-avoids-attestation", true, ENCLAVE(EQ("PCR0", A)) "," PLAIN(ROLE, "'kms:CreateGrant'"),
     ENCLAVE(EQ("PCR0", A)) "," ALLOW(ROLE, "'kms:CreateGrant'", "'Bool':{'kms:GrantIsForAWSResource':true}")},
    {"any-principal", true, ADMIN "," PLAIN(ANY, "'kms:Encrypt'"),
     ADMIN "," ALLOW(ANY, "'kms:Encrypt'", "'StringEquals':{'aws:PrincipalAccount':'111122223333'}")},
    {"any-account", false, ADMIN "," ALLOW(ANY, DEC, EQ("PCR0", A)),
     ADMIN "," ALLOW(ANY, DEC, EQ("PCR0", A) ",'StringEquals':{'kms:CallerAccount':'111122223333'}")},
    {"deny-without-null", false,
     PLAIN(ROLE, DEC) "," DENY(ANY, DEC, OP("ForAnyValue:StringNotEquals", "PCR0", "'" A "'")),
     PLAIN(ROLE, DEC) "," DENY(ANY, DEC, OP("StringNotEquals", "PCR0", "'" A "'"))},
    {"deny-without-null", false, PLAIN(ROLE, DEC) "," DENY(ANY, DEC, EQ("PCR0", B)),
     ENCLAVE(EQ("PCR0", A)) "," DENY(ANY, DEC, EQ("PCR0", B))},
    {"no-image-identity", true, ENCLAVE(EQ("PCR1", A)), ENCLAVE(TWO("PCR1", A, "PCR2", B))},
    {"no-image-identity", true, ENCLAVE(EQ("PCR2", A)), ENCLAVE(TWO("PCR2", A, "PCR0", B))},
    {"no-image-identity", true, ENCLAVE(EQ("PCR3", A)), ENCLAVE(TWO("PCR3", A, "ImageSha384", B))},
    {"no-image-identity", true, ENCLAVE(EQ("NitroTPMPCR4", A)), ENCLAVE(TWO("NitroTPMPCR4", A, "NitroTPMPCR12", B))},
    {"no-image-identity", true, PLAIN(ROLE, DEC) "," DENY(ANY, DEC, NEQ("PCR3", A)),
     PLAIN(ROLE, DEC) "," DENY(ANY, DEC, NEQ("PCR3", A)) "," DENY(ANY, DEC, NEQ("PCR0", A))},
    {"pcr8-without-pcr0", false, ENCLAVE(EQ("PCR8", A)), ENCLAVE(TWO("PCR8", A, "PCR0", B))},
    {"zero-pcr", true, ENCLAVE(EQ("PCR0", ZERO)),
     ADMIN "," ALLOW(ROLE, DEC, EQ("PCR0", A)) "," DENY(ANY, DEC, EQ("PCR0", ZERO))},
    {"zero-pcr", true, ENCLAVE(EQ("ImageSha384", ZERO)), ENCLAVE(TWO("PCR0", A, "PCR3", ZERO))},
    {"zero-pcr", true, PLAIN(ROLE, DEC) "," DENY(ANY, DEC, NEQ("PCR2", ZERO)),
     PLAIN(ROLE, DEC) "," DENY(ANY, DEC, NEQ("PCR2", A))},
    {"secure-boot-off", true, ENCLAVE(EQ("NitroTPMPCR7", PCR7_OFF)), ENCLAVE(EQ("NitroTPMPCR7", A))},
    {"secure-boot-off", true, ENCLAVE(EQ("NitroTPMPCR7", ZERO)),
     ENCLAVE(TWO("NitroTPMPCR4", A, "NitroTPMPCR12", ZERO))},
    {"platform-constant", true, ENCLAVE(TWO("NitroTPMPCR4", SEPARATOR, "NitroTPMPCR12", A)),
     ENCLAVE(TWO("NitroTPMPCR4", A, "NitroTPMPCR12", SEPARATOR))},
    {"platform-constant", true, ENCLAVE(EQ("PCR8", ZERO)), ENCLAVE(EQ("PCR8", A))},
    {"value-case", true, ENCLAVE(OP("StringEquals", "PCR0", "'" UP "'")),
     ENCLAVE(OP("StringEquals", "PCR0", "'" A "'"))},
    {"value-case", true, ENCLAVE(OP("StringLike", "PCR0", "'" UP "'")), ENCLAVE(EQ("PCR0", UP))},
    {"value-case", true, PLAIN(ROLE, DEC) "," DENY(ANY, DEC, OP("StringNotEquals", "PCR0", "'" UP "'")),
     PLAIN(ROLE, DEC) "," DENY(ANY, DEC, NEQ("PCR0", UP))},
    {"value-not-hex", true, ENCLAVE(EQ("PCR0", "0x" A)), ENCLAVE(EQ("PCR0", A))},
    {"value-not-hex", true, ENCLAVE(EQ("PCR0", "")), ENCLAVE(EQ("PCR0", A))},
    {"value-not-hex", true, ENCLAVE(EQ("PCR0", "*")), ENCLAVE(OP("StringLike", "PCR0", "'*'"))},
    {"value-not-hex", true, ENCLAVE(EQ("NitroTPMPCR7", OFF)), ENCLAVE(EQ("NitroTPMPCR7", PCR7_OFF))},
    {"value-length", true, ENCLAVE(EQ("PCR0", A "a")), ENCLAVE(EQ("PCR0", A))},
    {"value-length", true, ENCLAVE(OP("StringEquals", "PCR0", "['" A "','abab']")),
     ENCLAVE(OP("StringEquals", "PCR0", "['" A "','" B "']"))},
    {"any-document", true, ENCLAVE(OP("StringLike", "PCR0", "'*'")), ENCLAVE(OP("StringLike", "PCR0", "'a*'"))},
    {"wildcard-value", false, ENCLAVE(OP("StringLike", "PCR0", "'a*'")), ENCLAVE(OP("StringLike", "PCR0", "'" A "'"))},
    {"unused-pcr", true, ENCLAVE(TWO("PCR0", A, "PCR9", B)), ENCLAVE(TWO("PCR0", A, "PCR16", B))},
    {"unused-pcr", true, ENCLAVE(TWO("NitroTPMPCR7", A, "NitroTPMPCR24", B)),
     ENCLAVE(TWO("NitroTPMPCR7", A, "NitroTPMPCR23", B))},
    {"unused-pcr", true, ENCLAVE(TWO("PCR0", A, "PCR7", B)), ENCLAVE(TWO("PCR0", A, "PCR4", B))},
    {"unused-pcr", true, ENCLAVE(TWO("PCR0", A, "PCR15", B)), ENCLAVE(TWO("PCR0", A, "PCR8", B))},
    {"document-never-present", true, ADMIN "," ALLOW(ROLE, "'kms:Sign'", EQ("PCR0", A)), ENCLAVE(EQ("PCR0", A))},
    {"document-never-present", true,
     ADMIN "," ALLOW(ROLE, "'kms:Encrypt','kms:ReEncryptTo','kms:PutKeyPolicy'", EQ("PCR0", A)),
     ADMIN "," ALLOW(ROLE, "'kms:Encrypt','kms:Decrypt'", EQ("PCR0", A))},
    {"document-sometimes-present", false, ADMIN "," ALLOW(ROLE, "'kms:Encrypt','kms:Decrypt'", EQ("PCR0", A)),
     ADMIN "," ALLOW(ROLE, "'kms:GenerateRandom','kms:Decrypt'", EQ("PCR0", A))},
    {"deny-locks-out", true, ENCLAVE(EQ("PCR0", A)) "," DENY(ANY, "'kms:*'", NEQ("PCR0", A)),
     ENCLAVE(EQ("PCR0", A)) "," DENY(ANY, DEC, NEQ("PCR0", A))},
    {"deny-of-other-actions", false, ENCLAVE(EQ("PCR0", A)) "," DENY(ANY, DEC ",'kms:Encrypt'", NEQ("PCR0", A)),
     ENCLAVE(EQ("PCR0", A)) "," DENY(ANY, DEC, NEQ("PCR0", A))},
    {"contradiction", true, ENCLAVE(EQ("PCR0", A) "," OP("StringEquals", "PCR0", "'" B "'")),
     ENCLAVE(EQ("PCR0", UP) "," OP("StringEquals", "PCR0", "['" B "','" A "']"))},
    {"contradiction", true, ENCLAVE(TWO("PCR0", A, "ImageSha384", B)), ENCLAVE(TWO("PCR0", A, "ImageSha384", A))},
    {"contradiction", true, ENCLAVE(EQ("PCR0", A) "," NEQ("PCR0", A)), ENCLAVE(EQ("PCR0", A) "," NEQ("PCR0", B))},
    {"contradiction", true, ENCLAVE(EQ("PCR0", A) "," OP("Null", "PCR0", "'true'")),
     ENCLAVE(EQ("PCR0", A) "," OP("Null", "PCR0", "'false'"))},
    {"contradiction", true,
     ENCLAVE(
         EQ("PCR0", A) ",'StringEquals':{'kms:EncryptionContext:a':'x'},'StringLike':{'kms:EncryptionContext:A':'y'}"),
     ENCLAVE(
         EQ("PCR0", A) ",'StringEquals':{'kms:EncryptionContext:a':'x'},'StringLike':{'kms:EncryptionContext:A':'?'}")},
    {"contradiction", true,
     ENCLAVE(EQ("PCR0", A) "," OP("Null", "PCR8", "'true'") "," OP("StringEquals", "PCR8", "'" A "'")),
     ENCLAVE(EQ("PCR0", A) "," OP("ForAnyValue:StringNotEquals", "PCR8",
                                  "'" A "'") "," OP("ForAnyValue:StringNotEqualsIgnoreCase", "PCR8", "'" A "'"))},
    {"kinds-mixed", true, ENCLAVE(TWO("PCR0", A, "NitroTPMPCR7", B)),
     ENCLAVE(EQ("PCR0", A)) "," ALLOW(ROLE, DEC, EQ("NitroTPMPCR7", B))},
    {"nobody-changes-policy", false, ALLOW(ROLE, DEC, EQ("PCR0", A)), ENCLAVE(EQ("PCR0", A))},
    {"principal-changes-policy", false, ENCLAVE(EQ("PCR0", A)) "," PLAIN(ROLE, CHANGE),
     ENCLAVE(EQ("PCR0", A)) "," PLAIN(OTHER, CHANGE)},
    {"principal-changes-policy", false, ENCLAVE(EQ("PCR0", A)) "," PLAIN(ROLE, "'kms:Put*'"),
     ENCLAVE(EQ("PCR0", A)) "," PLAIN(ROLE, "'kms:Get*'")},
    {"principal-changes-policy", false, PLAIN(ROLE, "'kms:*'") "," DENY(ANY, DEC, NEQ("PCR0", A)),
     PLAIN(ROOT, "'kms:*'") "," DENY(ANY, DEC, NEQ("PCR0", A))},
    {"principal-changes-policy", false, ENCLAVE(EQ("PCR0", A)) "," PLAIN(SESSION, CHANGE),
     ENCLAVE(EQ("PCR0", A)) "," PLAIN(OTHER_SESSION, CHANGE)},
    {"principal-changes-policy", false, ALLOW(SESSION, DEC, EQ("PCR0", A)) "," PLAIN(ROLE, CHANGE),
     ALLOW(SESSION, DEC, EQ("PCR0", A)) "," PLAIN(SECOND_SESSION, CHANGE)},
    {"principal-changes-policy", false, ALLOW(ANY, DEC, EQ("PCR0", A)) "," PLAIN(OTHER, CHANGE),
     ALLOW(ANY, "'kms:GenerateDataKeyWithoutPlaintext'", EQ("PCR0", A)) "," PLAIN(OTHER, CHANGE)},
    {"principal-changes-policy", false,
     ENCLAVE(EQ("PCR0", A)) "," PLAIN(TWO_ROLES, CHANGE) ",{'Effect':'Deny'," OTHER
                                                         ",'Action':'kms:PutKeyPolicy','Resource':'*'}",
     ENCLAVE(EQ("PCR0", A)) "," PLAIN(TWO_ROLES, CHANGE) ",{'Effect':'Deny'," ROLE
                                                         ",'Action':'kms:PutKeyPolicy','Resource':'*'}"},
    {"principal-changes-policy", false, ENCLAVE(EQ("PCR0", A)) "," PLAIN(ROLE, CHANGE),
     ENCLAVE(EQ("PCR0", A)) "," ALLOW(ROLE, CHANGE, EQ("PCR0", A))},
    {"principal-changes-policy", false, ENCLAVE(EQ("PCR0", A)) "," PLAIN(ROLE, CHANGE),
     ADMIN "," PLAIN(ROLE, DEC) "," PLAIN(ROLE, CHANGE)},
};

static natt_kms_policy *policy_of(const char *statements, natt_kms_policy_kind kind)
{
    size_t len = strlen(statements);
    char *text = malloc(len + 64);
    (void)snprintf(text, len + 64, "{'Version':'2012-10-17','Statement':[%s]}", statements);
    for (char *c = text; *c != '\0'; c++)
        *c = *c == '\'' ? '"' : *c;
    natt_kms_policy_error err;
    natt_kms_policy *policy = natt_kms_policy_parse((natt_bytes){(const uint8_t *)text, strlen(text)}, kind, &err);
    cr_assert_not_null(policy, "%s: %s in %s", err.where, err.text, text);
    free(text);
    return policy;
}

#define MAX_FOUND 32

static bool found(const char *statements, natt_kms_policy_kind kind, const char *id, bool severe)
{
    natt_kms_finding all[MAX_FOUND];
    natt_kms_policy *policy = policy_of(statements, kind);
    size_t count = natt_kms_policy_lint(all, MAX_FOUND, policy);
    bool is_there = false;
    cr_assert_leq(count, MAX_FOUND);
    for (size_t i = 0; i < count; i++) {
        cr_expect(all[i].text[0] != '\0' && all[i].remedy[0] != '\0', "%s", all[i].id);
        cr_expect(strlen(all[i].remedy) < sizeof all[i].remedy - 1, "cut: %s", all[i].remedy);
        if (strcmp(all[i].id, id) == 0) {
            is_there = true;
            cr_expect_eq(all[i].severe, severe, "%s", id);
            cr_expect(strncmp(all[i].where, "Statement[", 10) == 0 || strcmp(id, "nobody-changes-policy") == 0, "%s",
                      all[i].where);
        }
    }
    natt_kms_policy_free(policy);
    return is_there;
}

Test(policy_lint, each_finding_is_found_and_its_neighbour_is_not)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect(found(rows[i].with, NATT_KMS_KEY_POLICY, rows[i].id, rows[i].severe), "%s (%zu)", rows[i].id, i);
        cr_expect_not(found(rows[i].without, NATT_KMS_KEY_POLICY, rows[i].id, rows[i].severe), "%s (%zu)", rows[i].id,
                      i);
    }
}

/* The table above has every finding. */
Test(policy_lint, every_finding_has_a_row)
{
#define X(name, id, severe, remedy) id,
    static const char *const ids[] = {NATT_KMS_FINDING_LIST(X)};
#undef X
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        bool has = false;
        for (size_t n = 0; n < sizeof rows / sizeof rows[0]; n++)
            has = has || strcmp(rows[n].id, ids[i]) == 0;
        cr_expect(has, "%s", ids[i]);
    }
}

Test(policy_lint, policies_without_a_weakness_have_no_finding)
{
    static const char *const sound[] = {
        ENCLAVE(EQ("PCR0", A)),
        ENCLAVE(EQ("ImageSha384", UP)),
        ENCLAVE("'StringEqualsIgnoreCase':{'kms:RecipientAttestation:PCR0':['" A "','" B
                "'],'kms:RecipientAttestation:PCR8':'" B "'}"),
        ENCLAVE(TWO("NitroTPMPCR4", A, "NitroTPMPCR12", ZERO)),
        PLAIN(ROOT, "'kms:*'") "," DENY(
            ANY, "'kms:Decrypt','kms:GenerateDataKey','kms:GenerateDataKeyPair','kms:DeriveSharedSecret'",
            NEQ("PCR0", A)) ",{'Effect':'Deny'," ANY
                            ",'Action':['kms:ReEncryptFrom','kms:CreateGrant'],'Resource':'*'}",
    };
    for (size_t i = 0; i < sizeof sound / sizeof sound[0]; i++) {
        natt_kms_finding all[4];
        natt_kms_policy *policy = policy_of(sound[i], NATT_KMS_KEY_POLICY);
        size_t count = natt_kms_policy_lint(all, 4, policy);
        cr_expect_eq(count, 0, "%zu: %s", i, count == 0 ? "" : all[0].text);
        natt_kms_policy_free(policy);
    }
}

Test(policy_lint, principal_policies_are_checked_for_generate_random_too)
{
    const char *with = "{'Effect':'Allow','Action':'kms:GenerateRandom','Resource':'*'}";
    const char *without =
        "{'Effect':'Allow','Action':'kms:GenerateRandom','Resource':'*','Condition':{" EQ("PCR0", A) "}}";
    cr_expect(found(with, NATT_KMS_PRINCIPAL_POLICY, "attestation-optional", true));
    cr_expect_not(found(without, NATT_KMS_PRINCIPAL_POLICY, "attestation-optional", true));
    cr_expect_not(found(without, NATT_KMS_PRINCIPAL_POLICY, "nobody-changes-policy", false));
}

Test(policy_lint, counts_what_does_not_fit)
{
    natt_kms_finding one[2];
    natt_kms_policy *policy = policy_of(PLAIN(ROLE, DEC) "," PLAIN(ROLE, DEC), NATT_KMS_KEY_POLICY);
    memset(one, 0x7e, sizeof one);
    cr_expect_eq(natt_kms_policy_lint(NULL, 0, policy), 3);
    cr_expect_eq(natt_kms_policy_lint(one, 1, policy), 3);
    cr_expect_str_eq(one[0].id, "attestation-optional");
    cr_expect_eq(((const char *)&one[1])[0], 0x7e);
    natt_kms_policy_free(policy);
}

/* ---- written policies ---- */

static const uint8_t pcr_a[NATT_PCR_LEN] = {0xab, 1}, pcr_b[NATT_PCR_LEN] = {0xcd, 2};

static natt_kms_policy *written(const natt_kms_policy_plan *plan)
{
    natt_kms_policy_error err;
    char *text = natt_kms_policy_write(plan);
    cr_assert_not_null(text);
    cr_assert_eq(text[strlen(text) - 1], '\n');
    natt_kms_policy *policy =
        natt_kms_policy_parse((natt_bytes){(const uint8_t *)text, strlen(text)}, NATT_KMS_KEY_POLICY, &err);
    cr_assert_not_null(policy, "%s: %s in %s", err.where, err.text, text);
    cr_expect_eq(natt_kms_policy_lint(NULL, 0, policy), 0, "%s", text);
    free(text);
    return policy;
}

static natt_kms_effect asked(const natt_kms_policy *policy, const char *principal, const char *action, const char *pcr0)
{
    natt_kms_decision d;
    natt_kms_condition_value value = {"kms:RecipientAttestation:PCR0", pcr0};
    natt_kms_question q = {TEST_ACCOUNT, principal, action, TEST_KEY, &value, pcr0 == NULL ? 0 : 1};
    cr_assert(natt_kms_policy_decide(&d, policy, NULL, &q));
    json_decref(d.explanation);
    return d.effect;
}

#define TEST_ADMIN "arn:aws:iam::111122223333:role/admin"
#define TEST_APP   "arn:aws:sts::111122223333:assumed-role/app/i-1"

/* No request without a document, by any caller, results in a plaintext. */
static void expect_no_plaintext(const natt_kms_policy *policy, const char *principal)
{
    static const char *const forbidden[] = {
        "kms:Decrypt",       "kms:GenerateDataKey", "kms:GenerateDataKeyPair", "kms:DeriveSharedSecret",
        "kms:ReEncryptFrom", "kms:CreateGrant"};
    for (size_t i = 0; i < sizeof forbidden / sizeof forbidden[0]; i++)
        cr_expect_eq(asked(policy, principal, forbidden[i], NULL), NATT_KMS_IMPLICIT_DENY, "%s %s", principal,
                     forbidden[i]);
}

Test(policy_write, written_policies_have_no_finding_and_keep_attestation_mandatory)
{
    static const char *const apps[] = {"arn:aws:iam::111122223333:role/app"}, *const admins[] = {TEST_ADMIN,
                                                                                                 TEST_ALICE};
    natt_pcr_value first[] = {{0, {pcr_a, NATT_PCR_LEN}}, {0, {pcr_b, NATT_PCR_LEN}}},
                   second[] = {{0, {pcr_b, NATT_PCR_LEN}}, {8, {pcr_a, NATT_PCR_LEN}}};
    natt_pcr_set sets[] = {{NULL, first, 2}, {NULL, second, 2}};
    natt_kms_policy_plan plan = {TEST_ACCOUNT, "aws", apps, 1, NULL, 0, apps, 1, NATT_KIND_ENCLAVE, sets, 2};
    for (size_t administrators = 0; administrators <= 2; administrators++) {
        plan.administrators = admins;
        plan.administrator_count = administrators;
        natt_kms_policy *policy = written(&plan);
        char hex[2 * NATT_PCR_LEN + 1] = "ab01";
        memset(hex + 4, '0', sizeof hex - 5);
        expect_no_plaintext(policy, TEST_APP);
        expect_no_plaintext(policy, TEST_ADMIN);
        expect_no_plaintext(policy, "arn:aws:iam::111122223333:root");
        cr_expect_eq(asked(policy, TEST_APP, "kms:Decrypt", hex), NATT_KMS_ALLOW);
        cr_expect_eq(asked(policy, TEST_APP, "kms:Encrypt", NULL), NATT_KMS_ALLOW);
        cr_expect_eq(asked(policy, TEST_ADMIN, "kms:PutKeyPolicy", NULL), NATT_KMS_ALLOW);
        hex[0] = 'b';
        cr_expect_eq(asked(policy, TEST_APP, "kms:Decrypt", hex), NATT_KMS_IMPLICIT_DENY);
        natt_kms_policy_free(policy);
    }
}

Test(policy_write, nitrotpm_has_keys_of_its_own)
{
    static const char *const apps[] = {TEST_ALICE};
    natt_pcr_value pcrs[] = {{4, {pcr_a, NATT_PCR_LEN}}, {12, {pcr_b, NATT_PCR_LEN}}};
    natt_pcr_set set = {NULL, pcrs, 2};
    natt_kms_policy_plan plan = {TEST_ACCOUNT, "aws-cn", apps, 1, NULL, 0, NULL, 0, NATT_KIND_NITROTPM, &set, 1};
    char *text = natt_kms_policy_write(&plan);
    cr_expect_not_null(strstr(text, "\"kms:RecipientAttestation:NitroTPMPCR4\": \"ab01"));
    cr_expect_not_null(strstr(text, "\"arn:aws-cn:iam::111122223333:root\""));
    free(text);
    natt_kms_policy_free(written(&plan));
}
