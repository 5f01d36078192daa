/* Shared by the tests of the command's parsers: texts as bytes, and a check that an error has a text and a remedy. */
#ifndef NATT_CLI_TEST_CASES_H
#define NATT_CLI_TEST_CASES_H

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/bytes.h"

#define HEX48_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX48_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define HEX48_0 "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"

static inline natt_bytes text_bytes(const char *text)
{
    return (natt_bytes){(const uint8_t *)text, strlen(text)};
}

static inline void expect_usage(bool done, const natt_cli_error *err, const char *input)
{
    cr_expect_not(done, "accepted: %s", input);
    cr_expect_eq(err->exit_code, NATT_CLI_USAGE, "%s", input);
    cr_expect(err->what[0] != '\0' && err->hint[0] != '\0', "no text for: %s", input);
}

#endif
