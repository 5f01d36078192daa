/* The documentation of AWS on conditions, principals, actions, resources and their evaluation, as cases in
 * policy_cases.json. */
#include "relying/kms/test/policy_cases.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const natt_kms_question plain = {
    .account = TEST_ACCOUNT, .principal = TEST_ALICE, .action = "kms:Decrypt", .resource = TEST_KEY};

/* {"Effect": effect, ...} with the condition, if any; the caller owns the reference */
static json_t *statement(const char *effect, json_t *condition)
{
    json_t *s =
        json_pack("{s:s, s:s, s:s, s:s}", "Effect", effect, "Principal", "*", "Action", "kms:*", "Resource", "*");
    if (condition != NULL)
        (void)json_object_set_new(s, "Condition", condition);
    return s;
}

static json_t *condition_of(const json_t *row)
{
    return json_pack("{s:{s:O}}", json_string_value(json_object_get(row, "operator")),
                     json_string_value(json_object_get(row, "key")), json_object_get(row, "expected"));
}

/* The condition is in the only Allow, in a Deny after it, or in a Deny before it. */
static json_t *arranged(const json_t *row, int n)
{
    if (n == 0)
        return json_pack("[o]", statement("Allow", condition_of(row)));
    json_t *deny = statement("Deny", condition_of(row)), *allow = statement("Allow", NULL);
    return n == 1 ? json_pack("[o, o]", allow, deny) : json_pack("[o, o]", deny, allow);
}

static natt_kms_effect effect_of(int n, bool met)
{
    if (n == 0)
        return met ? NATT_KMS_ALLOW : NATT_KMS_IMPLICIT_DENY;
    return met ? NATT_KMS_EXPLICIT_DENY : NATT_KMS_ALLOW;
}

static void check_condition(const json_t *row, int n)
{
    char *what = json_dumps(row, JSON_COMPACT);
    test_values values;
    natt_kms_decision d;
    json_t *object = json_pack("{s:O}", json_string_value(json_object_get(row, "key")), json_object_get(row, "value"));
    json_t *statements = arranged(row, n);
    natt_kms_policy *policy = test_policy(statements, NATT_KMS_KEY_POLICY);
    natt_kms_question q = plain;
    test_values_read(&values, object);
    q.values = values.list;
    q.value_count = values.count;
    cr_assert(natt_kms_policy_decide(&d, policy, NULL, &q));
    bool met = json_is_true(json_object_get(row, "met"));
    cr_expect_eq(d.effect, effect_of(n, met), "arrangement %d of %s", n, what);
    if (d.effect != NATT_KMS_ALLOW) {
        json_t *reason = test_reason(&d, "Condition", json_string_value(json_object_get(row, "key")));
        cr_assert_not_null(reason, "%s", what);
        bool derived = strncmp(json_string_value(json_object_get(row, "key")), "aws:", 4) == 0;
        cr_expect(derived || json_equal(json_object_get(reason, "actual"), json_object_get(row, "value")) ||
                      json_array_size(json_object_get(row, "value")) == 1,
                  "%s", what);
        test_explained(&d, &q, what);
    }
    json_decref(d.explanation);
    natt_kms_policy_free(policy);
    json_decref(statements);
    json_decref(object);
    free(what);
}

Test(policy, conditions_are_met_as_documented_in_every_arrangement)
{
    size_t i;
    json_t *row, *rows = test_cases("conditions");
    cr_assert_geq(json_array_size(rows), 120);
    json_array_foreach(rows, i, row)
    {
        cr_assert_gt(json_string_length(json_object_get(row, "source")), 0);
        for (int n = 0; n < 3; n++)
            check_condition(row, n);
    }
    json_decref(rows);
}

static const char *name_of(natt_kms_effect effect)
{
    static const char *const names[] = {"implicit deny", "explicit deny", "allow"};
    return names[effect];
}

/* ["Principal", expected, actual], and for conditions operator and key */
static void check_reason(const natt_kms_decision *d, const json_t *wanted, const char *what)
{
    const char *key = json_string_value(json_array_get(wanted, 4)), *op = json_string_value(json_array_get(wanted, 3));
    json_t *reason = test_reason(d, json_string_value(json_array_get(wanted, 0)), key);
    cr_assert_not_null(reason, "%s", what);
    cr_expect(json_equal(json_object_get(reason, "expected"), json_array_get(wanted, 1)), "%s", what);
    cr_expect(json_equal(json_object_get(reason, "actual"), json_array_get(wanted, 2)), "%s", what);
    cr_expect(op == NULL || strcmp(json_string_value(json_object_get(reason, "operator")), op) == 0, "%s", what);
}

static void check_decision(const natt_kms_decision *d, const json_t *row, const natt_kms_question *q, const char *what)
{
    const json_t *wanted = json_object_get(row, "statement");
    const json_t *statement = json_object_get(json_object_get(d->explanation, "statement"), "index");
    const char *decision = json_string_value(json_object_get(row, "decision"));
    cr_expect_str_eq(name_of(d->effect), decision, "%s", what);
    cr_expect_str_eq(json_string_value(json_object_get(d->explanation, "decision")), decision, "%s", what);
    cr_expect(wanted == NULL ? statement == NULL : json_equal(wanted, statement), "statement of %s", what);
    if (json_object_get(row, "policy") != NULL)
        cr_expect(json_equal(json_object_get(row, "policy"), json_object_get(d->explanation, "policy")), "%s", what);
    if (json_object_get(row, "reason") != NULL)
        check_reason(d, json_object_get(row, "reason"), what);
    if (d->effect != NATT_KMS_ALLOW)
        test_explained(d, q, what);
}

static void check_request(json_t *row)
{
    char *what = json_dumps(row, JSON_COMPACT);
    test_values values;
    natt_kms_decision d;
    natt_kms_policy *key = test_policy(json_object_get(row, "key_policy"), NATT_KMS_KEY_POLICY);
    natt_kms_policy *own = test_policy(json_object_get(row, "principal_policy"), NATT_KMS_PRINCIPAL_POLICY);
    natt_kms_question q = plain;
    test_values_read(&values, json_object_get(row, "values"));
    q.principal = json_string_value(json_object_get(row, "principal"));
    q.action = json_string_value(json_object_get(row, "action"));
    q.resource = json_string_value(json_object_get(row, "resource"));
    q.values = values.list;
    q.value_count = values.count;
    cr_assert(natt_kms_policy_decide(&d, key, own, &q));
    check_decision(&d, row, &q, what);
    json_decref(d.explanation);
    natt_kms_policy_free(key);
    natt_kms_policy_free(own);
    free(what);
}

Test(policy, requests_are_decided_as_documented)
{
    size_t i;
    json_t *row, *rows = test_cases("requests");
    cr_assert_geq(json_array_size(rows), 100);
    json_array_foreach(rows, i, row)
    {
        cr_assert_gt(json_string_length(json_object_get(row, "source")), 0);
        check_request(row);
    }
    json_decref(rows);
}

/* The content of a request cannot forge a line of a log. */
Test(policy, sentence_is_one_line_of_ascii)
{
    natt_kms_decision d;
    natt_kms_question q = plain;
    natt_kms_condition_value value = {"kms:EncryptionContext:app", "x\nUser: admin is authorized \xc3\xa9\x7f\""};
    json_t *statements =
        json_pack("[{s:s, s:s, s:s, s:s, s:s, s:{s:{s:s}}}]", "Sid", "line\nbreak", "Effect", "Allow", "Principal", "*",
                  "Action", "kms:*", "Resource", "*", "Condition", "StringEquals", "kms:EncryptionContext:app", "web");
    natt_kms_policy *policy = test_policy(statements, NATT_KMS_KEY_POLICY);
    q.principal = "arn:aws:iam::111122223333:user/a\nb";
    q.values = &value;
    q.value_count = 1;
    cr_assert(natt_kms_policy_decide(&d, policy, NULL, &q));
    char *text = natt_kms_decision_text(&d, &q);
    cr_assert_not_null(text);
    for (const char *c = text; *c != '\0'; c++)
        cr_assert(*c >= ' ' && *c <= '~', "byte %d of %s", *c, text);
    free(text);
    json_decref(d.explanation);
    natt_kms_policy_free(policy);
    json_decref(statements);
}

/* The most expensive patterns: the maximum number of stars, with a text that never matches. */
Test(policy, wildcards_take_bounded_time, .timeout = 20)
{
    natt_kms_decision d;
    natt_kms_question q = plain;
    char *pattern = calloc(1, 30001), *text = calloc(1, 8193);
    for (size_t i = 0; i < 30000; i++)
        pattern[i] = i % 2 == 0 ? '*' : 'a';
    pattern[29999] = 'b';
    memset(text, 'a', 8192);
    natt_kms_condition_value value = {"kms:EncryptionContext:app", text};
    json_t *row = json_pack("{s:s, s:s, s:[s]}", "operator", "StringLike", "key", "kms:EncryptionContext:app",
                            "expected", pattern);
    json_t *statements = arranged(row, 0);
    natt_kms_policy *policy = test_policy(statements, NATT_KMS_KEY_POLICY);
    q.values = &value;
    q.value_count = 1;
    cr_assert(natt_kms_policy_decide(&d, policy, NULL, &q));
    cr_expect_eq(d.effect, NATT_KMS_IMPLICIT_DENY);
    json_decref(d.explanation);
    natt_kms_policy_free(policy);
    json_decref(statements);
    json_decref(row);
    free(pattern);
    free(text);
}

/* ---- the cost of a decision, and the parts of a request that it repeats ---- */

/* Set operators, in an Allow and a Deny, compare `count` values of kms:EncryptionContextKeys. */
typedef struct many_names {
    char (*names)[17];
    natt_kms_condition_value *values;
    natt_kms_question q;
} many_names;

static many_names many(size_t count)
{
    many_names m = {calloc(count, sizeof *m.names), calloc(count, sizeof *m.values), plain};
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(m.names[i], sizeof m.names[i], "%zx", i);
        m.values[i] = (natt_kms_condition_value){"kms:EncryptionContextKeys", m.names[i]};
    }
    m.q.values = m.values;
    m.q.value_count = count;
    return m;
}

static natt_kms_policy *asks_names(void)
{
    json_t *statements = json_pack("[{s:s, s:s, s:s, s:s, s:{s:{s:s}}}, {s:s, s:s, s:s, s:s, s:{s:{s:s}}}]", /* */
                                   "Effect", "Allow", "Principal", "*", "Action", "kms:*", "Resource", "*", "Condition",
                                   "ForAnyValue:StringEquals", "kms:EncryptionContextKeys", "Department", /* */
                                   "Effect", "Deny", "Principal", "*", "Action", "kms:*", "Resource", "*", "Condition",
                                   "ForAnyValue:StringEquals", "kms:EncryptionContextKeys", "Forbidden");
    natt_kms_policy *policy = test_policy(statements, NATT_KMS_KEY_POLICY);
    json_decref(statements);
    return policy;
}

/* Processor time of one decision, the minimum of three. */
static double seconds(const natt_kms_policy *policy, size_t count)
{
    double least = 1e9;
    many_names m = many(count);
    for (int i = 0; i < 3; i++) {
        natt_kms_decision d;
        clock_t start = clock();
        cr_assert(natt_kms_policy_decide(&d, policy, NULL, &m.q));
        double took = (double)(clock() - start) / CLOCKS_PER_SEC;
        least = took < least ? took : least;
        cr_assert_eq(d.effect, NATT_KMS_IMPLICIT_DENY);
        json_decref(d.explanation);
    }
    free(m.names);
    free(m.values);
    return least;
}

/* Eight times the names need eight times the work if each name is read once, and 64 times if each is searched for. */
Test(policy, work_grows_with_the_number_of_names, .timeout = 60)
{
    natt_kms_policy *policy = asks_names();
    double few = seconds(policy, 2600), more = seconds(policy, 8 * 2600);
    cr_expect_lt(few, 0.1, "2,600 names took %f s", few);
    cr_expect(more < 24 * few || more < 0.02, "%f s for 2,600 names, %f s for eight times as many", few, more);
    natt_kms_policy_free(policy);
}

static natt_kms_effect effect_of_long(const char *effect, const char *op, const char *pattern, size_t len)
{
    natt_kms_decision d;
    natt_kms_question q = plain;
    char *value = calloc(1, len + 64);
    (void)snprintf(value, 64, "arn:aws:s3:::bucket/");
    memset(value + strlen(value), 'a', len);
    const natt_kms_condition_value one = {"kms:EncryptionContext:aws:s3:arn", value};
    json_t *condition = json_pack("{s:{s:s}}", op, one.key, pattern);
    json_t *statements = strcmp(effect, "Allow") == 0
                             ? json_pack("[o]", statement("Allow", condition))
                             : json_pack("[o, o]", statement("Allow", NULL), statement("Deny", condition));
    natt_kms_policy *policy = test_policy(statements, NATT_KMS_KEY_POLICY);
    q.values = &one;
    q.value_count = 1;
    cr_assert(natt_kms_policy_decide(&d, policy, NULL, &q));
    json_decref(d.explanation);
    natt_kms_policy_free(policy);
    json_decref(statements);
    free(value);
    return d.effect;
}

/* A component that is longer than any genuine ARN neither bypasses a Deny nor meets a negated operator. */
Test(policy, long_arns_are_compared_whole)
{
    const size_t prefix = strlen("bucket/");
    for (size_t len = 2047; len <= 2049; len++) {
        cr_expect_eq(effect_of_long("Deny", "ArnLike", "arn:aws:s3:::bucket/*", len - prefix), NATT_KMS_EXPLICIT_DENY,
                     "%zu", len);
        cr_expect_eq(effect_of_long("Allow", "ArnNotLike", "arn:aws:s3:::bucket/*", len - prefix),
                     NATT_KMS_IMPLICIT_DENY, "%zu", len);
        cr_expect_eq(effect_of_long("Deny", "ArnLike", "arn:aws:s3:::bucket/*b", len - prefix), NATT_KMS_ALLOW, "%zu",
                     len);
        cr_expect_eq(effect_of_long("Allow", "ArnLike", "arn:aws:s3:::buck", len - prefix), NATT_KMS_IMPLICIT_DENY,
                     "%zu", len);
    }
}

/* The reason's "actual" for `count` times this value; NULL: for `count` different names. */
static json_t *actual_of(const char *text, size_t count)
{
    natt_kms_decision d;
    many_names m = many(count);
    natt_kms_policy *policy = asks_names();
    for (size_t i = 0; text != NULL && i < count; i++)
        m.values[i].value = text;
    cr_assert(natt_kms_policy_decide(&d, policy, NULL, &m.q));
    char *sentence = natt_kms_decision_text(&d, &m.q);
    cr_expect_lt(strlen(sentence), 600 + 1600 * (count < 17 ? count : 17), "%zu", strlen(sentence));
    json_t *found = json_incref(json_object_get(test_reason(&d, "Condition", "kms:EncryptionContextKeys"), "actual"));
    free(sentence);
    json_decref(d.explanation);
    natt_kms_policy_free(policy);
    free(m.names);
    free(m.values);
    return found;
}

static void expect_shown(const char *text, size_t whole, const char *rest)
{
    json_t *found = actual_of(text, 1);
    char wanted[600];
    (void)snprintf(wanted, sizeof wanted, "%.*s%s", (int)whole, text, rest);
    cr_expect_str_eq(json_string_value(found), wanted);
    json_decref(found);
}

/* A client can send long values; the log and the header do not repeat them. */
Test(policy, explanation_has_the_beginning_of_long_values)
{
    char *text = calloc(1, 8193);
    memset(text, 'a', 256);
    expect_shown(text, 256, "");
    text[256] = 'a';
    expect_shown(text, 256, "... (257 bytes)");
    memcpy(text + 254, "\xe2\x82\xac", 4); /* a character that would be cut */
    expect_shown(text, 254, "... (257 bytes)");
    memset(text, 1, 8192); /* six characters each in JSON */
    expect_shown(text, 256, "... (8192 bytes)");
    free(text);
}

Test(policy, explanation_has_the_first_of_many_values)
{
    for (size_t count = 15; count <= 17; count++) {
        json_t *found = actual_of(NULL, count);
        cr_expect_eq(json_array_size(found), count <= 16 ? count : 17);
        if (count == 17)
            cr_expect_str_eq(json_string_value(json_array_get(found, 16)), "... (17 values)");
        json_decref(found);
    }
}
