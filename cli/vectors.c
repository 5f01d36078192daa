/*
 * nitro-attest vectors: the test vectors, and any verifier against them. A table of subcommands; each is a file.
 */
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "options.h"
#include "text.h"
#include "vectors/runner/answer.h"
#include "vectors_select.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} subcommands[] = {
    {"list", natt_cli_vectors_list, "list the vectors"},
    {"show", natt_cli_vectors_show, "show one vector, save its document"},
    {"run", natt_cli_vectors_run, "put a verifier to the test, through an adapter"},
    {"answer", natt_cli_vectors_answer, "be the adapter of nitro-attest's own verifier"},
};
#define SUBCOMMANDS (sizeof subcommands / sizeof subcommands[0])

static void print_help(FILE *out)
{
    (void)fputs("usage: nitro-attest vectors SUBCOMMAND [OPTIONS]\n\n"
                "Documents with one right answer each, for every verifier of attestation documents.\n\nSubcommands:\n",
                out);
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        (void)fprintf(out, "  %-10s %s\n", subcommands[i].name, subcommands[i].summary);
    (void)fputs("\nnitro-attest vectors SUBCOMMAND --help explains its options.\n", out);
}

static int unknown(const char *name)
{
    char hint[96] = "nitro-attest vectors --help lists the subcommands";
    natt_cli_error err;
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        if (natt_cli_distance(name, subcommands[i].name) < 3)
            (void)snprintf(hint, sizeof hint, "did you mean %s?", subcommands[i].name);
    (void)natt_cli_fail(&err, NATT_CLI_USAGE, hint, "unknown subcommand \"%.100s\"", name);
    return natt_cli_error_print(&err, "vectors");
}

int natt_cli_vectors(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return NATT_CLI_USAGE;
    }
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        if (strcmp(argv[1], subcommands[i].name) == 0)
            return subcommands[i].run(argc - 1, argv + 1);
    if (strcmp(argv[1], "--help") != 0 && strcmp(argv[1], "--version") != 0)
        return unknown(argv[1]);
    if (strcmp(argv[1], "--help") == 0)
        print_help(stdout);
    else
        natt_cli_version_print();
    return NATT_CLI_OK;
}

/* ---- answer ---- */

static const natt_cli_spec answer_spec = {
    "vectors answer",
    "vectors answer",
    "Answers requests of the adapter protocol (vectors/FORMAT.md) on standard input with this verifier's verdicts on\n"
    "standard output, line by line. With it the runner tests itself:\n\n"
    "  nitro-attest vectors run --exec 'nitro-attest vectors answer'\n",
    NULL,
    0,
    0,
    0,
    ""};

int natt_cli_vectors_answer(int argc, char **argv)
{
    natt_cli_list operands = {0};
    natt_cli_error err;
    natt_vectors_error why;
    int code = NATT_CLI_OK;
    natt_cli_parsed parsed = natt_cli_options_parse(NULL, &operands, &answer_spec, argc, argv, &err);
    if (parsed == NATT_CLI_RUN && !natt_answer_all(stdin, stdout, &why)) {
        (void)natt_cli_fail_vectors(&err, &why, "vectors/FORMAT.md says what a request is");
        parsed = NATT_CLI_WRONG;
    }
    if (parsed == NATT_CLI_WRONG)
        code = natt_cli_error_print(&err, answer_spec.command);
    natt_cli_options_free(NULL, &operands, &answer_spec);
    return code;
}
