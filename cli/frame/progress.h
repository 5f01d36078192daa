/*
 * Progress of long work: one line on standard error, shown after half a second and removed at the end. On a terminal
 * without cursor movement (TERM is unset or "dumb") the line remains. Without a terminal there is no progress line.
 */
#ifndef NATT_CLI_PROGRESS_H
#define NATT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct natt_cli_progress {
    const char *what; /* "reading" */
    const char *unit; /* "MiB", "vectors" */
    uint64_t each;    /* counted items per unit */
    uint64_t total;   /* 0 = not known */
    uint64_t started_ms, shown_ms;
    bool on, dumb, shown;
} natt_cli_progress;

/* Counts bytes and shows MiB. */
void natt_cli_progress_start(natt_cli_progress *progress, const char *what, uint64_t total);

/* Counts and shows other units. */
void natt_cli_progress_count(natt_cli_progress *progress, const char *what, const char *unit, uint64_t total);

/* Work in a single call, which cannot be counted: the line appears immediately. */
void natt_cli_progress_wait(natt_cli_progress *progress, const char *what);

void natt_cli_progress_show(natt_cli_progress *progress, uint64_t done);
void natt_cli_progress_end(natt_cli_progress *progress);

#endif
