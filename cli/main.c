/*
 * nitro-attest: verifies AWS Nitro attestation documents. A new command is one row below and one file.
 */
#include <stdio.h>

#include "cli/frame/commands.h"
#include "cli/frame/error.h"
#include "cli/frame/subcommands.h"

static const natt_cli_subcommand list[] = {
    {"verify", natt_cli_verify, "judge an attestation document"},
    {"inspect", natt_cli_inspect, "show what a document says, unverified"},
    {"root", natt_cli_root, "show or save the AWS Nitro Enclaves root certificate"},
    {"explain", natt_cli_explain, "say what a refusal means and what to do"},
    {"issue", natt_cli_issue, "make a signed test document and its root"},
    {"nsm", natt_cli_nsm, "ask the Nitro Secure Module of this enclave"},
    {"pcr", natt_cli_pcrs, "compute the PCRs of an enclave image, describe it, or replay what was extended"},
    {"policy", natt_cli_policies, "make a policy file of a verified document or of measurements"},
    {"emulate", natt_cli_emulate, "run a program with a software /dev/nsm"},
    {"vectors", natt_cli_vectors, "test vectors, and other verifiers against them"},
};

static const natt_cli_subcommands commands = {
    "nitro-attest", "Verifies AWS Nitro Enclaves and NitroTPM attestation documents, offline.\n",
    "0 verified or done, 1 refused, 2 wrong usage, 3 a file cannot be opened or read", list,
    sizeof list / sizeof list[0]};

int main(int argc, char **argv)
{
    int code = natt_cli_subcommands_run(&commands, argc, argv);
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return code;
    (void)fputs("nitro-attest: cannot write to standard output\n", stderr);
    return NATT_CLI_IO; /* a verdict nobody could read is none */
}
