/*
 * What a command reports, in rows that it puts once: a key for programs, a label for people, and a typed cell. Two
 * renderers, report_text.c and report_json.c, write the table and the JSON of docs/JSON.md. A row that one of them
 * lacks is marked as such. A cell is rendered by the call that puts it and need not live longer. Memory that runs out
 * ends the process.
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
    const char *shown; /* what people read in place of the value, and with ABSENT; NULL = the value */
    const char *form;  /* natt_cli_in */
} natt_cli_cell;

/* null; `shown` are words for people, or NULL: they see no row. */
natt_cli_cell natt_cli_absent(const char *shown);

/* Text from elsewhere, which may contain anything; NULL is absent. People see it escaped, and the backslash doubled. */
natt_cli_cell natt_cli_as_text(natt_bytes text);
natt_cli_cell natt_cli_as_string(const char *text);

/* Words of our own, which may quote a command to copy: the same, but the backslash is not escaped. */
natt_cli_cell natt_cli_as_word(const char *word);

natt_cli_cell natt_cli_as_hex(natt_bytes bytes); /* NULL is absent */
natt_cli_cell natt_cli_as_number(uint64_t number);
natt_cli_cell natt_cli_as_bool(bool value);
natt_cli_cell natt_cli_as_time(int64_t seconds); /* RFC 3339 for both */
natt_cli_cell natt_cli_as_time_ms(uint64_t ms);  /* RFC 3339 for people, a number for programs */
natt_cli_cell natt_cli_as_duration(int64_t ms);  /* "5 min 10 s", a number for programs */
natt_cli_cell natt_cli_as_json(json_t *value);   /* a JSON value as it is; NULL is absent */

/* The cell with other words for people. */
natt_cli_cell natt_cli_shown(natt_cli_cell cell, const char *words);

/*
 * The cell inside of a form for people, a constant of ours: "% bytes". %20 and %-20 pad to 20 bytes. The marks below
 * change the colour. A form without % replaces what is shown.
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
    bool json_only;     /* set it for rows that people do not see, */
    bool text_only;     /* or programs */
    const char *indent; /* of rows, and the width of their labels */
    int width;
    natt_cli_style style;
    bool ascii; /* the terminal shows no other characters */
    bool line_is_open;
} natt_cli_report;

/* A table on standard output, or a JSON object; or a list of them. `text` may be set to have both. */
void natt_cli_report_start(natt_cli_report *r, bool json);
void natt_cli_report_start_list(natt_cli_report *r, bool json);

/* Ends the table, and writes the JSON to standard output if there is no table. */
void natt_cli_report_end(natt_cli_report *r);

/* The JSON so far, with a line end; false, errno is set: it could not be written. */
bool natt_cli_report_write(const natt_cli_report *r, FILE *out);

/* In place of the end: the JSON is not written. */
void natt_cli_report_free(natt_cli_report *r);

#define NATT_CLI_TEXT_ONLY NULL /* for a key */
#define NATT_CLI_JSON_ONLY NULL /* for a label */
#define NATT_CLI_ITEM      ""   /* for a key: the next item of the list that is open */

/* A row: label and cell in two columns. */
void natt_cli_put(natt_cli_report *r, const char *key, const char *label, natt_cli_cell cell);

/* A cell that continues the line of the last row, and is left out with it. */
void natt_cli_put_more(natt_cli_report *r, const char *key, natt_cli_cell cell);

/* A line without columns; "" is an empty one. */
void natt_cli_put_line(natt_cli_report *r, const char *key, natt_cli_cell cell);
void natt_cli_put_words(natt_cli_report *r, const char *form); /* for people only */

/* A field that may be absent: "64 bytes", hexadecimal, and what is printable as text; `after` follows the size. */
void natt_cli_put_bytes(natt_cli_report *r, const char *key, const char *label, natt_bytes value, const char *after);

/*
 * code, rule, item, offset and message of an error. `place` is what it points at, in words ("" = nothing), and `len`
 * the number of bytes that the offset counts.
 */
void natt_cli_put_error(natt_cli_report *r, const natt_error *err, const char *place, size_t len);

/* Rows up to the end are in an object or a list of their own; for people nothing changes. */
void natt_cli_put_object(natt_cli_report *r, const char *key);
void natt_cli_put_list(natt_cli_report *r, const char *key);
void natt_cli_put_end(natt_cli_report *r);

/* If programs need a different order than people: moves these keys ("a b c") of the object, in this order, after the
 * others. */
void natt_cli_put_last(natt_cli_report *r, const char *keys);

/* ---- between rows and renderers ---- */

void natt_cli_report_json(natt_cli_report *r, const char *key, const natt_cli_cell *cell);
void natt_cli_report_text(natt_cli_report *r, const char *label /* NULL = a line without columns */,
                          const natt_cli_cell *cell);
void natt_cli_report_more(natt_cli_report *r, const natt_cli_cell *cell);
void natt_cli_report_end_line(natt_cli_report *r);

#endif
