/* See issue_request.h. */
#include "cli/issue/issue_request.h"

#include <stdlib.h>
#include <string.h>

#include "cli/certificates/public_key.h"
#include "cli/frame/clock.h"
#include "cli/pcr_values/aws_names.h"
#include "cli/pcr_values/pin_files.h"

typedef natt_cli_issue_args args_t;
typedef natt_cli_issuance issue_t;

static bool usage(natt_cli_error *err, const char *what, const char *hint)
{
    return natt_cli_fail(err, NATT_CLI_USAGE, hint, "%s", what);
}

static bool check_outputs(issue_t *issue, const args_t *a, natt_cli_error *err)
{
    (void)issue;
    if (a->out == NULL)
        return usage(err, "--out is missing", "name the file for the document, or - for standard output");
    if (a->root_out == NULL)
        return usage(err, "--root-out is missing", "name a file for the root certificate, which verify must trust");
    if (strcmp(a->root_out, a->out) == 0 && strcmp(a->out, "-") != 0)
        return usage(err, "--out and --root-out name the same file", "name two different files");
    return strcmp(a->root_out, "-") != 0 ||
           usage(err, "--root-out is not a file", "name a file; standard output is for the document");
}

static bool set_kind(issue_t *issue, const args_t *a, natt_cli_error *err)
{
    if (!natt_cli_kind(&issue->options.kind, a->kind, err))
        return false;
    return issue->options.kind == NATT_KIND_ENCLAVE || (!a->debug_mode && a->role_arn == NULL) ||
           usage(err, "--debug-mode and --role-arn apply to enclaves, not to NitroTPM", "leave them out");
}

static bool set_clock(issue_t *issue, const args_t *a, natt_cli_error *err)
{
    if (a->at == NULL)
        return natt_cli_now(&issue->options.now_ms, err);
    return natt_cli_time_parse(&issue->options.now_ms, a->at, err) || natt_cli_fail_in(err, "--at");
}

static bool bytes(natt_bytes *view, natt_cli_buf *out, const char *option, const char *text, natt_cli_error *err)
{
    if (text != NULL && !natt_cli_value(out, text, err))
        return natt_cli_fail_in(err, "%s", option);
    *view = natt_cli_buf_view(out);
    return true;
}

static bool set_fields(issue_t *issue, const args_t *a, natt_cli_error *err)
{
    if (!bytes(&issue->options.seed, &issue->seed, "--seed", a->seed, err) ||
        !bytes(&issue->request.nonce, &issue->nonce, "--nonce", a->nonce, err) ||
        !bytes(&issue->request.user_data, &issue->user_data, "--user-data", a->user_data, err))
        return false;
    if (a->public_key != NULL && !natt_cli_public_key(&issue->public_key, a->public_key, err))
        return natt_cli_fail_in(err, "--public-key");
    issue->request.public_key = natt_cli_buf_view(&issue->public_key);
    if (a->seed != NULL && issue->seed.len == 0)
        return usage(err, "--seed: the seed is empty", "leave it out for a random one");
    issue->options.instance_id = a->instance_id;
    issue->options.role_arn = a->role_arn;
    issue->options.region = a->region;
    issue->request.definite = a->definite;
    issue->request.tagged = a->tag;
    issue->request.debug = a->debug_mode;
    return true;
}

/* The issuer computes the helpers' PCRs; adding them to the pins finds conflicts with --pcr. */
static bool set_pcrs(issue_t *issue, const args_t *a, natt_cli_error *err)
{
    natt_cli_pins *pins = &issue->pins;
    bool enclave = issue->options.kind == NATT_KIND_ENCLAVE;
    for (size_t i = 0; i < a->pcr.count; i++)
        if (!natt_cli_pin_option(pins, a->pcr.items[i], err))
            return natt_cli_fail_in(err, "--pcr");
    if (!enclave && a->instance_id != NULL && !natt_cli_instance_id_check(a->instance_id, err))
        return natt_cli_fail_in(err, "--instance-id");
    if (!natt_cli_pin_helpers(pins, a->role_arn, enclave ? a->instance_id : NULL, NULL, err))
        return false;
    if (a->measurements != NULL && !natt_cli_pin_measurements(pins, a->measurements, err))
        return natt_cli_fail_in(err, "--measurements");
    if (a->debug_mode && (pins->source[0] != NULL || pins->source[1] != NULL || pins->source[2] != NULL))
        return usage(err, "--debug-mode together with PCR0, PCR1 or PCR2: a debug enclave has zeros there",
                     "leave one of them out");
    return true;
}

static bool set_request_pcrs(issue_t *issue, const args_t *a, natt_cli_error *err)
{
    (void)a;
    (void)err;
    issue->request.pcrs = issue->pcrs;
    for (uint32_t i = 0; i < NATT_PCR_COUNT; i++)
        if (issue->pins.source[i] != NULL)
            issue->pcrs[issue->request.pcr_count++] = (natt_issue_pcr){i, {issue->pins.value[i], NATT_PCR_LEN}};
    return true;
}

bool natt_cli_issue_build(natt_cli_issuance *issue, const natt_cli_issue_args *args, natt_cli_error *err)
{
    static const natt_issuer_options options = NATT_ISSUER_OPTIONS_INIT;
    static const natt_issue_request request = NATT_ISSUE_REQUEST_INIT;
    static bool (*const steps[])(issue_t *, const args_t *, natt_cli_error *) = {
        check_outputs, set_kind, set_clock, set_fields, set_pcrs, set_request_pcrs};
    memset(issue, 0, sizeof *issue);
    issue->options = options;
    issue->request = request;
    natt_cli_error failure;
    bool done = true;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (!steps[i](issue, args, &failure)) {
            if (natt_cli_error_take(err, done, &failure))
                return false;
            done = false;
        }
    return done;
}

void natt_cli_issue_free(natt_cli_issuance *issue)
{
    natt_cli_buf_free(&issue->seed);
    natt_cli_buf_free(&issue->nonce);
    natt_cli_buf_free(&issue->user_data);
    natt_cli_buf_free(&issue->public_key);
}

bool natt_cli_issue_fail(natt_cli_error *err, const natt_emulator_error *e)
{
    if (e->code == NATT_EMULATOR_E_USAGE_OPTION)
        return natt_cli_fail(err, NATT_CLI_USAGE, "correct the region or the instance id",
                             "the issuer cannot put one of these values into a document: %s", e->message);
    if (e->code == NATT_EMULATOR_E_BUFFER_TOO_SMALL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "shorten the values",
                             "the issuer cannot put these values into a document: it would have %zu bytes",
                             e->required_len);
    return natt_cli_fail(err, e->code >= NATT_EMULATOR_E_MEMORY ? NATT_CLI_IO : NATT_CLI_USAGE,
                         natt_emulator_code_remedy(e->code), "%s (%s)", e->message, natt_emulator_code_name(e->code));
}
