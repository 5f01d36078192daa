/*
 * Property: for an accepted policy, every question has an answer, and the explanation of the answer agrees with it.
 * Deny always wins: one more Deny or one Allow less never allows what was denied, and the order of statements does not
 * matter. A key policy without severe findings gives no plaintext to a request without a document. A refusal has a
 * reason.
 */
#include "fuzz/property.h"
#include "relying/kms/policy/model.h"

#include <jansson.h>

#define MAX_STATEMENTS 6 /* maximum number of a policy's statements from which questions are made */
#define MAX_VALUES     24

typedef struct question {
    natt_kms_question q;
    natt_kms_condition_value values[MAX_VALUES];
    char session[160];
} question;

/* ---- questions about the policy's own values ---- */

/* Chooses a session of the role that the statement names, if it names a role. */
static void set_caller(question *out, const natt_kms_principal *p)
{
    out->q.principal = "arn:aws:iam::111122223333:user/alice";
    if (p == NULL || p->account[0] == '\0')
        return;
    out->q.principal = p->text;
    if (p->kind == NATT_KMS_ROLE)
        (void)snprintf(out->session, sizeof out->session, "arn:aws:sts::%s:assumed-role/%.64s/s", p->account, p->role);
    else if (p->kind == NATT_KMS_ACCOUNT)
        (void)snprintf(out->session, sizeof out->session, "arn:aws:iam::%s:user/u", p->account);
    else
        return;
    out->q.principal = out->session;
}

static const char *action_of(const natt_kms_statement *s)
{
    for (size_t i = 0; natt_kms_action_name(i) != NULL; i++)
        if (natt_kms_statement_takes(s, natt_kms_action_name(i)))
            return natt_kms_action_name(i);
    return "kms:Decrypt";
}

/* If bit i of the mask is set, the request has the value that condition i expects. Attestation values only if the
 * request may contain a document. */
static void set_values(question *out, const natt_kms_policy *policy, unsigned mask, bool document)
{
    unsigned bit = 0;
    out->q.values = out->values;
    for (size_t s = 0; s < policy->count; s++)
        for (size_t i = 0; i < policy->statements[s].condition_count; i++) {
            const natt_kms_condition *c = &policy->statements[s].conditions[i];
            bool wanted = (mask >> bit++ % 8 & 1) != 0 && (document || !natt_kms_key_is_attestation(c->known));
            if (wanted && out->q.value_count < MAX_VALUES && c->op.comparison != NATT_KMS_NULL)
                out->values[out->q.value_count++] = (natt_kms_condition_value){c->key, c->expected.items[0]};
        }
}

static void ask_about(question *out, const natt_kms_policy *policy, size_t n, unsigned mask, bool document)
{
    const natt_kms_statement *s = &policy->statements[n];
    *out = (question){.q = {.account = "111122223333", .action = action_of(s), .resource = "arn:aws:kms:r:a:key/k"}};
    set_caller(out, s->principal_count > 0 ? &s->principals[mask % s->principal_count] : NULL);
    if (s->resources.count > 0 && mask % 3 == 0 && s->resources.items[0][0] == 'a')
        out->q.resource = s->resources.items[0];
    set_values(out, policy, mask, document);
}

/* ---- answers ---- */

static bool applies(const natt_kms_decision *d, const char *effect)
{
    size_t i;
    json_t *s;
    json_array_foreach(json_object_get(d->explanation, "statements"), i, s)
    {
        const char *its = json_string_value(json_object_get(s, "effect"));
        if (strcmp(its, effect) == 0 && json_is_true(json_object_get(s, "applies")))
            return true;
    }
    return false;
}

static void check_text(const natt_kms_decision *d, const natt_kms_question *q)
{
    char *text = natt_kms_decision_text(d, q), *message = natt_kms_denial_message(d, q);
    MUST(text != NULL && message != NULL && strncmp(text, message, strlen(message)) == 0);
    for (const char *c = text; *c != '\0'; c++)
        MUST(*c >= ' ' && *c <= '~');
    free(text);
    free(message);
}

static natt_kms_effect answer(const natt_kms_policy *key, const natt_kms_policy *own, const natt_kms_question *q)
{
    natt_kms_decision d;
    MUST(natt_kms_policy_decide(&d, key, own, q));
    MUST((d.effect == NATT_KMS_EXPLICIT_DENY) == applies(&d, "Deny"));
    MUST(d.effect != NATT_KMS_ALLOW || applies(&d, "Allow") || (key == NULL && own == NULL));
    size_t reasons = json_array_size(json_object_get(d.explanation, "reasons"));
    MUST((d.effect == NATT_KMS_ALLOW) == (reasons == 0) || json_is_null(json_object_get(d.explanation, "closest")));
    check_text(&d, q);
    json_decref(d.explanation);
    return d.effect;
}

/* ---- variants of the policy ---- */

static natt_kms_policy *parse(json_t *root, natt_kms_policy_kind kind)
{
    char *text = json_dumps(root, JSON_COMPACT);
    natt_kms_policy *policy = natt_kms_policy_parse((natt_bytes){(const uint8_t *)text, strlen(text)}, kind, NULL);
    free(text);
    json_decref(root);
    return policy;
}

/* Copies a policy. The copy's statements are a list, without Sids, because Sids must be unique. */
static json_t *copy_of(const natt_kms_policy *policy, json_t **statements)
{
    json_t *root = json_deep_copy(policy->json), *value = json_object_get(root, "Statement");
    if (!json_is_array(value))
        MUST(json_object_set_new(root, "Statement", json_pack("[O]", value)) == 0);
    *statements = json_object_get(root, "Statement");
    for (size_t i = 0; i < json_array_size(*statements); i++)
        (void)json_object_del(json_array_get(*statements, i), "Sid");
    return root;
}

static natt_kms_policy *with_deny(const natt_kms_policy *policy, size_t n)
{
    json_t *statements, *root = copy_of(policy, &statements), *one = json_deep_copy(json_array_get(statements, n));
    MUST(json_object_set_new(one, "Effect", json_string("Deny")) == 0);
    MUST(json_array_insert_new(statements, n % 2 == 0 ? 0 : json_array_size(statements), one) == 0);
    return parse(root, policy->kind);
}

static natt_kms_policy *without(const natt_kms_policy *policy, size_t n)
{
    json_t *statements, *root = copy_of(policy, &statements);
    MUST(json_array_remove(statements, n) == 0);
    return parse(root, policy->kind);
}

static natt_kms_policy *reversed(const natt_kms_policy *policy)
{
    json_t *statements, *root = copy_of(policy, &statements), *list = json_array();
    for (size_t i = json_array_size(statements); i-- > 0;)
        MUST(json_array_append(list, json_array_get(statements, i)) == 0);
    MUST(json_object_set_new(root, "Statement", list) == 0);
    return parse(root, policy->kind);
}

static natt_kms_effect answer_by(const natt_kms_policy *policy, const natt_kms_question *q)
{
    return policy->kind == NATT_KMS_KEY_POLICY ? answer(policy, NULL, q) : answer(NULL, policy, q);
}

static void check_changes(const natt_kms_policy *policy, size_t n, const natt_kms_question *q)
{
    natt_kms_effect before = answer_by(policy, q);
    natt_kms_policy *denying = with_deny(policy, n), *turned = reversed(policy);
    natt_kms_policy *less = policy->count > 1 ? without(policy, n) : NULL;
    if (denying != NULL) { /* NULL if it is too long */
        natt_kms_effect after = answer_by(denying, q);
        MUST(after != NATT_KMS_ALLOW || before == NATT_KMS_ALLOW);
        MUST(before != NATT_KMS_EXPLICIT_DENY || after == NATT_KMS_EXPLICIT_DENY);
    }
    MUST(turned == NULL || answer_by(turned, q) == before);
    if (less != NULL) {
        natt_kms_effect after = answer_by(less, q);
        MUST(policy->statements[n].deny ? before != NATT_KMS_ALLOW || after == NATT_KMS_ALLOW
                                        : after != NATT_KMS_ALLOW || before == NATT_KMS_ALLOW);
    }
    natt_kms_policy_free(denying);
    natt_kms_policy_free(turned);
    natt_kms_policy_free(less);
}

/* ---- guarantees of the policy check ---- */

static bool is_severe(const natt_kms_policy *policy)
{
    size_t count = natt_kms_policy_lint(NULL, 0, policy);
    natt_kms_finding *all = calloc(count + 1, sizeof *all);
    MUST(all != NULL && natt_kms_policy_lint(all, count, policy) == count);
    bool severe = false;
    for (size_t i = 0; i < count; i++) {
        MUST(all[i].id != NULL && all[i].text[0] != '\0' && all[i].remedy[0] != '\0');
        severe = severe || all[i].severe;
    }
    free(all);
    return severe;
}

static void check_lint(const natt_kms_policy *policy, size_t n, unsigned mask)
{
    question ask;
    if (is_severe(policy))
        return;
    ask_about(&ask, policy, n, mask, false);
    for (size_t i = 0; natt_kms_recipient_action(i) != NULL; i++) {
        ask.q.action = natt_kms_recipient_action(i);
        MUST(answer_by(policy, &ask.q) != NATT_KMS_ALLOW);
    }
}

static void check_policy(const natt_kms_policy *policy, unsigned mask)
{
    question ask;
    for (size_t n = 0; n < policy->count && n < MAX_STATEMENTS; n++) {
        ask_about(&ask, policy, n, mask, true);
        check_changes(policy, n, &ask.q);
        ask_about(&ask, policy, n, ~mask, true);
        check_changes(policy, n, &ask.q);
        check_lint(policy, n, mask);
    }
}

static unsigned mask_of(const uint8_t *data, size_t size)
{
    unsigned mask = 5381;
    for (size_t i = 0; i < size; i++)
        mask = mask * 33 ^ data[i];
    return mask ^ mask >> 15;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int kind = NATT_KMS_KEY_POLICY; kind <= NATT_KMS_PRINCIPAL_POLICY; kind++) {
        natt_kms_policy_error err;
        natt_kms_policy *policy = natt_kms_policy_parse((natt_bytes){data, size}, (natt_kms_policy_kind)kind, &err);
        if (policy != NULL)
            check_policy(policy, mask_of(data, size));
        else
            MUST(err.text[0] != '\0' && strlen(err.text) < sizeof err.text && strlen(err.where) < sizeof err.where);
        natt_kms_policy_free(policy);
    }
    return 0;
}
