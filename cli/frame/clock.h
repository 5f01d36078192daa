/*
 * Times and durations in options: RFC 3339 in UTC or @<milliseconds since 1970>; 250ms 30s 5m 2h 1d. The calendar
 * arithmetic does not use time_t, which has 32 bits on some supported platforms.
 */
#ifndef NATT_CLI_CLOCK_H
#define NATT_CLI_CLOCK_H

#include "cli/frame/error.h"

#include <stddef.h>
#include <stdint.h>

/* 2025-01-02T03:04:05Z, with one to three fraction digits, or @1735787045000. Real dates from 1970 to 9999 only. */
bool natt_cli_time_parse(uint64_t *ms, const char *text, natt_cli_error *err);

/* A whole number and its unit, no sign, no space; a result that does not fit is an error. */
bool natt_cli_duration_parse(uint64_t *ms, const char *text, natt_cli_error *err);

#define NATT_CLI_TIME_LEN 40 /* room for the longest formatted text */

/* 2025-01-02T03:04:05.678Z */
const char *natt_cli_time_format(char out[NATT_CLI_TIME_LEN], uint64_t ms);
/* 2025-01-02T03:04:05Z; negative = before 1970 */
const char *natt_cli_seconds_format(char out[NATT_CLI_TIME_LEN], int64_t seconds);
/* "3.2 s", "5 min 10 s", "2 h 3 min", "410 d 4 h"; negative with a minus sign */
const char *natt_cli_duration_format(char out[NATT_CLI_TIME_LEN], int64_t ms);

/* The system clock. */
bool natt_cli_now(uint64_t *ms, natt_cli_error *err);

/* For durations: a change of the system's time does not affect it. */
uint64_t natt_cli_monotonic_ms(void);

#endif
