/*
 * nitro-attest kms policy: a key policy that allows plaintexts only to given images. Before writing it, the command
 * parses and checks it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/file.h"
#include "cli/frame/options.h"
#include "cli/kms/kms_commands.h"
#include "cli/pcr_values/measurements.h"
#include "relying/kms/policy/policy.h"

typedef struct policy_args {
    natt_cli_list measurements, pcr, principal, encryptor, administrator;
    const char *role_arn, *instance_id, *signing_cert, *kind, *account, *out;
} policy_args;

#define AT(field) offsetof(policy_args, field)
static const natt_cli_option options[] = {
    {"Which image (at least one; files are alternatives)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"measurements", "FILE", NATT_CLI_LIST, AT(measurements),
     "output of the build: nitro-cli, eif_build, Nix, Enclaver"},
    {"pcr", "N=V", NATT_CLI_LIST, AT(pcr), "value of PCR N; each N once, added to every alternative"},
    {"role-arn", "ARN", NATT_CLI_TEXT, AT(role_arn), "require the PCR3 of this IAM role of the instance"},
    {"instance-id", "ID", NATT_CLI_TEXT, AT(instance_id), "require the PCR4 of this parent instance"},
    {"signing-cert", "FILE", NATT_CLI_TEXT, AT(signing_cert), "require the PCR8 of this image signing certificate"},
    {"kind", "KIND", NATT_CLI_TEXT, AT(kind), "enclave (default) or nitrotpm"},
    {"For whom", NULL, NATT_CLI_FLAG, 0, NULL},
    {"principal", "ARN", NATT_CLI_LIST, AT(principal), "may decrypt and get data keys, with a document (required)"},
    {"encryptor", "ARN", NATT_CLI_LIST, AT(encryptor), "may encrypt, without a document"},
    {"administrator", "ARN", NATT_CLI_LIST, AT(administrator), "manages the key (default: the account)"},
    {"account", "ID", NATT_CLI_TEXT, AT(account), "account that owns the key (default: the first principal's)"},
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"out", "FILE", NATT_CLI_TEXT, AT(out), "write the policy to this file (default: standard output)"},
};

static const natt_cli_spec spec = {
    "kms policy", "kms policy [OPTIONS]",
    "Writes a key policy for AWS KMS that allows plaintexts only for documents with these PCRs.\n"
    "Administrators get none directly, but can remove the conditions: name few of them, and alert on\n"
    "PutKeyPolicy.\n"
    "Exit codes: 0 written, 2 usage error, 3 a file cannot be opened, read or written\n\n"
    "  nitro-attest kms policy --measurements build.json --principal arn:aws:iam::111122223333:role/app\n",
    NATT_CLI_TABLE(options)};

/* ---- principals ---- */

static bool check_arns(const char *option, const natt_cli_list *list, natt_cli_error *err)
{
    char account[12 + 1];
    for (size_t i = 0; i < list->count; i++)
        if (!natt_kms_caller_account(account, list->items[i]))
            return natt_cli_fail(err, NATT_CLI_USAGE,
                                 "write arn:aws:iam::<12 digits>:role/<name>, or the ARN of a user or a session",
                                 "%s: \"%.200s\" is not the ARN of an identity", option, list->items[i]);
    return true;
}

static bool is_account(const char *text)
{
    return strlen(text) == 12 && strspn(text, "0123456789") == 12;
}

static bool check_account(char account[12 + 1], const policy_args *a, natt_cli_error *err)
{
    if (a->account != NULL && !is_account(a->account))
        return natt_cli_fail(err, NATT_CLI_USAGE, "an account has 12 digits, without dashes",
                             "--account: \"%.80s\" is not an account", a->account);
    if (a->account != NULL)
        memcpy(account, a->account, 12 + 1);
    return a->account != NULL || natt_kms_caller_account(account, a->principal.items[0]);
}

static bool check_who(char account[12 + 1], const policy_args *a, natt_cli_error *err)
{
    if (a->principal.count == 0)
        return natt_cli_fail(err, NATT_CLI_USAGE, "name the role of the instance, with --principal",
                             "--principal is missing");
    return check_arns("--principal", &a->principal, err) && check_arns("--encryptor", &a->encryptor, err) &&
           check_arns("--administrator", &a->administrator, err) && check_account(account, a, err);
}

/* arn:PARTITION:... of the first principal */
static void partition_of(char out[32], const char *arn)
{
    (void)snprintf(out, 32, "%.*s", (int)strcspn(arn + 4, ":"), arn + 4);
}

/* ---- images ---- */

static bool read_pcrs(natt_cli_policy *out, const policy_args *a, natt_cli_error *err)
{
    natt_cli_pins pins = {{NULL}, {{0}}};
    for (size_t i = 0; i < a->pcr.count; i++)
        if (!natt_cli_pin_option(&pins, a->pcr.items[i], err))
            return natt_cli_fail_in(err, "--pcr");
    if (!natt_cli_pin_helpers(&pins, a->role_arn, a->instance_id, a->signing_cert, err))
        return false;
    for (size_t i = 0; i < a->measurements.count; i++)
        if ((a->out != NULL && !natt_cli_check_out(a->out, a->measurements.items[i], err)) ||
            !natt_cli_measurements_read(out, a->measurements.items[i], err))
            return false;
    return natt_cli_policy_pin(out, &pins, err);
}

static bool check_image(natt_cli_policy *policy, natt_kind kind, natt_cli_error *err)
{
    natt_error e;
    if (policy->count == 0)
        return natt_cli_fail(err, NATT_CLI_USAGE,
                             "give the output of the build with --measurements, or values with --pcr",
                             "no PCR values are given");
    return natt_policy_validate(natt_cli_policy_view(policy), kind, &e) ||
           natt_cli_fail(err, NATT_CLI_USAGE, natt_code_remedy(e.code),
                         "the PCRs identify no image of kind %s: %s (%s)", natt_kind_name(kind), e.message,
                         natt_code_name(e.code));
}

/* ---- the policy ---- */

/* The policy must be parsed without an error and have no severe finding. Other findings are warnings. */
static bool check_written(const char *text, natt_cli_error *err)
{
    natt_kms_policy_error e;
    natt_kms_finding found[8];
    natt_kms_policy *policy =
        natt_kms_policy_parse((natt_bytes){(const uint8_t *)text, strlen(text)}, NATT_KMS_KEY_POLICY, &e);
    if (policy == NULL)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give fewer alternatives or principals: KMS accepts 32768 bytes",
                             "%s%s%s", e.where, e.where[0] == '\0' ? "" : ": ", e.text);
    size_t count = natt_kms_policy_lint(found, sizeof found / sizeof found[0], policy);
    natt_kms_policy_free(policy);
    for (size_t i = 0; i < count && i < sizeof found / sizeof found[0]; i++) {
        if (found[i].severe)
            return natt_cli_fail(err, NATT_CLI_USAGE, found[i].remedy, "%s: %s", found[i].where, found[i].text);
        (void)fprintf(stderr, "warning: %s: %s\n  what to do: %s\n", found[i].where, found[i].text, found[i].remedy);
    }
    return true;
}

static bool put_text(const char *out, const char *text, natt_cli_error *err)
{
    size_t len = strlen(text);
    if (out != NULL && strcmp(out, "-") != 0)
        return natt_cli_file_write(out, text, len, err);
    return fwrite(text, 1, len, stdout) == len ||
           natt_cli_fail(err, NATT_CLI_IO, "", "cannot write to standard output: %s", strerror(errno));
}

static bool write_policy(const policy_args *a, const natt_kms_policy_plan *plan, natt_cli_error *err)
{
    char *text = natt_kms_policy_write(plan);
    if (text == NULL)
        natt_cli_out_of_memory();
    bool done = check_written(text, err) && put_text(a->out, text, err);
    free(text);
    return done;
}

static bool make(const policy_args *a, natt_cli_policy *policy, natt_cli_error *err)
{
    char account[12 + 1], partition[32];
    natt_kind kind;
    if (!check_who(account, a, err) || !natt_cli_kind(&kind, a->kind, err) || !read_pcrs(policy, a, err) ||
        !check_image(policy, kind, err))
        return false;
    partition_of(partition, a->principal.items[0]);
    const natt_kms_policy_plan plan = {account,
                                       partition,
                                       a->principal.items,
                                       a->principal.count,
                                       a->administrator.items,
                                       a->administrator.count,
                                       a->encryptor.items,
                                       a->encryptor.count,
                                       kind,
                                       policy->policy.sets,
                                       policy->policy.set_count};
    return write_policy(a, &plan, err);
}

static bool run(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    natt_cli_policy policy = {0};
    (void)operands;
    bool done = make(given, &policy, err);
    natt_cli_policy_free(&policy);
    return done;
}

int natt_cli_kms_policy(int argc, char **argv)
{
    policy_args args = {0};
    return natt_cli_command_run(&spec, &args, run, argc, argv);
}
