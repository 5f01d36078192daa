/*
 * Commands from tables, at every level: nitro-attest, nitro-attest nsm, nitro-attest nsm pcr.
 */
#ifndef NATT_CLI_SUBCOMMANDS_H
#define NATT_CLI_SUBCOMMANDS_H

#include <stddef.h>

#include "cli/frame/options.h"

typedef struct natt_cli_subcommand {
    const char *name;                  /* "" for the title of the commands that follow, which is in summary */
    int (*run)(int argc, char **argv); /* argv[0] is the name; returns the exit code; NULL for a title */
    const char *summary;
} natt_cli_subcommand;

typedef struct natt_cli_subcommands {
    const char *name;  /* "nitro-attest", "nitro-attest nsm" */
    const char *about; /* lines, each ended by \n */
    const char *codes; /* the meaning of the exit codes, without a line end */
    const natt_cli_subcommand *list;
    size_t count;
} natt_cli_subcommands;

/*
 * Runs the command that argv[1] names. Without argv[1], or with --help, -h or help, lists the commands; help with names
 * is the --help of that command. An unknown name is a usage error.
 */
int natt_cli_subcommands_run(const natt_cli_subcommands *commands, int argc, char **argv);

#endif
