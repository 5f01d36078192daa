/*
 * nitro-attest vectors run: runs a verifier against the vectors, through an adapter.
 */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"
#include "cli/frame/clock.h"
#include "cli/frame/file.h"
#include "cli/frame/progress.h"
#include "cli/vectors/vectors_report.h"
#include "vectors/runner/outcome.h"

#define AT(field)   offsetof(natt_cli_vectors_run_args, field)
#define MAX_TIMEOUT UINT64_C(86400000) /* one day for one vector */
#define LOG_MS      10000              /* between two lines of progress without a terminal */
#define IN_A_ROW    10                 /* time-outs that end the run */
#define MAX_IN_ROW  999999

static const natt_cli_option options[] = {
    {"The verifier (one of the two; CMD is a shell command; see nitro-attest-vectors(1), run)", NULL, NATT_CLI_FLAG, 0,
     NULL},
    {"exec", "CMD", NATT_CLI_TEXT, AT(exec), "one process answers all vectors, line by line"},
    {"exec-each", "CMD", NATT_CLI_TEXT, AT(exec_each), "one process for each vector"},
    {"timeout", "DURATION", NATT_CLI_TEXT, AT(timeout),
     "limit for one vector (default 10s); then the verifier is killed"},
    {"max-timeouts", "N", NATT_CLI_TEXT, AT(max_timeouts),
     "end the run after N time-outs in a row (default 10; 0: never)"},
    {"name", "NAME", NATT_CLI_TEXT, AT(name), "name of the verifier in the report (default: CMD)"},
    {"exceptions", "FILE", NATT_CLI_TEXT, AT(exceptions), "known failures, with reasons; see nitro-attest-vectors(1)"},
    {"write-exceptions", "FILE", NATT_CLI_TEXT, AT(write_exceptions), "write the failures of this run as such a file"},
    {"min-decided", "N", NATT_CLI_TEXT, AT(min_decided), "fail if fewer than N vectors are accepted or refused"},
    {"Which vectors (all filters must match; a repeated filter adds an alternative)", NULL, NATT_CLI_FLAG, 0, NULL},
    {"group", "NAME", NATT_CLI_LIST, AT(filter.group), "vectors of this group"},
    {"class", "NAME", NATT_CLI_LIST, AT(filter.class_name), "vectors with this kind of fault"},
    {"id", "ID", NATT_CLI_LIST, AT(filter.id), "this vector"},
    {"skip-tag", "TAG", NATT_CLI_LIST, AT(filter.skip_tag), "leave out vectors with this tag"},
    {"vectors", "DIR", NATT_CLI_TEXT, AT(filter.vectors), "the folder with manifest.json (default: as installed)"},
    {"genuine", "DIR", NATT_CLI_TEXT, AT(filter.genuine), "a folder with genuine documents (default: skip those)"},
    {"Output", NULL, NATT_CLI_FLAG, 0, NULL},
    {"quiet", NULL, NATT_CLI_FLAG, AT(quiet), "print only the verdict and what makes the run fail"},
    {"json", NULL, NATT_CLI_FLAG, AT(json), "print JSON with every result (docs/JSON.md)"},
    {"report", "FILE", NATT_CLI_TEXT, AT(report), "write that JSON to a file as well"},
};

static const natt_cli_spec spec = {
    "vectors run", "vectors run (--exec CMD | --exec-each CMD) [OPTIONS]",
    "Runs a verifier against every test vector and reports where it accepts what it must refuse, refuses what it must\n"
    "accept, crashes or hangs. Differences that are legitimate (\"policy\") are reported, but do not fail the run.\n"
    "Exit codes: 0 agrees, 1 does not (or no vector was decided), 2 usage error or broken vectors, 3 cannot open or "
    "start\n",
    NATT_CLI_TABLE(options)};

/* The runner's callback has no context argument. */
static natt_cli_progress shown;

/* Logs have no terminal: they get a line from time to time. */
static void progress(const struct natt_conformance *run, size_t done)
{
    uint64_t now = natt_cli_monotonic_ms(), last = shown.shown_ms > 0 ? shown.shown_ms : shown.started_ms;
    natt_cli_progress_show(&shown, done);
    if (shown.on || now - last < LOG_MS)
        return;
    shown.shown_ms = now;
    (void)fprintf(stderr, "nitro-attest vectors run: %zu of %zu vectors, %zu timed out\n", done, run->count,
                  run->timeouts);
}

/* At most `max`, in digits only. NULL: *out is unchanged. */
static bool read_number(size_t *out, const char *option, const char *text, size_t max, natt_cli_error *err)
{
    if (text == NULL)
        return true;
    size_t digits = strspn(text, "0123456789");
    unsigned long number = digits > 0 && digits < 10 && text[digits] == '\0' ? strtoul(text, NULL, 10) : max + 1;
    *out = number;
    return number <= max || natt_cli_fail(err, NATT_CLI_USAGE, "give a number in digits",
                                          "%s: %.40s is not a number from 0 to %zu", option, text, max);
}

static bool set_up(struct natt_conformance *run, const natt_cli_vectors_run_args *args, natt_cli_error *err)
{
    if ((args->exec == NULL) == (args->exec_each == NULL))
        return natt_cli_fail(err, NATT_CLI_USAGE, "either --exec or --exec-each is required",
                             "give one of --exec and --exec-each");
    run->each = args->exec_each != NULL;
    run->command = run->each ? args->exec_each : args->exec;
    run->timeout_ms = 10000;
    run->max_timeouts = IN_A_ROW;
    run->progress = progress;
    if (run->command[strspn(run->command, " \t\n")] == '\0')
        return natt_cli_fail(err, NATT_CLI_USAGE, "CMD is a shell command", "the command is empty");
    if (args->timeout != NULL && !natt_cli_duration_parse(&run->timeout_ms, args->timeout, err))
        return natt_cli_fail_in(err, "--timeout");
    if (!read_number(&run->max_timeouts, "--max-timeouts", args->max_timeouts, MAX_IN_ROW, err))
        return false;
    return (run->timeout_ms >= 1 && run->timeout_ms <= MAX_TIMEOUT) ||
           natt_cli_fail(err, NATT_CLI_USAGE, "give a time from 1ms to 1d",
                         "--timeout: %.40s is not a valid time limit", args->timeout);
}

static bool read_exceptions(struct natt_exceptions *out, const char *path, const natt_vectors *vectors,
                            natt_cli_error *err)
{
    natt_vectors_error why;
    return path == NULL || natt_exceptions_read(out, path, vectors, &why) ||
           natt_cli_fail_vectors(err, &why, "see nitro-attest-vectors(1); vectors list shows ids and classes");
}

/* ---- results ---- */

/* Before the run, so that a wrong path does not lose the results of a long run. */
static bool check_files(const natt_cli_vectors_run_args *args, natt_cli_error *err)
{
    const natt_cli_vectors_filter *f = &args->filter;
    if (args->write_exceptions != NULL && f->group.count + f->class_name.count + f->id.count + f->skip_tag.count > 0)
        return natt_cli_fail(err, NATT_CLI_USAGE, "leave --group, --class, --id and --skip-tag out",
                             "--write-exceptions lists the failures of all vectors");
    return (args->report == NULL || natt_cli_file_put_check(args->report, err)) &&
           (args->write_exceptions == NULL || natt_cli_file_put_check(args->write_exceptions, err));
}

static bool put_json(const natt_cli_report *r, const char *path, natt_cli_error *err)
{
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);
    if (to == NULL || !natt_cli_report_write(r, to) || fclose(to) != 0)
        natt_cli_out_of_memory();
    bool written = natt_cli_file_put(path, text, len, err);
    free(text);
    return written;
}

static bool report(const struct natt_conformance *run, const natt_cli_vectors_run_args *args,
                   const natt_vectors *vectors, natt_cli_error *err)
{
    natt_cli_report r;
    natt_cli_report_start(&r, args->json || args->report != NULL);
    r.text = args->json ? NULL : stdout;
    natt_cli_put_run(&r, run, args, vectors);
    bool written = args->report == NULL || put_json(&r, args->report, err);
    (written ? natt_cli_report_end : natt_cli_report_free)(&r);
    return written;
}

static bool write_exceptions(const struct natt_conformance *run, const char *path, natt_cli_error *err)
{
    if (path == NULL)
        return true;
    char *text = natt_conformance_exceptions(run);
    if (text == NULL)
        natt_cli_out_of_memory();
    bool written = natt_cli_file_put(path, text, strlen(text), err);
    free(text);
    return written;
}

/* The exit code of a finished run, or NATT_CLI_IO or NATT_CLI_USAGE with *err. */
static int run_selected(struct natt_conformance *run, const natt_cli_vectors_run_args *args,
                        const natt_cli_selection *selected, natt_cli_error *err)
{
    static const char hint[] = "try the command by hand with a request line; see nitro-attest-vectors(1), run";
    natt_vectors_error why;
    run->vectors = selected->list;
    run->count = selected->count;
    if (!read_number(&run->min_decided, "--min-decided", args->min_decided, run->count, err) || !check_files(args, err))
        return err->exit_code;
    run->results = natt_cli_alloc(run->count, sizeof *run->results, 0);
    natt_cli_progress_count(&shown, "running", "vectors", run->count);
    bool done = natt_conformance_run(run, &why) || natt_cli_fail_vectors(err, &why, hint);
    natt_cli_progress_end(&shown);
    done = done && write_exceptions(run, args->write_exceptions, err) && report(run, args, selected->all, err);
    int code = !done ? err->exit_code : natt_conformance_sum(run).passed ? NATT_CLI_OK : NATT_CLI_REFUSED;
    free(run->results);
    return code;
}

static int run_all(const natt_cli_vectors_run_args *args, natt_cli_error *err)
{
    struct natt_conformance run = {0};
    struct natt_exceptions exceptions = {0};
    natt_cli_selection selected = {0};
    int code = NATT_CLI_USAGE;
    run.exceptions = &exceptions;
    if (set_up(&run, args, err) && natt_cli_select(&selected, &args->filter, err) &&
        read_exceptions(&exceptions, args->exceptions, selected.all, err))
        code = run_selected(&run, args, &selected, err);
    else
        code = err->exit_code;
    natt_exceptions_free(&exceptions);
    natt_cli_selection_free(&selected);
    return code;
}

int natt_cli_vectors_run(int argc, char **argv)
{
    natt_cli_vectors_run_args args = {0};
    natt_cli_list operands = {0};
    natt_cli_error err;
    int code = NATT_CLI_OK;
    natt_cli_parsed parsed = natt_cli_options_parse(&args, &operands, &spec, argc, argv, &err);
    if (parsed == NATT_CLI_WRONG)
        code = err.exit_code;
    else if (parsed == NATT_CLI_RUN)
        code = run_all(&args, &err);
    if (code == NATT_CLI_USAGE || code == NATT_CLI_IO)
        (void)natt_cli_error_print(&err, spec.command);
    natt_cli_options_free(&args, &operands, &spec);
    return code;
}
