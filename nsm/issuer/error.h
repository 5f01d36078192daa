/*
 * Errors of the emulator's library: filled in once, where they happen.
 */
#ifndef NATT_NSM_EMULATOR_ERROR_H
#define NATT_NSM_EMULATOR_ERROR_H

#include "nitro_attest/emulator_error.h"

/* Each fills *err, which may be NULL. Those that fail return false; a message of NULL is the code's own. */
void natt_emulator_no_error(natt_emulator_error *err);
bool natt_emulator_fail(natt_emulator_error *err, natt_emulator_code code, const char *message);
bool natt_emulator_fail_errno(natt_emulator_error *err, natt_emulator_code code, int errno_value, const char *message);
bool natt_emulator_fail_required(natt_emulator_error *err, size_t required_len);
bool natt_emulator_fail_at(natt_emulator_error *err, natt_emulator_code code, uint32_t index, uint64_t offset,
                           const char *message);
/* For an entry of a caller's list. */
bool natt_emulator_fail_entry(natt_emulator_error *err, natt_emulator_code code, size_t position, const char *message);

#endif
