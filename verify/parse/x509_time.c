/*
 * Validity times. Sources: RFC 5280 4.1.2.5.1 (UTCTime), 4.1.2.5.2 (GeneralizedTime); Gregorian calendar.
 */
#include "verify/parse/x509_time.h"

struct date {
    int64_t year;
    int32_t month, day, hour, minute, second;
};

/* Two decimal digits at `at`, or -1. */
static int32_t two_digits(natt_bytes text, size_t at)
{
    uint8_t a = text.ptr[at], b = text.ptr[at + 1];
    if (a < '0' || a > '9' || b < '0' || b > '9')
        return -1;
    return (a - '0') * 10 + (b - '0');
}

static bool leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int32_t days_in_month(int64_t year, int32_t month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && leap(year) ? 1 : 0);
}

/* An existing day, and a second that every minute has: no leap seconds. */
static bool real_date(const struct date *d)
{
    return d->month >= 1 && d->month <= 12 && d->day >= 1 && d->day <= days_in_month(d->year, d->month) &&
           d->hour >= 0 && d->hour <= 23 && d->minute >= 0 && d->minute <= 59 && d->second >= 0 && d->second <= 59;
}

/* Days from 1970-01-01, years counted from March so that the leap day comes last. */
static int64_t days_since_1970(const struct date *d)
{
    int64_t y = d->month > 2 ? d->year : d->year - 1;
    int64_t months = (d->month + 9) % 12;
    int64_t day_of_year = (153 * months + 2) / 5 + d->day - 1;
    return 365 * y + y / 4 - y / 100 + y / 400 + day_of_year - 719468;
}

/* MMDDHHMMSSZ from `at` on, to the end. */
static bool read_rest(natt_bytes text, size_t at, struct date *d)
{
    d->month = two_digits(text, at);
    d->day = two_digits(text, at + 2);
    d->hour = two_digits(text, at + 4);
    d->minute = two_digits(text, at + 6);
    d->second = two_digits(text, at + 8);
    return text.ptr[at + 10] == 'Z' && real_date(d);
}

/* YYMMDDHHMMSSZ: 50 to 99 are 19YY, 00 to 49 are 20YY. */
static bool read_utc(natt_bytes text, struct date *d)
{
    if (text.len != 13)
        return false;
    int32_t yy = two_digits(text, 0);
    d->year = yy < 50 ? 2000 + yy : 1900 + yy;
    return yy >= 0 && read_rest(text, 2, d);
}

/* YYYYMMDDHHMMSSZ, from 2050 on. */
static bool read_generalized(natt_bytes text, struct date *d)
{
    if (text.len != 15)
        return false;
    int32_t century = two_digits(text, 0), yy = two_digits(text, 2);
    d->year = (int64_t)century * 100 + yy;
    return century >= 0 && yy >= 0 && d->year >= 2050 && read_rest(text, 4, d);
}

/* R-X509-06: the form that RFC 5280 requires for each year. */
bool natt_x509_read_time(struct natt_reader *r, int64_t *seconds)
{
    struct date d = {0};
    natt_bytes text;
    uint8_t tag;
    size_t at = r->pos;
    if (!natt_der_take_either(r, NATT_DER_UTC_TIME, NATT_DER_GENERALIZED_TIME, &tag, &text))
        return false;
    if (!(tag == NATT_DER_UTC_TIME ? read_utc(text, &d) : read_generalized(text, &d)))
        return natt_reader_fail(r, NATT_E_X509_TIME, at);
    *seconds = days_since_1970(&d) * 86400 + d.hour * 3600 + d.minute * 60 + d.second;
    return true;
}
