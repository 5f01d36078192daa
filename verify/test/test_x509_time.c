/* Validity times: R-X509-06. */
#include "verify/parse/x509_time.h"
#include "verify/test/support.h"

#include <stdio.h>

#define UTC(text)         BYTES("\x17\x0d" text)
#define GENERALIZED(text) BYTES("\x18\x0f" text)

static bool read_time(natt_bytes in, int64_t *seconds, natt_error *err)
{
    struct natt_reader r = natt_der_reader(in, err);
    r.item = 4;
    return natt_x509_read_time(&r, seconds) && natt_reader_at_end(&r);
}

static void assert_times_refused(const natt_bytes *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        natt_error err = BLANK_ERROR;
        int64_t seconds = -1;
        cr_assert_not(read_time(rows[i], &seconds, &err), "%.*s", (int)rows[i].len - 2, (const char *)rows[i].ptr + 2);
        assert_refused_as((const char *)rows[i].ptr + 2, err, NATT_E_X509_TIME, 4, 0);
        cr_assert_eq(seconds, -1, "no value without a time");
    }
}

/* Seconds by date -u -d. */
Test(x509_time, read_gives_seconds_when_a_real_date)
{
    static const struct {
        natt_bytes in;
        int64_t seconds;
    } rows[] = {
        {UTC("700101000000Z"), 0},
        {UTC("691231235959Z"), -1},
        {UTC("500101000000Z"), INT64_C(-631152000)},
        {UTC("991231235959Z"), INT64_C(946684799)},
        {UTC("000101000000Z"), INT64_C(946684800)},
        {UTC("000229120000Z"), INT64_C(951825600)},
        {UTC("191028132805Z"), INT64_C(1572269285)}, /* the AWS root's notBefore */
        {UTC("491028142805Z"), INT64_C(2519044085)}, /* and its notAfter */
        {UTC("491231235959Z"), INT64_C(2524607999)},
        {GENERALIZED("20500101000000Z"), INT64_C(2524608000)},
        {GENERALIZED("21000301000000Z"), INT64_C(4107542400)},
        {GENERALIZED("24000229000000Z"), INT64_C(13574563200)},
        {GENERALIZED("99991231235959Z"), INT64_C(253402300799)},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        natt_error err = BLANK_ERROR;
        int64_t seconds = -7;
        cr_assert(read_time(rows[i].in, &seconds, &err), "row %zu", i);
        cr_assert_eq(seconds, rows[i].seconds, "row %zu: %" PRId64, i, seconds);
    }
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

static natt_bytes noon_of(char *out, size_t cap, int year, int month, int day)
{
    bool utc = year < 2050;
    int n = utc ? snprintf(out, cap, "\x17\x0d%02d%02d%02d120000Z", year % 100, month, day)
                : snprintf(out, cap, "\x18\x0f%04d%02d%02d120000Z", year, month, day);
    return (natt_bytes){(const uint8_t *)out, (size_t)n};
}

static void assert_month(int year, int month, int64_t *days)
{
    char text[64];
    for (int day = 1; day <= 31; day++) {
        natt_error err = BLANK_ERROR;
        int64_t seconds = 0;
        bool real = day <= days_in_month(year, month);
        cr_assert_eq(read_time(noon_of(text, sizeof text, year, month, day), &seconds, &err), real, "%s", text + 2);
        if (real) {
            cr_assert_eq(seconds, *days * 86400 + 43200, "%s: %" PRId64, text + 2, seconds);
            *days += 1;
        } else {
            assert_refused_as(text + 2, err, NATT_E_X509_TIME, 4, 0);
        }
    }
}

/* Counts days from 1950-01-01 one by one, past two centuries that are not leap years and one that is. */
Test(x509_time, read_agrees_with_a_calendar_counted_day_by_day)
{
    int64_t days = -7305; /* 1950-01-01 */
    for (int year = 1950; year <= 2405; year++)
        for (int month = 1; month <= 12; month++)
            assert_month(year, month, &days);
}

Test(x509_time, read_refused_when_a_part_is_one_too_small_or_too_large)
{
    static const natt_bytes rows[] = {
        UTC("240001000000Z"),           UTC("241301000000Z"),           UTC("240100000000Z"),
        UTC("240132000000Z"),           UTC("240431000000Z"),           UTC("240230000000Z"),
        UTC("230229000000Z"),           UTC("240101240000Z"),           UTC("240101006000Z"),
        UTC("240101000060Z"),           UTC("249999999999Z"),           GENERALIZED("21000229000000Z"),
        GENERALIZED("20501301000000Z"), GENERALIZED("20500101240000Z"),
    };
    static const natt_bytes limits[] = {UTC("240101235959Z"), UTC("241231000000Z"), UTC("240430000000Z"),
                                        UTC("240229000000Z"), GENERALIZED("20961231235959Z")};
    assert_times_refused(rows, COUNT_OF(rows));
    for (size_t i = 0; i < COUNT_OF(limits); i++) {
        natt_error err = BLANK_ERROR;
        int64_t seconds;
        cr_assert(read_time(limits[i], &seconds, &err), "row %zu", i);
    }
}

/* UTCTime ends where GeneralizedTime begins. */
Test(x509_time, read_refused_when_generalized_before_2050)
{
    static const natt_bytes rows[] = {GENERALIZED("20491231235959Z"), GENERALIZED("20240101000000Z"),
                                      GENERALIZED("19700101000000Z"), GENERALIZED("00000101000000Z")};
    assert_times_refused(rows, COUNT_OF(rows));
}

Test(x509_time, read_refused_when_not_in_the_one_form)
{
    static const natt_bytes rows[] = {
        BYTES("\x17\x00"),
        BYTES("\x17\x0b"
              "2401010000Z"), /* without seconds */
        BYTES("\x17\x0c"
              "240101000000"), /* without Z */
        BYTES("\x17\x0e"
              "240101000000ZZ"), /* one more */
        BYTES("\x17\x0f"
              "20240101000000Z"), /* four-digit year in UTCTime */
        BYTES("\x17\x11"
              "240101000000+0000"), /* offset */
        BYTES("\x18\x00"),
        BYTES("\x18\x0d"
              "500101000000Z"), /* two-digit year in GeneralizedTime */
        BYTES("\x18\x0d"
              "205001010000Z"), /* without seconds */
        BYTES("\x18\x0e"
              "20500101000000"), /* without Z: local time */
        BYTES("\x18\x11"
              "20500101000000.0Z"), /* fraction */
        BYTES("\x18\x13"
              "20500101000000+0000"), /* offset */
    };
    assert_times_refused(rows, COUNT_OF(rows));
}

/* The neighbours of '0' and '9' in ASCII, signs, blanks, ends of strings. */
Test(x509_time, read_refused_when_any_digit_is_none)
{
    static const char wrong[] = {'/', ':', ' ', '-', '+', '.', 'a', 'Z', '\0', (char)0xb0};
    static const natt_bytes good[] = {UTC("241011121314Z"), GENERALIZED("20511011121314Z")};
    for (size_t g = 0; g < COUNT_OF(good); g++)
        for (size_t at = 2; at + 1 < good[g].len; at++)
            for (size_t w = 0; w < COUNT_OF(wrong); w++) {
                uint8_t text[24];
                natt_bytes in = {text, good[g].len};
                memcpy(text, good[g].ptr, in.len);
                text[at] = (uint8_t)wrong[w];
                assert_times_refused(&in, 1);
            }
}

Test(x509_time, read_refused_when_z_is_another_byte)
{
    static const uint8_t wrong[] = {'z', 'Y', '[', '0', ' ', '\0', 0xda};
    static const natt_bytes good[] = {UTC("241011121314Z"), GENERALIZED("20511011121314Z")};
    for (size_t g = 0; g < COUNT_OF(good); g++)
        for (size_t w = 0; w < COUNT_OF(wrong); w++) {
            uint8_t text[24];
            natt_bytes in = {text, good[g].len};
            memcpy(text, good[g].ptr, in.len);
            text[in.len - 1] = wrong[w];
            assert_times_refused(&in, 1);
        }
}

Test(x509_time, read_refused_at_its_own_offset_when_second)
{
    natt_error err = BLANK_ERROR;
    natt_bytes in = BYTES("\x17\x0d"
                          "240101000000Z"
                          "\x17\x0d"
                          "241301000000Z");
    int64_t seconds;
    struct natt_reader r = natt_der_reader(in, &err);
    cr_assert(natt_x509_read_time(&r, &seconds));
    cr_assert_not(natt_x509_read_time(&r, &seconds));
    assert_refused(err, NATT_E_X509_TIME, NATT_NO_ITEM, 15);
}

Test(x509_time, read_refused_by_der_when_another_type_or_cut)
{
    natt_error err = BLANK_ERROR;
    natt_bytes text = BYTES("\x16\x0d"
                            "240101000000Z"),
               good = UTC("240101000000Z");
    int64_t seconds;
    cr_assert_not(read_time(text, &seconds, &err));
    assert_refused(err, NATT_E_DER_TAG, 4, 0);
    for (size_t n = 0; n < good.len; n++) {
        natt_error cut_err = BLANK_ERROR;
        natt_bytes cut = natt_test_prefix(good, n);
        cr_assert_not(read_time(cut, &seconds, &cut_err));
        assert_refused(cut_err, NATT_E_DER_TRUNCATED, 4, n < 2 ? n : 2);
        free((void *)(uintptr_t)cut.ptr);
    }
}
