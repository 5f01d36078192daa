/*
 * Commands by table, at every level: nitro-attest, nitro-attest nsm, nitro-attest nsm pcr.
 */
#ifndef NATT_CLI_SUBCOMMANDS_H
#define NATT_CLI_SUBCOMMANDS_H

#include <stddef.h>

typedef struct natt_cli_subcommand {
    const char *name;                  /* "" for the title of the commands that follow, which is in summary */
    int (*run)(int argc, char **argv); /* argv[0] is the name; gives the exit code; NULL for a title */
    const char *summary;
} natt_cli_subcommand;

typedef struct natt_cli_subcommands {
    const char *name;  /* "nitro-attest", "nitro-attest nsm" */
    const char *about; /* lines, each ended by \n */
    const char *codes; /* what the exit codes mean, without a line end */
    const natt_cli_subcommand *list;
    size_t count;
} natt_cli_subcommands;

/*
 * Runs the one that argv[1] names; without, or with --help, -h or help, lists them. help and names is the --help of the
 * command of these names. An unknown name is a usage error.
 */
int natt_cli_subcommands_run(const natt_cli_subcommands *commands, int argc, char **argv);

#endif
