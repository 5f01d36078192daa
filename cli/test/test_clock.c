#include "cases.h"

#include <inttypes.h>
#include <nitro_attest/verify.h>
#include <stdio.h>

#include "cli/frame/clock.h"

Test(clock, time_reads_real_dates)
{
    static const struct {
        const char *text;
        uint64_t ms;
    } good[] = {{"1970-01-01T00:00:00Z", 0},
                {"1970-01-01T00:00:00.001Z", 1},
                {"2025-01-02T03:04:05Z", UINT64_C(1735787045000)},
                {"2025-01-02T03:04:05.6Z", UINT64_C(1735787045600)},
                {"2025-01-02T03:04:05.67Z", UINT64_C(1735787045670)},
                {"2025-01-02T03:04:05.678Z", UINT64_C(1735787045678)},
                {"2000-02-29T23:59:59Z", UINT64_C(951868799000)},
                {"2024-02-29T00:00:00Z", UINT64_C(1709164800000)},
                {"9999-12-31T23:59:59.999Z", NATT_MAX_TIME_MS},
                {"@0", 0},
                {"@1735787045678", UINT64_C(1735787045678)},
                {"@253402300799999", NATT_MAX_TIME_MS}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint64_t ms = 1;
        natt_cli_error err = {0};
        cr_expect(natt_cli_time_parse(&ms, good[i].text, &err), "%s", good[i].text);
        cr_expect_eq(ms, good[i].ms, "%s is %" PRIu64, good[i].text, ms);
    }
}

static const char *const bad_times[] = {"",
                                        "now",
                                        "2025-01-02",
                                        "2025-01-02T03:04:05",
                                        "2025-01-02 03:04:05Z",
                                        "2025-01-02T03:04:05+00:00",
                                        "2025-01-02t03:04:05z",
                                        "2025-01-02T03:04:05.Z",
                                        "2025-01-02T03:04:05.1234Z",
                                        "2025-01-02T03:04:05,1Z",
                                        "2025-02-29T00:00:00Z",
                                        "1900-02-29T00:00:00Z",
                                        "2100-02-29T00:00:00Z",
                                        "2025-04-31T00:00:00Z",
                                        "2025-00-01T00:00:00Z",
                                        "2025-13-01T00:00:00Z",
                                        "2025-01-00T00:00:00Z",
                                        "2025-01-32T00:00:00Z",
                                        "2025-01-01T24:00:00Z",
                                        "2025-01-01T00:60:00Z",
                                        "2025-01-01T00:00:60Z",
                                        "1969-12-31T23:59:59Z",
                                        "02025-01-01T00:00:00Z",
                                        "10000-01-01T00:00:00Z",
                                        "2025-1-01T00:00:00Z",
                                        "+2025-01-01T00:00:00Z",
                                        " 2025-01-01T00:00:00Z",
                                        "2025-01-01T00:00:00Z ",
                                        "@",
                                        "@-1",
                                        "@+1",
                                        "@ 1",
                                        "@1.5",
                                        "@1s",
                                        "@253402300800000",
                                        "@18446744073709551616",
                                        "@99999999999999999999999",
                                        "1735787045678"};

Test(clock, time_refuses_all_else)
{
    for (size_t i = 0; i < sizeof bad_times / sizeof bad_times[0]; i++) {
        uint64_t ms;
        natt_cli_error err = {0};
        expect_usage(natt_cli_time_parse(&ms, bad_times[i], &err), &err, bad_times[i]);
    }
}

/* Every day until 2099, then every 13th. */
Test(clock, time_formats_what_it_reads)
{
    char text[NATT_CLI_TIME_LEN];
    for (uint64_t day = 0; day * 86400000 <= NATT_MAX_TIME_MS; day += day < 47482 ? 1 : 13) {
        uint64_t ms = day * 86400000 + day % 86400000, again;
        natt_cli_error err = {0};
        cr_assert(natt_cli_time_parse(&again, natt_cli_time_format(text, ms), &err), "%s", text);
        cr_assert_eq(again, ms, "%s", text);
    }
}

Test(clock, seconds_format_reaches_before_1970)
{
    char text[NATT_CLI_TIME_LEN];
    cr_expect_str_eq(natt_cli_seconds_format(text, -1), "1969-12-31T23:59:59Z");
    cr_expect_str_eq(natt_cli_seconds_format(text, INT64_C(-631152000)), "1950-01-01T00:00:00Z");
    cr_expect_str_eq(natt_cli_seconds_format(text, INT64_C(253402300799)), "9999-12-31T23:59:59Z");
}

Test(clock, duration_reads_every_unit)
{
    static const struct {
        const char *text;
        uint64_t ms;
    } good[] = {{"0s", 0},
                {"250ms", 250},
                {"30s", 30000},
                {"5m", 300000},
                {"2h", 7200000},
                {"1d", 86400000},
                {"007s", 7000},
                {"9223372036854775807ms", INT64_MAX},
                {"106751991167d", UINT64_C(106751991167) * 86400000}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint64_t ms = 1;
        natt_cli_error err = {0};
        cr_expect(natt_cli_duration_parse(&ms, good[i].text, &err), "%s", good[i].text);
        cr_expect_eq(ms, good[i].ms, "%s", good[i].text);
    }
}

Test(clock, duration_refuses_all_else)
{
    static const char *const bad[] = {"",
                                      "5",
                                      "m",
                                      "5 m",
                                      " 5m",
                                      "5m ",
                                      "-5m",
                                      "+5m",
                                      "5M",
                                      "5min",
                                      "1.5h",
                                      "5m30s",
                                      "5us",
                                      "1w",
                                      "0x5m",
                                      "9223372036854775808ms",
                                      "106751991168d",
                                      "18446744073709551615s",
                                      "18446744073709551616ms",
                                      "99999999999999999999999d"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t ms;
        natt_cli_error err = {0};
        expect_usage(natt_cli_duration_parse(&ms, bad[i], &err), &err, bad[i]);
    }
}

Test(clock, duration_formats_for_people)
{
    char text[NATT_CLI_TIME_LEN];
    cr_expect_str_eq(natt_cli_duration_format(text, 3200), "3.200 s");
    cr_expect_str_eq(natt_cli_duration_format(text, -310000), "-5 min 10 s");
    cr_expect_str_eq(natt_cli_duration_format(text, 7380000), "2 h 3 min");
    cr_expect_str_eq(natt_cli_duration_format(text, INT64_C(410) * 86400000 + 4 * 3600000), "410 d 4 h");
    (void)natt_cli_duration_format(text, INT64_MIN);
}
