/* A command line of nitro-attest verify to show: users copy it into a shell, so it must run there. */
#ifndef NATT_CLI_COMMAND_LINE_H
#define NATT_CLI_COMMAND_LINE_H

#include <stdio.h>

#include "cli/verify/verify_request.h"

typedef struct natt_cli_command {
    natt_cli_verify_args args; /* all but --policy */
    char *policy;              /* JSON of a policy, for a here-document; owned, NULL = none */
    bool decode;               /* the file is base64 that verify would take for binary */
    char **kept;
    size_t kept_count;
} natt_cli_command;

/* A copy of a text that remains valid as long as the command. */
const char *natt_cli_command_line_keep(natt_cli_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends to one of the lists of command->args. */
void natt_cli_command_line_add(natt_cli_list *list, const char *word);

/* Indented by two spaces, lines of about 100 characters. */
void natt_cli_command_line_print(FILE *out, const natt_cli_command *command, const char *file);

void natt_cli_command_line_free(natt_cli_command *command);

#endif
