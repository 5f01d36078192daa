/* See clock.h. */
#include "cli/frame/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <nitro_attest/base.h>

#define DAY_S 86400

typedef struct date {
    int64_t year;
    unsigned month, day;
} date;

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned month_days(int64_t year, unsigned month)
{
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Days from 1970 to 1 January of `year`. Years are 1..9999, so that all divisions are of positive numbers. */
static int64_t days_before_year(int64_t year)
{
    int64_t y = year - 1;
    return 365 * y + y / 4 - y / 100 + y / 400 - 719162; /* 719162: the same sum for 1970 */
}

static int64_t days_of(date d)
{
    int64_t days = days_before_year(d.year) + d.day - 1;
    for (unsigned m = 1; m < d.month; m++)
        days += month_days(d.year, m);
    return days;
}

static date date_of(int64_t days)
{
    date d = {1970 + days / 366, 1, 1}; /* at most 18 years too early in the year 9999, so both loops are short */
    while (days_before_year(d.year) > days)
        d.year--;
    while (days_before_year(d.year + 1) <= days)
        d.year++;
    int64_t rest = days - days_before_year(d.year);
    while (rest >= (int64_t)month_days(d.year, d.month))
        rest -= month_days(d.year, d.month++);
    d.day = (unsigned)rest + 1;
    return d;
}

/* Exactly `count` digits at *text. */
static bool digits(unsigned *out, const char **text, size_t count)
{
    *out = 0;
    for (; count > 0; count--, (*text)++) {
        if (**text < '0' || **text > '9')
            return false;
        *out = *out * 10 + (unsigned)(**text - '0');
    }
    return true;
}

static bool character(const char **text, char want)
{
    return **text == want && *(*text)++ == want;
}

/* YYYY-MM-DD */
static bool parse_date(date *out, const char **text)
{
    unsigned year;
    if (!digits(&year, text, 4) || !character(text, '-') || !digits(&out->month, text, 2) || !character(text, '-') ||
        !digits(&out->day, text, 2))
        return false;
    out->year = year;
    return year >= 1970 && out->month >= 1 && out->month <= 12 && out->day >= 1 &&
           out->day <= month_days(out->year, out->month);
}

/* HH:MM:SS in milliseconds; no leap second, since certificates have none */
static bool parse_clock(uint64_t *ms, const char **text)
{
    unsigned h, m, s;
    if (!digits(&h, text, 2) || !character(text, ':') || !digits(&m, text, 2) || !character(text, ':') ||
        !digits(&s, text, 2) || h > 23 || m > 59 || s > 59)
        return false;
    *ms = ((h * 60u + m) * 60u + s) * UINT64_C(1000);
    return true;
}

/* An optional point with one to three digits. */
static bool parse_fraction(uint64_t *ms, const char **text)
{
    *ms = 0;
    if (!character(text, '.'))
        return true;
    size_t count = strspn(*text, "0123456789");
    unsigned value;
    if (count < 1 || count > 3 || !digits(&value, text, count))
        return false;
    *ms = count == 1 ? value * 100u : count == 2 ? value * 10u : value;
    return true;
}

static bool parse_rfc3339(uint64_t *ms, const char *text)
{
    date d;
    uint64_t clock_ms, fraction;
    if (!parse_date(&d, &text) || !character(&text, 'T') || !parse_clock(&clock_ms, &text) ||
        !parse_fraction(&fraction, &text) || strcmp(text, "Z") != 0)
        return false;
    *ms = (uint64_t)days_of(d) * DAY_S * 1000 + clock_ms + fraction;
    return true;
}

/* A whole number without sign or leading space; *text moves to its end. */
static bool parse_number(uint64_t *out, const char **text)
{
    const char *start = *text;
    *out = 0;
    for (; **text >= '0' && **text <= '9'; (*text)++) {
        uint64_t digit = (uint64_t)(**text - '0');
        if (*out > (UINT64_MAX - digit) / 10)
            return false;
        *out = *out * 10 + digit;
    }
    return *text > start;
}

static bool parse_unix(uint64_t *ms, const char *text)
{
    return parse_number(ms, &text) && *text == '\0' && *ms <= NATT_MAX_TIME_MS;
}

bool natt_cli_time_parse(uint64_t *ms, const char *text, natt_cli_error *err)
{
    if (text[0] == '@' ? parse_unix(ms, text + 1) : parse_rfc3339(ms, text))
        return true;
    return natt_cli_fail(err, NATT_CLI_USAGE,
                         "write 2025-01-02T03:04:05Z (UTC, milliseconds at most) or @<milliseconds since 1970>",
                         "\"%.80s\" is not a time", text);
}

static bool unit_ms(uint64_t *out, const char *unit)
{
    static const struct {
        const char *name;
        uint64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(unit, units[i].name) == 0) {
            *out = units[i].ms;
            return true;
        }
    return false;
}

/* INT64_MAX: far below the two values of the library that mean "unset" and "unlimited". */
bool natt_cli_duration_parse(uint64_t *ms, const char *text, natt_cli_error *err)
{
    uint64_t number, unit;
    const char *at = text;
    if (!parse_number(&number, &at) || !unit_ms(&unit, at))
        return natt_cli_fail(err, NATT_CLI_USAGE, "write a whole number and a unit: 250ms, 30s, 5m, 2h, 1d",
                             "\"%.80s\" is not a duration", text);
    if (number > INT64_MAX / unit)
        return natt_cli_fail(err, NATT_CLI_USAGE, "give a shorter one", "\"%.80s\" is too long a duration", text);
    *ms = number * unit;
    return true;
}

const char *natt_cli_seconds_format(char out[NATT_CLI_TIME_LEN], int64_t seconds)
{
    int64_t of_day = (seconds % DAY_S + DAY_S) % DAY_S;
    date d = date_of((seconds - of_day) / DAY_S);
    (void)snprintf(out, NATT_CLI_TIME_LEN, "%04" PRId64 "-%02u-%02uT%02u:%02u:%02uZ", d.year, d.month, d.day,
                   (unsigned)(of_day / 3600), (unsigned)(of_day / 60 % 60), (unsigned)(of_day % 60));
    return out;
}

const char *natt_cli_time_format(char out[NATT_CLI_TIME_LEN], uint64_t ms)
{
    (void)natt_cli_seconds_format(out, (int64_t)(ms / 1000));
    (void)snprintf(out + strlen(out) - 1, 8, ".%03uZ", (unsigned)(ms % 1000));
    return out;
}

const char *natt_cli_duration_format(char out[NATT_CLI_TIME_LEN], int64_t ms)
{
    uint64_t length = ms < 0 ? UINT64_C(0) - (uint64_t)ms : (uint64_t)ms;
    const char *sign = ms < 0 ? "-" : "";
    uint64_t s = length / 1000;
    if (s < 60)
        (void)snprintf(out, NATT_CLI_TIME_LEN, "%s%" PRIu64 ".%03u s", sign, s, (unsigned)(length % 1000));
    else if (s < 3600)
        (void)snprintf(out, NATT_CLI_TIME_LEN, "%s%" PRIu64 " min %" PRIu64 " s", sign, s / 60, s % 60);
    else if (s < DAY_S)
        (void)snprintf(out, NATT_CLI_TIME_LEN, "%s%" PRIu64 " h %" PRIu64 " min", sign, s / 3600, s / 60 % 60);
    else
        (void)snprintf(out, NATT_CLI_TIME_LEN, "%s%" PRIu64 " d %" PRIu64 " h", sign, s / DAY_S, s / 3600 % 24);
    return out;
}

bool natt_cli_now(uint64_t *ms, natt_cli_error *err)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec < 0)
        return natt_cli_fail(err, NATT_CLI_IO, "give the time with --at", "cannot read the clock: %s", strerror(errno));
    *ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    return true;
}

uint64_t natt_cli_monotonic_ms(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
