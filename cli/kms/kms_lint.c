/*
 * nitro-attest kms lint: mistakes that make a policy weaker or stricter than it seems.
 */
#include <stdlib.h>

#include "cli/frame/options.h"
#include "cli/frame/report.h"
#include "cli/kms/kms_commands.h"
#include "cli/kms/kms_files.h"

typedef struct lint_args {
    bool for_principal, json;
} lint_args;

#define AT(field)    offsetof(lint_args, field)
#define SEVERE(text) NATT_CLI_BAD text NATT_CLI_PLAIN
static const natt_cli_option options[] = {
    {"Type of the policy", NULL, NATT_CLI_FLAG, 0, NULL},
    {"for-principal", NULL, NATT_CLI_FLAG, AT(for_principal),
     "the policy of a principal, as in IAM: without Principal"},
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"json", NULL, NATT_CLI_FLAG, AT(json), "print the findings as JSON (docs/JSON.md)"},
};

static const natt_cli_spec spec = {
    "kms lint",
    "kms lint [OPTIONS] FILE",
    "Finds mistakes that make a key policy weaker than it seems, above all optional attestation; - = standard input.\n"
    "Exit codes: 0 no severe finding, 1 a severe one, 2 usage error or no policy, 3 a file cannot be opened or read\n\n"
    "  nitro-attest kms lint key-policy.json\n",
    NATT_CLI_TABLE(options),
    1,
    1,
    "FILE"};

static void put_finding(natt_cli_report *r, const natt_kms_finding *f)
{
    natt_cli_put_object(r, NATT_CLI_ITEM);
    natt_cli_put_words(r, "");
    natt_cli_put_line(
        r, "severe",
        natt_cli_in(f->severe ? NATT_CLI_BAD "SEVERE " NATT_CLI_PLAIN : NATT_CLI_WARN "warning" NATT_CLI_PLAIN,
                    natt_cli_as_bool(f->severe)));
    natt_cli_put_more(r, "id", natt_cli_in("  %", natt_cli_as_word(f->id)));
    natt_cli_put(r, "where", f->where[0] == '\0' ? NATT_CLI_JSON_ONLY : "where", natt_cli_as_string(f->where));
    natt_cli_put(r, "text", "what", natt_cli_as_string(f->text));
    natt_cli_put(r, "remedy", "what to do", natt_cli_as_word(f->remedy));
    natt_cli_put_last(r, "id severe where text remedy");
    natt_cli_put_end(r);
}

static size_t count_severe(const natt_kms_finding *all, size_t count)
{
    size_t severe = 0;
    for (size_t i = 0; i < count; i++)
        severe += all[i].severe;
    return severe;
}

/* "no findings", "1 finding, severe", "3 findings, 1 of them severe" */
static void put_summary(natt_cli_report *r, size_t severe, size_t count)
{
    const bool all = severe == count;
    natt_cli_cell number = natt_cli_as_number(count);
    natt_cli_put(r, "severe", NATT_CLI_JSON_ONLY, natt_cli_as_number(severe));
    natt_cli_put(r, "count", NATT_CLI_JSON_ONLY, number);
    if (count == 0) {
        natt_cli_put_words(r, NATT_CLI_GOOD "no findings" NATT_CLI_PLAIN);
        return;
    }
    natt_cli_put_line(r, NATT_CLI_TEXT_ONLY, natt_cli_in(count == 1 ? "% finding, " : "% findings, ", number));
    if (severe == 0)
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_as_word(count == 1 ? "not severe" : "none of them severe"));
    else if (all)
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY,
                          natt_cli_in(count == 1 ? SEVERE("severe") : SEVERE("all of them severe"), number));
    else
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(SEVERE("% of them severe"), natt_cli_as_number(severe)));
}

static void report(const natt_kms_finding *all, size_t count, bool json)
{
    natt_cli_report r;
    natt_cli_report_start(&r, json);
    put_summary(&r, count_severe(all, count), count);
    natt_cli_put_list(&r, "findings");
    for (size_t i = 0; i < count; i++)
        put_finding(&r, &all[i]);
    natt_cli_put_end(&r);
    natt_cli_report_end(&r);
}

static int lint(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const lint_args *args = given;
    natt_kms_policy_kind kind = args->for_principal ? NATT_KMS_PRINCIPAL_POLICY : NATT_KMS_KEY_POLICY;
    natt_kms_policy *policy = natt_cli_kms_policy_read(operands->items[0], kind, "--for-principal", err);
    if (policy == NULL)
        return natt_cli_error_print(err, spec.command);
    size_t count = natt_kms_policy_lint(NULL, 0, policy);
    natt_kms_finding *all = natt_cli_alloc(count, sizeof *all, 1);
    count = natt_kms_policy_lint(all, count, policy);
    report(all, count, args->json);
    int code = count_severe(all, count) > 0 ? NATT_CLI_REFUSED : NATT_CLI_OK;
    free(all);
    natt_kms_policy_free(policy);
    return code;
}

int natt_cli_kms_lint(int argc, char **argv)
{
    lint_args args = {0};
    return natt_cli_command_exit(&spec, &args, lint, argc, argv);
}
