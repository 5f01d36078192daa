/*
 * The report of a run. For people: a table by class, the failures (most severe first), and a summary line.
 */
#include "cli/vectors/vectors_report.h"

#include <stdlib.h>

#include "vectors/runner/outcome.h"

#define PASSES                                                                                                         \
    "Unexpected passes: remove their entries from the exceptions (an entry for a class requires that all its "         \
    "vectors fail: replace it by the ids that fail)"
#define SHOWN 100 /* entries of one list; JSON has all */

/* ---- the table ---- */

static void put_head(natt_cli_report *r, const char *title)
{
    natt_cli_put_line(r, NATT_CLI_TEXT_ONLY,
                      natt_cli_in(NATT_CLI_BOLD "%58  wrongly             times                 un-" NATT_CLI_PLAIN,
                                  natt_cli_as_word("wrongly")));
    natt_cli_put_line(r, NATT_CLI_TEXT_ONLY,
                      natt_cli_in(NATT_CLI_BOLD "%-31  vectors   agrees  accepts  refuses  crashes      out  garbled "
                                                "supported skipped" NATT_CLI_PLAIN,
                                  natt_cli_as_word(title)));
}

static void put_class(natt_cli_report *r, const struct natt_conformance_row *row)
{
    static const char *const columns[NATT_OUTCOME_COUNT] = {" %8", " %8", " %8", " %8", " %8", " %8", " %9", " %7"};
    bool failing = row->failing > 0;
    natt_cli_put_object(r, NATT_CLI_ITEM);
    natt_cli_put_line(r, "class",
                      natt_cli_in(failing ? NATT_CLI_BAD "%-31" : "%-31", natt_cli_as_word(row->class_name)));
    natt_cli_put_more(r, "vectors", natt_cli_in(" %8", natt_cli_as_number(row->vectors)));
    for (int i = 0; i < NATT_OUTCOME_COUNT; i++)
        natt_cli_put_more(r, natt_outcome_name((enum natt_outcome)i),
                          natt_cli_in(columns[i], natt_cli_shown(natt_cli_as_number(row->counts[i]),
                                                                 row->counts[i] == 0 ? "." : NULL)));
    natt_cli_put_more(r, "failing", natt_cli_in(failing ? NATT_CLI_PLAIN : "", natt_cli_as_number(row->failing)));
    natt_cli_put_end(r);
}

static void add_class(struct natt_conformance_row *sum, const struct natt_conformance_row *row)
{
    sum->vectors += row->vectors;
    for (size_t i = 0; i < NATT_OUTCOME_COUNT; i++)
        sum->counts[i] += row->counts[i];
}

static void put_table(natt_cli_report *r, const struct natt_conformance *run, bool policy)
{
    struct natt_conformance_row sum = {.class_name = "all"};
    size_t count = 0;
    struct natt_conformance_row *rows = natt_conformance_rows(run, policy, &count);
    if (count > 0)
        put_head(r, policy ? "class (verifiers may differ)" : "class");
    natt_cli_put_list(r, policy ? "policy_classes" : "classes");
    for (size_t i = 0; i < count; i++) {
        put_class(r, &rows[i]);
        add_class(&sum, &rows[i]);
    }
    natt_cli_put_end(r);
    r->text_only = true;
    if (count > 0) {
        put_class(r, &sum);
        natt_cli_put_words(r, "");
    }
    r->text_only = false;
    free(rows);
}

/* ---- results ---- */

static const char *verb(const struct natt_conformance_result *result)
{
    static const char *const verbs[NATT_OUTCOME_COUNT] = {"agrees",      "accepts",      "refuses",
                                                          "crashes on",  "times out on", "gives an invalid answer to",
                                                          "unsupported", "skipped"};
    return result->standing == NATT_STANDING_UNEXPECTED_PASS ? "now agrees on" : verbs[result->outcome];
}

static natt_cli_cell text_or_absent(const char *text)
{
    return natt_cli_as_string(text[0] == '\0' ? NULL : text);
}

static void put_why(natt_cli_report *r, const struct natt_conformance_result *result)
{
    natt_cli_put_line(r, "code", natt_cli_in("      its code: %", text_or_absent(result->code)));
    if (result->code[0] != '\0')
        natt_cli_put_more(r, "detail", natt_cli_in(", %", text_or_absent(result->detail)));
    else
        natt_cli_put_line(r, "detail", natt_cli_in("      %", text_or_absent(result->detail)));
}

static void put_exception(natt_cli_report *r, const struct natt_exception *e)
{
    if (e != NULL)
        natt_cli_put_line(r, NATT_CLI_TEXT_ONLY,
                          natt_cli_in(e->is_class ? "      the exceptions list \"%\" for the whole class: "
                                                  : "      the exceptions list \"%\": ",
                                      natt_cli_as_word(natt_outcome_name(e->expect))));
    natt_cli_put_more(r, "exception", natt_cli_as_string(e != NULL ? e->reason : NULL));
    natt_cli_put_more(r, "issue", natt_cli_in(" (%)", natt_cli_as_string(e != NULL ? e->issue : NULL)));
}

static void put_result(natt_cli_report *r, const struct natt_conformance_result *result)
{
    const natt_vector *v = result->vector;
    natt_cli_put_object(r, NATT_CLI_ITEM);
    natt_cli_put_line(r, "severity",
                      natt_cli_in("  " NATT_CLI_BAD "%-8" NATT_CLI_PLAIN, natt_cli_as_word(v->severity)));
    natt_cli_put_more(
        r, "outcome",
        natt_cli_in(" %", natt_cli_shown(natt_cli_as_word(natt_outcome_name(result->outcome)), verb(result))));
    natt_cli_put_more(r, "id", natt_cli_in(" " NATT_CLI_BOLD "%" NATT_CLI_PLAIN, natt_cli_as_word(v->id)));
    natt_cli_put_more(r, "class", natt_cli_in(" (%)", natt_cli_as_word(v->class_name)));
    natt_cli_put(r, "group", NATT_CLI_JSON_ONLY, natt_cli_as_word(v->group));
    natt_cli_put_line(r, NATT_CLI_TEXT_ONLY, natt_cli_in("      %", natt_cli_as_word(v->description)));
    natt_cli_put(r, "policy", NATT_CLI_JSON_ONLY, natt_cli_as_string(v->policy));
    if (result->standing == NATT_STANDING_POLICY)
        natt_cli_put_line(r, NATT_CLI_TEXT_ONLY, natt_cli_in("      may differ: %", natt_cli_as_word(v->policy)));
    natt_cli_put(r, "expect", NATT_CLI_JSON_ONLY, natt_cli_as_word(v->accept ? "accept" : "refuse"));
    natt_cli_put(r, "expect_code", NATT_CLI_JSON_ONLY, natt_cli_as_word(v->accept ? NULL : natt_code_name(v->code)));
    natt_cli_put(r, "standing", NATT_CLI_JSON_ONLY, natt_cli_as_word(natt_standing_name(result->standing)));
    put_exception(r, result->exception);
    put_why(r, result);
    natt_cli_put(r, "duration_ms", NATT_CLI_JSON_ONLY, natt_cli_as_number(result->duration_ms));
    natt_cli_put_last(
        r,
        "id group class severity policy expect expect_code outcome standing code detail exception issue duration_ms");
    natt_cli_put_end(r);
}

static void put_results(natt_cli_report *r, const struct natt_conformance *run)
{
    r->json_only = true;
    natt_cli_put_list(r, "results");
    for (size_t i = 0; i < run->count; i++)
        put_result(r, &run->results[i]);
    natt_cli_put_end(r);
    r->json_only = false;
}

static void put_worst(natt_cli_report *r, const struct natt_conformance_result *const *sorted, size_t count,
                      enum natt_standing standing, const char *title)
{
    size_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        if (sorted[i]->standing != standing || seen++ >= SHOWN)
            continue;
        if (seen == 1)
            natt_cli_put_line(r, NATT_CLI_TEXT_ONLY,
                              natt_cli_in(NATT_CLI_BOLD "%" NATT_CLI_PLAIN, natt_cli_as_word(title)));
        put_result(r, sorted[i]);
    }
    if (seen > SHOWN)
        natt_cli_put_line(r, NATT_CLI_TEXT_ONLY,
                          natt_cli_in("  and % more: --json and --report list all", natt_cli_as_number(seen - SHOWN)));
    if (seen > 0)
        natt_cli_put_words(r, "");
}

static void put_lists(natt_cli_report *r, const struct natt_conformance *run)
{
    const struct natt_conformance_result **sorted = natt_conformance_worst_first(run);
    size_t count = sorted == NULL ? 0 : run->count;
    r->text_only = true;
    put_worst(r, sorted, count, NATT_STANDING_DISAGREES, "Disagreements");
    put_worst(r, sorted, count, NATT_STANDING_UNDECIDED, "Unsupported, but the exceptions require a decision");
    put_worst(r, sorted, count, NATT_STANDING_UNEXPECTED_PASS, PASSES);
    put_worst(r, sorted, count, NATT_STANDING_EXPECTED, "Known failures");
    put_worst(r, sorted, count, NATT_STANDING_POLICY, "Differences where verifiers may differ");
    r->text_only = false;
    free(sorted);
}

/* Entries for a class that none of its vectors needs. */
static void put_stale(natt_cli_report *r, const struct natt_conformance *run)
{
    size_t seen = 0;
    natt_cli_put_list(r, "stale_exceptions");
    for (size_t i = 0; i < run->exceptions->count; i++) {
        const struct natt_exception *e = &run->exceptions->list[i];
        if (!natt_conformance_stale(run, e))
            continue;
        if (seen++ == 0)
            natt_cli_put_words(r,
                               NATT_CLI_BOLD "Stale exceptions: remove them, no vector fails like this" NATT_CLI_PLAIN);
        natt_cli_put_object(r, NATT_CLI_ITEM);
        natt_cli_put_line(r, "class", natt_cli_in("  class %", natt_cli_as_word(e->name)));
        natt_cli_put_more(r, "expect", natt_cli_in(", \"%\": ", natt_cli_as_word(natt_outcome_name(e->expect))));
        natt_cli_put_more(r, "reason", natt_cli_as_string(e->reason));
        natt_cli_put_end(r);
    }
    natt_cli_put_end(r);
    if (seen > 0)
        natt_cli_put_words(r, "");
}

/* ---- the whole report ---- */

/* The text report omits zeros. */
static void put_count(natt_cli_report *r, const char *key, const char *form, size_t count)
{
    natt_cli_put_more(r, key, natt_cli_in(count > 0 ? form : "", natt_cli_as_number(count)));
}

static void put_sum(natt_cli_report *r, const struct natt_conformance_sum *sum, size_t min_decided)
{
    natt_cli_put_line(r, "verdict",
                      natt_cli_in(sum->passed                            ? NATT_CLI_GOOD "AGREES" NATT_CLI_PLAIN
                                  : sum->decided == 0                    ? NATT_CLI_BAD "NOTHING DECIDED" NATT_CLI_PLAIN
                                  : sum->failing == 0 && sum->stale == 0 ? NATT_CLI_BAD "TOO FEW DECIDED" NATT_CLI_PLAIN
                                                                         : NATT_CLI_BAD "DISAGREES" NATT_CLI_PLAIN,
                                  natt_cli_as_word(sum->passed ? "agrees" : "disagrees")));
    natt_cli_put_object(r, "summary");
    natt_cli_put_more(r, "vectors", natt_cli_in(": % vectors", natt_cli_as_number(sum->vectors)));
    natt_cli_put_more(r, "decided", natt_cli_in(", % decided", natt_cli_as_number(sum->decided)));
    natt_cli_put_more(r, "min_decided",
                      natt_cli_in(min_decided > 0 ? " (--min-decided %)" : "", natt_cli_as_number(min_decided)));
    for (int i = 0; i < NATT_OUTCOME_COUNT; i++)
        natt_cli_put_more(r, natt_outcome_name((enum natt_outcome)i),
                          natt_cli_in(i == NATT_OUTCOME_AGREES ? ", % agree" : "", natt_cli_as_number(sum->counts[i])));
    put_count(r, "disagreements", ", % disagree", sum->standings[NATT_STANDING_DISAGREES]);
    put_count(r, "unexpected_passes", ", % pass unexpectedly", sum->standings[NATT_STANDING_UNEXPECTED_PASS]);
    put_count(r, "known_failures", ", % known failures", sum->standings[NATT_STANDING_EXPECTED]);
    put_count(r, "policy_differences", ", % differ where verifiers may", sum->standings[NATT_STANDING_POLICY]);
    put_count(r, "undecided", ", % unsupported against the exceptions", sum->standings[NATT_STANDING_UNDECIDED]);
    put_count(r, "stale_exceptions", ", % stale exceptions", sum->stale);
    natt_cli_put_end(r);
    put_count(r, NATT_CLI_TEXT_ONLY, ", % unsupported", sum->counts[NATT_OUTCOME_UNSUPPORTED]);
    put_count(r, NATT_CLI_TEXT_ONLY, ", % skipped (genuine documents: --genuine DIR)",
              sum->counts[NATT_OUTCOME_SKIPPED]);
}

static void put_head_line(natt_cli_report *r, const struct natt_conformance *run, const char *name, uint32_t version)
{
    natt_cli_put_line(r, "name", natt_cli_as_string(name));
    natt_cli_put_more(r, "vectors_version", natt_cli_in(": vectors version %", natt_cli_as_number(version)));
    natt_cli_put_more(r, "nitro_attest_version", natt_cli_in(", nitro-attest %", natt_cli_as_word(natt_version())));
    natt_cli_put_more(r, "timeout_ms", natt_cli_in(", at most % ms a vector", natt_cli_as_number(run->timeout_ms)));
    natt_cli_put_more(r, "mode",
                      run->each ? natt_cli_in(", one process each", natt_cli_as_word("exec-each"))
                                : natt_cli_in("", natt_cli_as_word("exec")));
    natt_cli_put(r, "command", NATT_CLI_JSON_ONLY, natt_cli_as_string(run->command));
    natt_cli_put(r, "processes", NATT_CLI_JSON_ONLY, natt_cli_as_number(run->starts));
    natt_cli_put_words(r, "");
}

void natt_cli_put_run(natt_cli_report *r, const struct natt_conformance *run, const natt_cli_vectors_run_args *args,
                      const natt_vectors *vectors)
{
    struct natt_conformance_sum sum = natt_conformance_sum(run);
    put_head_line(r, run, args->name != NULL ? args->name : run->command, natt_vectors_version(vectors));
    put_table(r, run, false);
    put_table(r, run, true);
    put_lists(r, run);
    put_stale(r, run);
    put_results(r, run);
    put_sum(r, &sum, run->min_decided);
    natt_cli_put_last(
        r, "verdict name command mode timeout_ms processes nitro_attest_version vectors_version summary classes "
           "policy_classes stale_exceptions results");
}
