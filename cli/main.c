/*
 * nitro-attest: verifies AWS Nitro attestation documents. A new command is one row below and one file.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "options.h"
#include "text.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} commands[] = {
    {"verify", natt_cli_verify, "judge an attestation document"},
    {"inspect", natt_cli_inspect, "show what a document says, unverified"},
    {"root", natt_cli_root, "show or save the AWS Nitro Enclaves root certificate"},
    {"explain", natt_cli_explain, "say what a refusal means and what to do"},
    {"issue", natt_cli_issue, "make a signed test document and its root"},
    {"vectors", natt_cli_vectors, "test vectors, and other verifiers against them"},
};
#define COMMANDS (sizeof commands / sizeof commands[0])

static void print_help(FILE *out)
{
    (void)fputs("usage: nitro-attest COMMAND [OPTIONS] ...\n\n"
                "Verifies AWS Nitro Enclaves and NitroTPM attestation documents, offline.\n\nCommands:\n",
                out);
    for (size_t i = 0; i < COMMANDS; i++)
        (void)fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    (void)fputs("\nnitro-attest COMMAND --help explains a command's options.\n\n"
                "Exit codes: 0 verified or done, 1 refused, 2 wrong usage, 3 a file cannot be opened or read\n",
                out);
}

static const char *nearest(const char *name)
{
    const char *best = NULL;
    size_t least = 3;
    for (size_t i = 0; i < COMMANDS; i++)
        if (natt_cli_distance(name, commands[i].name) < least) {
            least = natt_cli_distance(name, commands[i].name);
            best = commands[i].name;
        }
    return best;
}

static int unknown(const char *name)
{
    char hint[96];
    natt_cli_error err;
    const char *near = nearest(name);
    if (near == NULL)
        (void)snprintf(hint, sizeof hint, "nitro-attest --help lists the commands");
    else
        (void)snprintf(hint, sizeof hint, "did you mean %s?", near);
    (void)natt_cli_fail(&err, NATT_CLI_USAGE, hint, "unknown command \"%.100s\"", name);
    return natt_cli_error_print(&err, "");
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return NATT_CLI_USAGE;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    if (strcmp(argv[1], "--help") != 0 && strcmp(argv[1], "--version") != 0)
        return unknown(argv[1]);
    if (strcmp(argv[1], "--help") == 0)
        print_help(stdout);
    else
        natt_cli_version_print();
    return NATT_CLI_OK;
}

int main(int argc, char **argv)
{
    int code = dispatch(argc, argv);
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return code;
    (void)fputs("nitro-attest: cannot write to standard output\n", stderr);
    return NATT_CLI_IO; /* a verdict nobody could read is none */
}
