/*
 * nitro-attest vectors: the test vectors, and runs of any verifier with them. Each subcommand has its own file.
 */
#include <stdio.h>

#include "cli/frame/commands.h"
#include "cli/frame/options.h"
#include "cli/frame/subcommands.h"
#include "cli/vectors/vectors_select.h"
#include "vectors/runner/answer.h"

static const natt_cli_subcommand list[] = {
    {"list", natt_cli_vectors_list, "list the vectors"},
    {"show", natt_cli_vectors_show, "show one vector, save its document"},
    {"run", natt_cli_vectors_run, "run a verifier against the vectors, through an adapter"},
    {"answer", natt_cli_vectors_answer, "the adapter of nitro-attest's verifier"},
};

static int run_vectors(int argc, char **argv)
{
    static const natt_cli_subcommands subcommands = {
        "nitro-attest vectors", "Attestation documents with expected verdicts, to test any verifier.\n",
        "0 done or all verdicts as expected, 1 a verifier disagrees, 2 usage error or broken vectors, 3 cannot open or "
        "start",
        NATT_CLI_TABLE(list)};
    return natt_cli_subcommands_run(&subcommands, argc, argv);
}

/* ---- answer ---- */

static const natt_cli_spec answer_spec = {
    "vectors answer", "vectors answer",
    "Answers requests of the adapter protocol, see nitro-attest-vectors(1), on standard input with this verifier's\n"
    "verdicts on standard output, line by line. To test the runner and this verifier:\n\n"
    "  nitro-attest vectors run --exec 'nitro-attest vectors answer'\n",
    NULL};

static bool answer(void *given, const natt_cli_list *operands, natt_cli_error *err)
{
    natt_vectors_error why;
    (void)given;
    (void)operands;
    return natt_answer_all(stdin, stdout, &why) ||
           natt_cli_fail_vectors(err, &why, "nitro-attest-vectors(1) names the page that describes requests");
}

int natt_cli_vectors_answer(int argc, char **argv)
{
    return natt_cli_command_run(&answer_spec, NULL, answer, argc, argv);
}

const natt_cli_subcommand natt_cli_command_vectors = {"vectors", run_vectors,
                                                      "test vectors, and runs of verifiers against them"};
