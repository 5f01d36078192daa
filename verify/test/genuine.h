/*
 * Genuine documents and other shared material, in the folder NITRO_ATTEST_SHARED.
 */
#ifndef NATT_VERIFY_TEST_GENUINE_H
#define NATT_VERIFY_TEST_GENUINE_H

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First statement of a test that reads from there. */
#define NEEDS_SHARED()                                                                                                 \
    do {                                                                                                               \
        if (!natt_test_has_shared())                                                                                   \
            cr_skip_test("needs NITRO_ATTEST_SHARED: no shared material here");                                        \
    } while (0)

bool natt_test_has_shared(void);

/* Reads the whole file `relative` to that folder. Returns false if it does not exist or has more than cap bytes. */
bool natt_test_read_shared(const char *relative, uint8_t *buf, size_t cap, size_t *len);

/* Documents of real/ that verify, NULL-terminated: real production enclaves with their own PCRs. */
extern const char *const natt_test_production[];

/* All documents of real/ with valid signatures, debug and NitroTPM ones included; NULL-terminated. */
extern const char *const natt_test_genuine[];

#endif
