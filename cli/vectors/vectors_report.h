/*
 * What came of a run of vectors, for people and for programs.
 */
#ifndef NATT_CLI_VECTORS_REPORT_H
#define NATT_CLI_VECTORS_REPORT_H

#include <jansson.h>

#include "cli/vectors/vectors_select.h"
#include "vectors/runner/conformance.h"

typedef struct natt_cli_vectors_run_args {
    natt_cli_vectors_filter filter;
    const char *exec, *exec_each, *timeout, *exceptions, *report, *name;
    bool json;
} natt_cli_vectors_run_args;

void natt_cli_run_text(const struct natt_conformance *run, const natt_cli_vectors_run_args *args,
                       const natt_vectors *vectors);

/* A fresh value (docs/JSON.md). */
json_t *natt_cli_run_json(const struct natt_conformance *run, const natt_cli_vectors_run_args *args,
                          const natt_vectors *vectors);

#endif
