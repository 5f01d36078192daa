/*
 * A run of vectors for programs (docs/JSON.md).
 */
#include <stdlib.h>
#include <string.h>

#include "cli/frame/json_out.h"
#include "cli/vectors/vectors_report.h"
#include "vectors/runner/exceptions.h"

static json_t *text(const char *from)
{
    return from == NULL ? json_null() : natt_cli_json_text((natt_bytes){(const uint8_t *)from, strlen(from)});
}

static json_t *text_or_null(const char *from)
{
    return text(from[0] != '\0' ? from : NULL);
}

static json_t *number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static void set_counts(json_t *out, const size_t counts[NATT_OUTCOME_COUNT])
{
    for (int i = 0; i < NATT_OUTCOME_COUNT; i++)
        natt_cli_json_set(out, natt_outcome_name((enum natt_outcome)i), number(counts[i]));
}

static json_t *rows_json(const struct natt_conformance *run, bool policy)
{
    json_t *out = json_array();
    size_t count = 0;
    struct natt_conformance_row *rows = natt_conformance_rows(run, policy, &count);
    for (size_t i = 0; i < count; i++) {
        json_t *row = json_object();
        natt_cli_json_set(row, "class", json_string(rows[i].class_name));
        natt_cli_json_set(row, "vectors", number(rows[i].vectors));
        set_counts(row, rows[i].counts);
        natt_cli_json_set(row, "failing", number(rows[i].failing));
        natt_cli_json_append(out, row);
    }
    free(rows);
    return out;
}

static json_t *result_json(const struct natt_conformance_result *r)
{
    json_t *out = json_object();
    natt_cli_json_set(out, "id", json_string(r->vector->id));
    natt_cli_json_set(out, "group", json_string(r->vector->group));
    natt_cli_json_set(out, "class", json_string(r->vector->class_name));
    natt_cli_json_set(out, "severity", json_string(r->vector->severity));
    natt_cli_json_set(out, "policy", text(r->vector->policy));
    natt_cli_json_set(out, "expect", json_string(r->vector->accept ? "accept" : "refuse"));
    natt_cli_json_set(out, "expect_code", text(r->vector->accept ? NULL : natt_code_name(r->vector->code)));
    natt_cli_json_set(out, "outcome", json_string(natt_outcome_name(r->outcome)));
    natt_cli_json_set(out, "standing", json_string(natt_standing_name(r->standing)));
    natt_cli_json_set(out, "code", text_or_null(r->code));
    natt_cli_json_set(out, "detail", text_or_null(r->detail));
    natt_cli_json_set(out, "exception", text(r->exception != NULL ? r->exception->reason : NULL));
    natt_cli_json_set(out, "duration_ms", number(r->duration_ms));
    return out;
}

static json_t *results_json(const struct natt_conformance *run)
{
    json_t *out = json_array();
    for (size_t i = 0; i < run->count; i++)
        natt_cli_json_append(out, result_json(&run->results[i]));
    return out;
}

static json_t *summary_json(const struct natt_conformance *run)
{
    struct natt_conformance_sum sum = natt_conformance_sum(run);
    json_t *out = json_object();
    natt_cli_json_set(out, "vectors", number(sum.vectors));
    natt_cli_json_set(out, "judged", number(sum.judged));
    set_counts(out, sum.counts);
    natt_cli_json_set(out, "disagreements", number(sum.standings[NATT_STANDING_DISAGREES]));
    natt_cli_json_set(out, "unexpected_passes", number(sum.standings[NATT_STANDING_UNEXPECTED_PASS]));
    natt_cli_json_set(out, "known_failures", number(sum.standings[NATT_STANDING_EXPECTED]));
    natt_cli_json_set(out, "policy_differences", number(sum.standings[NATT_STANDING_POLICY]));
    return out;
}

json_t *natt_cli_run_json(const struct natt_conformance *run, const natt_cli_vectors_run_args *args,
                          const natt_vectors *vectors)
{
    json_t *out = json_object();
    natt_cli_json_set(out, "verdict", json_string(natt_conformance_sum(run).passed ? "agrees" : "disagrees"));
    natt_cli_json_set(out, "name", text(args->name != NULL ? args->name : run->command));
    natt_cli_json_set(out, "command", text(run->command));
    natt_cli_json_set(out, "mode", json_string(run->each ? "exec-each" : "exec"));
    natt_cli_json_set(out, "timeout_ms", number(run->timeout_ms));
    natt_cli_json_set(out, "processes", number(run->starts));
    natt_cli_json_set(out, "nitro_attest_version", json_string(natt_version()));
    natt_cli_json_set(out, "vectors_version", number(natt_vectors_version(vectors)));
    natt_cli_json_set(out, "summary", summary_json(run));
    natt_cli_json_set(out, "classes", rows_json(run, false));
    natt_cli_json_set(out, "policy_classes", rows_json(run, true));
    natt_cli_json_set(out, "results", results_json(run));
    return out;
}
