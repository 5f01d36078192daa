/*
 * The vectors of a command: folder, filters and selection.
 */
#ifndef NATT_CLI_VECTORS_SELECT_H
#define NATT_CLI_VECTORS_SELECT_H

#include <nitro_attest/vectors.h>

#include "cli/frame/options.h"

typedef struct natt_cli_vectors_filter {
    const char *vectors, *genuine; /* folders; NULL = the installed one, none */
    natt_cli_list group, class_name, id, skip_tag;
} natt_cli_vectors_filter;

typedef struct natt_cli_selection {
    natt_vectors *all;
    const natt_vector **list;
    size_t count; /* at least 1 */
} natt_cli_selection;

/*
 * Loads the vectors and selects those that match every kind of filter in use, and the sequences after them. A name
 * without a vector is NATT_CLI_USAGE. Free the selection in every case.
 */
bool natt_cli_select(natt_cli_selection *out, const natt_cli_vectors_filter *filter, natt_cli_error *err);

void natt_cli_selection_free(natt_cli_selection *selection);

/* Converts an error of loader or runner to an error of the command. Always returns false. */
bool natt_cli_fail_vectors(natt_cli_error *err, const natt_vectors_error *from, const char *hint);

/* The subcommands. argv[0] is the name of the subcommand. They return the exit code. */
int natt_cli_vectors_list(int argc, char **argv);
int natt_cli_vectors_show(int argc, char **argv);
int natt_cli_vectors_run(int argc, char **argv);
int natt_cli_vectors_answer(int argc, char **argv);

#endif
