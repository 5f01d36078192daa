/* The rows of report.h as JSON, by jansson; pure ASCII, so that text from documents is safe on terminals. */
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"
#include "cli/frame/clock.h"
#include "cli/frame/report.h"
#include "cli/frame/terminal.h"

/* A verdict is written completely or not at all. */
static void must(bool done)
{
    if (!done)
        natt_cli_out_of_memory();
}

static json_t *text_json(natt_bytes text)
{
    json_t *value = json_stringn((const char *)text.ptr, text.len);
    if (value != NULL)
        return value;
    char *escaped = natt_cli_escape(text); /* it is not UTF-8 */
    value = json_string(escaped);
    free(escaped);
    return value;
}

static json_t *hex_json(natt_bytes bytes)
{
    char *hex = natt_cli_hex(bytes);
    json_t *value = json_string(hex);
    free(hex);
    return value;
}

static json_t *json_of(const natt_cli_cell *cell)
{
    char time[NATT_CLI_TIME_LEN];
    switch (cell->type) {
    case NATT_CLI_CELL_TEXT:
    case NATT_CLI_CELL_WORD:
        return text_json(cell->bytes);
    case NATT_CLI_CELL_HEX:
        return hex_json(cell->bytes);
    case NATT_CLI_CELL_NUMBER:
    case NATT_CLI_CELL_TIME_MS:
    case NATT_CLI_CELL_DURATION:
        return json_integer((json_int_t)cell->number);
    case NATT_CLI_CELL_BOOL:
        return json_boolean(cell->number != 0);
    case NATT_CLI_CELL_TIME:
        return json_string(natt_cli_seconds_format(time, cell->number));
    case NATT_CLI_CELL_JSON:
        return json_incref(cell->json);
    default:
        return json_null();
    }
}

static void add(json_t *to, const char *key, json_t *value)
{
    must((json_is_array(to) ? json_array_append_new(to, value) : json_object_set_new(to, key, value)) == 0);
}

static bool has_reader(const natt_cli_report *r)
{
    return r->depth > 0 && !r->text_only;
}

static json_t *inner(const natt_cli_report *r)
{
    return r->open[r->depth - 1];
}

void natt_cli_report_json(natt_cli_report *r, const char *key, const natt_cli_cell *cell)
{
    if (has_reader(r) && key != NATT_CLI_TEXT_ONLY)
        add(inner(r), key, json_of(cell));
}

static void open_inner(natt_cli_report *r, const char *key, json_t *value)
{
    must(r->depth < NATT_CLI_REPORT_DEPTH);
    add(inner(r), key, value);
    r->open[r->depth++] = value;
}

void natt_cli_put_object(natt_cli_report *r, const char *key)
{
    if (has_reader(r))
        open_inner(r, key, json_object());
}

void natt_cli_put_list(natt_cli_report *r, const char *key)
{
    if (has_reader(r))
        open_inner(r, key, json_array());
}

void natt_cli_put_end(natt_cli_report *r)
{
    if (has_reader(r))
        r->depth--;
}

/* A key that is set again moves to the end. */
static void set_again(json_t *object, const char *key)
{
    json_t *value = json_incref(json_object_get(object, key));
    (void)json_object_del(object, key);
    if (value != NULL)
        add(object, key, value);
}

void natt_cli_put_last(natt_cli_report *r, const char *keys)
{
    char *copy = natt_cli_strdup(keys), *rest = NULL;
    for (char *key = strtok_r(copy, " ", &rest); has_reader(r) && key != NULL; key = strtok_r(NULL, " ", &rest))
        set_again(inner(r), key);
    free(copy);
}

/* ---- the report ---- */

static void start(natt_cli_report *r, bool json, json_t *root)
{
    *r = (natt_cli_report){.text = json ? NULL : stdout,
                           .indent = "  ",
                           .width = 12,
                           .style = natt_cli_style_of(stdout),
                           .ascii = natt_cli_terminal_of(stdout).ascii};
    must(root != NULL);
    r->open[0] = root;
    r->depth = json ? 1 : 0;
}

void natt_cli_report_start(natt_cli_report *r, bool json)
{
    start(r, json, json_object());
}

void natt_cli_report_start_list(natt_cli_report *r, bool json)
{
    start(r, json, json_array());
}

bool natt_cli_report_write(const natt_cli_report *r, FILE *out)
{
    return json_dumpf(r->open[0], out, JSON_INDENT(2) | JSON_ENSURE_ASCII) == 0 && fputc('\n', out) != EOF;
}

void natt_cli_report_free(natt_cli_report *r)
{
    natt_cli_report_end_line(r);
    json_decref(r->open[0]);
}

char *natt_cli_report_take_line(natt_cli_report *r)
{
    char *line = r->text == NULL ? json_dumps(r->open[0], JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    must(line != NULL || r->text != NULL);
    natt_cli_report_free(r);
    return line;
}

/* main reports output that cannot be written. */
void natt_cli_report_end(natt_cli_report *r)
{
    if (r->text == NULL)
        must(natt_cli_report_write(r, stdout) || ferror(stdout) != 0);
    natt_cli_report_free(r);
}
