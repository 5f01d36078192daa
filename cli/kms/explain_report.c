/* See explain_report.h. */
#include "cli/kms/explain_report.h"

#include <stdlib.h>
#include <string.h>

#include "cli/document/error_location.h"
#include "cli/frame/bytes.h"
#include "cli/frame/report.h"

#define MOST_SHOWN 8 /* values of one condition; --json has all */

static json_t *member(const natt_kms_decision *d, const char *key)
{
    return json_object_get(d->explanation, key);
}

static natt_cli_cell text_of(const json_t *object, const char *key)
{
    return natt_cli_as_string(json_string_value(json_object_get(object, key)));
}

/* ---- the deciding statement ---- */

/* Statement[1] "AllowEnclave" of the key policy */
static void put_statement(natt_cli_report *r, const char *label, const json_t *statement, const char *policy)
{
    const char *form = strcmp(policy, "key policy") == 0 ? " of the key policy" : " of the principal's policy";
    if (!json_is_object(statement))
        return;
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, label,
                 natt_cli_in("Statement[%]",
                             natt_cli_as_number((uint64_t)json_integer_value(json_object_get(statement, "index")))));
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(" \"%\"", text_of(statement, "sid")));
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_as_word(form));
}

static void put_decider(natt_cli_report *r, const natt_kms_decision *d)
{
    const char *policy = json_string_value(member(d, "policy"));
    bool nobody = !json_is_object(member(d, "statement")) && !json_is_object(member(d, "closest"));
    put_statement(r, "delegated by", member(d, "delegated_by"), "key policy");
    put_statement(r, "decided by", member(d, "statement"), policy);
    put_statement(r, "closest", member(d, "closest"), policy);
    if (nobody)
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, "decided by",
                     natt_cli_as_word(d->effect == NATT_KMS_ALLOW
                                          ? "no policy of the principal is given, so it allows everything"
                                          : "no statement: the policy has no Allow"));
}

/* ---- the reasons ---- */

static void put_values(natt_cli_report *r, const char *first, const char *next, const json_t *values)
{
    size_t count = json_is_array(values) ? json_array_size(values) : 1;
    for (size_t i = 0; i < count && i < MOST_SHOWN; i++) {
        const json_t *one = json_is_array(values) ? json_array_get(values, i) : values;
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, "",
                     natt_cli_in(i == 0 ? first : next, json_is_null(one)
                                                            ? natt_cli_absent("absent")
                                                            : natt_cli_as_string(json_string_value(one))));
    }
    if (count > MOST_SHOWN)
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, "",
                     natt_cli_in("or       one of % more, which --json lists", natt_cli_as_number(count - MOST_SHOWN)));
}

static void put_reason(natt_cli_report *r, const json_t *reason, const char *label)
{
    if (json_is_string(json_object_get(reason, "operator"))) {
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, label, text_of(reason, "key"));
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(" %", text_of(reason, "operator")));
    } else {
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, label, text_of(reason, "element"));
    }
    put_values(r, "expected %", "or       %", json_object_get(reason, "expected"));
    put_values(r, "actual   %", "and      %", json_object_get(reason, "actual"));
}

static void put_reasons(natt_cli_report *r, const natt_kms_decision *d)
{
    size_t i;
    json_t *reason;
    json_array_foreach(member(d, "reasons"), i, reason)
        put_reason(r, reason,
                   i > 0                                 ? ""
                   : d->effect == NATT_KMS_EXPLICIT_DENY ? "is met"
                                                         : "is not met");
}

/* ---- every statement ---- */

static size_t satisfied(const json_t *conditions)
{
    size_t i, count = 0;
    json_t *one;
    json_array_foreach(conditions, i, one) count += json_is_true(json_object_get(one, "satisfied"));
    return count;
}

/* "the action", "the principal and the action", "the principal, the action and the resource" */
static size_t put_differing(natt_cli_report *r, const json_t *statement)
{
    static const char *const keys[] = {"principal", "action", "resource"};
    const char *differing[3];
    size_t count = 0;
    for (size_t i = 0; i < 3; i++)
        if (!json_is_true(json_object_get(statement, keys[i])))
            differing[count++] = keys[i];
    for (size_t i = 0; i < count; i++)
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY,
                          natt_cli_in(i == 0           ? ": the %"
                                      : i + 1 == count ? " and the %"
                                                       : ", the %",
                                      natt_cli_as_word(differing[i])));
    return count;
}

static void put_unmet(natt_cli_report *r, const json_t *conditions, bool alone)
{
    const size_t count = json_array_size(conditions), unmet = count - satisfied(conditions);
    if (unmet == 0)
        return;
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_as_word(alone ? ": " : "; "));
    if (count == 1) {
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_as_word("the condition is not met"));
        return;
    }
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in("% of ", natt_cli_as_number(unmet)));
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in("% conditions ", natt_cli_as_number(count)));
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_as_word(unmet == 1 ? "is not met" : "are not met"));
}

static void put_row(natt_cli_report *r, const json_t *s)
{
    const bool applies = json_is_true(json_object_get(s, "applies"));
    put_statement(r, applies ? "applies" : "no match", s, json_string_value(json_object_get(s, "policy")));
    if (applies) {
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(": %", text_of(s, "effect")));
        return;
    }
    const size_t differing = put_differing(r, s);
    if (differing > 0)
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_as_word(differing == 1 ? " differs" : " differ"));
    put_unmet(r, json_object_get(s, "conditions"), differing == 0);
}

static void put_statements(natt_cli_report *r, const natt_kms_decision *d)
{
    size_t i;
    json_t *s;
    natt_cli_put_words(r, "");
    json_array_foreach(member(d, "statements"), i, s) put_row(r, s);
}

/* ---- the whole report ---- */

static void put_document(natt_cli_report *r, const natt_verified *v)
{
    if (v == NULL) {
        natt_cli_put(r, "document", "document", natt_cli_absent("none"));
        return;
    }
    natt_cli_put_object(r, "document");
    natt_cli_put(r, "kind", "document", natt_cli_in("verified: %", natt_cli_as_word(natt_kind_name(v->kind))));
    natt_cli_put_more(r, "module_id", natt_cli_in(", module %", natt_cli_as_string(v->module_id)));
    natt_cli_put_end(r);
}

static void put_json(natt_cli_report *r, const natt_kms_decision *d, const natt_kms_question *q)
{
    const char *key;
    json_t *value;
    char *text = natt_kms_decision_text(d, q);
    if (text == NULL)
        natt_cli_out_of_memory();
    natt_cli_put(r, "message", NATT_CLI_JSON_ONLY, natt_cli_as_word(text));
    json_object_foreach(d->explanation, key, value)
    {
        if (strcmp(key, "decision") != 0)
            natt_cli_put(r, key, NATT_CLI_JSON_ONLY,
                         json_is_null(value) ? natt_cli_absent(NULL) : natt_cli_as_json(value));
    }
    free(text);
}

void natt_cli_explain_report(const natt_kms_decision *decision, const natt_kms_question *question,
                             const natt_verified *v, bool json)
{
    static const char *const forms[] = {NATT_CLI_BAD "DENIED" NATT_CLI_PLAIN ", no statement allows it",
                                        NATT_CLI_BAD "DENIED" NATT_CLI_PLAIN " by a Deny",
                                        NATT_CLI_GOOD "ALLOWED" NATT_CLI_PLAIN};
    natt_cli_report r;
    natt_cli_report_start(&r, json);
    natt_cli_put_line(&r, "decision", natt_cli_in(forms[decision->effect], text_of(decision->explanation, "decision")));
    natt_cli_put(&r, "principal", "principal", natt_cli_as_string(question->principal));
    natt_cli_put(&r, "action", "action", natt_cli_as_string(question->action));
    natt_cli_put(&r, "resource", "resource", natt_cli_as_string(question->resource));
    put_document(&r, v);
    put_json(&r, decision, question);
    if (!json) {
        put_decider(&r, decision);
        put_reasons(&r, decision);
        put_statements(&r, decision);
    }
    natt_cli_report_end(&r);
}

static const char *remedy_of(const natt_error *err)
{
    if (err->code == NATT_E_TIME_EXPIRED) /* a KMS has no archive mode */
        return "create the document right before the request, and check this machine's clock";
    return err->code == NATT_E_CHAIN_ROOT ? "the document comes from another issuer, or its root is not trusted: "
                                            "without --root FILE or --pki DIR only AWS's is"
                                          : natt_code_remedy(err->code);
}

void natt_cli_explain_report_refused(const natt_error *err, natt_bytes document, bool json)
{
    natt_cli_report r;
    char *place = natt_cli_error_location(err, document, NULL);
    natt_cli_report_start(&r, json);
    natt_cli_put_line(&r, "decision",
                      natt_cli_in(NATT_CLI_BAD "DENIED" NATT_CLI_PLAIN ", the document is refused",
                                  natt_cli_as_word("document refused")));
    natt_cli_put_error(&r, err, place, document.len);
    natt_cli_put(&r, NATT_CLI_TEXT_ONLY, "what to do", natt_cli_as_word(remedy_of(err)));
    natt_cli_report_end(&r);
    free(place);
}
