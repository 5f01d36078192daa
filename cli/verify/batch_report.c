/* See batch_report.h. */
#include "cli/verify/batch_report.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/frame/bytes.h"
#include "cli/verify/verify_report.h"

/* ---- totals ---- */

static void add_code(natt_cli_batch_totals *totals, natt_code code)
{
    size_t i = 0;
    while (i < totals->code_count && totals->codes[i].code != code)
        i++;
    if (i == totals->code_count) {
        totals->codes = natt_cli_grow(totals->codes, totals->code_count, sizeof *totals->codes);
        totals->codes[totals->code_count++] = (natt_cli_batch_code){code, 0};
    }
    totals->codes[i].count++;
}

void natt_cli_batch_totals_add(natt_cli_batch_totals *totals, const natt_cli_batch_result *result)
{
    switch (result->verdict) {
    case NATT_CLI_BATCH_VERIFIED:
        totals->checks = totals->verified == 0 ? result->checks : totals->checks & result->checks;
        totals->verified++;
        break;
    case NATT_CLI_BATCH_REFUSED:
        add_code(totals, result->error.code);
        totals->refused++;
        break;
    default:
        totals->unreadable++;
    }
}

int natt_cli_batch_exit_code(const natt_cli_batch_totals *totals)
{
    if (totals->refused > 0)
        return NATT_CLI_REFUSED;
    return totals->verified == totals->files && totals->files > 0 ? NATT_CLI_OK : NATT_CLI_IO;
}

/* ---- one document ---- */

bool natt_cli_batch_has_line(const natt_cli_batch_result *result)
{
    return result->json != NULL || result->verdict != NATT_CLI_BATCH_VERIFIED;
}

static void put_reason(natt_cli_report *r, const natt_cli_batch_result *result)
{
    const natt_error *e = &result->error;
    const char *rule = natt_code_rule(e->code), *place = result->place != NULL ? result->place : "";
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(": %", natt_cli_as_word(natt_code_name(e->code))));
    if (rule[0] != '\0')
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(" (%)", natt_cli_as_word(rule)));
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY,
                      natt_cli_in(": %", natt_cli_as_string(result->message != NULL ? result->message : e->message)));
    if (place[0] != '\0')
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(", %", natt_cli_as_word(place)));
    if (e->offset != NATT_NO_OFFSET)
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(", byte %", natt_cli_as_number(e->offset)));
    if (result->canary != NULL)
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in("; %", natt_cli_as_word(result->canary)));
}

void natt_cli_batch_line_print(const natt_cli_batch_result *result, const char *path)
{
    natt_cli_report r;
    if (result->json != NULL) {
        (void)fputs(result->json, stdout);
        (void)fputc('\n', stdout);
        return;
    }
    natt_cli_report_start(&r, false);
    bool refused = result->verdict == NATT_CLI_BATCH_REFUSED;
    natt_cli_put_line(&r, NATT_CLI_TEXT_ONLY,
                      natt_cli_in(refused ? NATT_CLI_BAD "refused" NATT_CLI_PLAIN "     %"
                                          : NATT_CLI_WARN "unreadable" NATT_CLI_PLAIN "  %",
                                  natt_cli_as_string(path)));
    if (refused)
        put_reason(&r, result);
    else
        natt_cli_put_more(&r, NATT_CLI_TEXT_ONLY, natt_cli_in(": %", natt_cli_as_string(result->message)));
    natt_cli_report_end(&r);
}

/* ---- the summary ---- */

/* The most frequent first; codes of one frequency by number. */
static int compare(const void *a, const void *b)
{
    const natt_cli_batch_code *first = a, *second = b;
    if (first->count != second->count)
        return first->count > second->count ? -1 : 1;
    return first->code < second->code ? -1 : first->code > second->code;
}

static void put_verdict(natt_cli_report *r, const natt_cli_batch_totals *totals)
{
    const size_t done = totals->verified + totals->refused + totals->unreadable;
    const int code = natt_cli_batch_exit_code(totals);
    const char *form = code == NATT_CLI_OK        ? NATT_CLI_GOOD "VERIFIED" NATT_CLI_PLAIN
                       : code == NATT_CLI_REFUSED ? NATT_CLI_BAD "REFUSED" NATT_CLI_PLAIN
                                                  : NATT_CLI_BAD "INCOMPLETE" NATT_CLI_PLAIN;
    natt_cli_put_line(r, "verdict",
                      natt_cli_in(form, natt_cli_as_word(code == NATT_CLI_OK        ? "verified"
                                                         : code == NATT_CLI_REFUSED ? "refused"
                                                                                    : "incomplete")));
    natt_cli_put_more(r, "files",
                      natt_cli_in(totals->files == 1 ? ": % file" : ": % files", natt_cli_as_number(totals->files)));
    natt_cli_put(r, "interrupted", NATT_CLI_JSON_ONLY, natt_cli_as_bool(totals->interrupted));
    if (totals->interrupted)
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(", INTERRUPTED after %", natt_cli_as_number(done)));
}

static void put_codes(natt_cli_report *r, const natt_cli_batch_totals *totals)
{
    natt_cli_put_object(r, "codes");
    for (size_t i = 0; i < totals->code_count; i++) {
        const natt_cli_batch_code *c = &totals->codes[i];
        natt_cli_put(r, natt_code_name(c->code), "", natt_cli_in("%8", natt_cli_as_number(c->count)));
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in("  %", natt_cli_as_word(natt_code_name(c->code))));
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(" (%)", natt_cli_as_word(natt_code_rule(c->code))));
        natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(": %", natt_cli_as_word(natt_code_message(c->code))));
    }
    natt_cli_put_end(r);
}

static void put_counts(natt_cli_report *r, const natt_cli_batch_totals *totals)
{
    natt_cli_put(r, "verified", "verified", natt_cli_in("%8", natt_cli_as_number(totals->verified)));
    natt_cli_put(r, "refused", "refused", natt_cli_in("%8", natt_cli_as_number(totals->refused)));
    put_codes(r, totals);
    natt_cli_put(r, "unreadable", "unreadable", natt_cli_in("%8", natt_cli_as_number(totals->unreadable)));
}

/* Unreadable files take no time worth counting. */
static void put_speed(natt_cli_report *r, const natt_cli_batch_totals *totals)
{
    const uint64_t ms = totals->duration_ms > 0 ? totals->duration_ms : 1;
    const uint64_t rate = ((uint64_t)(totals->verified + totals->refused) * 1000 + ms / 2) / ms;
    natt_cli_put(r, "duration_ms", "time", natt_cli_as_duration((int64_t)totals->duration_ms));
    natt_cli_put_more(r, "documents_per_second", natt_cli_in(", % documents per second", natt_cli_as_number(rate)));
    natt_cli_put_more(
        r, "threads",
        natt_cli_in(totals->threads == 1 ? ", % thread" : ", % threads", natt_cli_as_number(totals->threads)));
}

void natt_cli_batch_summary_print(natt_cli_batch_totals *totals, const natt_cli_request *request, bool json)
{
    natt_cli_report r;
    if (totals->code_count > 0)
        qsort(totals->codes, totals->code_count, sizeof *totals->codes, compare);
    natt_cli_report_start(&r, json);
    natt_cli_put_object(&r, "summary");
    put_verdict(&r, totals);
    put_counts(&r, totals);
    put_speed(&r, totals);
    if (totals->verified > 0 || json)
        natt_cli_put_checks(&r, totals->checks, request->options.kind);
    if (totals->verified > 0)
        natt_cli_put(&r, NATT_CLI_TEXT_ONLY, "note",
                     natt_cli_as_word("a replayed document is verified too: a batch expects no nonce"));
    natt_cli_put_last(&r, "codes duration_ms documents_per_second threads checks");
    natt_cli_put_end(&r);
    char *line = natt_cli_report_take_line(&r);
    if (line != NULL)
        (void)puts(line);
    free(line);
}
