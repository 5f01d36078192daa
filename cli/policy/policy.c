/*
 * nitro-attest policy: makes policy files.
 */
#include "cli/frame/commands.h"
#include "cli/frame/subcommands.h"
#include "cli/policy/policy_from.h"

static const natt_cli_subcommand list[] = {
    {"from", natt_cli_policy_from, "create a policy file from a verified document or from measurements"},
};

static int run_policy(int argc, char **argv)
{
    static const natt_cli_subcommands commands = {
        "nitro-attest policy", "Creates policy files for verify --policy (docs/POLICY-FILE.md).\n",
        "0 done, 1 the document is refused, 2 usage error, 3 a file cannot be opened, read or written",
        NATT_CLI_TABLE(list)};
    return natt_cli_subcommands_run(&commands, argc, argv);
}

const natt_cli_subcommand natt_cli_command_policy = {
    "policy", run_policy, "create a policy file from a verified document or from measurements"};
