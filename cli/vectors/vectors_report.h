/*
 * The report of a run of vectors, for people and for programs.
 */
#ifndef NATT_CLI_VECTORS_REPORT_H
#define NATT_CLI_VECTORS_REPORT_H

#include "cli/frame/report.h"
#include "cli/vectors/vectors_select.h"
#include "vectors/runner/conformance.h"

typedef struct natt_cli_vectors_run_args {
    natt_cli_vectors_filter filter;
    const char *exec, *exec_each, *timeout, *exceptions, *report, *name, *min_decided, *max_timeouts, *write_exceptions;
    bool json, quiet;
} natt_cli_vectors_run_args;

void natt_cli_put_run(natt_cli_report *r, const struct natt_conformance *run, const natt_cli_vectors_run_args *args,
                      const natt_vectors *vectors);

#endif
