/*
 * The report of a run. For people: the verdict, totals by severity and by class, the failures (most severe first), and
 * the verdict again, where a log ends.
 */
#include "cli/vectors/vectors_report.h"

#include <stdlib.h>

#include "cli/frame/bytes.h"
#include "vectors/runner/outcome.h"

#define PASSES                                                                                                         \
    "Unexpected passes: remove their entries from the exceptions (an entry for a class requires that all its "         \
    "vectors fail: replace it by the ids that fail)"
#define SHOWN 100 /* entries of one list; JSON has all */

/* ---- the table ---- */

static void put_head(natt_cli_report *r, const char *title)
{
    natt_cli_put_line(r, NATT_CLI_TEXT_ONLY,
                      natt_cli_in(NATT_CLI_BOLD
                                  "%58  wrongly    wrong             times                 un-" NATT_CLI_PLAIN,
                                  natt_cli_as_word("wrongly")));
    natt_cli_put_line(r, NATT_CLI_TEXT_ONLY,
                      natt_cli_in(NATT_CLI_BOLD
                                  "%-31  vectors   agrees  accepts  refuses   values  crashes      out  garbled "
                                  "supported skipped" NATT_CLI_PLAIN,
                                  natt_cli_as_word(title)));
}

static void put_row(natt_cli_report *r, const char *key, const struct natt_conformance_row *row)
{
    static const char *const columns[NATT_OUTCOME_COUNT] = {" %8", " %8", " %8", " %8", " %8",
                                                            " %8", " %8", " %9", " %7"};
    bool failing = row->failing > 0;
    natt_cli_put_object(r, NATT_CLI_ITEM);
    natt_cli_put_line(r, key, natt_cli_in(failing ? NATT_CLI_BAD "%-31" : "%-31", natt_cli_as_word(row->name)));
    natt_cli_put_more(r, "vectors", natt_cli_in(" %8", natt_cli_as_number(row->vectors)));
    for (int i = 0; i < NATT_OUTCOME_COUNT; i++)
        natt_cli_put_more(r, natt_outcome_name((enum natt_outcome)i),
                          natt_cli_in(columns[i], natt_cli_shown(natt_cli_as_number(row->counts[i]),
                                                                 row->counts[i] == 0 ? "." : NULL)));
    natt_cli_put_more(r, "failing", natt_cli_in(failing ? NATT_CLI_PLAIN : "", natt_cli_as_number(row->failing)));
    natt_cli_put_end(r);
}

static void add_row(struct natt_conformance_row *sum, const struct natt_conformance_row *row)
{
    sum->vectors += row->vectors;
    for (size_t i = 0; i < NATT_OUTCOME_COUNT; i++)
        sum->counts[i] += row->counts[i];
}

/* Ends with the sum of all rows. */
static void put_rows(natt_cli_report *r, const char *list, const char *key, const char *title,
                     const struct natt_conformance_row *rows, size_t count)
{
    struct natt_conformance_row sum = {.name = "all"};
    if (count > 0)
        put_head(r, title);
    natt_cli_put_list(r, list);
    for (size_t i = 0; i < count; i++) {
        put_row(r, key, &rows[i]);
        add_row(&sum, &rows[i]);
    }
    natt_cli_put_end(r);
    if (count == 0 || r->json_only)
        return;
    r->text_only = true;
    put_row(r, key, &sum);
    natt_cli_put_words(r, "");
    r->text_only = false;
}

static void put_tables(natt_cli_report *r, const struct natt_conformance *run)
{
    size_t count[4] = {0, 0, 0, 0};
    struct natt_conformance_row *severities = natt_conformance_severities(run, &count[0]);
    struct natt_conformance_row *reaches = natt_conformance_reaches(run, &count[3]);
    struct natt_conformance_row *classes = natt_conformance_rows(run, false, &count[1]);
    struct natt_conformance_row *policy = natt_conformance_rows(run, true, &count[2]);
    if (severities == NULL || reaches == NULL || classes == NULL || policy == NULL)
        natt_cli_out_of_memory();
    put_rows(r, "severities", "severity", "severity (none: must accept)", severities, count[0]);
    put_rows(r, "reaches", "reach", "reach (of what must be refused)", reaches, count[3]);
    put_rows(r, "classes", "class", "class", classes, count[1]);
    put_rows(r, "policy_classes", "class", "class (verifiers may differ)", policy, count[2]);
    free(severities);
    free(reaches);
    free(classes);
    free(policy);
}

/* ---- results ---- */

static const char *verb(const struct natt_conformance_result *result)
{
    static const char *const verbs[NATT_OUTCOME_COUNT] = {"agrees",
                                                          "accepts",
                                                          "refuses",
                                                          "returns wrong values for",
                                                          "crashes on",
                                                          "times out on",
                                                          "gives an invalid answer to",
                                                          "unsupported",
                                                          "skipped"};
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

static void put_values(natt_cli_report *r, enum natt_message_values values)
{
    static const char *const words[] = {NULL, "not-reported", "equal", "wrong"};
    natt_cli_put(r, "values", NATT_CLI_JSON_ONLY, natt_cli_as_word(words[values]));
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
    natt_cli_put_more(r, "class", natt_cli_in(" (%", natt_cli_as_word(v->class_name)));
    natt_cli_put_more(r, "reach", natt_cli_in(v->accept ? "" : ", by %", natt_cli_as_word(v->reach)));
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_as_word(")"));
    natt_cli_put(r, "group", NATT_CLI_JSON_ONLY, natt_cli_as_word(v->group));
    natt_cli_put_list(r, "tags");
    for (size_t i = 0; i < v->tag_count; i++)
        natt_cli_put(r, NATT_CLI_ITEM, NATT_CLI_JSON_ONLY, natt_cli_as_word(v->tags[i]));
    natt_cli_put_end(r);
    put_values(r, result->values);
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
    natt_cli_put_last(r, "id group class severity reach tags policy expect expect_code outcome values standing code "
                         "detail exception issue "
                         "duration_ms");
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

static void put_lists(natt_cli_report *r, const struct natt_conformance *run, bool quiet)
{
    const struct natt_conformance_result **sorted = natt_conformance_worst_first(run);
    size_t count = sorted == NULL ? 0 : run->count;
    r->text_only = true;
    put_worst(r, sorted, count, NATT_STANDING_DISAGREES, "Disagreements");
    put_worst(r, sorted, count, NATT_STANDING_UNDECIDED, "Unsupported, but the exceptions require a decision");
    put_worst(r, sorted, count, NATT_STANDING_UNEXPECTED_PASS, PASSES);
    if (!quiet) {
        put_worst(r, sorted, count, NATT_STANDING_EXPECTED, "Known failures");
        put_worst(r, sorted, count, NATT_STANDING_POLICY, "Differences where verifiers may differ");
    }
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
static void put_count(natt_cli_report *r, const char *key, const char *one, const char *many, size_t count)
{
    const char *form = count == 0 ? "" : count == 1 ? one : many;
    natt_cli_put_more(r, key, natt_cli_in(form, natt_cli_as_number(count)));
}

/* A passed run with known failures does not agree: it has no new ones. */
static const char *verdict_form(const struct natt_conformance_sum *sum)
{
    if (sum->passed)
        return sum->standings[NATT_STANDING_EXPECTED] > 0 ? NATT_CLI_GOOD "NO NEW FAILURES" NATT_CLI_PLAIN
                                                          : NATT_CLI_GOOD "AGREES" NATT_CLI_PLAIN;
    if (sum->standings[NATT_STANDING_DISAGREES] > 0)
        return NATT_CLI_BAD "DISAGREES" NATT_CLI_PLAIN;
    if (sum->decided == 0)
        return NATT_CLI_BAD "NOTHING DECIDED" NATT_CLI_PLAIN;
    if (sum->standings[NATT_STANDING_UNDECIDED] > 0 || sum->failing + sum->stale == 0)
        return NATT_CLI_BAD "TOO FEW DECIDED" NATT_CLI_PLAIN;
    return NATT_CLI_BAD "EXCEPTIONS DO NOT MATCH" NATT_CLI_PLAIN;
}

/* The outcomes as programs need them; the verdict line has those that people need. */
static void put_outcomes(natt_cli_report *r, const struct natt_conformance_sum *sum)
{
    put_count(r, "agrees", ", % agrees", ", % agree", sum->counts[NATT_OUTCOME_AGREES]);
    for (int i = NATT_OUTCOME_ACCEPTS; i < NATT_OUTCOME_COUNT; i++)
        natt_cli_put(r, natt_outcome_name((enum natt_outcome)i), NATT_CLI_JSON_ONLY,
                     natt_cli_as_number(sum->counts[i]));
}

/* Why vectors were skipped. */
static const char *skipped_form(const struct natt_conformance *run, const struct natt_conformance_sum *sum)
{
    return run->each && sum->sequences > 0 ? ", % skipped (genuine documents: --genuine DIR; sequences: --exec)"
                                           : ", % skipped (genuine documents: --genuine DIR)";
}

static void put_sum(natt_cli_report *r, const struct natt_conformance *run, const struct natt_conformance_sum *sum)
{
    size_t min_decided = run->min_decided;
    const size_t *standings = sum->standings;
    natt_cli_put_line(r, "verdict",
                      natt_cli_in(verdict_form(sum), natt_cli_as_word(sum->passed ? "agrees" : "disagrees")));
    natt_cli_put_object(r, "summary");
    put_count(r, "vectors", ": % vector", ": % vectors", sum->vectors);
    natt_cli_put(r, "sequences", NATT_CLI_JSON_ONLY, natt_cli_as_number(sum->sequences));
    natt_cli_put_more(r, "decided", natt_cli_in(", % decided", natt_cli_as_number(sum->decided)));
    natt_cli_put_more(r, "min_decided",
                      natt_cli_in(min_decided > 0 ? " (--min-decided %)" : "", natt_cli_as_number(min_decided)));
    put_outcomes(r, sum);
    natt_cli_put(r, "values_compared", NATT_CLI_JSON_ONLY, natt_cli_as_number(sum->values_compared));
    put_count(r, "values_not_reported", ", % without its values", ", % without their values", sum->values_not_reported);
    put_count(r, "disagreements", ", % disagrees", ", % disagree", standings[NATT_STANDING_DISAGREES]);
    put_count(r, "unexpected_passes", ", % passes unexpectedly", ", % pass unexpectedly",
              standings[NATT_STANDING_UNEXPECTED_PASS]);
    put_count(r, "known_failures", ", % known failure", ", % known failures", standings[NATT_STANDING_EXPECTED]);
    put_count(r, "policy_differences", ", % differs where verifiers may", ", % differ where verifiers may",
              standings[NATT_STANDING_POLICY]);
    put_count(r, "undecided", ", % unsupported against the exceptions", ", % unsupported against the exceptions",
              standings[NATT_STANDING_UNDECIDED]);
    put_count(r, "stale_exceptions", ", % stale exception", ", % stale exceptions", sum->stale);
    natt_cli_put_end(r);
    put_count(r, NATT_CLI_TEXT_ONLY, ", % unsupported", ", % unsupported", sum->counts[NATT_OUTCOME_UNSUPPORTED]);
    put_count(r, NATT_CLI_TEXT_ONLY, skipped_form(run, sum), skipped_form(run, sum), sum->counts[NATT_OUTCOME_SKIPPED]);
}

static void put_filter(natt_cli_report *r, const char *key, const natt_cli_list *names)
{
    natt_cli_put_list(r, key);
    for (size_t i = 0; i < names->count; i++)
        natt_cli_put(r, NATT_CLI_ITEM, NATT_CLI_JSON_ONLY, natt_cli_as_string(names->items[i]));
    natt_cli_put_end(r);
}

static void put_filters(natt_cli_report *r, const natt_cli_vectors_filter *filter)
{
    natt_cli_put_object(r, "filters");
    put_filter(r, "group", &filter->group);
    put_filter(r, "class", &filter->class_name);
    put_filter(r, "id", &filter->id);
    put_filter(r, "skip_tag", &filter->skip_tag);
    natt_cli_put_end(r);
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
    put_sum(r, run, &sum);
    r->json_only = args->quiet;
    put_head_line(r, run, args->name != NULL ? args->name : run->command, natt_vectors_version(vectors));
    put_filters(r, &args->filter);
    put_tables(r, run);
    r->json_only = false;
    put_lists(r, run, args->quiet);
    put_stale(r, run);
    put_results(r, run);
    r->text_only = true;
    if (!args->quiet)
        put_sum(r, run, &sum);
    r->text_only = false;
    natt_cli_put_last(
        r, "verdict name command mode timeout_ms processes nitro_attest_version vectors_version filters summary "
           "severities reaches classes policy_classes stale_exceptions results");
}
