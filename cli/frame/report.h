/*
 * The report of a command, in rows: a key for programs, a label for people, and a typed cell. Two renderers,
 * report_text.c and report_json.c, write the table and the JSON of docs/JSON.md. A row for only one of them is marked.
 * The call that puts a cell renders it, so the cell need not live longer. Running out of memory ends the process.
 */
#ifndef NATT_CLI_REPORT_H
#define NATT_CLI_REPORT_H

#include <jansson.h>
#include <nitro_attest/base.h>
#include <stdbool.h>
#include <stdio.h>

#include "cli/frame/text.h"

/* ---- cells ---- */

typedef enum natt_cli_cell_type {
    NATT_CLI_CELL_ABSENT,
    NATT_CLI_CELL_TEXT,
    NATT_CLI_CELL_WORD,
    NATT_CLI_CELL_HEX,
    NATT_CLI_CELL_NUMBER,
    NATT_CLI_CELL_BOOL,
    NATT_CLI_CELL_TIME,
    NATT_CLI_CELL_TIME_MS,
    NATT_CLI_CELL_DURATION,
    NATT_CLI_CELL_JSON
} natt_cli_cell_type;

typedef struct natt_cli_cell {
    natt_cli_cell_type type;
    natt_bytes bytes;  /* TEXT, WORD, HEX */
    int64_t number;    /* NUMBER, BOOL and the times */
    json_t *json;      /* JSON; borrowed */
    const char *shown; /* text for people instead of the value, or for ABSENT; NULL = the value */
    const char *form;  /* natt_cli_in */
} natt_cli_cell;

/* null; `shown` is the text for people; NULL: the table has no row. */
natt_cli_cell natt_cli_absent(const char *shown);

/* Untrusted text; NULL is absent. The table shows it escaped, with the backslash doubled. */
natt_cli_cell natt_cli_as_text(natt_bytes text);
natt_cli_cell natt_cli_as_string(const char *text);

/* The program's own text, which may quote a command to copy: escaped in the same way, except for the backslash. */
natt_cli_cell natt_cli_as_word(const char *word);

natt_cli_cell natt_cli_as_hex(natt_bytes bytes); /* NULL is absent */
natt_cli_cell natt_cli_as_number(uint64_t number);
natt_cli_cell natt_cli_as_bool(bool value);
natt_cli_cell natt_cli_as_time(int64_t seconds); /* RFC 3339 for both */
natt_cli_cell natt_cli_as_time_ms(uint64_t ms);  /* RFC 3339 for people, a number for programs */
natt_cli_cell natt_cli_as_duration(int64_t ms);  /* "5 min 10 s", a number for programs */
natt_cli_cell natt_cli_as_json(json_t *value);   /* an unchanged JSON value; NULL is absent */

/* The cell with a different text for people. */
natt_cli_cell natt_cli_shown(natt_cli_cell cell, const char *words);

/*
 * The cell inside a constant form for people: "% bytes". %20 and %-20 pad to 20 bytes. The marks below change the
 * colour. A form without % replaces the text.
 */
natt_cli_cell natt_cli_in(const char *form, natt_cli_cell cell);

#define NATT_CLI_GOOD  "\001"
#define NATT_CLI_BAD   "\002"
#define NATT_CLI_WARN  "\003"
#define NATT_CLI_DIM   "\004"
#define NATT_CLI_BOLD  "\005"
#define NATT_CLI_PLAIN "\006"

/* ---- the report ---- */

#define NATT_CLI_REPORT_DEPTH 8 /* objects and lists within each other; the deepest report has 5 */

typedef struct natt_cli_report {
    FILE *text; /* the table; NULL = none */
    json_t *open[NATT_CLI_REPORT_DEPTH];
    size_t depth;       /* 0 = no JSON */
    bool json_only;     /* set it for rows that the table omits, */
    bool text_only;     /* or the JSON */
    const char *indent; /* indentation of rows, and the width of their labels */
    int width;
    natt_cli_style style;
    bool ascii; /* the terminal shows only ASCII */
    bool line_is_open;
} natt_cli_report;

/* A table on standard output, or a JSON object or a list of objects. Set `text` to get both. */
void natt_cli_report_start(natt_cli_report *r, bool json);
void natt_cli_report_start_list(natt_cli_report *r, bool json);

/* Ends the table, and writes the JSON to standard output if there is no table. */
void natt_cli_report_end(natt_cli_report *r);

/* Writes the JSON so far, with a line end. False, errno is set: it cannot be written. */
bool natt_cli_report_write(const natt_cli_report *r, FILE *out);

/* Instead of natt_cli_report_end: the JSON as one line without its end (free it), or NULL for a table. */
char *natt_cli_report_take_line(natt_cli_report *r);

/* Instead of natt_cli_report_end: the JSON is not written. */
void natt_cli_report_free(natt_cli_report *r);

#define NATT_CLI_TEXT_ONLY NULL /* for a key */
#define NATT_CLI_JSON_ONLY NULL /* for a label */
#define NATT_CLI_ITEM      ""   /* for a key: the next item of the list that is open */

/* A row: label and cell in two columns. */
void natt_cli_put(natt_cli_report *r, const char *key, const char *label, natt_cli_cell cell);

/* A cell that continues the line of the last row; omitted if that row is omitted. */
void natt_cli_put_more(natt_cli_report *r, const char *key, natt_cli_cell cell);

/* A line without columns; "" is an empty line. */
void natt_cli_put_line(natt_cli_report *r, const char *key, natt_cli_cell cell);
void natt_cli_put_words(natt_cli_report *r, const char *form); /* for people only */

/* A field that may be absent: "64 bytes", hexadecimal and, if printable, text; `after` follows the size. */
void natt_cli_put_bytes(natt_cli_report *r, const char *key, const char *label, natt_bytes value, const char *after);

/*
 * code, rule, item, offset and message of an error. `place` is the location as text ("" = none), and `len` the number
 * of bytes that the offset counts.
 */
void natt_cli_put_error(natt_cli_report *r, const natt_error *err, const char *place, size_t len);

/* Rows up to the end are in a separate object or list; the table does not change. */
void natt_cli_put_object(natt_cli_report *r, const char *key);
void natt_cli_put_list(natt_cli_report *r, const char *key);
void natt_cli_put_end(natt_cli_report *r);

/* Moves these keys ("a b c") of the object to its end, in this order; the table does not change. */
void natt_cli_put_last(natt_cli_report *r, const char *keys);

/* ---- between rows and renderers ---- */

void natt_cli_report_json(natt_cli_report *r, const char *key, const natt_cli_cell *cell);
void natt_cli_report_text(natt_cli_report *r, const char *label /* NULL = a line without columns */,
                          const natt_cli_cell *cell);
void natt_cli_report_more(natt_cli_report *r, const natt_cli_cell *cell);
void natt_cli_report_end_line(natt_cli_report *r);

#endif
