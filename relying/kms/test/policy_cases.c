/* See policy_cases.h. */
#include "relying/kms/test/policy_cases.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

json_t *test_cases(const char *name)
{
    json_error_t where;
    json_t *root = json_load_file(getenv("NATT_KMS_POLICY_CASES"), JSON_REJECT_DUPLICATES, &where);
    cr_assert_not_null(root, "line %d: %s", where.line, where.text);
    json_t *list = json_incref(json_object_get(root, name));
    json_decref(root);
    cr_assert(json_is_array(list), "no list %s", name);
    return list;
}

natt_kms_policy *test_policy(const json_t *statements, natt_kms_policy_kind kind)
{
    natt_kms_policy_error err;
    if (statements == NULL || json_is_null(statements))
        return NULL;
    json_t *root = json_pack("{s:s, s:O}", "Version", "2012-10-17", "Statement", statements);
    char *text = json_dumps(root, 0);
    natt_kms_policy *policy = natt_kms_policy_parse((natt_bytes){(const uint8_t *)text, strlen(text)}, kind, &err);
    cr_assert_not_null(policy, "%s: %s in %s", err.where, err.text, text);
    free(text);
    json_decref(root);
    return policy;
}

static void add(test_values *out, const char *key, const json_t *value)
{
    cr_assert(out->count < sizeof out->list / sizeof out->list[0] && json_is_string(value));
    out->list[out->count++] = (natt_kms_condition_value){key, json_string_value(value)};
}

void test_values_read(test_values *out, json_t *object)
{
    const char *key;
    json_t *value, *one;
    size_t i;
    out->count = 0;
    json_object_foreach(object, key, value)
    {
        if (json_is_array(value))
            json_array_foreach(value, i, one) add(out, key, one);
        else if (!json_is_null(value))
            add(out, key, value);
    }
}

json_t *test_reason(const natt_kms_decision *d, const char *element, const char *key)
{
    size_t i;
    json_t *reason;
    json_array_foreach(json_object_get(d->explanation, "reasons"), i, reason)
    {
        const char *its_key = json_string_value(json_object_get(reason, "key"));
        bool same = key == NULL ? its_key == NULL : its_key != NULL && strcmp(its_key, key) == 0;
        if (same && strcmp(json_string_value(json_object_get(reason, "element")), element) == 0)
            return reason;
    }
    return NULL;
}

/* A value in the form of the sentence. */
static void expect_in(const char *text, const json_t *value, const char *what)
{
    char *quoted = json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    cr_assert(strstr(text, json_is_null(value) ? "absent" : quoted) != NULL, "%s lacks %s: %s", what, quoted, text);
    free(quoted);
}

static void expect_reason(const json_t *reason, const char *text, const char *what)
{
    const char *op = json_string_value(json_object_get(reason, "operator"));
    const char *element = json_string_value(json_object_get(reason, "element"));
    cr_assert_not_null(strstr(text, op != NULL ? op : element), "%s: no %s: %s", what, op != NULL ? op : element, text);
    if (op != NULL)
        expect_in(text, json_object_get(reason, "key"), what);
    cr_assert_gt(json_array_size(json_object_get(reason, "expected")), 0, "%s", what);
    expect_in(text, json_array_get(json_object_get(reason, "expected"), 0), what);
    expect_in(text, json_object_get(reason, "actual"), what);
}

void test_explained(const natt_kms_decision *d, const natt_kms_question *q, const char *what)
{
    size_t i;
    json_t *reason, *reasons = json_object_get(d->explanation, "reasons");
    const json_t *one = json_object_get(d->explanation, d->effect == NATT_KMS_EXPLICIT_DENY ? "statement" : "closest");
    char *text = natt_kms_decision_text(d, q), *message = natt_kms_denial_message(d, q);
    cr_assert(text != NULL && message != NULL && strncmp(text, message, strlen(message)) == 0, "%s", what);
    cr_assert(strstr(text, q->action) != NULL && strstr(text, "not authorized") != NULL, "%s: %s", what, text);
    if (json_is_object(one)) {
        char name[32];
        (void)snprintf(name, sizeof name, "Statement[%d]", (int)json_integer_value(json_object_get(one, "index")));
        cr_assert_not_null(strstr(text, name), "%s: no %s: %s", what, name, text);
        cr_assert_gt(json_array_size(reasons), 0, "%s", what);
    } else {
        cr_assert_not_null(strstr(text, "has no Allow statement"), "%s: %s", what, text);
    }
    json_array_foreach(reasons, i, reason) expect_reason(reason, text, what);
    free(text);
    free(message);
}
