/*
 * nitro-attest kms: requests to KMS from an enclave, a local KMS that verifies attestation documents, and tools for key
 * policies.
 */
#include "cli/frame/commands.h"
#include "cli/kms/kms_commands.h"

static const natt_cli_subcommand list[] = {
    {"", NULL, "requests to KMS, from an enclave"},
    {"decrypt", natt_cli_kms_decrypt, "decrypt a ciphertext, with an attestation document"},
    {"genkey", natt_cli_kms_genkey, "request a data key"},
    {"genrandom", natt_cli_kms_genrandom, "request random numbers"},
    {"datakey-pair", natt_cli_kms_datakey_pair, "request a key pair"},
    {"derive", natt_cli_kms_derive, "request a shared secret (ECDH)"},
    {"encrypt", natt_cli_kms_encrypt, "encrypt a file"},
    {"", NULL, "a server for development and tests"},
    {"serve", natt_cli_kms_serve, "a local KMS that verifies documents and enforces key policies"},
    {"", NULL, "key policies"},
    {"policy", natt_cli_kms_policy, "write a key policy for given measurements"},
    {"lint", natt_cli_kms_lint, "find mistakes that make a key policy weaker than it seems"},
    {"explain", natt_cli_kms_explain, "show which statement allows or denies a request, and why"},
};

static int run_kms(int argc, char **argv)
{
    static const natt_cli_subcommands commands = {
        "nitro-attest kms", "Secrets from KMS, a local KMS, key policies with attestation conditions.\n",
        "0 done, 1 KMS refused, denied, or a severe finding, 2 usage error,\n"
        "            3 a file, KMS or the NSM could not be reached",
        NATT_CLI_TABLE(list)};
    return natt_cli_subcommands_run(&commands, argc, argv);
}

const natt_cli_subcommand natt_cli_command_kms = {
    "kms", run_kms, "secrets from KMS, a local KMS, key policies with attestation conditions"};
