/*
 * Needed by every test of verify/: a blank error, byte literals, and "refused for exactly this reason".
 */
#ifndef NATT_VERIFY_TEST_SUPPORT_H
#define NATT_VERIFY_TEST_SUPPORT_H

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "nitro_attest/base.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Initialisers. */
#define BYTES(text)                                                                                                    \
    {                                                                                                                  \
        (const uint8_t *)(text), sizeof(text) - 1                                                                      \
    }
#define BLANK_ERROR                                                                                                    \
    {                                                                                                                  \
        NATT_OK, NATT_NO_ITEM, NATT_NO_OFFSET, ""                                                                      \
    }

/* STYLE 18: code and item and offset. `label` names the row of a table. */
#define assert_refused_as(label, err, want_code, want_item, want_offset)                                               \
    cr_assert((err).code == (want_code) && (err).item == (want_item) && (err).offset == (want_offset),                 \
              "%s: got %s item %" PRIu32 " offset %zu, want %s item %" PRIu32 " offset %zu", (label),                  \
              natt_code_name((err).code), (err).item, (err).offset, natt_code_name(want_code), (uint32_t)(want_item),  \
              (size_t)(want_offset))

#define assert_refused(err, want_code, want_item, want_offset)                                                         \
    assert_refused_as("refused", err, want_code, want_item, want_offset)

#define assert_no_error(label, err)                                                                                    \
    cr_assert((err).code == NATT_OK, "%s: got %s offset %zu", (label), natt_code_name((err).code), (err).offset)

/* Copies the first n bytes to a separate heap block, so that a sanitizer detects a read beyond them. free((void
 * *)copy.ptr). */
static inline natt_bytes natt_test_prefix(natt_bytes in, size_t n)
{
    uint8_t *copy = malloc(n > 0 ? n : 1);
    cr_assert(copy != NULL && n <= in.len);
    if (n > 0)
        memcpy(copy, in.ptr, n);
    return (natt_bytes){copy, n};
}

#endif
