/*
 * A run of vectors for people: a table by class, what is wrong (the worst first), one line that sums it up.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"
#include "cli/frame/text.h"
#include "cli/vectors/vectors_report.h"
#include "vectors/runner/exceptions.h"

#define SHOWN 100 /* of one list; --json and --report have all */

static const enum natt_outcome columns[] = {NATT_OUTCOME_AGREES,      NATT_OUTCOME_ACCEPTS,   NATT_OUTCOME_REFUSES,
                                            NATT_OUTCOME_CRASHES,     NATT_OUTCOME_TIMES_OUT, NATT_OUTCOME_GARBLED,
                                            NATT_OUTCOME_UNSUPPORTED, NATT_OUTCOME_SKIPPED};
#define COLUMNS (sizeof columns / sizeof columns[0])

static void put_escaped(const char *text)
{
    char *safe = natt_cli_escape((natt_bytes){(const uint8_t *)text, strlen(text)});
    (void)fputs(safe, stdout);
    free(safe);
}

/* ---- the table ---- */

static void print_head(const char *title, const natt_cli_style *s)
{
    (void)printf("%s%58s %8s %17s %19s%s\n", s->bold, "wrongly", "wrongly", "times", "un-", s->reset);
    (void)printf("%s%-31s %8s %8s %8s %8s %8s %8s %8s %9s %7s%s\n", s->bold, title, "vectors", "agrees", "accepts",
                 "refuses", "crashes", "out", "garbled", "supported", "skipped", s->reset);
}

static void print_row(const struct natt_conformance_row *row, const natt_cli_style *s)
{
    static const int widths[COLUMNS] = {8, 8, 8, 8, 8, 8, 9, 7};
    (void)printf("%s%-31s %8zu", row->failing > 0 ? s->bad : "", row->class_name, row->vectors);
    for (size_t i = 0; i < COLUMNS; i++) {
        if (row->counts[columns[i]] == 0)
            (void)printf(" %*s", widths[i], ".");
        else
            (void)printf(" %*zu", widths[i], row->counts[columns[i]]);
    }
    (void)printf("%s\n", row->failing > 0 ? s->reset : "");
}

static void add_row(struct natt_conformance_row *sum, const struct natt_conformance_row *row)
{
    sum->vectors += row->vectors;
    for (size_t i = 0; i < NATT_OUTCOME_COUNT; i++)
        sum->counts[i] += row->counts[i];
}

static void print_table(const struct natt_conformance *run, bool policy, const natt_cli_style *s)
{
    struct natt_conformance_row sum = {.class_name = "all"};
    size_t count = 0;
    struct natt_conformance_row *rows = natt_conformance_rows(run, policy, &count);
    if (count > 0)
        print_head(policy ? "class (verifiers may differ)" : "class", s);
    for (size_t i = 0; i < count; i++) {
        print_row(&rows[i], s);
        add_row(&sum, &rows[i]);
    }
    if (count > 0) {
        print_row(&sum, s);
        (void)putchar('\n');
    }
    free(rows);
}

/* ---- the lists ---- */

static const char *verb(const struct natt_conformance_result *r)
{
    static const char *const verbs[NATT_OUTCOME_COUNT] = {
        "agrees", "accepts", "refuses", "crashes on", "times out on", "answers no answer to", "unsupported", "skipped"};
    return r->standing == NATT_STANDING_UNEXPECTED_PASS ? "now agrees on" : verbs[r->outcome];
}

static void print_why(const struct natt_conformance_result *r)
{
    if (r->detail[0] == '\0' && r->code[0] == '\0')
        return;
    (void)printf("      %s", r->detail[0] == '\0' || r->code[0] != '\0' ? "it says: " : "");
    put_escaped(r->code);
    (void)fputs(r->code[0] != '\0' && r->detail[0] != '\0' ? ", " : "", stdout);
    put_escaped(r->detail);
    (void)putchar('\n');
}

static void print_result(const struct natt_conformance_result *r, const natt_cli_style *s)
{
    (void)printf("  %s%-8s%s %s %s%s%s (%s)\n", s->bad, r->vector->severity, s->reset, verb(r), s->bold, r->vector->id,
                 s->reset, r->vector->class_name);
    (void)printf("      %s\n", r->vector->description);
    if (r->standing == NATT_STANDING_POLICY)
        (void)printf("      may differ: %s\n", r->vector->policy);
    if (r->exception != NULL) {
        (void)printf("      the exceptions say \"%s\": ", natt_outcome_name(r->exception->expect));
        put_escaped(r->exception->reason);
        (void)putchar('\n');
    }
    print_why(r);
}

static void print_list(const struct natt_conformance_result *const *sorted, size_t count, enum natt_standing standing,
                       const char *title, const natt_cli_style *s)
{
    size_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        if (sorted[i]->standing != standing || seen++ >= SHOWN)
            continue;
        if (seen == 1)
            (void)printf("%s%s%s\n", s->bold, title, s->reset);
        print_result(sorted[i], s);
    }
    if (seen > SHOWN)
        (void)printf("  and %zu more: --json and --report list all\n", seen - SHOWN);
    if (seen > 0)
        (void)putchar('\n');
}

static void print_lists(const struct natt_conformance *run, const natt_cli_style *s)
{
    const struct natt_conformance_result **sorted = natt_conformance_worst_first(run);
    if (sorted == NULL)
        return;
    print_list(sorted, run->count, NATT_STANDING_DISAGREES, "Disagreements", s);
    print_list(sorted, run->count, NATT_STANDING_UNEXPECTED_PASS, "Unexpected passes: take them off the exceptions", s);
    print_list(sorted, run->count, NATT_STANDING_EXPECTED, "Known failures", s);
    print_list(sorted, run->count, NATT_STANDING_POLICY, "Differences where verifiers may differ", s);
    free(sorted);
}

/* ---- the line ---- */

static void print_count(size_t count, const char *what)
{
    if (count > 0)
        (void)printf(", %zu %s", count, what);
}

static void print_sum(const struct natt_conformance *run, const natt_cli_style *s)
{
    struct natt_conformance_sum sum = natt_conformance_sum(run);
    const char *word = sum.passed ? "AGREES" : sum.judged == 0 ? "NOTHING JUDGED" : "DISAGREES";
    (void)printf("%s%s%s: %zu vectors, %zu agree", sum.passed ? s->good : s->bad, word, s->reset, sum.vectors,
                 sum.counts[NATT_OUTCOME_AGREES]);
    print_count(sum.standings[NATT_STANDING_DISAGREES], "disagree");
    print_count(sum.standings[NATT_STANDING_UNEXPECTED_PASS], "pass unexpectedly");
    print_count(sum.standings[NATT_STANDING_EXPECTED], "known failures");
    print_count(sum.standings[NATT_STANDING_POLICY], "differ where verifiers may");
    print_count(sum.counts[NATT_OUTCOME_UNSUPPORTED], "unsupported");
    print_count(sum.counts[NATT_OUTCOME_SKIPPED], "skipped (genuine documents: --genuine DIR)");
    (void)putchar('\n');
}

void natt_cli_run_text(const struct natt_conformance *run, const natt_cli_vectors_run_args *args,
                       const natt_vectors *vectors)
{
    natt_cli_style style = natt_cli_style_of(stdout);
    put_escaped(args->name != NULL ? args->name : run->command);
    (void)printf(": vectors version %" PRIu32 ", nitro-attest %s, at most %" PRIu64 " ms a vector%s\n\n",
                 natt_vectors_version(vectors), natt_version(), run->timeout_ms, run->each ? ", one process each" : "");
    print_table(run, false, &style);
    print_table(run, true, &style);
    print_lists(run, &style);
    print_sum(run, &style);
}
