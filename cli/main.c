/*
 * nitro-attest: verifies AWS Nitro attestation documents. A new command is a word in cli/meson.build, a file and a
 * page.
 */
#include <stdio.h>

#include "cli/frame/commands.h"
#include "cli/frame/error.h"
#include "cli/kms/kms_commands.h"

int main(int argc, char **argv)
{
#define NATT_CLI_COMMAND(name) natt_cli_command_##name,
    const natt_cli_subcommand list[] = {NATT_CLI_COMMANDS};
#undef NATT_CLI_COMMAND
    const natt_cli_subcommands commands = {
        "nitro-attest", "Verifies AWS Nitro Enclaves and NitroTPM attestation documents, offline.\n",
        "0 verified or done, 1 refused, 2 wrong usage, 3 a file cannot be opened or read", list,
        sizeof list / sizeof list[0]};
    int code =
        natt_cli_is_kmstool(argv[0]) ? natt_cli_kmstool(argc, argv) : natt_cli_subcommands_run(&commands, argc, argv);
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return code;
    (void)fputs("nitro-attest: cannot write to standard output\n", stderr);
    return NATT_CLI_IO; /* a verdict nobody could read is none */
}
