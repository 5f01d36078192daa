/* On other systems: commands that need Linux, and report that. */
#include <stdio.h>

#include "cli/frame/commands.h"
#include "cli/frame/error.h"
#include "cli/kms/kms_commands.h"

static int needs_linux(int argc, char **argv)
{
    natt_cli_error err;
    (void)argc;
    (void)natt_cli_fail(&err, NATT_CLI_USAGE, "run it on Linux", "this command needs Linux");
    return natt_cli_error_print(&err, argv[0]);
}

#define NATT_CLI_COMMAND(name)                                                                                         \
    const natt_cli_subcommand natt_cli_command_##name = {#name, needs_linux, "(needs Linux)"};
NATT_CLI_LINUX_COMMANDS
#undef NATT_CLI_COMMAND

bool natt_cli_is_kmstool(const char *program)
{
    (void)program;
    return false;
}

int natt_cli_kmstool(int argc, char **argv)
{
    return needs_linux(argc, argv);
}
