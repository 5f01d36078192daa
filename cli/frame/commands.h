/* The commands that cli/meson.build lists: each is defined in the file of its name. */
#ifndef NATT_CLI_COMMANDS_H
#define NATT_CLI_COMMANDS_H

#include "cli/frame/subcommands.h"

#define NATT_CLI_COMMAND(name) extern const natt_cli_subcommand natt_cli_command_##name;
NATT_CLI_COMMANDS
#undef NATT_CLI_COMMAND

#endif
