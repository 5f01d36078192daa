/*
 * An explanation as one sentence, which begins as KMS's own message does: [KMS.md 2, genuine replies]. Text from a
 * policy or a request is quoted as JSON in ASCII, so that it cannot forge a line of a log.
 */
#include "relying/kms/policy/decide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *text(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value == NULL ? "" : value;
}

/* jansson does not escape DEL. NULL: out of memory, or not UTF-8. */
static char *quote(const json_t *value)
{
    char *quoted = json_dumps(value, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
    for (char *c = quoted; c != NULL && *c != '\0'; c++)
        if (*c == 0x7f)
            *c = '?';
    return quoted;
}

/* True: the whole value could be written. */
static bool put_value(FILE *out, const json_t *value)
{
    if (json_is_null(value))
        return fputs("absent", out) >= 0;
    char *quoted = quote(value);
    bool done = quoted != NULL && fputs(quoted, out) >= 0;
    free(quoted);
    return done;
}

#define MAX_SHOWN 3 /* of a list; the JSON has all */

static bool put_expected(FILE *out, const json_t *list)
{
    size_t count = json_array_size(list);
    bool done = true;
    for (size_t i = 0; i < count && i < MAX_SHOWN; i++)
        done = (i == 0 || fputs(" or ", out) >= 0) && put_value(out, json_array_get(list, i)) && done;
    return done && (count <= MAX_SHOWN || fprintf(out, " or one of %zu others", count - MAX_SHOWN) > 0);
}

/* kms:...:PCR0 StringEquals: expected "aa", actual "bb" */
static bool put_reason(FILE *out, const json_t *reason, bool first)
{
    const char *op = text(reason, "operator");
    bool done = fputs(first ? ": " : "; ", out) >= 0;
    if (op[0] != '\0')
        done = put_value(out, json_object_get(reason, "key")) && fprintf(out, " %s", op) > 0 && done;
    else
        done = fputs(text(reason, "element"), out) >= 0 && done;
    return done && fputs(", expected ", out) >= 0 && put_expected(out, json_object_get(reason, "expected")) &&
           fputs(", actual ", out) >= 0 && put_value(out, json_object_get(reason, "actual"));
}

static bool put_reasons(FILE *out, const json_t *list)
{
    size_t i;
    json_t *reason;
    bool done = true;
    json_array_foreach(list, i, reason) done = put_reason(out, reason, i == 0) && done;
    return done;
}

/* Statement[1] "AllowEnclave" of the key policy */
static bool put_statement(FILE *out, const json_t *statement, const char *policy)
{
    const json_t *sid = json_object_get(statement, "sid");
    return fprintf(out, "Statement[%d]", (int)json_integer_value(json_object_get(statement, "index"))) > 0 &&
           (json_is_null(sid) || (fputs(" ", out) >= 0 && put_value(out, sid))) &&
           fprintf(out, " of the %s", policy) > 0;
}

/* ---- the sentence of KMS ---- */

/* As in JSON, without the quotation marks. */
static bool put_bare(FILE *out, const char *before, const char *value)
{
    json_t *json = json_string(value);
    char *quoted = quote(json);
    json_decref(json);
    bool done = quoted != NULL && fprintf(out, "%s%.*s", before, (int)strlen(quoted) - 2, quoted + 1) > 0;
    free(quoted);
    return done;
}

static bool put_who(FILE *out, const natt_kms_question *q, bool allowed)
{
    return put_bare(out, "User: ", q->principal) &&
           put_bare(out, allowed ? " is authorized to perform: " : " is not authorized to perform: ", q->action) &&
           put_bare(out, " on resource: ", q->resource);
}

static bool put_message(FILE *out, const natt_kms_decision *d, const natt_kms_question *q)
{
    bool key = strcmp(text(d->explanation, "policy"), "key policy") == 0;
    if (!put_who(out, q, d->effect == NATT_KMS_ALLOW))
        return false;
    if (d->effect == NATT_KMS_ALLOW)
        return true;
    return d->effect == NATT_KMS_EXPLICIT_DENY
               ? fprintf(out, " with an explicit deny in %s policy", key ? "a resource-based" : "an identity-based") > 0
               : put_bare(out,
                          key ? " because no resource-based policy allows the "
                              : " because no identity-based policy allows the ",
                          q->action) &&
                     fputs(" action", out) >= 0;
}

/* ---- the complete explanation ---- */

/* The statement, or the reason why no statement decided. */
static bool put_decider(FILE *out, const natt_kms_decision *d)
{
    const json_t *one = json_object_get(d->explanation, d->effect == NATT_KMS_IMPLICIT_DENY ? "closest" : "statement");
    const char *policy = text(d->explanation, "policy");
    if (!json_is_object(one))
        return fputs(d->effect == NATT_KMS_ALLOW ? "no policy of the principal is given, so it allows everything"
                                                 : "the policy has no Allow statement",
                     out) >= 0;
    return (d->effect != NATT_KMS_IMPLICIT_DENY || fputs("closest is ", out) >= 0) && put_statement(out, one, policy);
}

static bool put_why(FILE *out, const natt_kms_decision *d, const natt_kms_question *q)
{
    const json_t *delegated = json_object_get(d->explanation, "delegated_by");
    bool done = put_message(out, d, q) && fputs(": ", out) >= 0;
    if (json_is_object(delegated))
        done = done && put_statement(out, delegated, "key policy") &&
               fputs(" leaves it to the principal's policy; ", out) >= 0;
    return done && put_decider(out, d) && put_reasons(out, json_object_get(d->explanation, "reasons"));
}

static char *written(bool (*put)(FILE *, const natt_kms_decision *, const natt_kms_question *),
                     const natt_kms_decision *d, const natt_kms_question *q)
{
    char *out = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&out, &len);
    if (stream == NULL)
        return NULL;
    bool done = put(stream, d, q);
    if (fclose(stream) == 0 && done)
        return out;
    free(out);
    return NULL;
}

char *natt_kms_decision_text(const natt_kms_decision *decision, const natt_kms_question *question)
{
    return written(put_why, decision, question);
}

char *natt_kms_denial_message(const natt_kms_decision *decision, const natt_kms_question *question)
{
    return written(put_message, decision, question);
}
