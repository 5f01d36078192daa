/* See explain_request.h. */
#include "cli/kms/explain_request.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"
#include "relying/kms/policy/names.h"

typedef natt_cli_explain_args args_t;
typedef natt_cli_explain_request request_t;

/* ---- principal, action, key ---- */

static bool set_principal(request_t *r, const args_t *a, natt_cli_error *err)
{
    if (a->principal == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give the caller's ARN: aws sts get-caller-identity shows it",
                             "--principal is missing");
    r->question.principal = a->principal;
    return natt_kms_caller_account(r->account, a->principal) ||
           natt_cli_fail(err, NATT_CLI_USAGE,
                         "write arn:aws:iam::<12 digits>:user/<name>, or the ARN of a role or session",
                         "--principal: \"%.200s\" is not the ARN of an identity", a->principal);
}

static bool set_account(request_t *r, const args_t *a, natt_cli_error *err)
{
    r->question.account = r->account;
    if (a->account == NULL)
        return true;
    if (strlen(a->account) != 12 || strspn(a->account, "0123456789") != 12)
        return natt_cli_fail(err, NATT_CLI_USAGE, "an account has 12 digits, without dashes",
                             "--account: \"%.80s\" is not an account", a->account);
    memcpy(r->account, a->account, sizeof r->account);
    return true;
}

static bool set_action(request_t *r, const args_t *a, natt_cli_error *err)
{
    char hint[96] = "write kms:Decrypt, for example";
    r->question.action = a->action == NULL ? "kms:Decrypt" : a->action;
    if (strpbrk(r->question.action, "*?") == NULL && natt_kms_action_known(r->question.action))
        return true;
    const char *near = natt_kms_action_near(r->question.action);
    if (near != NULL)
        (void)snprintf(hint, sizeof hint, "did you mean %s?", near);
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "--action: KMS has no action \"%.80s\"", r->question.action);
}

/* Without a key policy there is no key. With one, the default is some key of the account, which "*" matches. */
static bool set_resource(request_t *r, const args_t *a, natt_cli_error *err)
{
    (void)err;
    if (a->policy == NULL && a->resource == NULL)
        (void)snprintf(r->resource, sizeof r->resource, "*");
    else
        (void)snprintf(r->resource, sizeof r->resource,
                       "arn:aws:kms:us-east-1:%s:key/00000000-0000-0000-0000-000000000000", r->account);
    r->question.resource = a->resource == NULL ? r->resource : a->resource;
    return true;
}

static bool set_policies(request_t *r, const args_t *a, natt_cli_error *err)
{
    (void)r;
    return a->policy != NULL || a->principal_policy != NULL ||
           natt_cli_fail(err, NATT_CLI_USAGE,
                         "give the key's policy with --policy, or for an action without a key --principal-policy",
                         "no policy is given");
}

/* ---- condition keys ---- */

static void add_value(request_t *r, const char *key, const char *value)
{
    r->values = natt_cli_grow(r->values, r->question.value_count, sizeof *r->values);
    r->values[r->question.value_count++] = (natt_kms_condition_value){key, value};
    r->question.values = r->values;
}

/* PREFIX and the name before "=", valid until the request is freed. */
static const char *keep(request_t *r, const char *prefix, const char *text, size_t len)
{
    char *key = natt_cli_alloc(strlen(prefix) + len, 1, 1);
    memcpy(key, prefix, strlen(prefix));
    memcpy(key + strlen(prefix), text, len);
    r->kept = natt_cli_grow(r->kept, r->kept_count, sizeof *r->kept);
    r->kept[r->kept_count++] = key;
    return key;
}

static bool split(size_t *len, const char *option, const char *text, natt_cli_error *err)
{
    *len = strcspn(text, "=");
    return (*len > 0 && text[*len] == '=') ||
           natt_cli_fail(err, NATT_CLI_USAGE, "write NAME=VALUE", "%s: \"%.120s\" has no name and =", option, text);
}

/* Each pair gives two keys. [AWS KMS condition keys] */
static bool set_context(request_t *r, const args_t *a, natt_cli_error *err)
{
    size_t len;
    for (size_t i = 0; i < a->context.count; i++) {
        const char *text = a->context.items[i];
        if (!split(&len, "--encryption-context", text, err))
            return false;
        add_value(r, keep(r, NATT_KMS_CONTEXT, text, len), text + len + 1);
        add_value(r, NATT_KMS_CONTEXT_KEYS, keep(r, "", text, len));
    }
    return true;
}

static bool fail_condition(natt_cli_error *err, const char *key)
{
    char hint[128] = "nitro-attest-kms(1) lists the condition keys";
    char near[NATT_KMS_KEY_NEAR];
    if (natt_kms_key_near(near, key))
        (void)snprintf(hint, sizeof hint, "did you mean %s?", near);
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "--condition: policies have no condition key \"%.120s\"", key);
}

static bool set_conditions(request_t *r, const args_t *a, natt_cli_error *err)
{
    size_t len;
    for (size_t i = 0; i < a->condition.count; i++) {
        const char *text = a->condition.items[i];
        if (!split(&len, "--condition", text, err))
            return false;
        const char *key = keep(r, "", text, len);
        const natt_kms_key *known = natt_kms_key_find(key);
        if (known == NULL || known->group == NATT_KMS_KEY_REFUSED)
            return fail_condition(err, key);
        if (natt_kms_key_is_attestation(known) && a->document != NULL)
            return natt_cli_fail(err, NATT_CLI_USAGE, "leave one of the two out",
                                 "--condition %.80s together with --document, which has the value", key);
        add_value(r, key, text + len + 1);
    }
    return true;
}

/* ---- the document ---- */

static bool is_given(const natt_cli_verify_args *v)
{
    return v->max_age != NULL || v->archive || v->at != NULL || v->root.count > 0 || v->pki.count > 0 ||
           v->nonce != NULL || v->kind != NULL;
}

/* KMS does not check nonces, and the key policy checks PCRs, not the verifier. */
static bool set_document(request_t *r, const args_t *a, natt_cli_error *err)
{
    natt_cli_verify_args verify = a->verify;
    if (a->document == NULL)
        return !is_given(&verify) || natt_cli_fail(err, NATT_CLI_USAGE, "give --document, or leave them out",
                                                   "options for a document without --document");
    verify.no_nonce = verify.nonce == NULL;
    verify.insecure_no_pcr_policy = true;
    return natt_cli_request_build(&r->verify, &verify, err);
}

bool natt_cli_explain_build(natt_cli_explain_request *request, const natt_cli_explain_args *args, natt_cli_error *err)
{
    static bool (*const steps[])(request_t *, const args_t *, natt_cli_error *) = {
        set_principal, set_account, set_action, set_resource, set_policies, set_context, set_conditions, set_document};
    natt_cli_error failure;
    bool done = true;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (!steps[i](request, args, &failure)) {
            if (natt_cli_error_take(err, done, &failure))
                return false;
            done = false;
        }
    return done;
}

void natt_cli_explain_attest(natt_cli_explain_request *request, const natt_kms_attestation *attestation)
{
    for (size_t i = 0; i < attestation->count; i++)
        add_value(request, attestation->values[i].key, attestation->values[i].value);
}

void natt_cli_explain_free(natt_cli_explain_request *request)
{
    for (size_t i = 0; i < request->kept_count; i++)
        free(request->kept[i]);
    free(request->kept);
    free(request->values);
    natt_cli_request_free(&request->verify);
}
