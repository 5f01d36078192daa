/*
 * nitro-attest recipient: keys of enclaves, and secrets that are sealed to them. recipient.h explains each operation.
 */
#include "cli/frame/commands.h"
#include "cli/recipient/recipient_commands.h"

static const natt_cli_subcommand list[] = {
    {"keygen", natt_cli_recipient_keygen, "create a key pair"},
    {"attest", natt_cli_recipient_attest, "request a document that contains the public key"},
    {"open", natt_cli_recipient_open, "open a CiphertextForRecipient of KMS"},
    {"seal", natt_cli_recipient_seal, "seal a secret to the key of a verified document"},
};

static int run_recipient(int argc, char **argv)
{
    static const natt_cli_subcommands commands = {
        "nitro-attest recipient", "Keys of enclaves, and secrets that only they can read.\n",
        "0 done, 1 document or message refused, 2 usage error, 3 a file or the NSM failed", NATT_CLI_TABLE(list)};
    return natt_cli_subcommands_run(&commands, argc, argv);
}

const natt_cli_subcommand natt_cli_command_recipient = {"recipient", run_recipient,
                                                        "seal secrets to enclaves, and open them there"};
