/* The rows of report.h as a table. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"
#include "cli/frame/clock.h"
#include "cli/frame/report.h"

static char *number_words(int64_t number)
{
    char *out = natt_cli_alloc(24, 1, 0);
    (void)snprintf(out, 24, "%" PRId64, number);
    return out;
}

static char *json_words(const json_t *value)
{
    char *dump = json_dumps(value, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
    if (dump == NULL)
        natt_cli_out_of_memory();
    return dump;
}

/* Fresh text, safe on a terminal; NULL = the row is not shown. */
static char *words_of(const natt_cli_cell *cell)
{
    char time[NATT_CLI_TIME_LEN];
    if (cell->shown != NULL)
        return natt_cli_escape_line(cell->shown);
    switch (cell->type) {
    case NATT_CLI_CELL_TEXT:
        return natt_cli_escape(cell->bytes);
    case NATT_CLI_CELL_WORD:
        return natt_cli_escape_line((const char *)cell->bytes.ptr);
    case NATT_CLI_CELL_HEX:
        return natt_cli_hex(cell->bytes);
    case NATT_CLI_CELL_NUMBER:
        return number_words(cell->number);
    case NATT_CLI_CELL_BOOL:
        return natt_cli_strdup(cell->number != 0 ? "yes" : "no");
    case NATT_CLI_CELL_TIME:
        return natt_cli_strdup(natt_cli_seconds_format(time, cell->number));
    case NATT_CLI_CELL_TIME_MS:
        return natt_cli_strdup(natt_cli_time_format(time, (uint64_t)cell->number));
    case NATT_CLI_CELL_DURATION:
        return natt_cli_strdup(natt_cli_duration_format(time, cell->number));
    case NATT_CLI_CELL_JSON:
        return json_words(cell->json);
    default:
        return NULL;
    }
}

static char *shown_words(const natt_cli_report *r, const natt_cli_cell *cell)
{
    char *words = words_of(cell);
    return words != NULL && r->ascii ? natt_cli_to_ascii(words) : words;
}

static const char *colour(const natt_cli_style *style, char mark)
{
    const char *const colours[] = {style->good, style->bad, style->warn, style->dim, style->bold, style->reset};
    return colours[mark - 1];
}

static bool is_mark(char c)
{
    return c >= NATT_CLI_GOOD[0] && c <= NATT_CLI_PLAIN[0];
}

static void put_form(const natt_cli_report *r, const char *form, const char *words)
{
    for (const char *p = form; *p != '\0'; p++) {
        if (*p == '%') {
            char *end;
            (void)fprintf(r->text, "%*s", (int)strtol(p + 1, &end, 10), words);
            p = end > p + 1 ? end - 1 : p;
        } else if (is_mark(*p)) {
            (void)fputs(colour(&r->style, *p), r->text);
        } else {
            (void)fputc(*p, r->text);
        }
    }
}

static void put_cell(const natt_cli_report *r, const natt_cli_cell *cell, const char *words)
{
    put_form(r, cell->form != NULL ? cell->form : "%", words);
}

void natt_cli_report_end_line(natt_cli_report *r)
{
    if (r->line_is_open)
        (void)fputc('\n', r->text);
    r->line_is_open = false;
}

void natt_cli_report_text(natt_cli_report *r, const char *label, const natt_cli_cell *cell)
{
    char *words = shown_words(r, cell);
    natt_cli_report_end_line(r);
    if (words != NULL) {
        if (label != NULL)
            (void)fprintf(r->text, "%s%-*s ", r->indent, r->width, label);
        put_cell(r, cell, words);
        r->line_is_open = true;
    }
    free(words);
}

void natt_cli_report_more(natt_cli_report *r, const natt_cli_cell *cell)
{
    char *words = r->line_is_open ? shown_words(r, cell) : NULL;
    if (words != NULL)
        put_cell(r, cell, words);
    free(words);
}
