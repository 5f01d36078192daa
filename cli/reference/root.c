/*
 * nitro-attest root: shows or saves the embedded AWS Nitro Enclaves root certificate.
 */
#include <stdio.h>
#include <stdlib.h>

#include <nitro_attest/verify.h>

#include "cli/certificates/certificate_file.h"
#include "cli/certificates/digest.h"
#include "cli/frame/commands.h"
#include "cli/frame/options.h"
#include "cli/frame/report.h"

typedef struct root_args {
    bool der, pem, json;
} root_args;

static const natt_cli_option options[] = {
    {"Output (at most one of these; default: a table)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"pem", NULL, NATT_CLI_FLAG, offsetof(root_args, pem), "the certificate as PEM, for saving"},
    {"der", NULL, NATT_CLI_FLAG, offsetof(root_args, der), "the certificate as DER, for saving"},
    {"json", NULL, NATT_CLI_FLAG, offsetof(root_args, json), "fingerprint, subject, serial and validity as JSON"},
};

static const natt_cli_spec spec = {
    "root", "root [--pem|--der|--json]",
    "Shows the AWS Nitro Enclaves root certificate that verify trusts by default. Compare its SHA-256 with the one\n"
    "AWS publishes: https://docs.aws.amazon.com/enclaves/latest/user/verify-root.html\n",
    NATT_CLI_TABLE(options)};

static void print_pem(natt_bytes der)
{
    char *pem = natt_cli_certificate_pem(der);
    (void)fputs(pem, stdout);
    free(pem);
}

static void report(const natt_certificate *cert, const uint8_t sha256[32], bool json)
{
    natt_cli_report r;
    natt_cli_report_start(&r, json);
    natt_cli_put_words(&r, "AWS Nitro Enclaves root certificate (Root-G1), built into nitro-attest");
    natt_cli_put(&r, "sha256", "sha256", natt_cli_as_hex((natt_bytes){sha256, 32}));
    natt_cli_put(&r, "subject", "subject", natt_cli_as_text(cert->subject_cn));
    natt_cli_put(&r, "serial", "serial", natt_cli_as_hex(cert->serial));
    natt_cli_put(&r, "not_before", "valid", natt_cli_as_time(cert->not_before));
    natt_cli_put_more(&r, "not_after", natt_cli_in(" to %", natt_cli_as_time(cert->not_after)));
    natt_cli_put_words(&r, "  AWS publishes the fingerprint at "
                           "https://docs.aws.amazon.com/enclaves/latest/user/verify-root.html");
    natt_cli_put_words(&r, "  nitro-attest root --pem > root.pem saves it");
    natt_cli_report_end(&r);
}

static bool show(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    const root_args *args = given;
    natt_bytes der = natt_root_aws();
    natt_certificate cert;
    uint8_t sha256[32];
    (void)operands;
    if (args->der + args->pem + args->json > 1)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give one of them", "--der, --pem and --json exclude each other");
    if (!natt_cli_sha256(sha256, der, err))
        return false;
    if (!natt_certificate_parse(&cert, der, NULL))
        return natt_cli_fail(err, NATT_CLI_IO, "please report it", "the embedded root cannot be read");
    if (args->der)
        (void)fwrite(der.ptr, 1, der.len, stdout);
    else if (args->pem)
        print_pem(der);
    else
        report(&cert, sha256, args->json);
    return true;
}

static int run_root(int argc, char **argv)
{
    root_args args = {0};
    return natt_cli_command_run(&spec, &args, show, argc, argv);
}

const natt_cli_subcommand natt_cli_command_root = {"root", run_root,
                                                   "show or save the AWS Nitro Enclaves root certificate"};
