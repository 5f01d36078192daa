/* See subcommands.h. */
#include "cli/frame/subcommands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"
#include "cli/frame/options.h"
#include "cli/frame/text.h"

static void print_row(const natt_cli_subcommand *row, FILE *out)
{
    if (row->run == NULL)
        (void)fprintf(out, " %s:\n", row->summary);
    else
        (void)fprintf(out, "  %-12s %s\n", row->name, row->summary);
}

static void print_help(const natt_cli_subcommands *commands, FILE *out)
{
    (void)fprintf(out, "usage: %s COMMAND [OPTIONS] ...\n\n%s\nCommands:\n", commands->name, commands->about);
    for (size_t i = 0; i < commands->count; i++)
        print_row(&commands->list[i], out);
    (void)fprintf(out, "\n%s COMMAND --help explains a command's options (also -h, help).\n\nExit codes: %s\n",
                  commands->name, commands->codes);
}

static const char *nearest(const natt_cli_subcommands *commands, const char *name)
{
    const char *best = NULL;
    size_t least = 3;
    for (size_t i = 0; i < commands->count; i++)
        if (commands->list[i].run != NULL && natt_cli_distance(name, commands->list[i].name) < least) {
            least = natt_cli_distance(name, commands->list[i].name);
            best = commands->list[i].name;
        }
    return best;
}

static int unknown(const natt_cli_subcommands *commands, const char *name)
{
    char hint[96];
    natt_cli_error err;
    const char *near = nearest(commands, name);
    if (near == NULL)
        (void)snprintf(hint, sizeof hint, "%s --help lists the commands", commands->name);
    else
        (void)snprintf(hint, sizeof hint, "did you mean %s?", near);
    (void)natt_cli_fail(&err, NATT_CLI_USAGE, hint, "unknown command \"%.100s\"", name);
    const char *group = strchr(commands->name, ' '); /* "nitro-attest provision" */
    return natt_cli_error_print(&err, group == NULL ? "" : group + 1);
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/*
 * "help nsm pcr" is "nsm pcr --help". Names of commands only: after "--" a command may run a program, which would take
 * the --help at the end as its own option.
 */
static int help(const natt_cli_subcommands *commands, int argc, char **argv)
{
    static char option[] = "--help";
    for (int i = 2; i < argc; i++)
        if (argv[i][0] == '-' && !asks_for_help(argv[i]))
            return unknown(commands, argv[i]);
    char **words = natt_cli_alloc((size_t)argc + 1, sizeof *words, 0);
    words[0] = argv[0];
    memcpy(words + 1, argv + 2, (size_t)(argc - 2) * sizeof *words);
    words[argc - 1] = option;
    int code = natt_cli_subcommands_run(commands, argc, words);
    free(words);
    return code;
}

int natt_cli_subcommands_run(const natt_cli_subcommands *commands, int argc, char **argv)
{
    if (argc < 2) {
        print_help(commands, stderr);
        return NATT_CLI_USAGE;
    }
    for (size_t i = 0; i < commands->count; i++)
        if (commands->list[i].run != NULL && strcmp(argv[1], commands->list[i].name) == 0)
            return commands->list[i].run(argc - 1, argv + 1);
    if (strcmp(argv[1], "help") == 0)
        return help(commands, argc, argv);
    if (strcmp(argv[1], "--version") == 0)
        natt_cli_version_print();
    else if (asks_for_help(argv[1]))
        print_help(commands, stdout);
    else
        return unknown(commands, argv[1]);
    return NATT_CLI_OK;
}
