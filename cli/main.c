/*
 * nitro-attest: verifies AWS Nitro attestation documents. A new command is a word in cli/meson.build, a file and a
 * page.
 */
#include <stdio.h>

#include "cli/frame/commands.h"
#include "cli/frame/error.h"
#include "cli/frame/system.h"
#include "cli/kms/kms_commands.h"

static int run(int argc, char **argv)
{
#define NATT_CLI_COMMAND(name) natt_cli_command_##name,
    const natt_cli_subcommand list[] = {NATT_CLI_COMMANDS};
#undef NATT_CLI_COMMAND
    const natt_cli_subcommands commands = {
        "nitro-attest", "Verifies AWS Nitro Enclaves and NitroTPM attestation documents, offline.\n",
        "0 verified or done, 1 refused, 2 usage error, 3 a file cannot be opened or read", NATT_CLI_TABLE(list)};
    return natt_cli_is_kmstool(argv[0]) ? natt_cli_kmstool(argc, argv)
                                        : natt_cli_subcommands_run(&commands, argc, argv);
}

static int fail(const char *why)
{
    (void)fprintf(stderr, "nitro-attest: %s\n", why);
    return NATT_CLI_IO;
}

int main(int argc, char **argv)
{
    if (!natt_cli_system_start())
        return fail("standard input, output or error is closed and cannot be replaced");
    if (!natt_cli_arguments(&argc, &argv))
        return fail("an argument is not valid Unicode");
    int code = run(argc, argv);
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return code;
    return fail("cannot write to standard output"); /* an unwritten verdict must not exit 0 */
}
