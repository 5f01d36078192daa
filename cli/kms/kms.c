/*
 * nitro-attest kms: a KMS that checks attestation documents, and what one needs: key policies, and why they decide as
 * they do.
 */
#include "cli/frame/commands.h"
#include "cli/kms/kms_commands.h"

static const natt_cli_subcommand list[] = {
    {"serve", natt_cli_kms_serve, "a local KMS that verifies documents and enforces key policies"},
    {"policy", natt_cli_kms_policy, "write a key policy for given measurements"},
    {"lint", natt_cli_kms_lint, "find what makes a key policy weaker than it seems"},
    {"explain", natt_cli_kms_explain, "which statement allows or denies a request, and why"},
};

static int run_kms(int argc, char **argv)
{
    static const natt_cli_subcommands commands = {
        "nitro-attest kms", "A local KMS, and key policies with attestation conditions, as AWS KMS has them.\n",
        "0 done, 1 denied, or a severe finding, 2 wrong usage, 3 a file cannot be opened, read or written", list,
        sizeof list / sizeof list[0]};
    return natt_cli_subcommands_run(&commands, argc, argv);
}

const natt_cli_subcommand natt_cli_command_kms = {"kms", run_kms,
                                                  "a local KMS, and key policies with attestation conditions"};
