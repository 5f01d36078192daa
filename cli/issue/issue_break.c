/* See issue_break.h. */
#include "cli/issue/issue_break.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/pcr_values/policy_file.h"

#define MAX_AGE_MS UINT64_C(300000) /* the command's --max-age, if the break does not set one */

typedef natt_cli_issue_args args_t;

/* ---- the requested document ---- */

static bool set_maker(natt_cli_breaker *b, natt_cli_error *err)
{
    natt_emulator_error e;
    b->maker = natt_maker_new(&b->issuance.options, &b->issuance.request, MAX_AGE_MS, &e);
    return b->maker != NULL || natt_cli_issue_fail(err, &e);
}

/* Some breaks are one millisecond from a certificate's dates, which are whole seconds. */
bool natt_cli_breaker_open(natt_cli_breaker *breaker, const natt_cli_issue_args *args, natt_cli_error *err)
{
    memset(breaker, 0, sizeof *breaker);
    breaker->args = *args;
    if (!natt_cli_issue_build(&breaker->issuance, args, err))
        return false;
    if (args->at == NULL)
        breaker->issuance.options.now_ms -= breaker->issuance.options.now_ms % 1000;
    return set_maker(breaker, err);
}

void natt_cli_breaker_close(natt_cli_breaker *breaker)
{
    natt_maker_free(breaker->maker);
    natt_cli_issue_free(&breaker->issuance);
    memset(breaker, 0, sizeof *breaker);
}

/* The reason why the break is impossible, from the arguments alone. NULL: no reason. */
static const char *conflict_of(const natt_break *what, const natt_cli_breaker *b)
{
    if (what->whole_second && b->issuance.options.now_ms % 1000 != 0)
        return "its times are whole seconds, so --at must not have a fraction";
    if (what->kind == NATT_KIND_OTHER || what->kind == b->issuance.options.kind)
        return NULL;
    if (b->args.kind != NULL)
        return what->kind == NATT_KIND_NITROTPM ? "it is a NitroTPM document" : "it is a document of an enclave";
    return b->args.role_arn != NULL ? "it is a NitroTPM document, which has no role in PCR3" : NULL;
}

/* ---- rehearsal ---- */

static bool request_of(natt_cli_request *request, const natt_cli_broken *b, natt_cli_error *err)
{
    natt_cli_verify_args args = b->command.args;
    args.root = (natt_cli_list){NULL, 0}; /* none is written yet */
    args.insecure_no_pcr_policy = args.insecure_no_pcr_policy || b->command.policy != NULL;
    if (!natt_cli_request_build(request, &args, err))
        return false;
    if (b->command.policy == NULL)
        return true;
    natt_bytes json = {(const uint8_t *)b->command.policy, strlen(b->command.policy)};
    if (!natt_cli_policy_parse(&request->policy, json, err))
        return false;
    request->options.policy = natt_cli_policy_view(&request->policy);
    request->options.flags &= ~NATT_INSECURE_NO_PCR_POLICY;
    return true;
}

natt_code natt_cli_break_verify(const natt_cli_broken *b, natt_cli_error *err)
{
    natt_cli_request request = {0};
    natt_verified result = NATT_VERIFIED_INIT;
    natt_error e = {NATT_E_USAGE_ARGUMENT, NATT_NO_ITEM, NATT_NO_OFFSET, ""};
    if (request_of(&request, b, err)) {
        natt_options options = request.options;
        options.roots = b->root_views;
        options.root_count = b->root_count;
        if (natt_verify(&result, b->made.document, &options, NULL, &e))
            e.code = NATT_OK;
    }
    natt_cli_request_free(&request);
    return e.code;
}

/* *why remains empty if the command refuses the document with the expected code. */
static void verify_broken(char why[256], const natt_cli_broken *b)
{
    natt_cli_error err = {0, "", ""};
    natt_code code = natt_cli_break_verify(b, &err);
    why[0] = '\0';
    if (err.what[0] != '\0')
        (void)snprintf(why, 256, "%.250s", err.what);
    else if (code == NATT_OK)
        (void)snprintf(why, 256, "the document would verify");
    else if (code != b->what.code)
        (void)snprintf(why, 256, "it would be refused as %s, not as %s", natt_code_name(code),
                       natt_code_name(b->what.code));
}

/* ---- making ---- */

bool natt_cli_break_make(natt_cli_broken *out, const natt_cli_breaker *breaker, const natt_break *what, char why[256])
{
    const char *fault = conflict_of(what, breaker);
    memset(out, 0, sizeof *out);
    out->what = *what;
    if (fault == NULL && !natt_broken_make(&out->made, breaker->maker, what))
        fault = out->made.fault;
    if (fault != NULL || !natt_cli_break_command(out, breaker, &fault))
        (void)snprintf(why, 256, "%s", fault);
    else
        verify_broken(why, out);
    return why[0] == '\0';
}

void natt_cli_break_free(natt_cli_broken *b)
{
    natt_broken_free(&b->made);
    for (size_t i = 0; i < b->root_count; i++)
        natt_cli_buf_free(&b->roots[i]);
    natt_cli_command_line_free(&b->command);
    memset(b, 0, sizeof *b);
}

/* ---- which option conflicts ---- */

/* Removes the option. False: it was not given, or does not describe the document. */
static bool remove_option(args_t *args, const natt_cli_option *option)
{
    static const char *const others[] = {"out", "root-out", "base64", "seed", "break"};
    static const char none[sizeof(natt_cli_list)];
    char *field = (char *)args + option->offset;
    size_t size = option->type == NATT_CLI_FLAG   ? sizeof(bool)
                  : option->type == NATT_CLI_TEXT ? sizeof(char *)
                                                  : sizeof(natt_cli_list);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(option->name, others[i]) == 0)
            return false;
    if (option->help == NULL || memcmp(field, none, size) == 0)
        return false;
    memset(field, 0, size);
    return true;
}

static bool works(const args_t *args, const natt_break *what)
{
    natt_cli_broken broken = {0};
    natt_cli_breaker breaker;
    natt_cli_error err;
    char why[256];
    bool done = natt_cli_breaker_open(&breaker, args, &err) && natt_cli_break_make(&broken, &breaker, what, why);
    natt_cli_break_free(&broken);
    natt_cli_breaker_close(&breaker);
    return done;
}

/* Tries again without each option in turn; the option without which the break works is the conflicting one. */
static bool fail_for_option(const natt_break *what, const args_t *args, const char *why, natt_cli_error *err)
{
    for (size_t i = 0; i < natt_cli_issue_spec.option_count; i++) {
        args_t fewer = *args;
        const natt_cli_option *option = &natt_cli_issue_spec.options[i];
        if (remove_option(&fewer, option) && works(&fewer, what))
            return natt_cli_fail(err, NATT_CLI_USAGE, "leave that option out, or choose another break",
                                 "--break %s cannot be combined with --%s: %s", what->id, option->name, why);
    }
    return natt_cli_fail(err, NATT_CLI_USAGE,
                         "leave some of the options out; if it fails without options, please report it",
                         "--break %s cannot be combined with these options: %s", what->id, why);
}

bool natt_cli_break(natt_cli_broken *out, const natt_cli_breaker *breaker, natt_cli_error *err)
{
    char why[256];
    natt_break what;
    memset(out, 0, sizeof *out);
    if (!natt_cli_break_find(&what, breaker->args.break_name, err))
        return natt_cli_fail_in(err, "--break");
    return natt_cli_break_make(out, breaker, &what, why) || fail_for_option(&what, &breaker->args, why, err);
}
