/* See report.h: cells, and how each renderer gets a row. */
#include "cli/frame/report.h"

#include <string.h>

natt_cli_cell natt_cli_absent(const char *shown)
{
    return (natt_cli_cell){.type = NATT_CLI_CELL_ABSENT, .shown = shown};
}

static natt_cli_cell of_bytes(natt_cli_cell_type type, natt_bytes bytes)
{
    return bytes.ptr == NULL ? natt_cli_absent(NULL) : (natt_cli_cell){.type = type, .bytes = bytes};
}

static natt_bytes bytes_of(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, text == NULL ? 0 : strlen(text)};
}

natt_cli_cell natt_cli_as_text(natt_bytes text)
{
    return of_bytes(NATT_CLI_CELL_TEXT, text);
}

natt_cli_cell natt_cli_as_string(const char *text)
{
    return of_bytes(NATT_CLI_CELL_TEXT, bytes_of(text));
}

natt_cli_cell natt_cli_as_word(const char *word)
{
    return of_bytes(NATT_CLI_CELL_WORD, bytes_of(word));
}

natt_cli_cell natt_cli_as_hex(natt_bytes bytes)
{
    return of_bytes(NATT_CLI_CELL_HEX, bytes);
}

natt_cli_cell natt_cli_as_number(uint64_t number)
{
    return (natt_cli_cell){.type = NATT_CLI_CELL_NUMBER, .number = (int64_t)number};
}

natt_cli_cell natt_cli_as_bool(bool value)
{
    return (natt_cli_cell){.type = NATT_CLI_CELL_BOOL, .number = value};
}

natt_cli_cell natt_cli_as_time(int64_t seconds)
{
    return (natt_cli_cell){.type = NATT_CLI_CELL_TIME, .number = seconds};
}

natt_cli_cell natt_cli_as_time_ms(uint64_t ms)
{
    return (natt_cli_cell){.type = NATT_CLI_CELL_TIME_MS, .number = (int64_t)ms};
}

natt_cli_cell natt_cli_as_duration(int64_t ms)
{
    return (natt_cli_cell){.type = NATT_CLI_CELL_DURATION, .number = ms};
}

natt_cli_cell natt_cli_as_json(json_t *value)
{
    return value == NULL ? natt_cli_absent(NULL) : (natt_cli_cell){.type = NATT_CLI_CELL_JSON, .json = value};
}

natt_cli_cell natt_cli_shown(natt_cli_cell cell, const char *words)
{
    cell.shown = words;
    return cell;
}

natt_cli_cell natt_cli_in(const char *form, natt_cli_cell cell)
{
    cell.form = form;
    return cell;
}

/* ---- rows ---- */

static bool has_reader(const natt_cli_report *r)
{
    return r->text != NULL && !r->json_only;
}

void natt_cli_put(natt_cli_report *r, const char *key, const char *label, natt_cli_cell cell)
{
    natt_cli_report_json(r, key, &cell);
    if (label != NATT_CLI_JSON_ONLY && has_reader(r))
        natt_cli_report_text(r, label, &cell);
}

void natt_cli_put_more(natt_cli_report *r, const char *key, natt_cli_cell cell)
{
    natt_cli_report_json(r, key, &cell);
    if (has_reader(r))
        natt_cli_report_more(r, &cell);
}

void natt_cli_put_line(natt_cli_report *r, const char *key, natt_cli_cell cell)
{
    natt_cli_report_json(r, key, &cell);
    if (has_reader(r))
        natt_cli_report_text(r, NULL, &cell);
}

void natt_cli_put_words(natt_cli_report *r, const char *form)
{
    natt_cli_put_line(r, NATT_CLI_TEXT_ONLY, natt_cli_in(form, natt_cli_as_word("")));
}

/* The complete value: a truncated one could hide the difference. */
void natt_cli_put_bytes(natt_cli_report *r, const char *key, const char *label, natt_bytes value, const char *after)
{
    natt_cli_cell size = natt_cli_in("% bytes", natt_cli_as_number(value.len));
    natt_cli_put(r, key, NATT_CLI_JSON_ONLY, natt_cli_as_hex(value));
    natt_cli_put(r, NATT_CLI_TEXT_ONLY, label, value.ptr == NULL ? natt_cli_absent("absent") : size);
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_as_word(after));
    if (value.len > 0)
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, "", natt_cli_as_hex(value));
    if (natt_cli_printable(value))
        natt_cli_put(r, NATT_CLI_TEXT_ONLY, "", natt_cli_in("\"%\"", natt_cli_as_text(value)));
}

void natt_cli_put_error(natt_cli_report *r, const natt_error *err, const char *place, size_t len)
{
    const char *rule = natt_code_rule(err->code);
    natt_cli_cell none = natt_cli_absent(NULL);
    natt_cli_put(r, "code", "code", natt_cli_as_word(natt_code_name(err->code)));
    natt_cli_put_more(r, "rule", rule[0] == '\0' ? none : natt_cli_in(" (%)", natt_cli_as_word(rule)));
    natt_cli_put(r, "message", "reason", natt_cli_as_string(err->message));
    natt_cli_put(r, "item", place[0] == '\0' ? NATT_CLI_JSON_ONLY : "item",
                 err->item == NATT_NO_ITEM ? none : natt_cli_shown(natt_cli_as_number(err->item), place));
    natt_cli_put(r, "offset", "offset",
                 err->offset == NATT_NO_OFFSET ? none : natt_cli_in("byte %", natt_cli_as_number(err->offset)));
    natt_cli_put_more(r, NATT_CLI_TEXT_ONLY, natt_cli_in(" of %", natt_cli_as_number(len)));
    natt_cli_put_last(r, "message");
}
