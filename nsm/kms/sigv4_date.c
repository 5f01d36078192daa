/* X-Amz-Date in UTC, "20261130T071759Z", for the years 1970 to 9999. */
#include "nsm/kms/sigv4_canonical.h"

#define MS_OF_DAY UINT64_C(86400000)
#define LAST_MS   UINT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_of_month(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year) ? 1U : 0U);
}

/* Days from 1970-01-01 to the first of January of the year. */
static uint64_t days_before(unsigned year)
{
    uint64_t y = year - 1U;
    return 365 * y + y / 4 - y / 100 + y / 400 - 719162;
}

static bool read_number(natt_bytes text, size_t from, size_t digits, unsigned least, unsigned most, unsigned *out)
{
    *out = 0;
    for (size_t i = from; i < from + digits; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9')
            return false;
        *out = *out * 10 + (unsigned)(text.ptr[i] - '0');
    }
    return *out >= least && *out <= most;
}

bool natt_sigv4_date_ms(natt_bytes amz_date, uint64_t *out)
{
    unsigned year, month, day, hour, minute, second;
    *out = 0;
    if (amz_date.len != NATT_SIGV4_DATE_LEN || amz_date.ptr[8] != 'T' || amz_date.ptr[15] != 'Z' ||
        !read_number(amz_date, 0, 4, 1970, 9999, &year) || !read_number(amz_date, 4, 2, 1, 12, &month) ||
        !read_number(amz_date, 6, 2, 1, days_of_month(year, month), &day) ||
        !read_number(amz_date, 9, 2, 0, 23, &hour) || !read_number(amz_date, 11, 2, 0, 59, &minute) ||
        !read_number(amz_date, 13, 2, 0, 59, &second))
        return false;
    uint64_t days = days_before(year) + day - 1;
    for (unsigned m = 1; m < month; m++)
        days += days_of_month(year, m);
    *out = days * MS_OF_DAY + ((hour * 60U + minute) * 60U + second) * UINT64_C(1000);
    return true;
}

static char *put_number(char *out, unsigned value, unsigned divisor)
{
    for (; divisor > 0; divisor /= 10)
        *out++ = (char)('0' + value / divisor % 10);
    return out;
}

bool natt_sigv4_date(char out[NATT_SIGV4_DATE_LEN + 1], uint64_t now_ms)
{
    out[0] = '\0';
    if (now_ms > LAST_MS)
        return false;
    uint64_t days = now_ms / MS_OF_DAY;
    unsigned second = (unsigned)(now_ms % MS_OF_DAY / 1000), year = (unsigned)(days / 366) + 1970, month = 1;
    while (days_before(year + 1) <= days)
        year++;
    for (days -= days_before(year); days >= days_of_month(year, month); month++)
        days -= days_of_month(year, month);
    out = put_number(out, year, 1000);
    out = put_number(out, month, 10);
    out = put_number(out, (unsigned)days + 1, 10);
    *out++ = 'T';
    out = put_number(out, second / 3600, 10);
    out = put_number(out, second / 60 % 60, 10);
    out = put_number(out, second % 60, 10);
    *out++ = 'Z';
    *out = '\0';
    return true;
}
